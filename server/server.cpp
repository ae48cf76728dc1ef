// server/server.cpp
// The acceptor, the clock of transactions, and the end on a signal.
#include "server/server.h"

#include <algorithm>
#include <csignal>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <sys/resource.h>

#include "server/bolt/listener.h"
#include "server/connection.h"
#include "server/log.h"
#include "server/service.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using boost::system::error_code;

constexpr std::size_t kConnectionsMax = 20'000;
constexpr std::chrono::seconds kExpireEvery{1};

tcp::endpoint endpointOf(const std::string& host, std::uint16_t port, bool dev) {
    error_code error;
    const net::ip::address address = net::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
    if (error) {
        throw Error(ErrorCode::Usage, fmt::format("'{}' is no address to listen on.", host));
    }
    if (dev && !address.is_loopback()) {
        throw Error(ErrorCode::Usage,
                    fmt::format("--dev asks no key, so it listens on loopback only, not on '{}'.", host));
    }
    return {address, port};
}

std::string textOf(const tcp::endpoint& endpoint) {
    const std::string host = endpoint.address().to_string();
    return fmt::format("{}:{}", endpoint.address().is_v6() ? "[" + host + "]" : host, endpoint.port());
}

tcp::acceptor listenOn(net::io_context& context, const tcp::endpoint& endpoint) {
    tcp::acceptor acceptor(context);
    error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) {
        acceptor.set_option(net::socket_base::reuse_address(true), error);
    }
    if (!error) {
        acceptor.bind(endpoint, error);
    }
    if (!error) {
        acceptor.listen(net::socket_base::max_listen_connections, error);
    }
    if (error) {
        throw Error(ErrorCode::Io, fmt::format("Port {} of {} cannot be listened on: {}.", endpoint.port(),
                                               endpoint.address().to_string(), error.message()));
    }
    return acceptor;
}

tcp::acceptor listenForBolt(net::io_context& context, const tcp::endpoint& endpoint, bool if_free) {
    try {
        return listenOn(context, endpoint);
    } catch (const Error& error) {
        if (!if_free) {
            throw;
        }
        logEvent(LogLevel::Warning, "without Bolt", {{"why", error.message()}});
        return tcp::acceptor(context);
    }
}

net::awaitable<void> accept(tcp::acceptor& acceptor, Host& host) {
    net::steady_timer pause(acceptor.get_executor());
    while (acceptor.is_open()) {
        tcp::socket socket(net::make_strand(acceptor.get_executor()));
        error_code error;
        co_await acceptor.async_accept(socket, net::redirect_error(net::use_awaitable, error));
        if (error || host.count.load() >= kConnectionsMax) {
            if (!acceptor.is_open()) {
                break;
            }
            // Out of descriptors, or full: those that are here first are served; new ones wait or are turned
            // away.
            pause.expires_after(std::chrono::milliseconds(error ? 20 : 0));
            error_code ignored;
            co_await pause.async_wait(net::redirect_error(net::use_awaitable, ignored));
            continue;
        }
        error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        serveClient(std::move(socket), host);
    }
}

net::awaitable<void> expireTransactions(net::steady_timer& timer, Service& service, WorkerPool& pool) {
    error_code error;
    while (!error) {
        timer.expires_after(kExpireEvery);
        co_await timer.async_wait(net::redirect_error(net::use_awaitable, error));
        if (!error) {
            pool.submit(WorkerPool::Lane::HoldsWriter, [&service] { service.expireTransactions(); });
        }
    }
}

/// Waits for a signal, stops accepting, lets statements end, and stops the context.
net::awaitable<void> awaitEnd(net::io_context& context, net::signal_set& signals, tcp::acceptor& acceptor,
                              net::steady_timer& expiry, Host& host, tcp::acceptor& bolt_acceptor,
                              bolt::Host& bolt_host, std::chrono::seconds drain_time_max) {
    error_code error;
    co_await signals.async_wait(net::redirect_error(net::use_awaitable, error));
    logEvent(LogLevel::Info, "draining",
             {{"connections", std::to_string(host.count.load() + bolt_host.count.load())}});
    host.service.drain();
    acceptor.close(error);
    bolt_acceptor.close(error);
    expiry.cancel();
    bool hard = false;
    signals.async_wait([&hard](const error_code& aborted, int) { hard = !aborted; });
    net::steady_timer timer(context);
    const auto until = std::chrono::steady_clock::now() + drain_time_max;
    while (host.count.load() + bolt_host.count.load() > 0 &&
           std::chrono::steady_clock::now() < until + std::chrono::seconds(2)) {
        closeConnections(host, hard || std::chrono::steady_clock::now() > until);
        bolt::closeConnections(bolt_host, hard || std::chrono::steady_clock::now() > until);
        timer.expires_after(std::chrono::milliseconds(20));
        co_await timer.async_wait(net::redirect_error(net::use_awaitable, error));
    }
    context.stop();
}

/// Every connection takes a descriptor; the usual limit of a shell is 1,024.
void raiseDescriptorLimit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

std::size_t workersOf(const ServerOptions& options) {
    constexpr std::size_t kPerCore = 4;
    constexpr std::size_t kLeast = 16;
    return options.workers > 0
               ? options.workers
               : std::max<std::size_t>(kLeast, kPerCore * std::thread::hardware_concurrency());
}

}  // namespace

void serve(const ServerOptions& options, std::shared_ptr<const query::Registry> registry,
           const std::function<void(const std::string& address, const std::string& bolt_address)>& ready) {
    const tcp::endpoint endpoint = endpointOf(options.host, options.port, options.dev);
    const tcp::endpoint bolt_endpoint =
        options.bolt ? endpointOf(options.bolt_host, options.bolt_port, options.dev) : tcp::endpoint();
    const std::size_t workers = workersOf(options);
    raiseDescriptorLimit();
    auto service = std::make_unique<Service>(
        ServiceOptions{.data = options.data,
                       .dev = options.dev,
                       .writers_max = std::max<std::size_t>(1, workers - workers / 4),
                       .statement_time_max = options.statement_time_max,
                       .statement_memory_max = options.statement_memory_max,
                       .csv_folder = options.csv_folder,
                       .timezone = options.timezone},
        std::move(registry));
    const unsigned network_threads = std::max(2U, std::thread::hardware_concurrency());
    WorkerPool pool(workers);
    Host host(*service, pool);  // outlives the context, whose end destroys what connections are left
    bolt::Host bolt_host(*service, pool);
    net::io_context context(static_cast<int>(network_threads));
    tcp::acceptor acceptor = listenOn(context, endpoint);
    tcp::acceptor bolt_acceptor =
        options.bolt ? listenForBolt(context, bolt_endpoint, options.bolt_if_free) : tcp::acceptor(context);
    net::signal_set signals(context, SIGINT, SIGTERM);
    net::steady_timer expiry(context);
    const auto strand = net::make_strand(context);
    net::co_spawn(strand, accept(acceptor, host), net::detached);
    net::co_spawn(strand, expireTransactions(expiry, *service, pool), net::detached);
    if (bolt_acceptor.is_open()) {
        bolt::serveBolt(strand, bolt_acceptor, bolt_host);
    }
    net::co_spawn(
        strand,
        awaitEnd(context, signals, acceptor, expiry, host, bolt_acceptor, bolt_host, options.drain_time_max),
        net::detached);

    const std::string address = "http://" + textOf(acceptor.local_endpoint());
    const std::string bolt_address =
        bolt_acceptor.is_open() ? textOf(bolt_acceptor.local_endpoint()) : std::string();
    logEvent(LogLevel::Info, "listening",
             {{"address", address}, {"bolt", bolt_address}, {"workers", std::to_string(workers)}});
    ready(address, bolt_address);

    std::vector<std::thread> threads;
    for (unsigned i = 1; i < network_threads; ++i) {
        threads.emplace_back([&context] { context.run(); });
    }
    context.run();
    for (std::thread& thread : threads) {
        thread.join();
    }
    service->rollbackAll();
    pool.stop();
    service.reset();  // databases are closed while further signals are still caught
    logEvent(LogLevel::Info, "stopped", {});
}

}  // namespace xinpu::server
