// server/client_stream.cpp
// Two layers, of which a plain client has one.
#include "server/client_stream.h"

#include <algorithm>
#include <array>
#include <string>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <poll.h>
#include <sys/socket.h>

namespace xinpu::server {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

constexpr std::size_t kReadBytes = 4 * 1024;
constexpr std::size_t kRecordBytes = 16 * 1024;    // the most that TLS sends as one piece
constexpr std::chrono::seconds kHandshakeMax{10};  // from the connection to the end of TLS's handshake
constexpr std::chrono::seconds kFarewellMax{1};    // for a client to take TLS's last message
constexpr std::chrono::seconds kWriteMax{60};      // for a client to take a piece of the answer

}  // namespace

net::awaitable<ClientStream::Secured> ClientStream::secure(const Certificates& certificates) {
    constexpr char kHandshakeRecord = 0x16;
    beast::flat_buffer first;
    expireAfter(kHandshakeMax);
    if (co_await readMore(first)) {
        co_return Secured::Gone;
    }
    if (*static_cast<const char*>(first.data().data()) != kHandshakeRecord) {
        co_return Secured::SpokeHttp;
    }
    context_ = certificates.current();
    auto tls = std::make_unique<net::ssl::stream<beast::tcp_stream&>>(tcp_, *context_);
    error_code error;
    co_await tls->async_handshake(net::ssl::stream_base::server, first.data(),
                                  net::redirect_error(net::use_awaitable, error));
    if (error) {
        co_return Secured::Gone;
    }
    tls_ = std::move(tls);
    co_return Secured::Yes;
}

net::awaitable<error_code> ClientStream::readMore(beast::flat_buffer& buffer) {
    error_code error;
    const auto room = buffer.prepare(kReadBytes);
    const std::size_t size =
        tls_ == nullptr ? co_await tcp_.async_read_some(room, net::redirect_error(net::use_awaitable, error))
                        : co_await tls_->async_read_some(room, net::redirect_error(net::use_awaitable, error));
    buffer.commit(size);
    co_return error;
}

net::awaitable<bool> ClientStream::write(std::string_view first, std::string_view second) {
    expireAfter(kWriteMax);
    std::array<net::const_buffer, 2> pieces = {net::buffer(first.data(), first.size()),
                                               net::buffer(second.data(), second.size())};
    std::size_t left = first.size() + second.size();
    std::string joined;  // TLS sends one buffer at a time: a small answer should be one piece on the wire
    if (tls_ != nullptr && !second.empty() && left <= kRecordBytes) {
        joined.append(first).append(second);
        pieces = {net::buffer(joined), net::const_buffer()};
    }
    while (left > 0) {
        error_code error;
        const std::size_t sent =
            tls_ == nullptr
                ? co_await tcp_.async_write_some(pieces, net::redirect_error(net::use_awaitable, error))
                : co_await tls_->async_write_some(pieces, net::redirect_error(net::use_awaitable, error));
        if (error) {
            co_return false;
        }
        written_ += sent;
        const std::size_t of_first = std::min(sent, pieces[0].size());
        pieces[0] += of_first;
        pieces[1] += sent - of_first;
        left -= sent;
    }
    co_return true;
}

net::awaitable<void> ClientStream::sayFarewell(bool to_tls) {
    error_code ignored;
    if (tls_ != nullptr && to_tls) {
        expireAfter(kFarewellMax);
        co_await tls_->async_shutdown(net::redirect_error(net::use_awaitable, ignored));
    }
    tcp_.socket().shutdown(net::ip::tcp::socket::shutdown_send, ignored);
}

bool ClientStream::peerIsGone() {
    const int socket = tcp_.socket().native_handle();
    if (tls_ != nullptr) {  // its farewell lies before the end of the stream, and nobody reads it now
        pollfd watched{socket, POLLRDHUP, 0};
        return ::poll(&watched, 1, 0) > 0;
    }
    char byte = 0;
    const ssize_t got = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

}  // namespace xinpu::server
