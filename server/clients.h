// server/clients.h
#pragma once
// What one address may have of the server: connections at once, requests a second.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include <boost/asio/ip/address.hpp>

namespace xinpu::server {

struct ClientLimits {
    std::size_t connections_max = 20'000;   ///< of all clients together
    std::size_t connections_each = 15'000;  ///< one client leaves a quarter to the others
    std::uint32_t requests_per_second = 0;  ///< of one client; 0: as many as it likes
};

/// The addresses that have connections, or had some within the last seconds. An IPv6 client is its /64 network: a
/// host picks addresses in it at will.
///
/// Threads: any.
class Clients {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t kKnownMax = 100'000;

    /// One connection of a client, counted as long as this lives.
    class Place {
    public:
        Place() = default;
        Place(Place&& other) noexcept = default;
        Place& operator=(Place&& other) noexcept;
        ~Place();

        explicit operator bool() const noexcept { return client_ != nullptr; }
        /// Whether a request may be answered now. Takes no lock.
        bool mayAsk(Clock::time_point now) noexcept;

    private:
        friend class Clients;
        struct Client {
            std::size_t connections = 0;                 // under the mutex of Clients
            std::atomic<Clock::rep> free_at{0};          // when all requests so far are paid for
        };
        Place(Clients& clients, std::shared_ptr<Client> client) : clients_(&clients), client_(std::move(client)) {}
        void leave() noexcept;

        Clients* clients_ = nullptr;
        std::shared_ptr<Client> client_;
    };

    explicit Clients(ClientLimits limits) : limits_(limits) {}

    /// False: the client has its share already.
    Place admit(const boost::asio::ip::address& address);
    /// Forgets clients without connections whose requests are paid for.
    void sweep(Clock::time_point now);
    const ClientLimits& limits() const noexcept { return limits_; }

private:
    void sweepLocked(Clock::time_point now);

    ClientLimits limits_;
    std::mutex mutex_;
    std::unordered_map<std::string, std::shared_ptr<Place::Client>> known_;
};

}  // namespace xinpu::server
