// bench/xinpu_bench/pusher.h
#pragma once
// Q8's pushes: transactions of 100 new penalties against random firms, as an authority would deliver them.

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/txn/database.h"

namespace xinpu::bench {

inline constexpr std::uint64_t kPenaltiesPerPush = 100;

/// What is pushed: penalty number n always has the same firm, document number and key.
class PushContent {
public:
    /// Draws firms from the database. @throws Error(NotFound) if it is no credit database
    explicit PushContent(const engine::Snapshot& snapshot);

    /// Adds penalties [first, first + 100) with their relationships. The firm and the authority are looked up
    /// by their codes; the unique index checks the key when the transaction ends.
    void add(engine::WriteTxn& txn, std::uint64_t first) const;
    std::string key(std::uint64_t number) const;

private:
    const std::string& firm(std::uint64_t number) const;
    std::vector<std::string> firms_;
};

/// What one pusher did.
struct Pushed {
    std::vector<std::uint64_t> acknowledged;  ///< first numbers of its pushes
    std::vector<double> times_ms;
};

/// Pushes until `stop`; numbers come from `next`, which all pushers share.
Pushed pushUntil(engine::Database& database, const PushContent& content, std::atomic<std::uint64_t>& next,
                 const std::atomic<bool>& stop);

/// How many of the acknowledged penalties a new snapshot finds by their key.
std::uint64_t findable(const engine::Snapshot& snapshot, const PushContent& content,
                       const std::vector<Pushed>& pushed);

}  // namespace xinpu::bench
