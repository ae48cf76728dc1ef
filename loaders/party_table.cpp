// loaders/party_table.cpp
// Hashing and probing.

#include "loaders/party_table.h"

#include <cstring>

namespace xinpu::loaders {
namespace {

constexpr std::size_t kSlotsFirst = std::size_t{1} << 12;

/// Folds a 64x64 product: each input bit reaches every output bit.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
    __extension__ typedef unsigned __int128 Wide;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

PartyTable::PartyTable() : slots_(kSlotsFirst, Slot{0, 0, kNone}), contents_(kSlotsFirst) {
    std::random_device random;
    seed_ = (std::uint64_t{random()} << 32 | random()) | 1;
}

Fingerprint PartyTable::print(std::string_view key) const noexcept {
    std::uint64_t a = seed_ ^ key.size(), b = seed_ * 0x9e3779b97f4a7c15ULL;
    const char* at = key.data();
    std::size_t left = key.size();
    for (; left >= 16; at += 16, left -= 16) {
        std::uint64_t x, y;
        std::memcpy(&x, at, 8);
        std::memcpy(&y, at + 8, 8);
        a = fold(a ^ x, 0xa0761d6478bd642fULL ^ y);
        b = fold(b ^ y, 0xe7037ed1a0b428dbULL ^ x);
    }
    std::uint64_t tail[2] = {0, 0};
    std::memcpy(tail, at, left);
    a = fold(a ^ tail[0], 0x8ebc6af09c88c6e3ULL ^ tail[1]);
    b = fold(b ^ tail[1], 0x589965cc75374cc3ULL ^ tail[0]);
    return {fold(a ^ 0x1d8e4e27c47d124fULL, b ^ seed_),
            static_cast<std::uint32_t>(fold(b ^ 0xeb44accab455d165ULL, a + seed_))};
}

std::size_t PartyTable::position(const Fingerprint& print) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = print.high & mask;
    while (slots_[at].number != kNone && (slots_[at].high != print.high || slots_[at].low != print.low)) {
        at = (at + 1) & mask;
    }
    return at;
}

PartyTable::Seen PartyTable::insert(const Fingerprint& key, std::uint32_t number, std::uint32_t content) {
    if ((used_ + 1) * 4 > slots_.size() * 3) {
        grow();
    }
    const std::size_t at = position(key);
    if (slots_[at].number != kNone) {
        return {slots_[at].number, contents_[at]};
    }
    slots_[at] = {key.high, key.low, number};
    contents_[at] = content;
    ++used_;
    return {};
}

void PartyTable::grow() {
    std::vector<Slot> old(slots_.size() * 2, Slot{0, 0, kNone});
    std::vector<std::uint32_t> old_contents(old.size());
    old.swap(slots_);
    old_contents.swap(contents_);
    for (std::size_t i = 0; i < old.size(); ++i) {
        if (old[i].number != kNone) {
            const std::size_t at = position({old[i].high, old[i].low});
            slots_[at] = old[i];
            contents_[at] = old_contents[i];
        }
    }
}

}  // namespace xinpu::loaders
