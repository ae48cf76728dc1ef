// query/exec/key_table.h
#pragma once
// A hash table of combinations of values: groups, distinct rows, the kept side of a join.

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/value/order.h"
#include "engine/value/value.h"

namespace xinpu::query {

/// Numbers the keys that it was given, by equivalence, from 0. Open addressing; keys lie one after the other.
class KeyTable {
public:
    explicit KeyTable(std::size_t values_per_key) noexcept : width_(values_per_key) {}

    /// The number of `key`, and whether it is new.
    std::pair<std::uint32_t, bool> add(const engine::Value* key) {
        if ((size_ + 1) * 2 > places_.size()) {
            grow();
        }
        const std::size_t hash = hashOf(key);
        Place& place = find(key, hash);
        if (place.number != kFree) {
            return {place.number, false};
        }
        place = {static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(size_)};
        keys_.insert(keys_.end(), key, key + width_);
        return {static_cast<std::uint32_t>(size_++), true};
    }
    std::optional<std::uint32_t> number(const engine::Value* key) const {
        if (size_ == 0) {
            return std::nullopt;
        }
        const Place& place = const_cast<KeyTable*>(this)->find(key, hashOf(key));
        return place.number == kFree ? std::nullopt : std::optional(place.number);
    }
    const engine::Value* key(std::size_t number) const noexcept { return keys_.data() + number * width_; }
    std::size_t size() const noexcept { return size_; }
    void clear() noexcept {
        if (size_ != 0) {
            keys_.clear();
            places_.clear();
            size_ = 0;
        }
    }
    /// What one more key takes, apart from what its values hold.
    std::size_t bytesOfKey() const noexcept { return width_ * sizeof(engine::Value) + 4 * sizeof(Place); }

private:
    static constexpr std::uint32_t kFree = 0xffff'ffffU;
    struct Place {
        std::uint32_t hash = 0;
        std::uint32_t number = kFree;
    };

    std::size_t hashOf(const engine::Value* key) const noexcept {
        std::size_t hash = 0;
        for (std::size_t i = 0; i < width_; ++i) {
            hash = (hash ^ engine::hashValue(key[i])) * 0x9e37'79b9'7f4a'7c15ULL;
            hash ^= hash >> 32U;
        }
        return hash;
    }
    Place& find(const engine::Value* key, std::size_t hash) noexcept {
        const std::size_t mask = places_.size() - 1;
        for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
            Place& place = places_[i];
            if (place.number == kFree ||
                (place.hash == static_cast<std::uint32_t>(hash) && same(place.number, key))) {
                return place;
            }
        }
    }
    bool same(std::uint32_t number, const engine::Value* key) const noexcept {
        const engine::Value* mine = this->key(number);
        for (std::size_t i = 0; i < width_; ++i) {
            if (!engine::equivalentValues(mine[i], key[i])) {
                return false;
            }
        }
        return true;
    }
    void grow() {
        constexpr std::size_t kPlacesFirst = 16;
        std::vector<Place> old = std::move(places_);
        places_.assign(old.empty() ? kPlacesFirst : old.size() * 2, Place{});
        const std::size_t mask = places_.size() - 1;
        for (std::uint32_t number = 0; number < size_; ++number) {
            const std::size_t hash = hashOf(key(number));
            std::size_t i = hash & mask;
            while (places_[i].number != kFree) {
                i = (i + 1) & mask;
            }
            places_[i] = {static_cast<std::uint32_t>(hash), number};
        }
    }

    std::size_t width_;
    std::size_t size_ = 0;
    std::vector<Place> places_;
    std::vector<engine::Value> keys_;
};

/// Numbers that were met, for DISTINCT over nodes alone: a quarter of what a KeyTable costs.
class NumberSet {
public:
    static constexpr std::size_t kBytesOfNumber = 2 * sizeof(std::uint32_t);

    /// Whether it is new. Every number but the greatest one may be given.
    bool add(std::uint32_t number) {
        if ((size_ + 1) * 2 > places_.size()) {
            grow();
        }
        if (!put(number)) {
            return false;
        }
        ++size_;
        return true;
    }

private:
    static constexpr std::uint32_t kFree = 0xffff'ffffU;

    bool put(std::uint32_t number) noexcept {
        const std::size_t mask = places_.size() - 1;
        for (std::size_t i = (number * 0x9e37'79b9'7f4a'7c15ULL >> 32U) & mask;; i = (i + 1) & mask) {
            if (places_[i] == number) {
                return false;
            }
            if (places_[i] == kFree) {
                places_[i] = number;
                return true;
            }
        }
    }
    void grow() {
        constexpr std::size_t kPlacesFirst = 16;
        const std::vector<std::uint32_t> old = std::move(places_);
        places_.assign(old.empty() ? kPlacesFirst : old.size() * 4, kFree);
        for (const std::uint32_t number : old) {
            if (number != kFree) {
                put(number);
            }
        }
    }

    std::vector<std::uint32_t> places_;
    std::size_t size_ = 0;
};

}  // namespace xinpu::query
