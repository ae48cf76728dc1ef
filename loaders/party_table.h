// loaders/party_table.h
#pragma once
// Which keys were seen in a load, and the number that each was given: exact to 96-bit fingerprints.

#include <cstdint>
#include <optional>
#include <random>
#include <string_view>
#include <vector>

namespace xinpu::loaders {

/// A seeded 128-bit fingerprint of a short text. Not for secrets.
struct Fingerprint {
    std::uint64_t high = 0;
    std::uint32_t low = 0;
};

/// Open addressing, 20 bytes a slot, at most three quarters full. Two keys are taken for one only if 96 bits
/// of a seeded hash agree: below 10^-15 for ten million keys. Threads: one, but for print() and digest(); any
/// number while only find() is called.
class PartyTable {
public:
    PartyTable();

    static constexpr std::uint32_t kNone = UINT32_MAX;
    struct Seen {
        std::uint32_t number = kNone;  ///< kNone: the key is new
        std::uint32_t content = 0;     ///< digest of what was kept with it
    };
    /// Looks a key up; a new one is kept with `number` and `content`.
    Seen insert(const Fingerprint& key, std::uint32_t number, std::uint32_t content);
    Seen insert(std::string_view key, std::uint32_t number, std::uint32_t content) {
        return insert(print(key), number, content);
    }
    /// The number, or kNone.
    std::uint32_t find(const Fingerprint& key) const noexcept { return slots_[position(key)].number; }
    std::uint32_t find(std::string_view key) const noexcept { return find(print(key)); }
    void prefetch(const Fingerprint& key) const noexcept {
        __builtin_prefetch(&slots_[key.high & (slots_.size() - 1)]);
    }
    /// What this table knows a key by. Depends on nothing but the key: may be asked beside insert().
    Fingerprint print(std::string_view key) const noexcept;
    std::size_t size() const noexcept { return used_; }
    /// A 32-bit digest of a row's content.
    std::uint32_t digest(std::string_view text) const noexcept { return print(text).low; }

private:
    struct Slot {
        std::uint64_t high;
        std::uint32_t low;
        std::uint32_t number;
    };
    std::size_t position(const Fingerprint& print) const noexcept;
    void grow();

    std::uint64_t seed_;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> contents_;
    std::size_t used_ = 0;
};

}  // namespace xinpu::loaders
