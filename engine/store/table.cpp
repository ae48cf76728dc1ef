// engine/store/table.cpp
// Tables as key ranges of one LMDB tree, with a checksum behind every value.

#include "engine/store/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/store/lmdb_impl.h"
#include "engine/value/crc32c.h"
#include "xinpu/assert.h"

namespace xinpu::engine {
namespace {

constexpr std::size_t kTreeKeyBytesMax = 511;

/// A key with its table byte in front, on the stack.
class TreeKey {
public:
    TreeKey(Table table, Bytes key) {
        XINPU_ASSERT(key.size() <= kKeyBytesMax);
        bytes_[0] = static_cast<std::byte>(table);
        if (!key.empty()) {
            std::memcpy(bytes_.data() + 1, key.data(), key.size());
        }
        value_ = {key.size() + 1, bytes_.data()};
    }
    TreeKey(const TreeKey&) = delete;
    TreeKey& operator=(const TreeKey&) = delete;
    MDB_val* value() noexcept { return &value_; }

private:
    std::array<std::byte, kTreeKeyBytesMax> bytes_;
    MDB_val value_{};
};

std::string printable(Bytes key) {
    std::string text;
    for (const std::byte b : key.first(std::min<std::size_t>(key.size(), 48))) {
        text += fmt::format("{:02x}", std::to_integer<unsigned>(b));
    }
    return text;
}

/// Cuts the checksum off and compares it.
Bytes checkedBody(Table table, Bytes key, const MDB_val& value) {
    const Bytes all{static_cast<const std::byte*>(value.mv_data), value.mv_size};
    if (all.size() >= kChecksumBytes) {
        const Bytes body = all.first(all.size() - kChecksumBytes);
        std::uint32_t stored = 0;
        std::memcpy(&stored, all.data() + body.size(), kChecksumBytes);
        if (stored == valueChecksum(table, key, body)) {
            return body;
        }
    }
    throw Error(
        ErrorCode::Corrupt,
        fmt::format("A value of table {} under key {} does not match its checksum. Run `xinpu check`, then "
                    "restore from a backup.",
                    static_cast<unsigned>(table), printable(key)),
        "CHECKSUM");
}

Bytes bytesOf(const MDB_val& value) noexcept {
    return {static_cast<const std::byte*>(value.mv_data), value.mv_size};
}

/// The entry under the cursor if it belongs to `table`.
std::optional<TableEntry> entryOf(Table table, const MDB_val& key, const MDB_val& value) {
    const Bytes raw = bytesOf(key);
    if (raw.empty() || raw[0] != static_cast<std::byte>(table)) {
        return std::nullopt;
    }
    const Bytes inner = raw.subspan(1);
    return TableEntry{inner, checkedBody(table, inner, value)};
}

struct CursorClose {
    void operator()(MDB_cursor* cursor) const noexcept { mdb_cursor_close(cursor); }
};
using CursorPtr = std::unique_ptr<MDB_cursor, CursorClose>;

CursorPtr openCursor(const StoreTxn& txn) {
    MDB_cursor* cursor = nullptr;
    const int code = mdb_cursor_open(txn.impl().txn, txn.impl().tree, &cursor);
    if (code != 0) {
        txn.impl().environment->fail(code, "cursor");
    }
    return CursorPtr(cursor);
}

}  // namespace

std::uint32_t valueChecksum(Table table, Bytes key, Bytes body) noexcept {
    const std::byte first = static_cast<std::byte>(table);
    std::uint32_t sum = crc32c(0, &first, 1);
    sum = crc32c(sum, key.data(), key.size());
    return crc32c(sum, body.data(), body.size());
}

std::optional<Bytes> TableReader::get(Bytes key) const {
    TreeKey tree_key(table_, key);
    MDB_val value{};
    const int code = mdb_get(txn_->impl().txn, txn_->impl().tree, tree_key.value(), &value);
    if (code == MDB_NOTFOUND) {
        return std::nullopt;
    }
    if (code != 0) {
        txn_->impl().environment->fail(code, "get");
    }
    return checkedBody(table_, key, value);
}

std::optional<TableEntry> TableReader::atOrAfter(Bytes key) const {
    const CursorPtr cursor = openCursor(*txn_);
    TreeKey tree_key(table_, key);
    MDB_val value{};
    const int code = mdb_cursor_get(cursor.get(), tree_key.value(), &value, MDB_SET_RANGE);
    if (code == MDB_NOTFOUND) {
        return std::nullopt;
    }
    if (code != 0) {
        txn_->impl().environment->fail(code, "seek");
    }
    return entryOf(table_, *tree_key.value(), value);
}

std::optional<TableEntry> TableReader::before(Bytes key) const {
    const CursorPtr cursor = openCursor(*txn_);
    TreeKey tree_key(table_, key);
    MDB_val value{};
    int code = mdb_cursor_get(cursor.get(), tree_key.value(), &value, MDB_SET_RANGE);
    MDB_val found{};
    code = mdb_cursor_get(cursor.get(), &found, &value, code == MDB_NOTFOUND ? MDB_LAST : MDB_PREV);
    if (code == MDB_NOTFOUND) {
        return std::nullopt;
    }
    if (code != 0) {
        txn_->impl().environment->fail(code, "seek");
    }
    return entryOf(table_, found, value);
}

std::optional<TableEntry> TableReader::last() const {
    const TableReader behind(*txn_, static_cast<Table>(static_cast<std::uint8_t>(table_) + 1));
    const CursorPtr cursor = openCursor(*txn_);
    TreeKey tree_key(behind.table_, {});
    MDB_val value{};
    int code = mdb_cursor_get(cursor.get(), tree_key.value(), &value, MDB_SET_RANGE);
    MDB_val found{};
    code = mdb_cursor_get(cursor.get(), &found, &value, code == MDB_NOTFOUND ? MDB_LAST : MDB_PREV);
    if (code == MDB_NOTFOUND) {
        return std::nullopt;
    }
    if (code != 0) {
        txn_->impl().environment->fail(code, "seek");
    }
    return entryOf(table_, found, value);
}

struct TableCursor::Impl {
    const StoreTxn* txn;
    Table table;
    CursorPtr cursor;

    std::optional<TableEntry> move(MDB_val* key, MDB_cursor_op op) {
        MDB_val value{};
        const int code = mdb_cursor_get(cursor.get(), key, &value, op);
        if (code == MDB_NOTFOUND) {
            return std::nullopt;
        }
        if (code != 0) {
            txn->impl().environment->fail(code, "cursor");
        }
        return entryOf(table, *key, value);
    }
};

TableCursor::TableCursor(const StoreTxn& txn, Table table)
    : impl_(std::make_unique<Impl>(Impl{&txn, table, openCursor(txn)})) {}
TableCursor::~TableCursor() = default;

std::optional<TableEntry> TableCursor::seek(Bytes key) {
    TreeKey tree_key(impl_->table, key);
    return impl_->move(tree_key.value(), MDB_SET_RANGE);
}

std::optional<TableEntry> TableCursor::next() {
    MDB_val key{};
    return impl_->move(&key, MDB_NEXT);
}

void TableWriter::store(Bytes key, Bytes body, unsigned flags) {
    TreeKey tree_key(table_, key);
    MDB_val value{body.size() + kChecksumBytes, nullptr};
    const std::uint32_t sum = valueChecksum(table_, key, body);
    const int code =
        mdb_put(writer_->impl().txn, writer_->impl().tree, tree_key.value(), &value, flags | MDB_RESERVE);
    if (code != 0) {
        writer_->impl().environment->fail(code, flags == MDB_APPEND ? "append" : "put");
    }
    std::byte* to = static_cast<std::byte*>(value.mv_data);
    if (!body.empty()) {
        std::memcpy(to, body.data(), body.size());
    }
    std::memcpy(to + body.size(), &sum, kChecksumBytes);
}

void TableWriter::put(Bytes key, Bytes body) {
    store(key, body, 0);
}

void TableWriter::append(Bytes key, Bytes body) {
    store(key, body, MDB_APPEND);
}

bool TableWriter::erase(Bytes key) {
    TreeKey tree_key(table_, key);
    const int code = mdb_del(writer_->impl().txn, writer_->impl().tree, tree_key.value(), nullptr);
    if (code == MDB_NOTFOUND) {
        return false;
    }
    if (code != 0) {
        writer_->impl().environment->fail(code, "delete");
    }
    return true;
}

KeyBuilder& KeyBuilder::u8(std::uint8_t number) {
    text_.push_back(static_cast<char>(number));
    return *this;
}
KeyBuilder& KeyBuilder::u16(std::uint16_t number) {
    return u8(static_cast<std::uint8_t>(number >> 8)).u8(static_cast<std::uint8_t>(number));
}
KeyBuilder& KeyBuilder::u32(std::uint32_t number) {
    return u16(static_cast<std::uint16_t>(number >> 16)).u16(static_cast<std::uint16_t>(number));
}
KeyBuilder& KeyBuilder::u64(std::uint64_t number) {
    return u32(static_cast<std::uint32_t>(number >> 32)).u32(static_cast<std::uint32_t>(number));
}
KeyBuilder& KeyBuilder::bytes(Bytes raw) {
    text_.append(asText(raw));
    return *this;
}

std::uint16_t keyU16(Bytes key, std::size_t at) noexcept {
    return static_cast<std::uint16_t>(std::to_integer<unsigned>(key[at]) << 8 |
                                      std::to_integer<unsigned>(key[at + 1]));
}
std::uint32_t keyU32(Bytes key, std::size_t at) noexcept {
    return static_cast<std::uint32_t>(keyU16(key, at)) << 16 | keyU16(key, at + 2);
}
std::uint64_t keyU64(Bytes key, std::size_t at) noexcept {
    return static_cast<std::uint64_t>(keyU32(key, at)) << 32 | keyU32(key, at + 4);
}

}  // namespace xinpu::engine
