// engine/index/key_index.cpp
// Look-ups and scans over the key blocks of one index.

#include "engine/index/key_index.h"

#include <openssl/evp.h>

#include <array>

#include "engine/index/key_index_layout.h"

namespace xinpu::engine {

using namespace key_index;

namespace {

constexpr std::size_t kDigestBytes = 32;
static_assert(kPlainKeyBytesMax + kDigestBytes == kStoredKeyBytesMax);

bool isDigested(std::string_view stored) noexcept {
    return stored.size() > kPlainKeyBytesMax;
}

/// The least string greater than all that begin with `text`, or nothing.
std::optional<std::string> behindPrefix(std::string text) {
    while (!text.empty() && text.back() == '\xff') {
        text.pop_back();
    }
    if (text.empty()) {
        return std::nullopt;
    }
    text.back() = static_cast<char>(static_cast<unsigned char>(text.back()) + 1);
    return text;
}

/// Long keys with the same beginning lie in the order of their digests: a scan takes all of them.
std::string scanFrom(const std::string& lo) {
    return lo.substr(0, kPlainKeyBytesMax);
}
std::optional<std::string> scanUntil(const std::optional<std::string>& hi) {
    if (!hi || hi->size() <= kPlainKeyBytesMax) {
        return hi;
    }
    return behindPrefix(hi->substr(0, kPlainKeyBytesMax));
}

std::string boundOf(KeyBlockEntry entry, IndexId index) {
    return boundKey(index, entry.key, entry.id);
}

}  // namespace

std::string storedKey(std::string_view key) {
    if (key.size() <= kPlainKeyBytesMax) {
        return std::string(key);
    }
    std::array<unsigned char, kDigestBytes> digest{};
    unsigned length = 0;
    if (EVP_Digest(key.data(), key.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1 ||
        length != kDigestBytes) {
        throw Error(ErrorCode::Internal, "SHA-256 is not available in this OpenSSL.", "SHA256");
    }
    std::string out(key.substr(0, kPlainKeyBytesMax));
    out.append(digest.begin(), digest.end());
    return out;
}

std::optional<KeyHit> KeyIndex::find(std::string_view key) const {
    std::string digested;
    if (isDigested(key)) {
        digested = storedKey(key);
        key = digested;
    }
    for (std::string seek = seekKey(index_, key);;) {
        const std::optional<TableEntry> entry = table_.atOrAfter(asBytes(seek));
        if (!entry || !ofIndex(index_, entry->key)) {
            return std::nullopt;
        }
        std::uint32_t id = 0;
        switch (viewOf(index_, entry->value).find(key, &id)) {
        case KeyLookup::Found:
            return KeyHit{id, isDigested(key)};
        case KeyLookup::Absent:
            break;
        case KeyLookup::Damaged:
            failDamaged(index_);
        }
        // A block keeps its bound when the entry that gave it is removed: greater ids of the key lie behind
        // it.
        if (asText(entry->key) == lastBlockKey(index_) || boundOf(asText(entry->key)).key != key) {
            return std::nullopt;
        }
        seek.assign(asText(entry->key)).push_back('\0');
    }
}

std::optional<std::string> KeyIndex::firstFault() const {
    const std::string name = "index " + std::to_string(index_.value) + ": ";
    std::string seek = indexPrefix(index_);
    std::string last;  // Bound of the greatest entry so far.
    bool behind_last_block = false;
    while (const std::optional<TableEntry> found = table_.atOrAfter(asBytes(seek))) {
        if (!ofIndex(index_, found->key)) {
            break;
        }
        const std::string_view key = asText(found->key);
        if (behind_last_block) {
            return name + "a block lies behind the last one";
        }
        behind_last_block = key == lastBlockKey(index_);
        if (!behind_last_block && key[kIndexBytes] != kBoundMark) {
            return name + "a block has an unknown kind of key";
        }
        const std::optional<KeyBlockView> view = KeyBlockView::parse(found->value);
        const std::optional<DecodedKeyBlock> block = view ? view->decode() : std::nullopt;
        if (!block) {
            return name + "a block cannot be read";
        }
        if (!last.empty() && boundOf(block->entry(0), index_) <= last) {
            return name + "two blocks overlap";
        }
        last = boundOf(block->entry(block->size() - 1), index_);
        if (last > key) {
            return name + "a block holds a key greater than its bound";
        }
        for (std::size_t i = 1; i < block->size(); ++i) {
            const std::string_view before = block->entry(i - 1).key;
            const std::string_view now = block->entry(i).key;
            if (now.size() > before.size() && now.starts_with(before)) {
                return name + "a key is the beginning of another";
            }
        }
        seek = std::string(key) + '\0';
    }
    return std::nullopt;
}

KeyScan::KeyScan(const TableReader& table, IndexId index, const KeyRange& range, ScanOrder order)
    : table_(table), index_(index), lo_(scanFrom(range.lo)), hi_(scanUntil(range.hi)), order_(order) {
    if (order == ScanOrder::Ascending) {
        seek_ = seekKey(index, lo_);
        return;
    }
    // The block in which `hi` would lie is the last one of interest; what comes before it is found backwards.
    seek_ = lastBlockKey(index) + '\0';
    if (hi_) {
        const std::optional<TableEntry> found = table_.atOrAfter(asBytes(seekKey(index, *hi_)));
        if (found && ofIndex(index, found->key)) {
            seek_ = std::string(asText(found->key)) + '\0';
        }
    }
}

std::optional<KeyEntry> KeyScan::next() {
    while (from_ == to_) {
        if (done_ || !(order_ == ScanOrder::Ascending ? loadAscending() : loadDescending())) {
            done_ = true;
            return std::nullopt;
        }
    }
    const KeyBlockEntry entry = block_.entry(order_ == ScanOrder::Ascending ? from_++ : --to_);
    return KeyEntry{entry.key, entry.id, isDigested(entry.key)};
}

bool KeyScan::loadAscending() {
    const std::optional<TableEntry> found = table_.atOrAfter(asBytes(seek_));
    if (!found || !ofIndex(index_, found->key)) {
        return false;
    }
    block_ = decodedOf(index_, found->value);
    seek_ = std::string(asText(found->key)) + '\0';
    from_ = block_.lowerBound(lo_, 0);
    to_ = hi_ ? block_.lowerBound(*hi_, 0) : block_.size();
    done_ = to_ < block_.size();
    if (to_ <= from_) {
        from_ = to_ = 0;
    }
    return true;
}

bool KeyScan::loadDescending() {
    const std::optional<TableEntry> found = table_.before(asBytes(seek_));
    if (!found || !ofIndex(index_, found->key)) {
        return false;
    }
    block_ = decodedOf(index_, found->value);
    seek_ = asText(found->key);
    from_ = block_.lowerBound(lo_, 0);
    to_ = hi_ ? block_.lowerBound(*hi_, 0) : block_.size();
    done_ = from_ > 0;
    if (to_ <= from_) {
        from_ = to_ = 0;
    }
    return true;
}

}  // namespace xinpu::engine
