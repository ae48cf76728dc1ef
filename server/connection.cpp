// server/connection.cpp
// A coroutine a connection: read, work, send, again.
#include "server/connection.h"

#include <array>
#include <chrono>
#include <ctime>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

#include "xinpu/error.h"

namespace xinpu::server {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = net::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t kHeaderBytesMax = 16 * 1024;
constexpr std::size_t kReadBytes = 4 * 1024;
constexpr std::chrono::seconds kIdleMax{300};        // between two requests of a connection
constexpr std::chrono::seconds kHeaderMax{10};       // from a request's first byte to the end of its header
constexpr std::chrono::seconds kBodyMax{60};         // for the rest of its body
constexpr std::chrono::seconds kDiscardMax{2};       // of what a refused client goes on sending
constexpr std::chrono::seconds kWriteMax{60};        // for a client to take a piece of the answer
constexpr std::chrono::milliseconds kLookEvery{25};  // whether the client of a long statement is still there

/// A view of Beast's own kind of text.
std::string_view viewOf(beast::string_view text) noexcept {
    return {text.data(), text.size()};
}

std::string_view reasonOf(int status) noexcept {
    return viewOf(http::obsolete_reason(static_cast<http::status>(status)));
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

/// One client. Requests are answered one after the other, so pipelined ones wait in the buffer.
///
/// Threads: everything runs on its strand but what the worker does with `exchange`.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(tcp::socket socket, Host& host)
        : stream_(std::move(socket)), signal_(stream_.get_executor()), host_(host) {
        error_code gone;
        peer_ = stream_.socket().remote_endpoint(gone).address().to_string();
        const std::lock_guard lock(host_.mutex);
        host_.connections.insert(this);
        host_.count.fetch_add(1);
    }
    ~Connection() {
        const std::lock_guard lock(host_.mutex);
        host_.connections.erase(this);
        host_.count.fetch_sub(1);
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    net::awaitable<void> run() {
        const auto self = shared_from_this();
        exchange_ = std::make_shared<Exchange>();
        // Held weakly by the exchange that the connection owns; alive whenever a worker calls it, which holds
        // both.
        exchange_->wake = [weak = weak_from_this()] {
            if (const auto connection = weak.lock()) {
                net::post(connection->stream_.get_executor(), [connection] { connection->signal_.cancel(); });
            }
        };
        bool keep = true;
        bool refused = false;
        while (keep && !host_.service.draining()) {
            http::request_parser<http::string_body> parser;
            parser.header_limit(kHeaderBytesMax);
            parser.body_limit(Service::kBodyBytesMax);
            exchange_->reset();
            idle_ = true;
            const Read got = co_await readRequest(parser);
            idle_ = false;
            if (got == Read::Closed) {
                break;
            }
            refused = got == Read::Refused;
            keep = !refused && parser.get().keep_alive();
            version_ = parser.get().version();
            if (got == Read::Request) {
                fillRequest(parser.get());
                co_await work();
            }
            keep = keep && !host_.service.draining();
            const bool sent = co_await send(keep);
            keep = keep && sent;
        }
        error_code ignored;
        stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
        if (refused) {
            co_await discard();
        }
    }

    /// For the end of the server: closes a connection that waits for a request, and with `hard` any other
    /// too.
    void closeSoon(bool hard) {
        net::post(stream_.get_executor(), [self = shared_from_this(), hard] {
            if (hard) {
                self->exchange_->cancelled.store(true);
            }
            if (self->idle_ || hard) {
                self->stream_.cancel();
                if (self->idle_) {
                    self->stream_.close();
                }
            }
        });
    }

private:
    enum class Read : std::uint8_t { Closed, Request, Refused };
    using Parser = http::request_parser<http::string_body>;

    net::awaitable<error_code> readMore() {
        error_code error;
        const std::size_t size = co_await stream_.async_read_some(
            buffer_.prepare(kReadBytes), net::redirect_error(net::use_awaitable, error));
        buffer_.commit(size);
        co_return error;
    }

    /// Feeds what is in the buffer to the parser. False: it needs more.
    bool feed(Parser& parser, bool (Parser::*is_enough)() const, error_code& error) {
        while (buffer_.size() > 0 && !(parser.*is_enough)()) {
            const std::size_t used = parser.put(buffer_.data(), error);
            buffer_.consume(used);
            if (error == http::error::need_more) {
                error = {};
                return (parser.*is_enough)();
            }
            if (error) {
                return true;
            }
        }
        return (parser.*is_enough)();
    }

    /// Reads by hand rather than by http::async_read: the whole request lies in one read mostly, and refusals
    /// and `Expect: 100-continue` come between header and body.
    net::awaitable<Read> readRequest(Parser& parser) {
        error_code error;
        bool started = buffer_.size() > 0;
        stream_.expires_after(started ? kHeaderMax : kIdleMax);
        while (!feed(parser, &Parser::is_header_done, error)) {
            if (co_await readMore()) {
                co_return Read::Closed;
            }
            if (!started) {
                started = true;
                idle_ = false;
                stream_.expires_after(kHeaderMax);
            }
        }
        if (error) {
            refuse(error);
            co_return Read::Refused;
        }
        if (parser.is_done()) {
            co_return Read::Request;
        }
        parser.eager(true);
        stream_.expires_after(kBodyMax);
        if (equalIgnoringCase(viewOf(parser.get()[http::field::expect]), "100-continue")) {
            co_await write("HTTP/1.1 100 Continue\r\n\r\n");
        }
        while (!feed(parser, &Parser::is_done, error)) {
            if (co_await readMore()) {
                co_return Read::Closed;
            }
        }
        if (error) {
            refuse(error);
            co_return Read::Refused;
        }
        co_return Read::Request;
    }

    /// Reads on for a moment after a refusal: closing at once would reset the connection, and a client that
    /// is still sending would never see the answer.
    net::awaitable<void> discard() {
        stream_.expires_after(kDiscardMax);
        error_code error;
        while (!error) {
            buffer_.clear();
            error = co_await readMore();
        }
    }

    void refuse(const error_code& error) {
        const bool large = error == http::error::body_limit;
        const bool header = error == http::error::header_limit || error == http::error::buffer_overflow;
        const Error refusal(ErrorCode::Usage,
                            large
                                ? fmt::format("The body is larger than {} MiB.", Service::kBodyBytesMax >> 20)
                            : header ? fmt::format("The header is larger than {} KiB.", kHeaderBytesMax >> 10)
                                     : fmt::format("The request is no HTTP: {}.", error.message()),
                            large    ? details::kTooLarge
                            : header ? details::kHeaderTooLarge
                                     : details::kMalformed);
        replyError(*exchange_, errorAnswer(refusal, {}), AnswerForm{});
    }

    void fillRequest(const http::request<http::string_body>& message) {
        Request& request = exchange_->request;
        request = Request{};
        request.peer = peer_;
        request.method = methodOf(message.method());
        request.target = viewOf(message.target());
        request.body = message.body();
        for (const auto& field : message.base()) {
            switch (field.name()) {
            case http::field::host:
                request.host = viewOf(field.value());
                break;
            case http::field::authorization:
                request.authorization = viewOf(field.value());
                break;
            case http::field::accept:
                request.accept = viewOf(field.value());
                break;
            case http::field::accept_encoding:
                request.accept_encoding = viewOf(field.value());
                break;
            case http::field::content_type:
                request.content_type = viewOf(field.value());
                break;
            case http::field::content_encoding:
                request.content_encoding = viewOf(field.value());
                break;
            case http::field::unknown:
                if (equalIgnoringCase(viewOf(field.name_string()), "X-Xinpu-Act-As")) {
                    request.act_as = viewOf(field.value());
                }
                break;
            default:
                break;
            }
        }
        head_only_ = request.method == Method::Head;
    }

    /// Returns when the reply stands, or its rows begin to flow.
    net::awaitable<void> work() {
        Work work;
        if (host_.service.tryNow(*exchange_, work)) {
            exchange_->answered();
            co_return;
        }
        const WorkerPool::Lane lane = host_.service.laneOf(work);
        const bool taken = host_.pool.submit(
            lane, [exchange = exchange_, self = shared_from_this(), work = std::move(work)]() mutable {
                self->host_.service.answer(*exchange, work);
                exchange->answered();
                exchange->notify();
            });
        if (!taken) {
            const Error busy(ErrorCode::Limit, "The server has too much to do; try again.", details::kBusy);
            replyError(*exchange_, errorAnswer(busy, {}), AnswerForm{});
            exchange_->answered();
            co_return;
        }
        while (exchange_->phase() == Exchange::Phase::Working) {
            co_await waitForWorker();
        }
    }

    /// Until the worker has something to say, at most kLookEvery; then looks whether the client is still
    /// there.
    net::awaitable<void> waitForWorker() {
        error_code ignored;
        signal_.expires_after(kLookEvery);
        co_await signal_.async_wait(net::redirect_error(net::use_awaitable, ignored));
        if (!ignored && clientIsGone()) {
            exchange_->cancelled.store(true);
        }
    }

    bool clientIsGone() {
        char byte = 0;
        const ssize_t got = ::recv(stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
    }

    std::string header(bool keep, bool chunked) const {
        const Reply& reply = exchange_->reply;
        std::string text;
        text.reserve(256 + reply.headers.size());
        const auto back = std::back_inserter(text);
        fmt::format_to(back, "HTTP/1.1 {} {}\r\nDate: {}\r\n", reply.status, reasonOf(reply.status),
                       dateNow());
        if (!reply.content_type.empty()) {
            text.append("Content-Type: ").append(reply.content_type);
            text.append("\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n");
        }
        text.append(reply.headers);
        if (chunked) {
            text.append(version_ >= 11 ? "Transfer-Encoding: chunked\r\n" : "");
        } else if (reply.status != 204) {
            fmt::format_to(back, "Content-Length: {}\r\n", reply.body.size());
        }
        if (!keep) {
            text.append("Connection: close\r\n");
        } else if (version_ < 11) {
            text.append("Connection: keep-alive\r\n");
        }
        text.append("\r\n");
        return text;
    }

    /// All of it, or false.
    net::awaitable<bool> write(std::string_view first, std::string_view second = {}) {
        stream_.expires_after(kWriteMax);
        std::array<net::const_buffer, 2> pieces = {net::buffer(first.data(), first.size()),
                                                   net::buffer(second.data(), second.size())};
        std::size_t left = first.size() + second.size();
        while (left > 0) {
            error_code error;
            const std::size_t sent =
                co_await stream_.async_write_some(pieces, net::redirect_error(net::use_awaitable, error));
            if (error) {
                co_return false;
            }
            const std::size_t of_first = std::min(sent, pieces[0].size());
            pieces[0] += of_first;
            pieces[1] += sent - of_first;
            left -= sent;
        }
        co_return true;
    }

    /// False: the connection is of no more use.
    net::awaitable<bool> send(bool keep) {
        if (!exchange_->streamed) {
            const std::string head = header(keep, false);
            co_return co_await write(head, head_only_ ? std::string_view() : exchange_->reply.body);
        }
        const bool chunked = version_ >= 11;
        keep = keep && chunked;
        const std::string head = header(keep, true);
        bool whole = co_await write(head);
        if (whole) {
            whole = co_await sendPieces(chunked);
        }
        if (!whole) {
            exchange_->cancelled.store(true);
        }
        while (exchange_->phase() != Exchange::Phase::Answered) {
            co_await waitForWorker();
        }
        co_return whole&& keep;
    }

    net::awaitable<bool> sendPieces(bool chunked) {
        std::string piece;
        while (true) {
            const bool all_put = exchange_->phase() == Exchange::Phase::Answered;
            switch (exchange_->spool.take(piece)) {
            case Spool::Taken::Piece: {
                if (chunked) {
                    piece.append("\r\n");
                }
                const std::string size = chunked ? fmt::format("{:x}\r\n", piece.size() - 2) : std::string();
                if (!co_await write(size, piece)) {
                    co_return false;
                }
                break;
            }
            case Spool::Taken::NothingYet:
                if (all_put || exchange_->cancelled.load()) {
                    co_return false;
                }
                co_await waitForWorker();
                break;
            case Spool::Taken::End:
                co_return !chunked || co_await write("0\r\n\r\n");
            case Spool::Taken::Broken:
                co_return false;
            }
        }
    }

    beast::tcp_stream stream_;
    net::steady_timer signal_;
    Host& host_;
    beast::flat_buffer buffer_;
    std::shared_ptr<Exchange> exchange_;
    unsigned version_ = 11;
    bool head_only_ = false;
    std::string peer_;  // the address of the client
    bool idle_ = false;
};

void serveClient(tcp::socket socket, Host& host) {
    const auto executor = socket.get_executor();
    auto connection = std::make_shared<Connection>(std::move(socket), host);
    net::co_spawn(
        executor, [connection] { return connection->run(); }, net::detached);
}

void closeConnections(Host& host, bool hard) {
    std::vector<std::shared_ptr<Connection>> connections;
    {
        const std::lock_guard lock(host.mutex);
        for (Connection* connection : host.connections) {
            if (auto held = connection->weak_from_this().lock()) {
                connections.push_back(std::move(held));
            }
        }
    }
    for (const auto& connection : connections) {
        connection->closeSoon(hard);
    }
}

}  // namespace xinpu::server
