// server/bolt/connection.h
#pragma once
// One Bolt client's socket: handshake, frames, time limits, and the session behind it.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>

#include "server/bolt/listener.h"
#include "server/bolt/protocol.h"
#include "server/bolt/request_memory.h"
#include "server/bolt/session.h"

namespace xinpu::server::bolt {

/// Two coroutines: one reads and queues requests, so that a RESET is seen while a statement runs; the other
/// answers them in order.
///
/// Threads: everything runs on its strand but what workers do with jobs, and isLate().
class Connection : public std::enable_shared_from_this<Connection> {
public:
    using Clock = std::chrono::steady_clock;

    Connection(boost::asio::ip::tcp::socket socket, Clients::Place place, Host& host);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// From the first byte to the last.
    boost::asio::awaitable<void> run();
    /// At once with `hard`, else if nothing runs for it. Any thread.
    void closeSoon(bool hard);
    /// Whether its client has not read or written in time.
    bool isLate(Clock::time_point now) const noexcept;

private:
    static constexpr Clock::rep kNever = Clock::time_point::max().time_since_epoch().count();

    void readBy(Clock::time_point when);
    /// Nothing more is read or written; what runs is cancelled.
    void leave();

    /// Bytes that have come; empty: none will come any more. An idle connection holds no buffer.
    boost::asio::awaitable<std::string_view> read();
    /// Outside the coroutine, which may go on on another thread than it began. False: nothing was there.
    bool readNow(std::string_view& bytes);
    boost::asio::awaitable<bool> write(std::string_view bytes);
    /// At least `size` bytes in `early_`, or false.
    boost::asio::awaitable<bool> need(std::size_t size);
    /// TLS's handshake. False: the client speaks no TLS.
    boost::asio::awaitable<bool> secure();
    boost::asio::awaitable<std::optional<Version>> handshake();
    void open(Version version);

    boost::asio::awaitable<void> readAll();
    boost::asio::awaitable<void> readOn();
    /// Queues messages; on a RESET the session is told at once.
    void queue(std::string_view bytes);

    /// Of the queue and of the message that is coming. False: all clients together have too much.
    bool countMemory() noexcept;

    boost::asio::awaitable<void> answerAll();
    /// False: the conversation is over.
    boost::asio::awaitable<bool> answer(std::string message);
    /// Hands a task over if there is one, and waits until a worker has something to say.
    boost::asio::awaitable<void> work();
    boost::asio::awaitable<bool> flush();
    /// Reads and drops what a refused client goes on sending, for a moment.
    boost::asio::awaitable<void> drop();

    boost::asio::ip::tcp::socket socket_;
    Certificates::Context context_;  // outlives the stream that it made
    std::unique_ptr<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;  // null: without TLS
    std::string tls_bytes_;                                                         // where TLS reads to
    boost::asio::steady_timer signal_;  // cancelled when the answering coroutine has to look again
    boost::asio::steady_timer room_;    // the same for the reading one
    Host& host_;
    Clients::Place place_;
    std::unique_ptr<Session> session_;
    Unframer unframer_;
    std::string early_;
    std::deque<std::string> queue_;
    std::size_t queued_bytes_ = 0;
    RequestMemory::Share memory_;    // of the queue and of the message that is coming
    std::optional<Error> too_much_;  // nothing more is read, and the client is told why
    Clock::time_point begun_{};
    std::atomic<Clock::rep> read_by_{kNever};
    std::atomic<Clock::rep> write_by_{kNever};
    bool within_ = false;
    bool gone_ = false;
    bool idle_ = false;
};

}  // namespace xinpu::server::bolt
