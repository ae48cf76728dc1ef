// server/bolt/listener.h
#pragma once
// The Bolt port: takes connections and serves each until it goes away or the server drains.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_set>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "server/bolt/request_memory.h"
#include "server/clients.h"
#include "server/service.h"
#include "server/tls/certificates.h"
#include "server/worker_pool.h"

namespace xinpu::server::bolt {

class Connection;

inline constexpr std::size_t kConnectionsMax = 10'000;
inline constexpr std::size_t kConnectionsEach = 7'500;  // of one address: it leaves a quarter to the others

/// What all connections share. Outlives them.
struct Host {
    Host(Service& the_service, WorkerPool& the_pool)
        : service(the_service), pool(the_pool), clients({.connections_max = kConnectionsMax,
                                                         .connections_each = kConnectionsEach,
                                                         .requests_per_second = 0}) {}
    Service& service;
    WorkerPool& pool;
    const Certificates* certificates = nullptr;  ///< null: without TLS
    Clients clients;
    RequestMemory memory;
    std::atomic<std::size_t> count{0};
    std::atomic<std::uint64_t> served{0};
    std::mutex mutex;
    std::unordered_set<Connection*> connections;
};

/// Serves what `acceptor` takes until it is closed, which is done on `strand`. Returns at once; `acceptor`
/// and `host` stay as long as the context runs.
void serveBolt(const boost::asio::any_io_executor& strand, boost::asio::ip::tcp::acceptor& acceptor,
               Host& host);

/// For the end of the server: closes connections that wait for a request; with `hard` cancels what the others
/// run and closes them too. Any thread.
void closeConnections(Host& host, bool hard);

}  // namespace xinpu::server::bolt
