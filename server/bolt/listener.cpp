// server/bolt/listener.cpp
// Two coroutines a connection: one reads and queues requests, so that a RESET is seen while a statement runs;
// the other answers them in order.
#include "server/bolt/listener.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "server/bolt/session.h"
#include "server/bolt/structure_tags.h"
#include "server/log.h"
#include "xinpu/error.h"

namespace xinpu::server::bolt {
namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMessageBytesMax = Service::kBodyBytesMax;
constexpr std::size_t kUnknownMessageBytesMax = 64 * 1024;     // of clients that have not logged on
constexpr std::size_t kQueuedBytesMax = std::size_t{1} << 20;  // of requests that wait; then none is read
constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::chrono::seconds kLogonMax{30};    // from the first byte to the client being known
constexpr std::chrono::seconds kMessageMax{60};  // from a request's first byte to its last
constexpr std::chrono::hours kIdleMax{2};        // between two requests: drivers keep connections for an hour
constexpr std::chrono::seconds kWriteMax{60};    // for a client to take a piece of the answer
constexpr std::chrono::seconds kSweepEvery{1};

/// To whom speaks HTTP to this port.
std::string httpRefusal() {
    constexpr std::string_view kText =
        "This port speaks Bolt, not HTTP: use the port that xinpu serve prints "
        "as 'listening on http://…', or a bolt:// address.\n";
    return fmt::format("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"
                       "Content-Length: {}\r\nConnection: close\r\n\r\n{}",
                       kText.size(), kText);
}

bool isHttp(std::string_view bytes) noexcept {
    constexpr std::string_view kMethods[] = {"GET ", "HEAD", "POST", "PUT ", "DELE",
                                             "OPTI", "PATC", "CONN", "TRAC", "PRI "};
    return std::any_of(std::begin(kMethods), std::end(kMethods),
                       [&](std::string_view method) { return bytes.starts_with(method); });
}

std::string textOf(const tcp::endpoint& endpoint) {
    const std::string host = endpoint.address().to_string();
    return fmt::format("{}:{}", endpoint.address().is_v6() ? "[" + host + "]" : host, endpoint.port());
}

}  // namespace

/// One client.
///
/// Threads: everything runs on its strand but what workers do with jobs, and `deadline()`.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(tcp::socket socket, Host& host)
        : socket_(std::move(socket)), signal_(socket_.get_executor()), room_(socket_.get_executor()),
          host_(host), unframer_(kUnknownMessageBytesMax) {
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
        try {
            begun_ = Clock::now();
            readBy(begun_ + kLogonMax);
            const std::optional<Version> version = co_await handshake();
            if (version) {
                open(*version);
                net::co_spawn(
                    socket_.get_executor(), [self] { return self->readAll(); }, net::detached);
                co_await answerAll();
            }
        } catch (const std::exception& unexpected) {
            logEvent(LogLevel::Error, "bolt connection broken off", {{"what", unexpected.what()}});
        }
        gone_ = true;
        room_.cancel();
        // The last answer is still read by the client if its own bytes that nobody reads do not reset the
        // connection.
        error_code ignored;
        socket_.shutdown(tcp::socket::shutdown_send, ignored);
        co_await drop();
        socket_.close(ignored);
    }

    void closeSoon(bool hard) {
        net::post(socket_.get_executor(), [self = shared_from_this(), hard] {
            if (hard || self->idle_) {
                self->leave();
            }
        });
    }

    bool isLate(Clock::time_point now) const noexcept {
        const auto ticks = now.time_since_epoch().count();
        return ticks > read_by_.load(std::memory_order_relaxed) ||
               ticks > write_by_.load(std::memory_order_relaxed);
    }

private:
    static constexpr Clock::rep kNever = Clock::time_point::max().time_since_epoch().count();

    void readBy(Clock::time_point when) {
        read_by_.store(when.time_since_epoch().count(), std::memory_order_relaxed);
    }

    /// Nothing more is read or written; what runs is cancelled.
    void leave() {
        gone_ = true;
        error_code ignored;
        socket_.close(ignored);
        if (session_) {
            session_->interrupt();
        }
        signal_.cancel();
        room_.cancel();
    }

    /// Bytes that have come; empty: none will come any more. An idle connection holds no buffer.
    net::awaitable<std::string_view> read() {
        error_code error;
        std::string_view bytes;
        bool again = true;
        while (again && !error) {
            co_await socket_.async_wait(tcp::socket::wait_read,
                                        net::redirect_error(net::use_awaitable, error));
            again = !error && !readNow(bytes);
        }
        co_return bytes;
    }
    /// Outside the coroutine, which may go on on another thread than it began. False: nothing was there.
    bool readNow(std::string_view& bytes) {
        thread_local std::array<char, kReadBytes> buffer;
        error_code error;
        const std::size_t size = socket_.read_some(net::buffer(buffer), error);
        bytes = error ? std::string_view() : std::string_view(buffer.data(), size);
        return error != net::error::would_block && error != net::error::try_again;
    }

    net::awaitable<bool> write(std::string_view bytes) {
        while (!bytes.empty()) {
            error_code error;
            write_by_.store((Clock::now() + kWriteMax).time_since_epoch().count(), std::memory_order_relaxed);
            const std::size_t sent = co_await socket_.async_write_some(
                net::buffer(bytes.data(), bytes.size()), net::redirect_error(net::use_awaitable, error));
            write_by_.store(kNever, std::memory_order_relaxed);
            if (error) {
                co_return false;
            }
            bytes.remove_prefix(sent);
        }
        co_return true;
    }

    /// At least `size` bytes in `early_`, or false.
    net::awaitable<bool> need(std::size_t size) {
        while (early_.size() < size) {
            const std::string_view bytes = co_await read();
            if (bytes.empty()) {
                co_return false;
            }
            early_.append(bytes);
        }
        co_return true;
    }

    net::awaitable<std::optional<Version>> handshake() {
        if (!co_await need(kMagic.size())) {
            co_return std::nullopt;
        }
        if (!early_.starts_with(kMagic)) {
            if (isHttp(early_)) {
                const std::string refusal = httpRefusal();
                co_await write(refusal);
            }
            co_return std::nullopt;
        }
        if (!co_await need(kHandshakeBytes)) {
            co_return std::nullopt;
        }
        Choice choice = choose(std::string_view(early_).substr(kMagic.size(), 16));
        early_.erase(0, kHandshakeBytes);
        if (!choice.manifest) {
            const std::string answer = answerOf(choice.version);
            co_return co_await write(answer) ? choice.version : std::nullopt;
        }
        const std::string list = manifest();
        if (!co_await write(list)) {
            co_return std::nullopt;
        }
        std::size_t used = 0;
        for (std::size_t size = 5; used == 0 && size < 16; ++size) {
            if (!co_await need(size)) {
                co_return std::nullopt;
            }
            choice.version = chosenFromManifest(early_, used);
        }
        early_.erase(0, used);
        co_return choice.version;
    }

    void open(Version version) {
        error_code ignored;
        const tcp::endpoint local = socket_.local_endpoint(ignored);
        session_ = std::make_unique<Session>(
            host_.service, version, fmt::format("bolt-{}", host_.served.fetch_add(1) + 1), textOf(local),
            [weak = weak_from_this()] {
                if (const auto connection = weak.lock()) {
                    net::post(connection->socket_.get_executor(),
                              [connection] { connection->signal_.cancel(); });
                }
            });
    }

    /// Queues messages; on a RESET the session is told at once.
    void queue(std::string_view bytes) {
        std::string message;
        Unframer::Got got = Unframer::Got::NeedMore;
        while ((got = unframer_.take(bytes, message)) == Unframer::Got::Message) {
            if (message.size() > 1 && static_cast<std::uint8_t>(message[1]) == tags::kReset) {
                session_->interrupt();
            } else if (message.size() > 1 && static_cast<std::uint8_t>(message[1]) == tags::kGoodbye) {
                session_->interrupt();  // what runs has nobody to run for
            }
            within_ = false;
            queued_bytes_ += message.size();
            queue_.push_back(std::move(message));
            message.clear();
        }
        too_large_ = got == Unframer::Got::TooLarge;
        signal_.cancel();
    }

    net::awaitable<void> readAll() {
        const auto self = shared_from_this();
        try {
            co_await readOn();
        } catch (const std::exception& unexpected) {
            logEvent(LogLevel::Error, "bolt connection broken off", {{"what", unexpected.what()}});
            leave();
        }
    }

    net::awaitable<void> readOn() {
        std::string_view bytes = early_;
        while (!gone_ && !too_large_) {
            if (!bytes.empty()) {
                queue(bytes);
                early_.clear();
            }
            while (queued_bytes_ > kQueuedBytesMax && !gone_) {
                readBy(Clock::now() + kIdleMax);
                co_await sleep(room_);
            }
            if (!session_->loggedOn()) {
                readBy(begun_ + kLogonMax);
            } else if (unframer_.within()) {
                if (!within_) {
                    readBy(Clock::now() + kMessageMax);
                }
            } else {
                readBy(Clock::now() + kIdleMax);
            }
            within_ = unframer_.within();
            if (!gone_ && !too_large_) {
                bytes = co_await read();
                if (bytes.empty()) {
                    leave();
                }
            }
        }
    }

    static net::awaitable<void> sleep(net::steady_timer& timer) {
        error_code ignored;
        timer.expires_at(net::steady_timer::time_point::max());
        co_await timer.async_wait(net::redirect_error(net::use_awaitable, ignored));
    }

    net::awaitable<void> answerAll() {
        bool open = true;
        while (open && !gone_) {
            if (queue_.empty()) {
                open = co_await flush() && !too_large_ && !host_.service.draining();
                if (open && queue_.empty() && !gone_) {
                    idle_ = true;
                    co_await sleep(signal_);
                    idle_ = false;
                }
                continue;
            }
            const std::string message = std::move(queue_.front());
            queue_.pop_front();
            queued_bytes_ -= message.size();
            room_.cancel();
            open = co_await answer(message);
        }
        if (too_large_ && !gone_) {
            putFailure(session_->out(), {5, 0},
                       Failure::of(Error(ErrorCode::Usage, "A message is larger than the server takes.",
                                         details::kTooLarge),
                                   {}));
        }
        co_await flush();
        while (session_->resume() == Session::Next::Wait) {
            co_await work();
        }
        if (std::optional<Session::Task> last = session_->end()) {
            host_.pool.submit(last->lane, std::move(last->run));
        }
    }

    /// Hands a task over if there is one, and waits until a worker has something to say.
    net::awaitable<void> work() {
        if (std::optional<Session::Task> task = session_->takeTask()) {
            if (!host_.pool.submit(task->lane, std::move(task->run))) {
                session_->refuseTask();
                co_return;
            }
        }
        co_await sleep(signal_);
    }

    /// False: the conversation is over.
    net::awaitable<bool> answer(const std::string& message) {
        const bool logged_on = session_->loggedOn();
        Session::Next next = session_->take(message);
        while (next == Session::Next::Wait || next == Session::Next::Flush) {
            if (next == Session::Next::Wait) {
                co_await work();
            } else if (!co_await flush()) {
                leave();
            }
            next = session_->resume();
        }
        if (!logged_on && session_->loggedOn()) {
            unframer_.limitTo(kMessageBytesMax);
            readBy(Clock::now() + kIdleMax);
        } else if (logged_on && !session_->loggedOn()) {
            begun_ = Clock::now();
            readBy(begun_ + kLogonMax);
        }
        co_return next == Session::Next::Done;
    }

    net::awaitable<bool> flush() {
        std::string& out = session_->out();
        bool sent = true;
        if (!out.empty() && !gone_) {
            const std::string bytes = std::exchange(out, {});
            sent = co_await write(bytes);
            if (!sent) {
                leave();
            }
        }
        co_return sent && !gone_;
    }

    /// Reads and drops what a refused client goes on sending, for a moment.
    net::awaitable<void> drop() {
        constexpr std::chrono::seconds kDropMax{1};
        readBy(Clock::now() + kDropMax);
        while (socket_.is_open()) {
            const std::string_view bytes = co_await read();
            if (bytes.empty()) {
                break;
            }
        }
    }

    tcp::socket socket_;
    net::steady_timer signal_;  // cancelled when the answering coroutine has to look again
    net::steady_timer room_;    // the same for the reading one
    Host& host_;
    std::unique_ptr<Session> session_;
    Unframer unframer_;
    std::string early_;
    std::deque<std::string> queue_;
    std::size_t queued_bytes_ = 0;
    Clock::time_point begun_{};
    std::atomic<Clock::rep> read_by_{kNever};
    std::atomic<Clock::rep> write_by_{kNever};
    bool too_large_ = false;
    bool within_ = false;
    bool gone_ = false;
    bool idle_ = false;
};

namespace {

std::vector<std::shared_ptr<Connection>> connectionsOf(Host& host) {
    std::vector<std::shared_ptr<Connection>> connections;
    const std::lock_guard lock(host.mutex);
    for (Connection* connection : host.connections) {
        if (auto held = connection->weak_from_this().lock()) {
            connections.push_back(std::move(held));
        }
    }
    return connections;
}

net::awaitable<void> accept(tcp::acceptor& acceptor, Host& host) {
    net::steady_timer pause(acceptor.get_executor());
    while (acceptor.is_open()) {
        tcp::socket socket(net::make_strand(acceptor.get_executor()));
        error_code error;
        error_code ignored;
        co_await acceptor.async_accept(socket, net::redirect_error(net::use_awaitable, error));
        if (error || host.count.load() >= kConnectionsMax) {
            // Out of descriptors, or full: those that are here first are served.
            pause.expires_after(std::chrono::milliseconds(error ? 20 : 0));
            co_await pause.async_wait(net::redirect_error(net::use_awaitable, ignored));
            continue;
        }
        socket.set_option(tcp::no_delay(true), ignored);
        socket.non_blocking(true, ignored);
        const auto executor = socket.get_executor();
        auto connection = std::make_shared<Connection>(std::move(socket), host);
        net::co_spawn(
            executor, [connection] { return connection->run(); }, net::detached);
    }
}

/// Closes connections that do not read or write in time: one clock for all is cheaper than one for each.
net::awaitable<void> sweep(tcp::acceptor& acceptor, Host& host) {
    net::steady_timer timer(acceptor.get_executor());
    while (acceptor.is_open()) {
        error_code ignored;
        timer.expires_after(kSweepEvery);
        co_await timer.async_wait(net::redirect_error(net::use_awaitable, ignored));
        const auto now = Clock::now();
        for (const auto& connection : connectionsOf(host)) {
            if (connection->isLate(now)) {
                connection->closeSoon(true);
            }
        }
    }
}

}  // namespace

void serveBolt(const net::any_io_executor& strand, tcp::acceptor& acceptor, Host& host) {
    net::co_spawn(strand, accept(acceptor, host), net::detached);
    net::co_spawn(strand, sweep(acceptor, host), net::detached);
}

void closeConnections(Host& host, bool hard) {
    for (const auto& connection : connectionsOf(host)) {
        connection->closeSoon(hard);
    }
}

}  // namespace xinpu::server::bolt
