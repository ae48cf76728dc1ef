// engine/index/key_index_changes.cpp
// Changes key blocks: batches merged into the blocks that they touch, and bulk building.

#include <algorithm>
#include <tuple>
#include <vector>

#include "engine/index/key_index.h"
#include "engine/index/key_index_layout.h"

namespace xinpu::engine {

using namespace key_index;

namespace {

/// A block that has shrunk below this is joined with the one before, if both then leave room to grow.
constexpr std::size_t kJoinBelowBytes = kKeyBlockShareBytes / 4;
constexpr std::size_t kJoinedBytesMax = kKeyBlockShareBytes * 3 / 4;
/// What a block may take when one is split in the middle of an index.
constexpr std::size_t kSplitBytes = kKeyBlockShareBytes * 3 / 4;

bool less(const KeyChange& a, const KeyChange& b) noexcept {
    return std::tie(a.key, a.id) < std::tie(b.key, b.id);
}

/// Entries of `block` with `changes` applied; what it borrows are the two.
struct Merged {
    std::vector<KeyBlockEntry> entries;
    bool changed = false;
    bool only_appended = true;  ///< every new entry lies behind all old ones
};

Merged merge(const DecodedKeyBlock& block, std::span<const KeyChange> changes, KeyChangeCounts& counts) {
    Merged out;
    out.entries.reserve(block.size() + changes.size());
    std::size_t i = 0;
    for (const KeyChange& change : changes) {
        while (i < block.size()) {
            const KeyBlockEntry entry = block.entry(i);
            if (std::tie(entry.key, entry.id) >= std::make_tuple(std::string_view(change.key), change.id)) {
                break;
            }
            out.entries.push_back(entry);
            ++i;
        }
        const bool present =
            i < block.size() && block.entry(i).key == change.key && block.entry(i).id == change.id;
        if (change.add == present) {
            ++(present ? counts.present : counts.missing);
            continue;
        }
        out.changed = true;
        if (change.add) {
            out.only_appended = out.only_appended && i == block.size();
            out.entries.push_back({change.key, change.id});
            ++counts.added;
        } else {
            out.only_appended = false;
            ++i;
            ++counts.removed;
        }
    }
    for (; i < block.size(); ++i) {
        out.entries.push_back(block.entry(i));
    }
    return out;
}

struct Piece {
    std::string body;
    KeyBlockEntry last;
};

/// Encodes ascending entries into blocks that fill at most `share` bytes each with their keys.
std::vector<Piece> encode(std::span<const KeyBlockEntry> entries, std::size_t share) {
    std::vector<Piece> pieces;
    if (entries.empty()) {
        return pieces;
    }
    KeyBlockBuilder builder;
    if (builder.tryAddAll(entries, share)) {
        pieces.push_back({builder.finish(), entries.back()});
        return pieces;
    }
    const KeyBlockEntry* last = nullptr;
    for (const KeyBlockEntry& entry : entries) {
        if (!builder.tryAdd(entry.key, entry.id, share)) {
            pieces.push_back({builder.finish(), *last});
            builder.tryAdd(entry.key, entry.id, share);
        }
        last = &entry;
    }
    pieces.push_back({builder.finish(), *last});
    return pieces;
}

std::vector<Piece> encodeMerged(const Merged& merged, bool last_block) {
    std::vector<Piece> pieces = encode(merged.entries, kKeyBlockShareBytes);
    if (pieces.size() <= 1 || (last_block && merged.only_appended)) {
        return pieces;  // Keys that only grow leave full blocks behind.
    }
    std::size_t total = 0;
    for (const Piece& piece : pieces) {
        total += piece.body.size();
    }
    const std::size_t count = std::max<std::size_t>(2, (total + kSplitBytes - 1) / kSplitBytes);
    // A little more than the even share, so that no crumb is left for one block more.
    return encode(merged.entries, std::min(kKeyBlockShareBytes, total / count + kKeyBlockShareBytes / 16));
}

/// Joins the block before `upper` into the block of `upper` that `merged` makes, where both are small; true
/// if it did. The one before: a batch goes upwards and has thinned that one out already.
bool joinWithPrevious(TableWriter& table, IndexId index, const std::string& upper, const Piece& piece,
                      const Merged& merged) {
    const std::optional<TableEntry> previous = table.before(asBytes(upper));
    if (!previous || !ofIndex(index, previous->key) ||
        previous->value.size() + piece.body.size() > kJoinedBytesMax) {
        return false;
    }
    const DecodedKeyBlock block = decodedOf(index, previous->value);
    const std::string key(asText(previous->key));
    std::vector<KeyBlockEntry> entries;
    entries.reserve(block.size() + merged.entries.size());
    for (std::size_t i = 0; i < block.size(); ++i) {
        entries.push_back(block.entry(i));
    }
    entries.insert(entries.end(), merged.entries.begin(), merged.entries.end());
    const std::vector<Piece> joined = encode(entries, kKeyBlockShareBytes);
    if (joined.size() != 1) {
        return false;
    }
    table.erase(asBytes(key));
    table.put(asBytes(upper), asBytes(joined.front().body));
    return true;
}

}  // namespace

KeyChangeCounts applyKeyChanges(TableWriter& table, IndexId index, std::span<KeyChange> changes) {
    for (KeyChange& change : changes) {
        if (change.key.size() > kPlainKeyBytesMax) {
            change.key = storedKey(change.key);
        }
    }
    if (!std::is_sorted(changes.begin(), changes.end(), less)) {
        std::sort(changes.begin(), changes.end(), less);
    }
    XINPU_ASSERT_SLOW(
        std::adjacent_find(changes.begin(), changes.end(), [](const KeyChange& a, const KeyChange& b) {
            return !less(a, b);
        }) == changes.end());
    KeyChangeCounts counts;
    std::span<const KeyChange> left = changes;
    while (!left.empty()) {
        std::string upper = lastBlockKey(index);
        DecodedKeyBlock block;
        bool exists = false;
        const std::string wanted = boundKey(index, left.front().key, left.front().id);
        if (const std::optional<TableEntry> found = table.atOrAfter(asBytes(wanted));
            found && ofIndex(index, found->key)) {
            upper = asText(found->key);
            block = decodedOf(index, found->value);
            exists = true;
        }
        const bool last_block = upper == lastBlockKey(index);
        std::size_t count = left.size();
        if (!last_block) {
            const KeyBlockEntry bound = boundOf(upper);
            const auto behind = std::find_if(left.begin(), left.end(), [&](const KeyChange& change) {
                return std::make_tuple(std::string_view(change.key), change.id) >
                       std::tie(bound.key, bound.id);
            });
            count = static_cast<std::size_t>(behind - left.begin());
        }
        const Merged merged = merge(block, left.first(count), counts);
        left = left.subspan(count);
        if (!merged.changed) {
            continue;
        }
        if (merged.entries.empty()) {
            if (exists) {
                table.erase(asBytes(upper));
            }
            continue;
        }
        const std::vector<Piece> pieces = encodeMerged(merged, last_block);
        if (pieces.size() == 1 && merged.entries.size() < block.size() &&
            pieces.front().body.size() < kJoinBelowBytes &&
            joinWithPrevious(table, index, upper, pieces.front(), merged)) {
            continue;
        }
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            const bool keeps_bound = i + 1 == pieces.size();
            table.put(asBytes(keeps_bound ? upper : boundKey(index, pieces[i].last.key, pieces[i].last.id)),
                      asBytes(pieces[i].body));
        }
    }
    return counts;
}

void dropKeyIndex(TableWriter& table, IndexId index) {
    const std::string prefix = indexPrefix(index);
    while (const std::optional<TableEntry> found = table.atOrAfter(asBytes(prefix))) {
        if (!ofIndex(index, found->key)) {
            return;
        }
        const std::string key(asText(found->key));
        table.erase(asBytes(key));
    }
}

void KeyIndexBuilder::add(std::string_view stored_key, std::uint32_t id) {
    if (!block_.empty()) {
        const KeyBlockEntry last = block_.last();
        if (std::tie(last.key, last.id) >= std::tie(stored_key, id)) {
            throw Error(ErrorCode::Internal,
                        "Index " + std::to_string(index_.value) +
                            " was given keys that do not ascend. This is a bug in xinpu.");
        }
    }
    if (!block_.tryAdd(stored_key, id, kKeyBlockShareBytes)) {
        const std::string bound = boundKey(index_, block_.last().key, block_.last().id);
        const std::string body = block_.finish();
        table_->append(asBytes(bound), asBytes(body));
        block_.tryAdd(stored_key, id, kKeyBlockShareBytes);
    }
    ++entries_;
}

void KeyIndexBuilder::finish() {
    if (!block_.empty()) {
        const std::string body = block_.finish();
        table_->append(asBytes(lastBlockKey(index_)), asBytes(body));
    }
}

}  // namespace xinpu::engine
