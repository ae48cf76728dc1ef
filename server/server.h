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
#include <vector>

#include "query/functions/registry.h"
#include "server/clients.h"
#include "server/log.h"
#include "server/oidc/provider.h"
#include "server/tls/tls_files.h"

namespace xinpu::server {

struct Address {
    std::string host;        ///< an address or "localhost"
    std::uint16_t port = 0;  ///< 0: one that is free
};

/// What an operator can ask for; server/config has the names.
struct ServerOptions {
    std::filesystem::path data;
    Address http{"127.0.0.1", 7474};
    std::optional<Address> bolt = Address{"127.0.0.1", 7687};  ///< nothing: no Bolt
    bool bolt_if_free = false;     ///< without Bolt, rather than not at all, if its port is taken
    bool insecure_listen = false;  ///< beyond loopback without TLS
    bool dev = false;              ///< no key is asked; loopback only
    TlsFiles tls;                  ///< of both ports
    std::size_t workers = 0;       ///< threads for statements; 0: four a core, at least 16
    std::chrono::seconds statement_time_max{600};
    std::size_t statement_memory_max = std::size_t{1} << 30;  ///< bytes
    std::uint64_t result_rows_max = 0;                        ///< of a statement; 0: as many as there are
    std::uint64_t result_bytes_max = std::uint64_t{16} << 30; ///< of an answer
    std::uint32_t parses_per_second = 0;                      ///< new statements of a principal; 0: no limit
    std::optional<std::filesystem::path> csv_folder{};        ///< what LOAD CSV may read
    std::chrono::seconds drain_time_max{30};                  ///< what statements have to end after SIGTERM
    std::string timezone = "Asia/Shanghai";
    OidcOptions oidc;  ///< whose tokens are taken beside keys; without issuer: nobody's
    ClientLimits clients;
    std::uint64_t disk_free_min = std::uint64_t{1} << 30;  ///< bytes; with less the server is not ready
    LogOptions log;
    std::optional<Address> metrics;         ///< a port for /metrics alone, without keys; loopback only
    std::vector<std::string> cors_origins;  ///< web origins whose pages may send requests
};

/// Where a server can be reached, port 0 resolved.
struct Reached {
    std::string http;     ///< "http://127.0.0.1:7474", or https
    std::string bolt;     ///< "127.0.0.1:7687"; empty without Bolt
    std::string metrics;  ///< "http://127.0.0.1:9469/metrics"; empty without
};

/// What serve() would say of the addresses and the certificate, without listening. @throws Error(Usage)
void checkListening(const ServerOptions& options);

/// Serves until SIGINT or SIGTERM; a second one ends it without waiting for statements. SIGHUP reads the certificate and
/// opens the log again. `ready` is called once, when connections are accepted.
/// @throws Error(Usage) --dev or metrics beyond loopback, anything beyond it without TLS, no such address, a certificate
/// that cannot be used; Error(Io) a port is taken; Error(Locked), Error(Corrupt) of the data folder
void serve(const ServerOptions& options, std::shared_ptr<const query::Registry> registry,
           const std::function<void(const Reached& reached)>& ready);

}  // namespace xinpu::server
