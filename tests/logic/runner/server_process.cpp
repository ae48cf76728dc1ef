// tests/logic/runner/server_process.cpp
// Starts the server and waits for the words by which it says where it is.
#include "server_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "notation.h"

namespace xinpu::logic {
namespace {

HttpAnswer parsed(const std::string& bytes) {
    const std::size_t head_end = bytes.find("\r\n\r\n");
    if (head_end == std::string::npos || bytes.size() < 12) {
        throw BadTest("the server gave no answer");
    }
    HttpAnswer answer{std::atoi(bytes.c_str() + 9), bytes.substr(head_end + 4)};
    std::string head = bytes.substr(0, head_end);
    for (char& byte : head) {
        byte = static_cast<char>(std::tolower(static_cast<unsigned char>(byte)));
    }
    if (head.find("transfer-encoding: chunked") != std::string::npos) {
        std::string whole;
        for (std::size_t at = 0; at < answer.body.size();) {
            const std::size_t size = std::strtoull(answer.body.c_str() + at, nullptr, 16);
            const std::size_t start = answer.body.find("\r\n", at) + 2;
            whole += answer.body.substr(start, size);
            at = size == 0 ? answer.body.size() : start + size + 2;
        }
        answer.body = whole;
    }
    return answer;
}

/// The port behind `words` in what the server said, if the line is whole.
std::uint16_t portBehind(const std::string& said, std::string_view words) {
    const std::size_t at = said.find(words);
    if (at == std::string::npos || said.find('\n', at) == std::string::npos) {
        return 0;
    }
    return static_cast<std::uint16_t>(std::atoi(said.c_str() + at + words.size()));
}

}  // namespace

int connectTo(std::uint16_t port) {
    const int socket_number = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_number, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        ::close(socket_number);
        throw BadTest("the server takes no connection");
    }
    return socket_number;
}

HttpAnswer HttpClient::send(std::string_view method, const std::string& path, const std::string& body) const {
    std::string request =
        std::string(method) + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
    if (!act_as.empty()) {
        request += "X-Xinpu-Act-As: " + act_as + "\r\n";
    }
    if (!key.empty()) {
        request += "Authorization: Bearer " + key + "\r\n";
    }
    request += "Accept: " + std::string(kTyped) + "\r\n";
    if (!body.empty()) {
        request += "Content-Type: " + std::string(kTyped) + "\r\n";
    }
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    return parsed(exchange(request));
}

std::string HttpClient::exchange(const std::string& request) const {
    const int socket_number = connectTo(port_);
    std::string answer;
    std::size_t sent = 0;
    while (sent < request.size()) {
        const ssize_t some =
            ::send(socket_number, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
        if (some <= 0) {
            break;
        }
        sent += static_cast<std::size_t>(some);
    }
    std::array<char, 65'536> piece{};
    for (ssize_t some = 0; (some = ::recv(socket_number, piece.data(), piece.size(), 0)) > 0;) {
        answer.append(piece.data(), static_cast<std::size_t>(some));
    }
    ::close(socket_number);
    return answer;
}

ServerProcess::ServerProcess(const std::filesystem::path& program, const std::filesystem::path& data,
                             const std::vector<std::string>& options) {
    std::vector<std::string> words{program, "serve", "--data", data, "--listen", "127.0.0.1:0"};
    words.insert(words.end(), options.begin(), options.end());
    std::vector<char*> arguments;
    for (std::string& word : words) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    const auto named = std::find(options.begin(), options.end(), "--bolt");
    const bool bolt = named != options.end() && *std::next(named) != "off";
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) {
        throw BadTest("no pipe");
    }
    const std::filesystem::path log = data.parent_path() / "server.log";
    const int log_file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    child_ = ::fork();
    if (child_ == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::dup2(log_file, STDERR_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        ::execv(program.c_str(), arguments.data());
        ::_exit(127);
    }
    ::close(log_file);
    ::close(ends[1]);
    std::string said;
    std::array<char, 512> piece{};
    while (port == 0 || (bolt && bolt_port == 0)) {
        const ssize_t some = ::read(ends[0], piece.data(), piece.size());
        if (some <= 0) {
            break;
        }
        said.append(piece.data(), static_cast<std::size_t>(some));
        port = portBehind(said, "http://127.0.0.1:");
        bolt_port = portBehind(said, "bolt on 127.0.0.1:");
    }
    output_ = ends[0];  // stays open, so that the server may go on writing
    if (port == 0 || (bolt && bolt_port == 0)) {
        throw BadTest("the server did not start: " + said);
    }
}

ServerProcess::~ServerProcess() {
    ::kill(child_, SIGTERM);
    ::waitpid(child_, nullptr, 0);
    ::close(output_);
}

}  // namespace xinpu::logic
