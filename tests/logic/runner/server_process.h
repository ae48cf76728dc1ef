// tests/logic/runner/server_process.h
#pragma once
// A real `xinpu serve` for the variants that go through one, and requests to it over HTTP.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace xinpu::logic {

inline constexpr std::string_view kTyped = "application/vnd.neo4j.query.v1.0";

struct HttpAnswer {
    int status = 0;
    std::string body;
};

/// One request a connection, so that the answer ends with the connection.
class HttpClient {
public:
    explicit HttpClient(std::uint16_t port) : port_(port) {}
    std::string act_as{};  ///< another role than admin
    std::string key{};     ///< none: the server asks for none

    /// @throws BadTest
    HttpAnswer send(std::string_view method, const std::string& path, const std::string& body = {}) const;

private:
    std::string exchange(const std::string& request) const;
    std::uint16_t port_;
};

/// A socket to a port of loopback, connected. @throws BadTest
int connectTo(std::uint16_t port);

/// A child that ends with this object.
class ServerProcess {
public:
    /// `options` follow `serve`; the server says the words "listening on http://…". @throws BadTest
    ServerProcess(const std::filesystem::path& program, const std::filesystem::path& data,
                  const std::vector<std::string>& options);
    ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    std::uint16_t port = 0;
    std::uint16_t bolt_port = 0;  ///< 0: it speaks no Bolt

private:
    pid_t child_ = -1;
    int output_ = -1;
};

}  // namespace xinpu::logic
