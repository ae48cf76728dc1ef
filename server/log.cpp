// server/log.cpp
// spdlog writes the lines; RapidJSON escapes what stands in them.
#include "server/log.h"

#include <array>

#include <openssl/evp.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "server/json/json_writer.h"

namespace xinpu::server {
namespace {

spdlog::logger& logger() {
    static const std::shared_ptr<spdlog::logger> instance = [] {
        auto made =
            std::make_shared<spdlog::logger>("xinpu", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v)",
                          spdlog::pattern_time_type::utc);
        made->flush_on(spdlog::level::info);
        return made;
    }();
    return *instance;
}

spdlog::level::level_enum levelOf(LogLevel level) noexcept {
    switch (level) {
    case LogLevel::Info:
        return spdlog::level::info;
    case LogLevel::Warning:
        return spdlog::level::warn;
    case LogLevel::Error:
        return spdlog::level::err;
    }
    return spdlog::level::info;
}

}  // namespace

void logEvent(LogLevel level, std::string_view event,
              std::initializer_list<std::pair<std::string_view, std::string>> members) {
    JsonBuffer buffer;
    JsonWriter json(buffer);
    json.StartObject();
    putMember(json, "event", event);
    for (const auto& [name, value] : members) {
        putMember(json, name, std::string_view(value));
    }
    json.EndObject();
    logger().log(levelOf(level), viewOf(buffer).substr(1));  // the pattern opened the object
}

std::string statementDigest(std::string_view statement) {
    constexpr std::size_t kBytesShown = 8;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    EVP_Digest(statement.data(), statement.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    std::string text;
    for (std::size_t i = 0; i < kBytesShown; ++i) {
        text += fmt::format("{:02x}", digest[i]);
    }
    return text;
}

void logIfSlow(std::string_view database, std::string_view statement, std::string_view principal,
               std::chrono::steady_clock::duration span) {
    constexpr std::chrono::seconds kSlow{1};
    if (span > kSlow) {
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
        logEvent(LogLevel::Warning, "slow statement",
                 {{"database", std::string(database)},
                  {"statement", statementDigest(statement)},
                  {"ms", std::to_string(ms)},
                  {"by", std::string(principal)}});
    }
}

}  // namespace xinpu::server
