// bench/server/bolt_load.cpp
// Sends one kept request over many Bolt connections, each again when its answer is whole, and tells how fast
// that went: xinpu-bench-bolt PORT CONNECTIONS SECONDS FILE. FILE: what opens a connection, what is sent each
// time (bench/server/bolt writes it).

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint8_t kSuccess = 0x70;
constexpr std::uint8_t kRecord = 0x71;

[[noreturn]] void giveUp(const std::string& why) {
    std::fprintf(stderr, "xinpu-bench-bolt: %s\n", why.c_str());
    std::exit(1);
}

/// A piece of the file: its number of answers, its size, its bytes; numbers of four bytes, the highest first.
struct Exchange {
    std::uint32_t answers = 0;
    std::string bytes;
};

std::uint32_t numberAt(std::string_view bytes, std::size_t at) {
    if (at + 4 > bytes.size()) {
        giveUp("the file of requests is cut off");
    }
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
    }
    return number;
}

Exchange takeExchange(std::string_view& bytes) {
    Exchange taken{numberAt(bytes, 0), {}};
    const std::size_t size = numberAt(bytes, 4);
    if (8 + size > bytes.size()) {
        giveUp("the file of requests is cut off");
    }
    taken.bytes = bytes.substr(8, size);
    bytes.remove_prefix(8 + size);
    return taken;
}

/// Counts the summaries in what comes. Threads: one.
class Answers {
public:
    /// How many summaries end in `bytes`. Ends the program on a failure.
    std::uint32_t add(std::string_view bytes) {
        std::uint32_t summaries = 0;
        held_.append(bytes);
        std::size_t at = 0;
        for (std::size_t end = frameEnd(at); end != 0; end = frameEnd(at)) {
            const auto tag = static_cast<std::uint8_t>(held_[at + 3]);
            if (tag == kSuccess) {
                ++summaries;
            } else if (tag != kRecord) {
                giveUp("the server refuses: " + held_.substr(at + 2, std::min<std::size_t>(end - at, 400)));
            }
            at = end;
        }
        held_.erase(0, at);
        return summaries;
    }

private:
    std::size_t frameEnd(std::size_t at) const {
        while (at + 2 <= held_.size()) {
            const std::size_t chunk = std::size_t{static_cast<unsigned char>(held_[at])} << 8 |
                                      static_cast<unsigned char>(held_[at + 1]);
            at += 2;
            if (chunk == 0) {
                return at;
            }
            at += chunk;
        }
        return 0;
    }
    std::string held_;
};

struct Connection {
    int socket = -1;
    Answers answers;
    std::uint32_t left = 0;  // summaries until the answer is whole
    Clock::time_point sent{};
};

void sendAll(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            giveUp("the server closed a connection");
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

std::string_view receive(int socket, std::vector<char>& buffer) {
    const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), 0);
    if (got <= 0) {
        giveUp("the server closed a connection");
    }
    return {buffer.data(), static_cast<std::size_t>(got)};
}

/// Opens a connection: the handshake, whose answer has four bytes, and the first requests.
int openConnection(std::uint16_t port, const Exchange& opening, std::vector<char>& buffer) {
    constexpr std::size_t kHandshakeBytes = 20;
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (socket < 0 || ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        giveUp(std::string("no connection: ") + std::strerror(errno));
    }
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sendAll(socket, std::string_view(opening.bytes).substr(0, kHandshakeBytes));
    if (receive(socket, buffer).size() != 4) {
        giveUp("the handshake failed");
    }
    sendAll(socket, std::string_view(opening.bytes).substr(kHandshakeBytes));
    Answers answers;
    for (std::uint32_t got = 0; got < opening.answers;) {
        got += answers.add(receive(socket, buffer));
    }
    return socket;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 5) {
        giveUp("PORT CONNECTIONS SECONDS FILE");
    }
    std::ifstream file(arguments[4], std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    std::string_view rest = text;
    const Exchange opening = takeExchange(rest);
    const Exchange request = takeExchange(rest);
    std::vector<char> buffer(std::size_t{1} << 20);
    std::vector<Connection> connections(static_cast<std::size_t>(std::atoi(arguments[2])));
    const int poll = ::epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t i = 0; i < connections.size(); ++i) {
        connections[i].socket =
            openConnection(static_cast<std::uint16_t>(std::atoi(arguments[1])), opening, buffer);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i;
        ::epoll_ctl(poll, EPOLL_CTL_ADD, connections[i].socket, &event);
    }
    const auto start = [&](Connection& connection) {
        connection.left = request.answers;
        connection.sent = Clock::now();
        sendAll(connection.socket, request.bytes);
    };
    std::for_each(connections.begin(), connections.end(), start);
    const auto begun = Clock::now();
    const auto end = begun + std::chrono::seconds(std::atoi(arguments[3]));
    std::vector<std::uint32_t> micros;
    std::vector<epoll_event> events(connections.size());
    while (Clock::now() < end) {
        const int ready = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 100);
        for (int i = 0; i < ready; ++i) {
            Connection& connection = connections[events[static_cast<std::size_t>(i)].data.u64];
            const std::uint32_t got = connection.answers.add(receive(connection.socket, buffer));
            connection.left -= std::min(connection.left, got);
            if (connection.left == 0) {
                const auto span = Clock::now() - connection.sent;
                micros.push_back(static_cast<std::uint32_t>(
                    std::chrono::duration_cast<std::chrono::microseconds>(span).count()));
                start(connection);
            }
        }
    }
    const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
    if (micros.empty()) {
        giveUp("no answer came");
    }
    std::sort(micros.begin(), micros.end());
    const auto quantile = [&](double part) {
        return micros[static_cast<std::size_t>(part * static_cast<double>(micros.size() - 1))];
    };
    std::printf("%.0f requests/s, p50 %u us, p99 %u us\n", static_cast<double>(micros.size()) / seconds,
                quantile(0.5), quantile(0.99));
    return 0;
}
