// server/rest/rest_answer.cpp
// Errors, bodies and pages of REST.
#include "server/rest/rest_answer.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "server/content_coding.h"
#include "server/json/json_input.h"
#include "server/json/json_writer.h"
#include "server/negotiation.h"
#include "server/service.h"
#include "server/statement_answer.h"
#include "xinpu/error.h"

namespace xinpu::server {

using engine::Kind;
using engine::MapEntry;
using engine::Value;

bool isRest(std::string_view target) noexcept {
    return target.starts_with("/api/v1/");
}

ErrorAnswer restAnswer(const Error& error, ErrorAnswer answer) {
    const auto become = [&answer](int status, const char* code) {
        answer.status = status;
        answer.code = code;
    };
    switch (answer.status) {
    case 401:
        return answer;  // the door speaks the same everywhere
    case 403:
        become(403, "FORBIDDEN");
        return answer;
    case 404:
        become(404, "NOT_FOUND");
        return answer;
    case 409:
        become(409, "STATE_CONFLICT");
        return answer;
    case 429:
        become(429, "TOO_MANY");
        return answer;
    default:
        break;
    }
    switch (error.code()) {
    case ErrorCode::NotFound:
        become(404, "NOT_FOUND");
        break;
    case ErrorCode::Validation:
        become(422, "VALIDATION");
        break;
    case ErrorCode::Limit:
        if (answer.status == 400) {
            become(409, "STATE_CONFLICT");
        }
        break;
    default:
        break;
    }
    return answer;
}

Value objectOf(const Request& request, std::initializer_list<std::string_view> known) {
    const Coding coding = bodyCoding(request.content_encoding).value_or(Coding::Identity);
    const Value body = parseJson(coding != Coding::Identity
                                     ? unpacked(coding, request.body, Service::kBodyBytesMax)
                                     : std::string(request.body));
    if (body.kind() != Kind::Map) {
        throw Error(ErrorCode::Usage, "The body must be a JSON object.", details::kMalformed);
    }
    std::vector<MapEntry> members;
    for (const MapEntry& member : body.map()) {
        if (std::find(known.begin(), known.end(), std::string_view(member.key)) == known.end()) {
            throw Error(ErrorCode::Usage,
                        fmt::format("The body has an unknown member '{:.40}'; known are {}.",
                                    std::string_view(member.key), fmt::join(known, ", ")),
                        details::kMalformed);
        }
        if (!member.value.isNull()) {
            members.push_back(member);
        }
    }
    return Value::of(std::move(members));
}

void replyRefusal(Exchange& exchange, int status, std::string_view code, std::string_view message,
                  std::string_view field) {
    JsonWriter json(exchange.buffer);
    json.StartObject();
    putKey(json, "errors");
    json.StartArray();
    json.StartObject();
    putMember(json, "code", code);
    putMember(json, "message", message);
    putMember(json, "field", field);
    json.EndObject();
    json.EndArray();
    json.EndObject();
    replyJson(exchange, status);
}

std::uint64_t limitOf(const std::map<std::string, std::string>& query) {
    const auto found = query.find("limit");
    if (found == query.end()) {
        return kPageUsual;
    }
    const std::string& text = found->second;
    std::uint64_t limit = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), limit);
    if (status != std::errc() || end != text.data() + text.size() || limit < 1 || limit > kPageMax) {
        throw Error(ErrorCode::Validation,
                    fmt::format("'limit' must be a whole number from 1 to {}.", kPageMax));
    }
    return limit;
}

}  // namespace xinpu::server
