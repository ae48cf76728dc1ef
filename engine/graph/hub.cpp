// engine/graph/hub.cpp
// Reading, writing and caching of hub blocks.

#include "engine/graph/hub.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

constexpr std::uint8_t kHubVersion = 1;

/// Order-preserving for memcmp.
std::uint32_t biased(std::int32_t slot) noexcept {
    return static_cast<std::uint32_t>(slot) ^ 0x80000000U;
}

std::int32_t orderOf(const Entry& entry, int order_slot) noexcept {
    return order_slot < 0 ? 0 : entry.slots[static_cast<std::size_t>(order_slot)];
}

}  // namespace

std::string hubPrefix(const HubKey& hub) {
    return KeyBuilder()
        .u32(hub.type.value)
        .u8(static_cast<std::uint8_t>(hub.direction))
        .u32(hub.node.value)
        .text();
}

std::string hubBlockKey(const HubKey& hub, std::int32_t order, std::uint32_t relationship) {
    return KeyBuilder().bytes(asBytes(hubPrefix(hub))).u32(biased(order)).u32(relationship).text();
}

std::optional<HubBlock> parseHubBlock(Bytes value, std::uint32_t stride) noexcept {
    HubBlockHeader header{};
    if (value.size() < sizeof header) {
        return std::nullopt;
    }
    std::memcpy(&header, value.data(), sizeof header);
    if (header.version != kHubVersion || header.stride != stride || header.count == 0 ||
        (value.size() - sizeof header) / stride < header.count) {
        return std::nullopt;
    }
    return HubBlock{value.data() + sizeof header, header.count};
}

std::vector<HubBlock> readHub(const StoreTxn& txn, const HubKey& hub, std::uint32_t stride) {
    std::vector<HubBlock> blocks;
    const std::string prefix = hubPrefix(hub);
    TableCursor cursor(txn, Table::Hubs);
    for (auto entry = cursor.seek(asBytes(prefix)); entry && asText(entry->key).starts_with(prefix);
         entry = cursor.next()) {
        const auto block = parseHubBlock(entry->value, stride);
        if (!block) {
            throw Error(
                ErrorCode::Corrupt,
                fmt::format("A hub block of node {} does not decode. Run `xinpu check`.", hub.node.value));
        }
        blocks.push_back(*block);
    }
    return blocks;
}

std::vector<Entry> copyHub(const StoreTxn& txn, const HubKey& hub, std::uint32_t stride) {
    std::vector<Entry> entries;
    for (const HubBlock& block : readHub(txn, hub, stride)) {
        for (std::uint32_t i = 0; i < block.count; ++i) {
            entries.push_back(readEntry(block.first + std::size_t{i} * stride, stride));
        }
    }
    return entries;
}

std::vector<std::pair<std::string, std::string>> encodeHub(const HubKey& hub, std::vector<Entry> entries,
                                                           std::uint32_t stride, int order_slot,
                                                           ChunkLimits limits) {
    std::sort(entries.begin(), entries.end(), [order_slot](const Entry& a, const Entry& b) {
        return std::pair(orderOf(a, order_slot), a.relationship) <
               std::pair(orderOf(b, order_slot), b.relationship);
    });
    const std::size_t most = (limits.value_max - sizeof(HubBlockHeader)) / stride;
    std::vector<std::pair<std::string, std::string>> blocks;
    for (std::size_t begin = 0; begin < entries.size(); begin += most) {
        const std::size_t end = std::min(entries.size(), begin + most);
        const HubBlockHeader header{kHubVersion, 0, static_cast<std::uint16_t>(end - begin), stride};
        std::string value(reinterpret_cast<const char*>(&header), sizeof header);
        for (std::size_t i = begin; i < end; ++i) {
            appendEntry(entries[i], stride, value);
        }
        if (value.size() < limits.value_min) {
            value.resize(limits.value_min, '\0');
        }
        const Entry& last = entries[end - 1];
        blocks.emplace_back(hubBlockKey(hub, orderOf(last, order_slot), last.relationship), std::move(value));
    }
    return blocks;
}

void writeHub(StoreTxn& txn, const HubKey& hub, std::vector<Entry> entries, std::uint32_t stride,
              int order_slot, ChunkLimits limits) {
    std::map<std::string, std::string> old;
    const std::string prefix = hubPrefix(hub);
    {
        TableCursor cursor(txn, Table::Hubs);
        for (auto entry = cursor.seek(asBytes(prefix)); entry && asText(entry->key).starts_with(prefix);
             entry = cursor.next()) {
            old.emplace(asText(entry->key), asText(entry->value));
        }
    }
    TableWriter table(txn, Table::Hubs);
    for (const auto& [key, value] : encodeHub(hub, std::move(entries), stride, order_slot, limits)) {
        const auto found = old.find(key);
        if (found == old.end() || found->second != value) {
            table.put(asBytes(key), asBytes(value));
        }
        if (found != old.end()) {
            old.erase(found);
        }
    }
    for (const auto& [key, value] : old) {
        table.erase(asBytes(key));
    }
}

void eraseHub(StoreTxn& txn, const HubKey& hub) {
    TableWriter table(txn, Table::Hubs);
    const std::string prefix = hubPrefix(hub);
    for (auto entry = table.atOrAfter(asBytes(prefix)); entry && asText(entry->key).starts_with(prefix);
         entry = table.atOrAfter(asBytes(prefix))) {
        const std::string key(asText(entry->key));
        table.erase(asBytes(key));
    }
}

std::shared_ptr<const std::vector<HubBlock>> HubCache::find(const StoreTxn& txn, const HubKey& hub,
                                                            std::uint32_t stride) {
    const std::uint64_t key = std::uint64_t{hub.node.value} << 1 | static_cast<std::uint64_t>(hub.direction);
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = blocks_.find(key); found != blocks_.end()) {
            return found->second;
        }
    }
    auto blocks = std::make_shared<const std::vector<HubBlock>>(readHub(txn, hub, stride));
    const std::lock_guard lock(mutex_);
    return blocks_.emplace(key, std::move(blocks)).first->second;
}

}  // namespace xinpu::engine
