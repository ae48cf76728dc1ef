// server/server.h
#pragma once
// The query server: listens, serves until it is asked to stop, and drains.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "query/functions/registry.h"

namespace xinpu::server {

struct ServerOptions {
    std::filesystem::path data;
    std::string host = "127.0.0.1";  ///< an address or "localhost"
    std::uint16_t port = 7474;       ///< 0: one that is free
    bool bolt = true;
    bool bolt_if_free = false;  ///< without Bolt, rather than not at all, if its port is taken
    std::string bolt_host = "127.0.0.1";
    std::uint16_t bolt_port = 7687;  ///< 0: one that is free
    bool dev = false;                ///< no key is asked; loopback only
    std::size_t workers = 0;         ///< threads for statements; 0: four a core, at least 16
    std::chrono::seconds statement_time_max{600};
    std::size_t statement_memory_max = std::size_t{1} << 30;  ///< bytes
    std::optional<std::filesystem::path> csv_folder{};        ///< what LOAD CSV may read
    std::chrono::seconds drain_time_max{30};                  ///< what statements have to end after SIGTERM
    std::string timezone = "Asia/Shanghai";
};

/// Serves until SIGINT or SIGTERM; a second one ends it without waiting for statements. `ready` is called
/// once, with "http://127.0.0.1:7474" and "127.0.0.1:7687" (empty without Bolt), when connections are
/// accepted.
/// @throws Error(Usage) --dev beyond loopback, no such address; Error(Io) the port is taken; Error(Locked),
/// Error(Corrupt) of the data folder
void serve(const ServerOptions& options, std::shared_ptr<const query::Registry> registry,
           const std::function<void(const std::string& address, const std::string& bolt_address)>& ready);

}  // namespace xinpu::server
