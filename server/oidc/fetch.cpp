// server/oidc/fetch.cpp
// A client of Beast that runs on the thread of its caller.
#include "server/oidc/fetch.h"

#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <fmt/format.h>

#include "xinpu/error.h"

namespace xinpu::server {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = net::ip::tcp;

struct Url {
    bool tls = false;
    std::string host;  ///< without brackets
    std::string port;
    std::string target;
};

bool isLoopback(std::string_view host) {
    boost::system::error_code wrong;
    const net::ip::address address = net::ip::make_address(std::string(host), wrong);
    return host == "localhost" || (!wrong && address.is_loopback());
}

Url urlOf(std::string_view text) {
    const auto wrong = [text](const char* why) {
        throw Error(ErrorCode::Usage, fmt::format("'{:.200}' cannot be fetched: {}.", text, why));
    };
    Url url;
    url.tls = text.starts_with("https://");
    if (!url.tls && !text.starts_with("http://")) {
        wrong("it must begin with https://");
    }
    std::string_view rest = text.substr(text.find("//") + 2);
    std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    rest.remove_prefix(authority.size());
    if (authority.find('@') != std::string_view::npos) {
        wrong("it must not hold a password");
    }
    const bool bracketed = authority.starts_with('[');
    const std::size_t end = bracketed ? authority.find(']') : authority.find(':');
    url.host = authority.substr(bracketed ? 1 : 0, bracketed ? end - 1 : end);
    const std::size_t colon = authority.find(':', bracketed ? end : 0);
    url.port = colon == std::string_view::npos ? (url.tls ? "443" : "80") : authority.substr(colon + 1);
    url.target = rest.empty() || rest.front() != '/' ? "/" + std::string(rest) : std::string(rest);
    if (url.host.empty() || url.target.find_first_of(" \r\n") != std::string::npos) {
        wrong("it names no host, or holds a space");
    }
    if (!url.tls && !isLoopback(url.host)) {
        wrong("without https, it must lie on loopback");
    }
    return url;
}

template <typename Stream>
net::awaitable<std::string> exchange(Stream& stream, const Url& url) {
    http::request<http::empty_body> request(http::verb::get, url.target, 11);
    request.set(http::field::host, url.host + ":" + url.port);
    request.set(http::field::accept, "application/json");
    request.set(http::field::connection, "close");
    co_await http::async_write(stream, request, net::use_awaitable);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(kFetchBytesMax);
    co_await http::async_read(stream, buffer, parser, net::use_awaitable);
    if (parser.get().result() != http::status::ok) {
        throw Error(ErrorCode::Io, fmt::format("it answers {}", parser.get().result_int()));
    }
    co_return std::move(parser.get().body());
}

net::awaitable<std::string> get(const Url& url) {
    const auto executor = co_await net::this_coro::executor;
    tcp::resolver resolver(executor);
    const auto endpoints = co_await resolver.async_resolve(url.host, url.port, net::use_awaitable);
    if (!url.tls) {
        beast::tcp_stream stream(executor);
        stream.expires_after(kFetchMax);
        co_await stream.async_connect(endpoints, net::use_awaitable);
        co_return co_await exchange(stream, url);
    }
    net::ssl::context context(net::ssl::context::tls_client);
    context.set_default_verify_paths();
    context.set_verify_mode(net::ssl::verify_peer);
    beast::ssl_stream<beast::tcp_stream> stream(executor, context);
    stream.set_verify_callback(net::ssl::host_name_verification(url.host));
    // As SSL_set_tlsext_host_name, whose cast is one of C.
    SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             const_cast<char*>(url.host.c_str()));
    beast::get_lowest_layer(stream).expires_after(kFetchMax);
    co_await beast::get_lowest_layer(stream).async_connect(endpoints, net::use_awaitable);
    co_await stream.async_handshake(net::ssl::stream_base::client, net::use_awaitable);
    co_return co_await exchange(stream, url);
}

}  // namespace

void demandFetchable(std::string_view url) {
    urlOf(url);
}

std::string fetch(const std::string& text) {
    const Url url = urlOf(text);
    net::io_context context(1);
    std::string body;
    std::exception_ptr failed;
    net::co_spawn(context, get(url), [&](std::exception_ptr error, std::string found) {
        failed = error;
        body = std::move(found);
    });
    context.run_for(kFetchMax + std::chrono::seconds(1));  // resolving has no limit of its own
    if (!context.stopped()) {
        throw Error(ErrorCode::Io, fmt::format("'{:.200}' cannot be fetched: no answer in time.", text));
    }
    try {
        if (failed) {
            std::rethrow_exception(failed);
        }
    } catch (const std::exception& error) {
        throw Error(ErrorCode::Io, fmt::format("'{:.200}' cannot be fetched: {}.", text, error.what()));
    }
    return body;
}

}  // namespace xinpu::server
