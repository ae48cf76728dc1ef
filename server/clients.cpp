// server/clients.cpp
// The rate is kept as one instant a client: when what it asked so far would be paid for at the allowed pace.
#include "server/clients.h"

#include <algorithm>
#include <utility>

namespace xinpu::server {
namespace {

constexpr std::int64_t kBurstSeconds = 2;  // so many seconds' requests may come at once

std::string keyOf(const boost::asio::ip::address& address) {
    if (!address.is_v6()) {
        return address.to_string();
    }
    const auto bytes = address.to_v6().to_bytes();
    constexpr std::size_t kNetworkBytes = 8;
    return std::string(bytes.begin(), bytes.begin() + kNetworkBytes);
}

}  // namespace

Clients::Place& Clients::Place::operator=(Place&& other) noexcept {
    if (this != &other) {
        leave();
        clients_ = other.clients_;
        client_ = std::move(other.client_);
    }
    return *this;
}

Clients::Place::~Place() {
    leave();
}

void Clients::Place::leave() noexcept {
    if (client_ != nullptr) {
        const std::lock_guard lock(clients_->mutex_);
        --client_->connections;
        client_ = nullptr;
    }
}

bool Clients::Place::mayAsk(Clock::time_point now) noexcept {
    const std::uint32_t pace = client_ != nullptr ? clients_->limits_.requests_per_second : 0;
    if (pace == 0) {
        return true;
    }
    const Clock::rep second = std::chrono::duration_cast<Clock::duration>(std::chrono::seconds(1)).count();
    const Clock::rep ticks = now.time_since_epoch().count();
    Clock::rep free_at = client_->free_at.load(std::memory_order_relaxed);
    Clock::rep next = 0;
    do {
        next = std::max(free_at, ticks) + second / pace;
        if (next - ticks > kBurstSeconds * second) {
            return false;
        }
    } while (!client_->free_at.compare_exchange_weak(free_at, next, std::memory_order_relaxed));
    return true;
}

Clients::Place Clients::admit(const boost::asio::ip::address& address) {
    const std::lock_guard lock(mutex_);
    if (known_.size() >= kKnownMax) {
        sweepLocked(Clock::now());
        if (known_.size() >= kKnownMax) {
            return {};
        }
    }
    std::shared_ptr<Place::Client>& client = known_[keyOf(address)];
    if (client == nullptr) {
        client = std::make_shared<Place::Client>();
    }
    if (client->connections >= limits_.connections_each) {
        return {};
    }
    ++client->connections;
    return {*this, client};
}

void Clients::sweep(Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    sweepLocked(now);
}

void Clients::sweepLocked(Clock::time_point now) {
    std::erase_if(known_, [&](const auto& entry) {
        return entry.second->connections == 0 &&
               entry.second->free_at.load(std::memory_order_relaxed) <= now.time_since_epoch().count();
    });
}

}  // namespace xinpu::server
