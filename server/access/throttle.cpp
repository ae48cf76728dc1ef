// server/access/throttle.cpp
// Buckets of failures, kept as the moment at which they are full again.
#include "server/access/throttle.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>

namespace xinpu::server {

bool Throttle::Buckets::isEmpty(const std::string& key, Clock::time_point now) {
    const auto found = buckets_.find(key);
    return found != buckets_.end() &&
           found->second.full_at - now > static_cast<int>(kFailuresMax - 1) * Clock::duration(kRefill);
}

bool Throttle::Buckets::take(const std::string& key, Clock::time_point now) {
    if (isEmpty(key, now)) {
        return true;
    }
    const auto [found, is_new] = buckets_.try_emplace(key);
    Bucket& bucket = found->second;
    if (is_new) {
        bucket.full_at = now;
        bucket.age = by_age_.insert(by_age_.end(), key);
    } else {
        by_age_.splice(by_age_.end(), by_age_, bucket.age);
    }
    bucket.full_at = std::max(bucket.full_at, now) + kRefill;
    while (buckets_.size() > kCountedMax) {
        buckets_.erase(by_age_.front());
        by_age_.pop_front();
    }
    return false;
}

bool Throttle::failed(std::string_view peer, std::string_view id, Clock::time_point now) {
    const std::string network = networkOf(peer);
    const std::lock_guard lock(mutex_);
    const bool peer_spent = peers_.take(network, now);
    const bool id_spent = !id.empty() && ids_.take(std::string(id), now);
    return peer_spent || id_spent;
}

std::string networkOf(std::string_view peer) {
    constexpr std::size_t kNetworkBytes = 8;
    std::array<unsigned char, 16> address{};
    std::string text(peer.substr(0, peer.find('%')));
    constexpr std::array<unsigned char, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (inet_pton(AF_INET6, text.c_str(), address.data()) != 1 ||
        std::equal(kMapped.begin(), kMapped.end(), address.begin())) {
        return text;  // IPv4, also as ::ffff:192.0.2.1
    }
    return std::string(reinterpret_cast<const char*>(address.data()), kNetworkBytes);
}

}  // namespace xinpu::server
