// server/connection.h
#pragma once
// One client of the server: reads its requests, hands them to the service, and writes the answers.

#include <atomic>
#include <cstddef>
#include <mutex>
#include <unordered_set>

#include <boost/asio/ip/tcp.hpp>

#include "server/service.h"
#include "server/worker_pool.h"

namespace xinpu::server {

class Connection;

/// What all connections share. Outlives them.
struct Host {
    Host(Service& the_service, WorkerPool& the_pool) : service(the_service), pool(the_pool) {}
    Service& service;
    WorkerPool& pool;
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
