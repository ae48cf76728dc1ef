// server/answer_header.cpp
// One buffer, written once: small answers spend most of their time in their header.
#include "server/answer_header.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <ctime>
#include <iterator>
#include <random>

#include <boost/beast/http/status.hpp>
#include <fmt/format.h>

#include "server/routes.h"

namespace xinpu::server {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t kRequestIdBytesMax = 64;

/// Answers are data: nothing in them is to run, be framed, guessed at or kept.
constexpr std::string_view kGuards = "X-Content-Type-Options: nosniff\r\n"
                                     "Referrer-Policy: no-referrer\r\n"
                                     "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
                                     "Cache-Control: no-store\r\n";
constexpr std::string_view kStrictTransport = "Strict-Transport-Security: max-age=31536000\r\n";

std::string_view reasonOf(int status) noexcept {
    const auto text = http::obsolete_reason(static_cast<http::status>(status));
    return {text.data(), text.size()};
}

/// "Wed, 25 Nov 2026 03:12:00 GMT", made once a second and thread.
std::string_view dateNow() {
    thread_local std::time_t second = 0;
    thread_local std::array<char, 40> text{};
    thread_local std::size_t size = 0;
    const std::time_t now = std::time(nullptr);
    if (now != second) {
        std::tm parts{};
        gmtime_r(&now, &parts);
        size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
        second = now;
    }
    return {text.data(), size};
}

void putCors(std::string& text, const Exchange& exchange, const HeaderOptions& options) {
    const Request& request = exchange.request;
    if (options.cors_origins.empty()) {
        return;
    }
    text.append("Vary: Origin\r\n");
    if (request.origin.empty() || std::find(options.cors_origins.begin(), options.cors_origins.end(),
                                            request.origin) == options.cors_origins.end()) {
        return;
    }
    text.append("Access-Control-Allow-Origin: ").append(request.origin).append("\r\n");
    if (!request.preflight) {
        text.append("Access-Control-Expose-Headers: X-Request-Id, Retry-After\r\n");
        return;
    }
    text.append("Access-Control-Allow-Methods: ")
        .append(methodsOf(destinationOf(Method::Options, request.target).pattern))
        .append("\r\nAccess-Control-Allow-Headers: Authorization, Content-Type, Accept, X-Request-Id\r\n"
                "Access-Control-Max-Age: 600\r\n");
}

}  // namespace

std::string answerHeader(const Exchange& exchange, const HeaderOptions& options) {
    const Reply& reply = exchange.reply;
    std::string text;
    text.reserve(512 + reply.headers.size());
    const auto back = std::back_inserter(text);
    fmt::format_to(back, "HTTP/1.1 {} {}\r\nDate: {}\r\n", reply.status, reasonOf(reply.status), dateNow());
    text.append("X-Request-Id: ").append(exchange.request_id).append("\r\n");
    if (!reply.content_type.empty()) {
        text.append("Content-Type: ").append(reply.content_type).append("\r\n");
    }
    text.append(kGuards).append(options.secure ? kStrictTransport : std::string_view());
    putCors(text, exchange, options);
    text.append(reply.headers);
    const bool busy = reply.status == 503 || reply.status == 429;
    if (busy && reply.headers.find("Retry-After:") == std::string::npos) {
        text.append("Retry-After: 1\r\n");
    }
    if (options.chunked) {
        text.append(options.version >= 11 ? "Transfer-Encoding: chunked\r\n" : "");
    } else if (reply.status != 204) {
        fmt::format_to(back, "Content-Length: {}\r\n", reply.body.size());
    }
    if (!options.keep) {
        text.append("Connection: close\r\n");
    } else if (options.version < 11) {
        text.append("Connection: keep-alive\r\n");
    }
    text.append("\r\n");
    return text;
}

std::string requestIdOf(std::string_view sent) {
    const auto sound = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-';
    };
    if (!sent.empty() && sent.size() <= kRequestIdBytesMax && std::all_of(sent.begin(), sent.end(), sound)) {
        return std::string(sent);
    }
    // Distinct between runs and within one; nobody is to be kept from guessing it.
    static std::atomic<std::uint64_t> next{(std::uint64_t{std::random_device{}()} << 32) | std::random_device{}()};
    std::string id;
    fmt::format_to(std::back_inserter(id), "{:016x}", next.fetch_add(1, std::memory_order_relaxed));
    return id;
}

std::string plainRefusal(int status, std::string_view sentence) {
    return fmt::format("HTTP/1.1 {} {}\r\nDate: {}\r\nContent-Type: text/plain; charset=utf-8\r\n{}{}Content-Length: "
                       "{}\r\nConnection: close\r\n\r\n{}\n",
                       status, reasonOf(status), dateNow(), kGuards, status == 503 ? "Retry-After: 1\r\n" : "",
                       sentence.size() + 1, sentence);
}

}  // namespace xinpu::server
