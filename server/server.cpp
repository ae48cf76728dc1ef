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
#include "server/metrics/probes.h"
#include "server/service.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::seconds kLookEvery{1};

struct Listening {
    const char* option;  ///< by which errors name it
    const Address& address;
    bool must_be_loopback = false;
    const char* why = "";  ///< it must
};

tcp::endpoint endpointOf(const Listening& listening, const ServerOptions& options) {
    error_code error;
    const std::string& host = listening.address.host;
    const net::ip::address address = net::ip::make_address(host == "localhost" ? "127.0.0.1" : host, error);
    if (error) {
        throw Error(ErrorCode::Usage, fmt::format("{}: '{}' is no address to listen on.", listening.option, host));
    }
    if (listening.must_be_loopback && !address.is_loopback()) {
        throw Error(ErrorCode::Usage,
                    fmt::format("{}, so {} is on loopback only, not on '{}'.", listening.why, listening.option, host));
    }
    if (!address.is_loopback() && !options.tls.given() && !options.insecure_listen) {
        throw Error(ErrorCode::Usage,
                    fmt::format("{}: without TLS keys and data would cross the network in clear, so '{}' is not listened "
                                "on: give --tls-cert and --tls-key, or --insecure-listen if something else encrypts.",
                                listening.option, host));
    }
    return {address, listening.address.port};
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
        if (error) {
            if (!acceptor.is_open()) {
                break;
            }
            // Out of descriptors: those that are here first are served; new ones wait.
            pause.expires_after(std::chrono::milliseconds(20));
            error_code ignored;
            co_await pause.async_wait(net::redirect_error(net::use_awaitable, ignored));
            continue;
        }
        error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        serveClient(std::move(socket), host);
    }
}

/// What is looked at every second.
net::awaitable<void> lookAfter(net::steady_timer& timer, Service& service, WorkerPool& pool, Clients& clients) {
    error_code error;
    while (!error) {
        timer.expires_after(kLookEvery);
        co_await timer.async_wait(net::redirect_error(net::use_awaitable, error));
        if (!error) {
            pool.submit(WorkerPool::Lane::HoldsWriter, [&service] {
                service.expireTransactions();
                service.lookAtDisk();
            });
            clients.sweep(Clients::Clock::now());
        }
    }
}

/// Files that somebody exchanged: the certificate, and the log after it was renamed.
net::awaitable<void> awaitHangUps(net::signal_set& signals, Certificates* certificates) {
    error_code error;
    while (!error) {
        co_await signals.async_wait(net::redirect_error(net::use_awaitable, error));
        if (!error) {
            reopenLog();
            if (certificates != nullptr) {
                certificates->reload();
            }
        }
    }
}

/// Waits for a signal, stops accepting, lets statements end, and stops the context.
net::awaitable<void> awaitEnd(net::io_context& context, net::signal_set& signals, tcp::acceptor& acceptor,
                              tcp::acceptor& metrics_acceptor, net::steady_timer& clock, Host& host, tcp::acceptor& bolt_acceptor,
                              bolt::Host& bolt_host, std::chrono::seconds drain_time_max) {
    error_code error;
    co_await signals.async_wait(net::redirect_error(net::use_awaitable, error));
    logEvent(LogLevel::Info, "draining",
             {{"connections", std::to_string(host.count.load() + bolt_host.count.load())}});
    host.service.drain();
    acceptor.close(error);
    bolt_acceptor.close(error);
    metrics_acceptor.close(error);
    clock.cancel();
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

struct Endpoints {
    tcp::endpoint http;
    tcp::endpoint bolt;
    tcp::endpoint metrics;
};

Endpoints endpointsOf(const ServerOptions& options) {
    constexpr const char* kDevAsksNoKey = "--dev asks no key";
    Endpoints endpoints;
    endpoints.http = endpointOf({"--listen", options.http, options.dev, kDevAsksNoKey}, options);
    if (options.bolt) {
        endpoints.bolt = endpointOf({"--bolt", *options.bolt, options.dev, kDevAsksNoKey}, options);
    }
    if (options.metrics) {
        endpoints.metrics = endpointOf({"--metrics", *options.metrics, true, "It asks no key"}, options);
    }
    return endpoints;
}

}  // namespace

void checkListening(const ServerOptions& options) {
    endpointsOf(options);
    if (options.tls.given()) {
        const Certificates certificates(options.tls);
    }
}

void serve(const ServerOptions& options, std::shared_ptr<const query::Registry> registry,
           const std::function<void(const Reached& reached)>& ready) {
    const Endpoints endpoints = endpointsOf(options);
    openLog(options.log);
    const std::size_t workers = workersOf(options);
    raiseDescriptorLimit();
    const auto certificates = options.tls.given() ? std::make_unique<Certificates>(options.tls) : nullptr;
    auto service = std::make_unique<Service>(
        ServiceOptions{.data = options.data,
                       .dev = options.dev,
                       .writers_max = std::max<std::size_t>(1, workers - workers / 4),
                       .statement_time_max = options.statement_time_max,
                       .statement_memory_max = options.statement_memory_max,
                       .result_rows_max = options.result_rows_max,
                       .result_bytes_max = options.result_bytes_max,
                       .parses_per_second = options.parses_per_second,
                       .csv_folder = options.csv_folder,
                       .timezone = options.timezone,
                       .disk_free_min = options.disk_free_min,
                       .oidc = options.oidc.isEmpty() ? std::nullopt : std::optional(options.oidc)},
        std::move(registry));
    const unsigned network_threads = std::max(2U, std::thread::hardware_concurrency());
    WorkerPool pool(workers);
    Clients clients(options.clients);
    Host host(*service, pool, clients);  // outlives the context, whose end destroys what connections are left
    host.certificates = certificates.get();
    host.cors_origins = options.cors_origins;
    Host metrics_host(*service, pool, clients);
    metrics_host.metrics_only = true;
    bolt::Host bolt_host(*service, pool);
    bolt_host.certificates = certificates.get();
    net::io_context context(static_cast<int>(network_threads));
    tcp::acceptor acceptor = listenOn(context, endpoints.http);
    tcp::acceptor bolt_acceptor =
        options.bolt ? listenForBolt(context, endpoints.bolt, options.bolt_if_free) : tcp::acceptor(context);
    tcp::acceptor metrics_acceptor =
        options.metrics ? listenOn(context, endpoints.metrics) : tcp::acceptor(context);
    net::signal_set signals(context, SIGINT, SIGTERM);
    net::signal_set hang_ups(context, SIGHUP);
    net::steady_timer clock(context);
    const auto strand = net::make_strand(context);
    net::co_spawn(strand, accept(acceptor, host), net::detached);
    net::co_spawn(strand, lookAfter(clock, *service, pool, clients), net::detached);
    net::co_spawn(strand, awaitHangUps(hang_ups, certificates.get()), net::detached);
    if (bolt_acceptor.is_open()) {
        bolt::serveBolt(strand, bolt_acceptor, bolt_host);
    }
    if (metrics_acceptor.is_open()) {
        net::co_spawn(strand, accept(metrics_acceptor, metrics_host), net::detached);
    }
    net::co_spawn(strand,
                  awaitEnd(context, signals, acceptor, metrics_acceptor, clock, host, bolt_acceptor, bolt_host,
                           options.drain_time_max),
                  net::detached);

    service->reachableAt({.secure = certificates != nullptr,
                          .bolt_port = bolt_acceptor.is_open() ? bolt_acceptor.local_endpoint().port()
                                                               : std::uint16_t{0}});
    service->lookAtDisk();
    addProbes(service->metrics(), {*service, pool, host, bolt_host, certificates.get()});
    const Reached reached{
        (certificates ? "https://" : "http://") + textOf(acceptor.local_endpoint()),
        bolt_acceptor.is_open() ? textOf(bolt_acceptor.local_endpoint()) : std::string(),
        metrics_acceptor.is_open() ? "http://" + textOf(metrics_acceptor.local_endpoint()) + "/metrics" : std::string()};
    logEvent(LogLevel::Info, "listening",
             {{"address", reached.http},
              {"bolt", reached.bolt},
              {"metrics", reached.metrics},
              {"workers", std::to_string(workers)}});
    ready(reached);

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
    service->metrics().dropProbes();
    service.reset();  // databases are closed while further signals are still caught
    logEvent(LogLevel::Info, "stopped", {});
    closeLog();
}

}  // namespace xinpu::server
