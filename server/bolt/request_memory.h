// server/bolt/request_memory.h
#pragma once
// What the requests of all Bolt clients take in memory, bounded together: a limit for each alone is not one
// for ten thousand connections.

#include <atomic>
#include <cstddef>
#include <utility>

namespace xinpu::server::bolt {

/// Threads: any.
class RequestMemory {
public:
    static constexpr std::size_t kBytesMax = std::size_t{1} << 30;

    /// What one holder has; given back at its end. A share without an account is empty and stays so.
    /// Threads: one at a time.
    class Share {
    public:
        Share() = default;
        explicit Share(RequestMemory& all) noexcept : all_(&all) {}
        Share(Share&& other) noexcept
            : all_(std::exchange(other.all_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
        Share& operator=(Share&& other) noexcept {
            std::swap(all_, other.all_);
            std::swap(bytes_, other.bytes_);
            return *this;
        }
        ~Share() { resize(0); }

        /// False: all together would have more than they may; the share stays as it was.
        bool resize(std::size_t bytes) noexcept {
            if (all_ == nullptr || bytes == bytes_) {
                return true;
            }
            const std::size_t others = all_->bytes_.fetch_add(bytes - bytes_) - bytes_;
            if (bytes > bytes_ && others + bytes > kBytesMax) {
                all_->bytes_.fetch_sub(bytes - bytes_);
                return false;
            }
            bytes_ = bytes;
            return true;
        }

    private:
        RequestMemory* all_ = nullptr;
        std::size_t bytes_ = 0;
    };

    std::size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::size_t> bytes_{0};
};

}  // namespace xinpu::server::bolt
