// server/bolt/request_maps.cpp
// Members are looked at one by one, so that an error can name the one that is wrong.
#include "server/bolt/request_maps.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "server/error_status.h"
#include "xinpu/error.h"

namespace xinpu::server::bolt {
namespace {

using engine::Kind;
using engine::Value;

[[noreturn]] void wrongMember(std::string_view name, std::string_view expected) {
    throw Error(ErrorCode::Usage, fmt::format("'{}' must be {}.", name, expected), details::kMalformed);
}

std::string textMember(const Value& map, std::string_view name) {
    const Value* member = memberOf(map, name);
    if (member != nullptr && member->kind() != Kind::String) {
        wrongMember(name, "a text");
    }
    return member != nullptr ? std::string(member->string()) : std::string();
}

std::vector<std::string> textsMember(const Value& map, std::string_view name) {
    std::vector<std::string> texts;
    const Value* member = memberOf(map, name);
    if (member != nullptr && member->kind() != Kind::List) {
        wrongMember(name, "a list of texts");
    }
    const auto list = member != nullptr ? member->list() : std::span<const Value>();
    if (list.size() > kListTextsMax) {
        wrongMember(name, fmt::format("a list of at most {} texts", kListTextsMax));
    }
    for (const Value& text : list) {
        if (text.kind() != Kind::String || text.string().size() > kListTextBytesMax) {
            wrongMember(name, fmt::format("a list of texts of at most {} bytes", kListTextBytesMax));
        }
        texts.emplace_back(text.string());
    }
    return texts;
}

}  // namespace

const Value* memberOf(const Value& map, std::string_view name) {
    const Value* member = map.kind() == Kind::Map ? map.find(name) : nullptr;
    return member != nullptr && !member->isNull() ? member : nullptr;
}

std::string textOf(const Value* value) {
    return value != nullptr && value->kind() == Kind::String ? std::string(value->string()) : std::string();
}

std::optional<NotificationFilter> notificationFilterOf(const Value& map) {
    const std::string least = textMember(map, "notifications_minimum_severity");
    const bool categories = memberOf(map, "notifications_disabled_categories") != nullptr;
    const bool classes = memberOf(map, "notifications_disabled_classifications") != nullptr;
    if (least.empty() && !categories && !classes) {
        return std::nullopt;
    }
    NotificationFilter filter;
    filter.off = least == "OFF";
    filter.disabled = textsMember(map, classes ? "notifications_disabled_classifications"
                                               : "notifications_disabled_categories");
    return filter;
}

RunExtra RunExtra::of(const Value& map) {
    if (map.kind() != Kind::Map) {
        wrongMember("extra", "a map");
    }
    RunExtra extra;
    extra.database = textMember(map, "db");
    extra.bookmarks = textsMember(map, "bookmarks");
    extra.filter = notificationFilterOf(map);
    const std::string mode = textMember(map, "mode");
    if (mode != "" && mode != "r" && mode != "w") {
        wrongMember("mode", "'r' or 'w'");
    }
    extra.access = mode == "r" ? query::AccessMode::Read : query::AccessMode::Write;
    if (const Value* timeout = memberOf(map, "tx_timeout")) {
        if (timeout->kind() != Kind::Integer || timeout->integer() < 0) {
            wrongMember("tx_timeout", "a number of milliseconds, not negative");
        }
        constexpr std::int64_t kMost = std::int64_t{1} << 40;  // far beyond every limit of the server
        if (timeout->integer() > 0) {
            extra.time_max = std::chrono::milliseconds(std::min(timeout->integer(), kMost));
        }
    }
    if (!textMember(map, "imp_user").empty()) {
        throw Error(ErrorCode::Argument, "Impersonation is not supported: leave 'imp_user' out.");
    }
    return extra;
}

}  // namespace xinpu::server::bolt
