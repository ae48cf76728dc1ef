// server/log.cpp
// spdlog writes the lines; RapidJSON escapes what stands in them.
#include "server/log.h"

#include <array>
#include <atomic>
#include <memory>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <spdlog/async.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/dist_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "server/json/json_writer.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

constexpr std::size_t kLinesQueuedMax = 8'192;

constexpr const char* kJsonPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v)";
constexpr const char* kLogfmtPattern = "time=%Y-%m-%dT%H:%M:%S.%eZ level=%l %v";

/// What all threads write to.
struct Log {
    Log() : sink(std::make_shared<spdlog::sinks::dist_sink_mt>()), events("xinpu", sink) {
        sink->set_sinks({std::make_shared<spdlog::sinks::stderr_sink_mt>()});
        setPattern();
        events.flush_on(spdlog::level::info);
    }
    void setPattern() {
        events.set_pattern(options.logfmt ? kLogfmtPattern : kJsonPattern, spdlog::pattern_time_type::utc);
    }

    LogOptions options;
    std::shared_ptr<spdlog::sinks::dist_sink_mt> sink;
    spdlog::logger events;
    std::shared_ptr<spdlog::details::thread_pool> queue;  // of lines that nobody waits for
    std::shared_ptr<spdlog::async_logger> requests;
};

Log& log() {
    static Log instance;
    return instance;
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

spdlog::sink_ptr fileSink(const std::filesystem::path& file) {
    try {
        return std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
    } catch (const spdlog::spdlog_ex& error) {
        throw Error(ErrorCode::Io, fmt::format("The log cannot be written: {}.", error.what()));
    }
}

/// A value of logfmt: as it is if it has nothing that would end it, else quoted as JSON quotes.
void putLogfmt(std::string& line, std::string_view name, std::string_view value) {
    line.append(line.empty() ? "" : " ").append(name).append("=");
    const bool plain = !value.empty() && value.find_first_of(" =\"\\") == std::string_view::npos &&
                       std::none_of(value.begin(), value.end(), [](char c) { return c >= 0 && c < ' '; });
    if (plain) {
        line.append(value);
        return;
    }
    JsonBuffer buffer;
    JsonWriter json(buffer);
    json.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
    line.append(viewOf(buffer));
}

class Line {
public:
    explicit Line(std::string_view event) : json_(buffer_) {
        if (!log().options.logfmt) {
            json_.StartObject();
        }
        add("event", event);
    }
    void add(std::string_view name, std::string_view value) {
        if (log().options.logfmt) {
            putLogfmt(logfmt_, name, value);
        } else {
            putMember(json_, name, value);
        }
    }
    void addNumber(std::string_view name, const std::string& number) {
        if (log().options.logfmt) {
            putLogfmt(logfmt_, name, number);
        } else {
            json_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
            json_.RawValue(number.data(), number.size(), rapidjson::kNumberType);
        }
    }
    std::string_view text() {
        if (log().options.logfmt) {
            return logfmt_;
        }
        json_.EndObject();
        return viewOf(buffer_).substr(1);  // the pattern opened the object
    }

private:
    JsonBuffer buffer_;
    JsonWriter json_;
    std::string logfmt_;
};

}  // namespace

void openLog(const LogOptions& options) {
    Log& it = log();
    it.options = options;
    if (!options.file.empty()) {
        it.sink->set_sinks({fileSink(options.file)});
    }
    it.queue = std::make_shared<spdlog::details::thread_pool>(kLinesQueuedMax, 1);
    it.requests = std::make_shared<spdlog::async_logger>("requests", it.sink, it.queue,
                                                         spdlog::async_overflow_policy::overrun_oldest);
    it.requests->flush_on(spdlog::level::info);
    it.events.set_level(levelOf(options.least));
    it.requests->set_level(levelOf(options.least));
    it.setPattern();
}

void reopenLog() noexcept {
    if (log().options.file.empty()) {
        return;
    }
    try {
        spdlog::sink_ptr opened = fileSink(log().options.file);
        opened->set_formatter(std::make_unique<spdlog::pattern_formatter>(
            log().options.logfmt ? kLogfmtPattern : kJsonPattern, spdlog::pattern_time_type::utc));
        log().sink->set_sinks({std::move(opened)});
    } catch (const std::exception& error) {
        logEvent(LogLevel::Error, "log not opened again", {{"why", error.what()}});
    }
}

void closeLog() noexcept {
    log().requests = nullptr;
    log().queue = nullptr;  // its end writes what is queued
}

void logEvent(LogLevel level, std::string_view event,
              std::initializer_list<std::pair<std::string_view, std::string>> members) {
    Line line(event);
    for (const auto& [name, value] : members) {
        line.add(name, value);
    }
    log().events.log(levelOf(level), line.text());
}

void logRequest(const RequestLine& request) {
    constexpr int kFailed = 500;
    const bool failed = request.status >= kFailed;
    const LogOptions::Requests wanted = log().options.requests;
    if (wanted == LogOptions::Requests::None || (wanted == LogOptions::Requests::Failed && !failed) ||
        log().requests == nullptr) {
        return;
    }
    Line line("request");
    line.add("request", request.id);
    line.add("method", request.method);
    line.add("route", request.route);
    line.addNumber("status", std::to_string(request.status));
    line.addNumber("ms", fmt::format("{:.3f}", std::chrono::duration<double, std::milli>(request.span).count()));
    line.addNumber("bytes", std::to_string(request.bytes));
    line.add("by", request.principal);
    log().requests->log(failed ? spdlog::level::warn : spdlog::level::info, line.text());
}

std::uint64_t linesLeftOut() noexcept {
    return log().queue != nullptr ? log().queue->overrun_counter() : 0;
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

void logIfSlow(const StatementLine& slow) {
    const std::chrono::milliseconds limit = log().options.slow_statement;
    if (limit.count() == 0 || slow.span <= limit) {
        return;
    }
    Line line("slow statement");
    line.add("database", slow.database);
    line.add("statement", statementDigest(slow.statement));
    line.addNumber("ms", fmt::format("{:.3f}", std::chrono::duration<double, std::milli>(slow.span).count()));
    line.addNumber("rows", std::to_string(slow.rows));
    line.add("end", slow.failed ? "failed" : "done");
    line.add("by", slow.principal);
    line.add("request", slow.request);
    log().events.log(spdlog::level::warn, line.text());
}

}  // namespace xinpu::server
