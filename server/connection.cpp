// server/connection.cpp
// A coroutine a connection: read, work, send, again.
#include "server/connection.h"

#include <chrono>
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
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

#include "server/answer_header.h"
#include "server/client_stream.h"
#include "server/log.h"
#include "server/request_of.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = net::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t kHeaderBytesMax = 16 * 1024;
constexpr std::chrono::seconds kIdleMax{300};        // between two requests of a connection
constexpr std::chrono::seconds kHeaderMax{10};       // from a request's first byte to the end of its header
constexpr std::chrono::seconds kBodyMax{60};         // for the rest of its body
constexpr std::chrono::seconds kDiscardMax{2};       // of what a refused client goes on sending
constexpr std::chrono::milliseconds kLookEvery{25};  // whether the client of a long statement is still there

}  // namespace

/// One client. Requests are answered one after the other, so pipelined ones wait in the buffer.
///
/// Threads: everything runs on its strand but what the worker does with `exchange`.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(tcp::socket socket, Clients::Place place, Host& host)
        : stream_(std::move(socket)), signal_(stream_.executor()), host_(host), place_(std::move(place)) {
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
                net::post(connection->stream_.executor(), [connection] { connection->signal_.cancel(); });
            }
        };
        bool refused = false;
        bool keep = host_.certificates == nullptr || co_await secure(refused);
        while (keep && !host_.service.draining()) {
            http::request_parser<http::string_body> parser;
            parser.header_limit(kHeaderBytesMax);
            parser.body_limit(Service::kBodyBytesMax);
            exchange_->reset();
            route_ = nullptr;
            pattern_ = {};
            principal_.clear();
            written_before_ = stream_.written();
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
            } else {
                exchange_->request = Request{};
                exchange_->request_id = requestIdOf({});
            }
            keep = keep && !host_.service.draining();
            const bool sent = co_await send(keep);
            keep = keep && sent;
            countAnswer();
        }
        co_await stream_.sayFarewell(!refused);
        if (refused) {
            co_await discard();
        }
    }

    /// For the end of the server: closes a connection that waits for a request, and with `hard` any other
    /// too.
    void closeSoon(bool hard) {
        net::post(stream_.executor(), [self = shared_from_this(), hard] {
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

    /// TLS's handshake. False: there will be no request; who spoke HTTP was told.
    net::awaitable<bool> secure(bool& refused) {
        idle_ = true;
        const ClientStream::Secured secured = co_await stream_.secure(*host_.certificates);
        idle_ = false;
        refused = secured == ClientStream::Secured::SpokeHttp;
        if (refused) {
            const std::string refusal =
                plainRefusal(400, "This port speaks HTTPS, not HTTP: write https:// in the address.");
            co_await stream_.write(refusal);
        }
        co_return secured == ClientStream::Secured::Yes;
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
        started_ = Clients::Clock::now();
        stream_.expireAfter(started ? kHeaderMax : kIdleMax);
        while (!feed(parser, &Parser::is_header_done, error)) {
            if (co_await stream_.readMore(buffer_)) {
                co_return Read::Closed;
            }
            if (!started) {
                started = true;
                started_ = Clients::Clock::now();
                idle_ = false;
                stream_.expireAfter(kHeaderMax);
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
        stream_.expireAfter(kBodyMax);
        if (equalIgnoringCase(viewOf(parser.get()[http::field::expect]), "100-continue")) {
            co_await stream_.write("HTTP/1.1 100 Continue\r\n\r\n");
        }
        while (!feed(parser, &Parser::is_done, error)) {
            if (co_await stream_.readMore(buffer_)) {
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
        stream_.expireAfter(kDiscardMax);
        error_code error;
        while (!error) {
            buffer_.clear();
            error = co_await stream_.readMore(buffer_);
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
        exchange_->request = requestOf(message);
        exchange_->request.peer = peer_;
        head_only_ = exchange_->request.method == Method::Head;
        exchange_->request_id = requestIdOf(exchange_->request.sent_id);
    }

    void countAnswer() {
        host_.service.metrics().requestDone(route_, exchange_->reply.status,
                                            std::chrono::steady_clock::now() - started_, stream_.written() - written_before_);
        logRequest({.id = exchange_->request_id,
                    .method = nameOf(exchange_->request.method),
                    .route = pattern_,
                    .status = exchange_->reply.status,
                    .span = std::chrono::steady_clock::now() - started_,
                    .bytes = stream_.written() - written_before_,
                    .principal = principal_});
    }

    /// Returns when the reply stands, or its rows begin to flow.
    net::awaitable<void> work() {
        Work work;
        if (!place_.mayAsk(started_)) {
            answerNow(Error(ErrorCode::Limit, "This client sends more requests a second than it may; try again.",
                            details::kTooManyRequests));
            co_return;
        }
        const bool stands =
            host_.metrics_only ? !seeMetrics(work) : host_.service.tryNow(*exchange_, work);
        route_ = work.route;
        pattern_ = work.pattern;
        principal_ = work.principal.id;
        if (stands) {
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
            answerNow(Error(ErrorCode::Limit, "The server has too much to do; try again.", details::kBusy));
            co_return;
        }
        while (exchange_->phase() == Exchange::Phase::Working) {
            co_await waitForWorker();
        }
    }

    /// On the port that asks no key: True if it is the metrics that are asked for; else the refusal stands.
    bool seeMetrics(Work& work) {
        const Request& request = exchange_->request;
        const Destination destination = destinationOf(request.method, request.target);
        if (destination.route == nullptr || destination.route->operation != Operation::ReadMetrics) {
            replyError(*exchange_,
                       errorAnswer(Error(ErrorCode::Usage, "This port has /metrics only.", details::kPathNotFound), {}),
                       AnswerForm{});
            return false;
        }
        work.route = destination.route;
        work.pattern = destination.pattern;
        work.checked = true;  // nobody is asked who he is
        return true;
    }

    void answerNow(const Error& error) {
        replyError(*exchange_, errorAnswer(error, {}), AnswerForm{});
        exchange_->answered();
    }

    /// Until the worker has something to say, at most kLookEvery; then looks whether the client is still
    /// there.
    net::awaitable<void> waitForWorker() {
        error_code ignored;
        signal_.expires_after(kLookEvery);
        co_await signal_.async_wait(net::redirect_error(net::use_awaitable, ignored));
        if (!ignored && stream_.peerIsGone()) {
            exchange_->cancelled.store(true);
        }
    }

    std::string header(bool keep, bool chunked) const {
        return answerHeader(*exchange_, {.version = version_,
                                         .keep = keep,
                                         .chunked = chunked,
                                         .secure = stream_.isSecure(),
                                         .cors_origins = host_.cors_origins});
    }

    /// False: the connection is of no more use.
    net::awaitable<bool> send(bool keep) {
        if (!exchange_->streamed) {
            const std::string head = header(keep, false);
            co_return co_await stream_.write(head, head_only_ ? std::string_view() : exchange_->reply.body);
        }
        const bool chunked = version_ >= 11;
        keep = keep && chunked;
        const std::string head = header(keep, true);
        bool whole = co_await stream_.write(head);
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
                if (!co_await stream_.write(size, piece)) {
                    co_return false;
                }
                break;
            }
            case Spool::Taken::NothingYet:
                if (all_put) {
                    co_return false;
                }
                // A statement that was told to stop says so in the rest of its answer.
                co_await waitForWorker();
                break;
            case Spool::Taken::End:
                co_return !chunked || co_await stream_.write("0\r\n\r\n");
            case Spool::Taken::Broken:
                co_return false;
            }
        }
    }

    ClientStream stream_;
    net::steady_timer signal_;
    Host& host_;
    Clients::Place place_;
    beast::flat_buffer buffer_;
    std::shared_ptr<Exchange> exchange_;
    unsigned version_ = 11;
    bool head_only_ = false;
    std::string peer_;  // the address of the client
    // Of the request that is answered, for metrics and log.
    Clients::Clock::time_point started_{};
    const Route* route_ = nullptr;
    std::string_view pattern_;
    std::string principal_;
    std::uint64_t written_before_ = 0;
    bool idle_ = false;
};

namespace {

/// Of a connection that there is no room for. Over TLS it is closed: a handshake is what costs most.
void turnAway(tcp::socket& socket, bool secure) {
    if (!secure) {
        const std::string refusal = plainRefusal(503, "The server has as many connections as it takes; try again.");
        // What does not fit into the empty buffer of a new socket is not waited for.
        [[maybe_unused]] const ssize_t sent =
            ::send(socket.native_handle(), refusal.data(), refusal.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }
    error_code ignored;
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    socket.close(ignored);
}

}  // namespace

void serveClient(tcp::socket socket, Host& host) {
    const auto executor = socket.get_executor();
    error_code gone;
    Clients::Place place = host.clients.admit(socket.remote_endpoint(gone).address());
    if (!place || host.count.load() >= host.clients.limits().connections_max) {
        turnAway(socket, host.certificates != nullptr);
        return;
    }
    auto connection = std::make_shared<Connection>(std::move(socket), std::move(place), host);
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
