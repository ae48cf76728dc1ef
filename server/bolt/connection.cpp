// server/bolt/connection.cpp
// Reading and answering go on side by side on one strand and meet in the queue.
#include "server/bolt/connection.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "server/bolt/structure_tags.h"
#include "server/error_status.h"
#include "server/log.h"
#include "xinpu/error.h"

namespace xinpu::server::bolt {
namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kMessageBytesMax = Service::kBodyBytesMax;
constexpr std::size_t kUnknownMessageBytesMax = 64 * 1024;     // of clients that have not logged on
constexpr std::size_t kQueuedBytesMax = std::size_t{1} << 20;  // of requests that wait; then none is read
constexpr std::size_t kQueuedCost = 64;  // what a request in the queue takes beside its bytes
constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::size_t kUncountedBytes =
    16 * 1024;                                   // of each connection: small requests never find memory short
constexpr std::chrono::seconds kLogonMax{30};    // from the first byte to the client being known
constexpr std::chrono::seconds kMessageMax{60};  // from a request's first byte to its last
constexpr std::chrono::hours kIdleMax{2};        // between two requests: drivers keep connections for an hour
constexpr std::chrono::seconds kWriteMax{60};    // for a client to take a piece of the answer

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

net::awaitable<void> sleep(net::steady_timer& timer) {
    error_code ignored;
    timer.expires_at(net::steady_timer::time_point::max());
    co_await timer.async_wait(net::redirect_error(net::use_awaitable, ignored));
}

}  // namespace

Connection::Connection(tcp::socket socket, Clients::Place place, Host& host)
    : socket_(std::move(socket)), signal_(socket_.get_executor()), room_(socket_.get_executor()), host_(host),
      place_(std::move(place)), unframer_(kUnknownMessageBytesMax), memory_(host.memory) {
    const std::lock_guard lock(host_.mutex);
    host_.connections.insert(this);
    host_.count.fetch_add(1);
}

Connection::~Connection() {
    const std::lock_guard lock(host_.mutex);
    host_.connections.erase(this);
    host_.count.fetch_sub(1);
}

net::awaitable<void> Connection::run() {
    const auto self = shared_from_this();
    try {
        begun_ = Clock::now();
        readBy(begun_ + kLogonMax);
        const bool sound = host_.certificates == nullptr || co_await secure();
        const std::optional<Version> version = sound ? co_await handshake() : std::nullopt;
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

void Connection::closeSoon(bool hard) {
    net::post(socket_.get_executor(), [self = shared_from_this(), hard] {
        // Who has not said a version, or was refused and does not go, waits for nothing that runs.
        if (hard || self->idle_ || self->gone_ || self->session_ == nullptr) {
            self->leave();
        }
    });
}

bool Connection::isLate(Clock::time_point now) const noexcept {
    const auto ticks = now.time_since_epoch().count();
    return ticks > read_by_.load(std::memory_order_relaxed) ||
           ticks > write_by_.load(std::memory_order_relaxed);
}

void Connection::readBy(Clock::time_point when) {
    read_by_.store(when.time_since_epoch().count(), std::memory_order_relaxed);
}

void Connection::leave() {
    gone_ = true;
    error_code ignored;
    socket_.close(ignored);
    if (session_) {
        session_->interrupt();
    }
    signal_.cancel();
    room_.cancel();
}

net::awaitable<std::string_view> Connection::read() {
    error_code error;
    std::string_view bytes;
    if (tls_ != nullptr) {
        const std::size_t size = co_await tls_->async_read_some(
            net::buffer(tls_bytes_), net::redirect_error(net::use_awaitable, error));
        co_return std::string_view(tls_bytes_).substr(0, error ? 0 : size);
    }
    bool again = true;
    while (again && !error) {
        co_await socket_.async_wait(tcp::socket::wait_read, net::redirect_error(net::use_awaitable, error));
        again = !error && !readNow(bytes);
    }
    co_return bytes;
}

bool Connection::readNow(std::string_view& bytes) {
    thread_local std::array<char, kReadBytes> buffer;
    error_code error;
    const std::size_t size = socket_.read_some(net::buffer(buffer), error);
    bytes = error ? std::string_view() : std::string_view(buffer.data(), size);
    return error != net::error::would_block && error != net::error::try_again;
}

net::awaitable<bool> Connection::write(std::string_view bytes) {
    while (!bytes.empty()) {
        error_code error;
        write_by_.store((Clock::now() + kWriteMax).time_since_epoch().count(), std::memory_order_relaxed);
        const net::const_buffer piece = net::buffer(bytes.data(), bytes.size());
        const std::size_t sent =
            tls_ == nullptr
                ? co_await socket_.async_write_some(piece, net::redirect_error(net::use_awaitable, error))
                : co_await tls_->async_write_some(piece, net::redirect_error(net::use_awaitable, error));
        write_by_.store(kNever, std::memory_order_relaxed);
        if (error) {
            co_return false;
        }
        bytes.remove_prefix(sent);
    }
    co_return true;
}

net::awaitable<bool> Connection::need(std::size_t size) {
    while (early_.size() < size) {
        const std::string_view bytes = co_await read();
        if (bytes.empty()) {
            co_return false;
        }
        early_.append(bytes);
    }
    co_return true;
}

net::awaitable<bool> Connection::secure() {
    constexpr char kHandshakeRecord = 0x16;
    constexpr std::size_t kRecordBytes = 16 * 1024;
    if (!co_await need(1)) {
        co_return false;
    }
    if (early_.front() != kHandshakeRecord) {
        if (isHttp(early_)) {
            const std::string refusal = httpRefusal();
            co_await write(refusal);
        }
        co_return false;
    }
    context_ = host_.certificates->current();
    auto tls = std::make_unique<net::ssl::stream<tcp::socket&>>(socket_, *context_);
    error_code error;
    const std::size_t used = co_await tls->async_handshake(net::ssl::stream_base::server, net::buffer(early_),
                                                           net::redirect_error(net::use_awaitable, error));
    early_.erase(0, used);
    tls_bytes_.resize(kRecordBytes);
    if (!error) {
        tls_ = std::move(tls);
    }
    co_return !error;
}

net::awaitable<std::optional<Version>> Connection::handshake() {
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

void Connection::open(Version version) {
    error_code ignored;
    Session::Ends ends;
    ends.id = fmt::format("bolt-{}", host_.served.fetch_add(1) + 1);
    ends.address = textOf(socket_.local_endpoint(ignored));
    ends.peer = socket_.remote_endpoint(ignored).address().to_string();
    const auto wake = [weak = weak_from_this()] {
        if (const auto connection = weak.lock()) {
            net::post(connection->socket_.get_executor(), [connection] { connection->signal_.cancel(); });
        }
    };
    session_ = std::make_unique<Session>(host_.service, host_.memory, version, std::move(ends), wake);
}

net::awaitable<void> Connection::readAll() {
    const auto self = shared_from_this();
    try {
        co_await readOn();
    } catch (const std::exception& unexpected) {
        logEvent(LogLevel::Error, "bolt connection broken off", {{"what", unexpected.what()}});
        leave();
    }
}

net::awaitable<void> Connection::readOn() {
    std::string_view bytes = early_;
    while (!gone_ && !too_much_) {
        if (!bytes.empty()) {
            queue(bytes);
            early_.clear();
        }
        while (queued_bytes_ > kQueuedBytesMax && !gone_ && !too_much_) {
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
        if (!gone_ && !too_much_) {
            bytes = co_await read();
            if (bytes.empty()) {
                leave();
            }
        }
    }
}

void Connection::queue(std::string_view bytes) {
    std::string message;
    Unframer::Got got = Unframer::Got::NeedMore;
    while ((got = unframer_.take(bytes, message)) == Unframer::Got::Message) {
        if (message.size() > 1 && static_cast<std::uint8_t>(message[1]) == tags::kReset) {
            session_->interrupt();
        } else if (message.size() > 1 && static_cast<std::uint8_t>(message[1]) == tags::kGoodbye) {
            session_->interrupt();  // what runs has nobody to run for
        }
        within_ = false;
        queued_bytes_ += message.size() + kQueuedCost;
        queue_.push_back(std::move(message));
        message.clear();
    }
    if (got == Unframer::Got::TooLarge) {
        too_much_.emplace(ErrorCode::Usage, "A message is larger than the server takes.", details::kTooLarge);
    } else if (!countMemory()) {
        too_much_.emplace(ErrorCode::Limit, "The requests of all clients take too much memory; try again.",
                          "MemoryPoolOutOfMemoryError");
    }
    signal_.cancel();
}

bool Connection::countMemory() noexcept {
    const std::size_t held = queued_bytes_ + unframer_.bytesHeld();
    return memory_.resize(held - std::min(held, kUncountedBytes));
}

net::awaitable<void> Connection::answerAll() {
    bool open = true;
    while (open && !gone_) {
        if (queue_.empty()) {
            open = co_await flush() && !too_much_ && !host_.service.draining();
            if (open && queue_.empty() && !gone_) {
                idle_ = true;
                co_await sleep(signal_);
                idle_ = false;
            }
            continue;
        }
        std::string message = std::move(queue_.front());
        queue_.pop_front();
        queued_bytes_ -= message.size() + kQueuedCost;
        countMemory();
        room_.cancel();
        open = co_await answer(std::move(message));
    }
    if (too_much_ && !gone_) {
        session_->giveUp(*too_much_);
    }
    co_await flush();
    while (session_->resume() == Session::Next::Wait) {
        co_await work();
    }
    if (std::optional<Session::Task> last = session_->end()) {
        host_.pool.submit(last->lane, std::move(last->run));
    }
}

net::awaitable<void> Connection::work() {
    if (std::optional<Session::Task> task = session_->takeTask()) {
        if (task->here && task->here()) {
            co_return;
        }
        if (!host_.pool.submit(task->lane, std::move(task->run))) {
            session_->refuseTask();
            co_return;
        }
    }
    co_await sleep(signal_);
}

net::awaitable<bool> Connection::answer(std::string message) {
    const bool logged_on = session_->loggedOn();
    Session::Next next = session_->take(message);
    message = {};  // what is left of it is in the session's values
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
        unframer_.limitTo(kUnknownMessageBytesMax);
        begun_ = Clock::now();
        readBy(begun_ + kLogonMax);
    }
    co_return next == Session::Next::Done;
}

net::awaitable<bool> Connection::flush() {
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

net::awaitable<void> Connection::drop() {
    constexpr std::chrono::seconds kDropMax{1};
    readBy(Clock::now() + kDropMax);
    while (socket_.is_open()) {
        const std::string_view bytes = co_await read();
        if (bytes.empty()) {
            break;
        }
    }
}

}  // namespace xinpu::server::bolt
