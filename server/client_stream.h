// server/client_stream.h
#pragma once
// The bytes of one HTTP client, with TLS or without.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "server/tls/certificates.h"

namespace xinpu::server {

/// Plain clients pay for TLS with one comparison a piece.
///
/// Threads: one strand.
class ClientStream {
public:
    enum class Secured : std::uint8_t { Yes, Gone, SpokeHttp };

    explicit ClientStream(boost::asio::ip::tcp::socket socket) : tcp_(std::move(socket)) {}

    auto executor() { return tcp_.get_executor(); }
    boost::asio::ip::tcp::socket& socket() noexcept { return tcp_.socket(); }
    bool isSecure() const noexcept { return tls_ != nullptr; }

    /// TLS's handshake as the first thing on the stream. SpokeHttp: the stream stays plain, for a refusal.
    boost::asio::awaitable<Secured> secure(const Certificates& certificates);
    /// Adds what has come to `buffer`.
    boost::asio::awaitable<boost::system::error_code> readMore(boost::beast::flat_buffer& buffer);
    /// All of both, one after the other, or false.
    boost::asio::awaitable<bool> write(std::string_view first, std::string_view second = {});
    /// Says that nothing more comes.
    boost::asio::awaitable<void> sayFarewell(bool to_tls);

    /// What is begun from now on fails after so long.
    void expireAfter(std::chrono::steady_clock::duration span) { tcp_.expires_after(span); }
    /// Whether the client has ended its side, while nobody reads.
    bool peerIsGone();
    void cancel() { tcp_.cancel(); }
    void close() { tcp_.close(); }
    /// Bytes that were written so far.
    std::uint64_t written() const noexcept { return written_; }

private:
    boost::beast::tcp_stream tcp_;
    Certificates::Context context_;  // outlives the stream that it made
    std::unique_ptr<boost::asio::ssl::stream<boost::beast::tcp_stream&>> tls_;  // null: without TLS
    std::uint64_t written_ = 0;
};

}  // namespace xinpu::server
