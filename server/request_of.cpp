// server/request_of.cpp
// Method, target and the headers that count, one by one.

#include "server/request_of.h"

#include "server/negotiation.h"

namespace xinpu::server {
namespace {

namespace http = boost::beast::http;

Method methodOf(http::verb verb) noexcept {
    switch (verb) {
    case http::verb::get:
        return Method::Get;
    case http::verb::head:
        return Method::Head;
    case http::verb::post:
        return Method::Post;
    case http::verb::put:
        return Method::Put;
    case http::verb::delete_:
        return Method::Delete;
    case http::verb::options:
        return Method::Options;
    default:
        return Method::Other;
    }
}

}  // namespace

Request requestOf(const http::request<http::string_body>& message) {
    Request request;
    request.method = methodOf(message.method());
    request.target = viewOf(message.target());
    request.body = message.body();
    // What stands twice could be read one way here and another way by a proxy (RFC 9112 §3.2, for Host).
    const auto once = [&request](std::string_view& place, std::string_view name, std::string_view value) {
        if (place.data() != nullptr) {
            request.twice = name;
        }
        place = value;
    };
    for (const auto& field : message.base()) {
        const std::string_view value = viewOf(field.value());
        switch (field.name()) {
        case http::field::host:
            once(request.host, "Host", value);
            break;
        case http::field::authorization:
            once(request.authorization, "Authorization", value);
            break;
        case http::field::accept:
            request.accept = value;
            break;
        case http::field::accept_encoding:
            request.accept_encoding = value;
            break;
        case http::field::content_type:
            once(request.content_type, "Content-Type", value);
            break;
        case http::field::content_encoding:
            once(request.content_encoding, "Content-Encoding", value);
            break;
        case http::field::origin:
            request.origin = value;
            break;
        case http::field::access_control_request_method:
            request.preflight = request.method == Method::Options;
            break;
        case http::field::unknown:
            if (equalIgnoringCase(viewOf(field.name_string()), "X-Xinpu-Act-As")) {
                request.act_as = value;
            } else if (equalIgnoringCase(viewOf(field.name_string()), "X-Request-Id")) {
                request.sent_id = value;
            }
            break;
        default:
            break;
        }
    }
    request.without_host = message.version() >= 11 && request.host.data() == nullptr;
    return request;
}

}  // namespace xinpu::server
