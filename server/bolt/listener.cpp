// server/bolt/listener.cpp
// Takes connections, and closes those whose clients take too long.
#include "server/bolt/listener.h"

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "server/bolt/connection.h"

namespace xinpu::server::bolt {
namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::seconds kSweepEvery{1};

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
        Clients::Place place = host.clients.admit(socket.remote_endpoint(ignored).address());
        if (!place) {
            continue;
        }
        socket.set_option(tcp::no_delay(true), ignored);
        socket.non_blocking(true, ignored);
        const auto executor = socket.get_executor();
        auto connection = std::make_shared<Connection>(std::move(socket), std::move(place), host);
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
        const auto now = Connection::Clock::now();
        host.clients.sweep(now);
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
