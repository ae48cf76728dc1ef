// engine/index/bitmap_container.cpp
// Encodes and reads bitmap containers (layout: docs/format/bitmap.md).

#include "engine/index/bitmap_container.h"

#include <bit>
#include <cstring>

#include "xinpu/assert.h"

namespace xinpu::engine {

namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kHeaderBytes = 4;
constexpr std::size_t kBitsetBytes = kSliceWords * sizeof(std::uint64_t);

enum class ContainerKind : std::uint8_t {
    Array = 1,   ///< ids, 2 bytes each
    Bitset = 2,  ///< kBitsetBytes
    Runs = 3,    ///< first and last id of each run, 2 bytes each
};

struct Header {
    ContainerKind kind = ContainerKind::Array;
    std::uint32_t count = 0;
    Bytes body;
};

std::uint32_t u16At(Bytes bytes, std::size_t at) noexcept {
    return std::to_integer<std::uint32_t>(bytes[at]) | std::to_integer<std::uint32_t>(bytes[at + 1]) << 8;
}

std::optional<Header> headerOf(Bytes bytes) noexcept {
    if (bytes.size() < kHeaderBytes || std::to_integer<std::uint8_t>(bytes[0]) != kFormat) {
        return std::nullopt;
    }
    const Header header{static_cast<ContainerKind>(bytes[1]), u16At(bytes, 2), bytes.subspan(kHeaderBytes)};
    if (header.count == 0 || header.count > kSliceIds) {
        return std::nullopt;
    }
    const std::size_t size = header.body.size();
    switch (header.kind) {
    case ContainerKind::Array:
        return size == 2 * std::size_t{header.count} ? std::optional(header) : std::nullopt;
    case ContainerKind::Bitset:
        return size == kBitsetBytes ? std::optional(header) : std::nullopt;
    case ContainerKind::Runs:
        return size > 0 && size % 4 == 0 && size / 4 <= header.count ? std::optional(header) : std::nullopt;
    }
    return std::nullopt;
}

/// Sets the bits first .. last.
void setRange(SliceWords& words, std::uint32_t first, std::uint32_t last) noexcept {
    const std::uint64_t head = ~std::uint64_t{0} << (first % 64);
    const std::uint64_t tail = ~std::uint64_t{0} >> (63 - last % 64);
    if (first / 64 == last / 64) {
        words[first / 64] |= head & tail;
        return;
    }
    words[first / 64] |= head;
    for (std::uint32_t w = first / 64 + 1; w < last / 64; ++w) {
        words[w] = ~std::uint64_t{0};
    }
    words[last / 64] |= tail;
}

bool addArray(const Header& header, SliceWords& words) noexcept {
    std::uint32_t least = 0;
    for (std::size_t i = 0; i < header.body.size(); i += 2) {
        const std::uint32_t id = u16At(header.body, i);
        if (id < least || id >= kSliceIds) {
            return false;
        }
        words[id / 64] |= std::uint64_t{1} << (id % 64);
        least = id + 1;
    }
    return true;
}

bool addRuns(const Header& header, SliceWords& words) noexcept {
    std::uint32_t least = 0;
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < header.body.size(); i += 4) {
        const std::uint32_t first = u16At(header.body, i);
        const std::uint32_t last = u16At(header.body, i + 2);
        if (first < least || last < first || last >= kSliceIds) {
            return false;
        }
        setRange(words, first, last);
        count += last - first + 1;
        least = last + 2;  // Neighbouring runs are one run.
    }
    return count == header.count;
}

bool addBitset(const Header& header, SliceWords& words) noexcept {
    std::uint32_t count = 0;
    for (std::size_t w = 0; w < kSliceWords; ++w) {
        std::uint64_t word = 0;
        std::memcpy(&word, header.body.data() + w * sizeof word, sizeof word);
        words[w] |= word;
        count += static_cast<std::uint32_t>(std::popcount(word));
    }
    return count == header.count;
}

void putU16(std::string& out, std::uint32_t number) {
    out.push_back(static_cast<char>(number & 255));
    out.push_back(static_cast<char>(number >> 8 & 255));
}

/// Calls `visit(first, last)` for each run of ids.
template <typename Visit>
void forEachRun(const SliceWords& words, Visit&& visit) {
    bool inside = false;
    std::uint32_t first = 0;
    for (std::uint32_t w = 0; w < kSliceWords; ++w) {
        for (std::uint32_t bit = 0; bit < 64;) {
            const std::uint64_t rest = (inside ? ~words[w] : words[w]) >> bit;
            if (rest == 0) {
                break;
            }
            bit += static_cast<std::uint32_t>(std::countr_zero(rest));
            if (inside) {
                visit(first, w * 64 + bit - 1);
            } else {
                first = w * 64 + bit;
            }
            inside = !inside;
        }
    }
    if (inside) {
        visit(first, kSliceIds - 1);
    }
}

}  // namespace

std::string encodeContainer(const SliceWords& words) {
    static_assert(std::endian::native == std::endian::little);
    std::uint32_t count = 0;
    std::uint32_t runs = 0;
    std::uint64_t before = 0;  // Top bit of the word before, as its lowest bit.
    for (const std::uint64_t word : words) {
        count += static_cast<std::uint32_t>(std::popcount(word));
        runs += static_cast<std::uint32_t>(std::popcount(word & ~(word << 1 | before)));
        before = word >> 63;
    }
    XINPU_ASSERT(count > 0);
    const std::size_t array_bytes = 2 * std::size_t{count};
    const std::size_t runs_bytes = 4 * std::size_t{runs};

    std::string out(1, static_cast<char>(kFormat));
    const auto header = [&](ContainerKind kind) {
        out.push_back(static_cast<char>(kind));
        putU16(out, count);
    };
    if (runs_bytes < array_bytes && runs_bytes < kBitsetBytes) {
        header(ContainerKind::Runs);
        forEachRun(words, [&](std::uint32_t first, std::uint32_t last) {
            putU16(out, first);
            putU16(out, last);
        });
    } else if (array_bytes < kBitsetBytes) {
        header(ContainerKind::Array);
        for (std::uint32_t w = 0; w < kSliceWords; ++w) {
            for (std::uint64_t word = words[w]; word != 0; word &= word - 1) {
                putU16(out, w * 64 + static_cast<std::uint32_t>(std::countr_zero(word)));
            }
        }
    } else {
        header(ContainerKind::Bitset);
        out.append(reinterpret_cast<const char*>(words.data()), kBitsetBytes);
    }
    return out;
}

std::optional<std::uint32_t> containerCount(Bytes bytes) noexcept {
    const std::optional<Header> header = headerOf(bytes);
    return header ? std::optional(header->count) : std::nullopt;
}

std::optional<bool> containerHas(Bytes bytes, std::uint32_t id) noexcept {
    const std::optional<Header> header = headerOf(bytes);
    if (!header || id >= kSliceIds) {
        return std::nullopt;
    }
    if (header->kind == ContainerKind::Bitset) {
        return (std::to_integer<unsigned>(header->body[id / 8]) >> (id % 8) & 1) != 0;
    }
    // Binary search for the last item that begins at or below `id`.
    const std::size_t item_bytes = header->kind == ContainerKind::Array ? 2 : 4;
    std::size_t low = 0;
    std::size_t high = header->body.size() / item_bytes;
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (u16At(header->body, middle * item_bytes) <= id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 && u16At(header->body, low * item_bytes - 2) >= id;
}

bool addContainer(Bytes bytes, SliceWords& words) noexcept {
    const std::optional<Header> header = headerOf(bytes);
    if (!header) {
        return false;
    }
    switch (header->kind) {
    case ContainerKind::Array:
        return addArray(*header, words);
    case ContainerKind::Bitset:
        return addBitset(*header, words);
    case ContainerKind::Runs:
        return addRuns(*header, words);
    }
    return false;
}

}  // namespace xinpu::engine
