// server/connection.h
#pragma once
// One client of the server: reads its requests, hands them to the service, and writes the answers.

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_set>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "server/clients.h"
#include "server/service.h"
#include "server/tls/certificates.h"
#include "server/worker_pool.h"

namespace xinpu::server {

class Connection;

/// What all connections share. Outlives them.
struct Host {
    Host(Service& the_service, WorkerPool& the_pool, Clients& the_clients)
        : service(the_service), pool(the_pool), clients(the_clients) {}
    Service& service;
    WorkerPool& pool;
    Clients& clients;
    const Certificates* certificates = nullptr;  ///< null: without TLS
    std::vector<std::string> cors_origins;
    bool metrics_only = false;  ///< the port answers /metrics alone, and asks no key
    std::atomic<std::size_t> count{0};
    std::mutex mutex;
    std::unordered_set<Connection*> connections;
};

/// Serves the client behind `socket` until it goes away or the server drains. Returns at once; everything
/// runs on the socket's executor, which must be a strand.
void serveClient(boost::asio::ip::tcp::socket socket, Host& host);

/// For the end of the server: closes connections that wait for a request; with `hard` cancels what the others
/// run and closes them too. Any thread.
void closeConnections(Host& host, bool hard);

}  // namespace xinpu::server
