// server/access/throttle.h
#pragma once
// How often somebody may fail to show who they are.

#include <chrono>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace xinpu::server {

/// Failures are counted by the client's address and by the id of the key that was tried. Each has kFailuresMax
/// at once and gets one back every kRefill; who has none left is told to come later. A right key is let in all
/// the same: secrets are random, so there is nothing to guess, and a stranger cannot lock anybody out.
///
/// Threads: any.
class Throttle {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::size_t kFailuresMax = 10;
    static constexpr std::chrono::seconds kRefill{6};
    static constexpr std::size_t kCountedMax = 10'000;  ///< addresses, and ids; the oldest gives way

    /// Counts a failure. True: there were none left, of the address or of the id (empty: none was named).
    bool failed(std::string_view peer, std::string_view id, Clock::time_point now);

private:
    /// Fills up with time: at its full size it is forgotten.
    class Buckets {
    public:
        bool isEmpty(const std::string& key, Clock::time_point now);
        /// True: it was empty.
        bool take(const std::string& key, Clock::time_point now);

    private:
        struct Bucket {
            Clock::time_point full_at;  ///< when it is as full as ever
            std::list<std::string>::iterator age;
        };
        std::unordered_map<std::string, Bucket> buckets_;
        std::list<std::string> by_age_;  ///< the one that was longest not taken from first
    };

    std::mutex mutex_;
    Buckets peers_;
    Buckets ids_;
};

/// What counts as one client: an address, or of IPv6 the /64 that one customer has.
std::string networkOf(std::string_view peer);

}  // namespace xinpu::server
