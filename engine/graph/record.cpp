// engine/graph/record.cpp
// Encoding and reading of records and row groups.

#include "engine/graph/record.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/value/order.h"
#include "engine/value/varint.h"
#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

// A row begins with a varint: what it is, or the shape's number from kFirstShape on.
constexpr std::uint32_t kRowBig = 0;
constexpr std::uint32_t kRowSelfDescribed = 1;
constexpr std::uint32_t kFirstShape = 2;
static_assert(kRowBig == static_cast<std::uint32_t>(kBigRow));

[[noreturn]] void damagedRow() {
    throw Error(ErrorCode::Corrupt,
                "A record does not decode. Run `xinpu check`, then restore from a backup.");
}

void encodeProperty(KeyId key, const Value& value, CatalogBuilder& catalog, std::string& out) {
    if (value.kind() == Kind::String && catalog.catalog().dictionaryKey(key)) {
        if (const auto code = catalog.code(value.string())) {
            encodeDictString(*code, out);
            return;
        }
    }
    encodeValue(value, out);
}

Shape shapeOf(const Properties& properties) {
    Shape shape;
    shape.keys.reserve(properties.size());
    for (const auto& [key, value] : properties) {
        shape.keys.push_back(key);
    }
    return shape;
}

/// Reads the head of a row. `own` is filled for a self-described one.
const Shape* readShape(ByteReader& in, const Catalog& catalog, Shape& own) noexcept {
    std::uint32_t tag = 0;
    if (!in.varint(tag) || tag == kRowBig) {
        return nullptr;
    }
    if (tag >= kFirstShape) {
        return catalog.shape(tag - kFirstShape);
    }
    std::uint32_t count = 0;
    if (!in.varint(count) || count > in.left()) {
        return nullptr;
    }
    own.labels.resize(count);
    for (LabelId& label : own.labels) {
        if (!in.varint(label.value)) {
            return nullptr;
        }
    }
    if (!in.varint(own.type.value) || !in.varint(count) || count > in.left()) {
        return nullptr;
    }
    own.keys.resize(count);
    for (KeyId& key : own.keys) {
        if (!in.varint(key.value)) {
            return nullptr;
        }
    }
    return catalog.sound(own) ? &own : nullptr;
}

bool decodeProperties(ByteReader& in, const Shape& shape, const Catalog& catalog,
                      Properties& properties) noexcept {
    properties.clear();
    properties.reserve(shape.keys.size());
    Bytes rest = in.rest();
    for (const KeyId key : shape.keys) {
        Value value;
        if (!decodeValue(rest, value, &catalog)) {
            return false;
        }
        properties.emplace_back(key, std::move(value));
    }
    return rest.empty();
}

/// To the byte: 1.0 and 1.00, or [1] and [1.0], are equivalent, but whoever sets one must not find the other.
bool sameValue(const Value& a, const Value& b) {
    if (a.kind() != b.kind() || !equivalentValues(a, b)) {
        return false;
    }
    std::string a_bytes, b_bytes;
    encodeValue(a, a_bytes);
    encodeValue(b, b_bytes);
    return a_bytes == b_bytes;
}

bool sameProperties(const Properties& a, const Properties& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.first == y.first && sameValue(x.second, y.second);
    });
}

}  // namespace

Value propertyOf(const Properties& properties, KeyId key) {
    const auto found = std::lower_bound(properties.begin(), properties.end(), key,
                                        [](const auto& pair, KeyId wanted) { return pair.first < wanted; });
    return found != properties.end() && found->first == key ? found->second : Value::null();
}

void setProperty(Properties& properties, KeyId key, Value value) {
    const auto found = std::lower_bound(properties.begin(), properties.end(), key,
                                        [](const auto& pair, KeyId wanted) { return pair.first < wanted; });
    const bool there = found != properties.end() && found->first == key;
    if (value.isNull()) {
        if (there) {
            properties.erase(found);
        }
    } else if (there) {
        found->second = std::move(value);
    } else {
        properties.emplace(found, key, std::move(value));
    }
}

bool sameRecord(const NodeRecord& a, const NodeRecord& b) {
    return a.labels == b.labels && sameProperties(a.properties, b.properties);
}
bool sameRecord(const RelRecord& a, const RelRecord& b) {
    return a.type == b.type && a.start == b.start && a.end == b.end &&
           sameProperties(a.properties, b.properties);
}

void encodeRowHead(Shape shape, CatalogBuilder& catalog, std::string& out) {
    if (const auto number = catalog.shape(shape)) {
        putVarint32(kFirstShape + *number, out);
        return;
    }
    putVarint32(kRowSelfDescribed, out);
    putVarint32(static_cast<std::uint32_t>(shape.labels.size()), out);
    for (const LabelId label : shape.labels) {
        putVarint32(label.value, out);
    }
    putVarint32(shape.type.value, out);
    putVarint32(static_cast<std::uint32_t>(shape.keys.size()), out);
    for (const KeyId key : shape.keys) {
        putVarint32(key.value, out);
    }
}

void encodeRowValues(const Properties& properties, CatalogBuilder& catalog, std::string& out) {
    for (const auto& [key, value] : properties) {
        encodeProperty(key, value, catalog, out);
    }
}

void encodeRecord(const NodeRecord& record, CatalogBuilder& catalog, std::string& out) {
    Shape shape = shapeOf(record.properties);
    shape.labels = record.labels;
    encodeRowHead(std::move(shape), catalog, out);
    encodeRowValues(record.properties, catalog, out);
}

void encodeRecord(const RelRecord& record, CatalogBuilder& catalog, std::string& out) {
    Shape shape = shapeOf(record.properties);
    shape.type = record.type;
    encodeRowHead(std::move(shape), catalog, out);
    putVarint32(record.start.value, out);
    putVarint32(record.end.value, out);
    encodeRowValues(record.properties, catalog, out);
}

bool decodeRecord(Bytes row, const Catalog& catalog, NodeRecord& record) noexcept {
    ByteReader in(row);
    Shape own;
    const Shape* shape = readShape(in, catalog, own);
    if (shape == nullptr) {
        return false;
    }
    record.labels = shape->labels;
    return decodeProperties(in, *shape, catalog, record.properties);
}

bool decodeRecord(Bytes row, const Catalog& catalog, RelRecord& record) noexcept {
    ByteReader in(row);
    Shape own;
    const Shape* shape = readShape(in, catalog, own);
    if (shape == nullptr || !in.varint(record.start.value) || !in.varint(record.end.value)) {
        return false;
    }
    record.type = shape->type;
    return decodeProperties(in, *shape, catalog, record.properties);
}

RowReader RowReader::ofNode(Bytes row, const Catalog& catalog) {
    RowReader reader;
    ByteReader in(row);
    Shape own;
    reader.catalog_ = &catalog;
    reader.shape_ = readShape(in, catalog, own);
    if (reader.shape_ == nullptr) {
        damagedRow();
    }
    if (reader.shape_ == &own) {
        reader.own_ = std::make_shared<const Shape>(std::move(own));
        reader.shape_ = reader.own_.get();
    }
    reader.values_ = in.rest();
    return reader;
}

RowReader RowReader::ofRelationship(Bytes row, const Catalog& catalog) {
    RowReader reader = ofNode(row, catalog);
    ByteReader in(reader.values_);
    if (!in.varint(reader.start_.value) || !in.varint(reader.end_.value)) {
        damagedRow();
    }
    reader.values_ = in.rest();
    return reader;
}

bool RowReader::hasLabel(LabelId label) const noexcept {
    return std::binary_search(shape_->labels.begin(), shape_->labels.end(), label);
}

Value RowReader::property(KeyId key) const {
    Bytes rest = values_;
    for (const KeyId here : shape_->keys) {
        if (here == key) {
            Value value;
            if (!decodeValue(rest, value, catalog_)) {
                damagedRow();
            }
            return value;
        }
        if (here > key) {
            break;
        }
        if (!skipValue(rest)) {
            damagedRow();
        }
    }
    return Value::null();
}

bool rowGroupIsSound(const ChunkView::Group& group) noexcept {
    constexpr std::size_t kHead = kRowGroupIds * 2;
    if (group.size < kHead) {
        return false;
    }
    std::uint16_t before = 0;
    for (std::uint32_t k = 0; k < kRowGroupIds; ++k) {
        std::uint16_t end;
        std::memcpy(&end, group.data + std::size_t{k} * 2, 2);
        if (end < before) {
            return false;
        }
        before = end;
    }
    return kHead + before <= group.size;
}

Bytes rowOf(const ChunkView::Group& group, std::uint32_t id) noexcept {
    const std::uint32_t k = id % kRowGroupIds;
    std::uint16_t begin = 0, end = 0;
    if (k != 0) {
        std::memcpy(&begin, group.data + std::size_t{k - 1} * 2, 2);
    }
    std::memcpy(&end, group.data + std::size_t{k} * 2, 2);
    return {group.data + kRowGroupIds * 2 + begin, static_cast<std::size_t>(end - begin)};
}

RowGroup RowGroup::from(const ChunkView::Group& group) {
    RowGroup rows;
    if (group.data == nullptr) {
        return rows;
    }
    if (!rowGroupIsSound(group)) {
        damagedRow();
    }
    for (std::uint32_t k = 0; k < kRowGroupIds; ++k) {
        rows.rows[k] = asText(rowOf(group, k));
        rows.big[k] = rows.rows[k].size() == 1 && rows.rows[k][0] == kBigRow;
    }
    return rows;
}

ChunkGroup RowGroup::pack(std::uint32_t group) const {
    ChunkGroup packed{group, 0, std::string(kRowGroupIds * 2, '\0')};
    std::size_t end = 0;
    for (std::uint32_t k = 0; k < kRowGroupIds; ++k) {
        end += rows[k].size();
        XINPU_ASSERT(end <= UINT16_MAX);
        const auto end16 = static_cast<std::uint16_t>(end);
        std::memcpy(packed.bytes.data() + std::size_t{k} * 2, &end16, 2);
        packed.bytes += rows[k];
    }
    if (end == 0) {
        packed.bytes.clear();
    }
    return packed;
}

std::string bigRecordKey(std::uint32_t id, std::uint16_t part) {
    return KeyBuilder().u32(id).u16(part).text();
}

std::uint64_t RecordView::resolve(std::uint32_t group) const {
    const auto chunk = findChunk(*txn_, space_, group);
    if (!chunk) {
        groups_->slot(group).store(kAbsent, std::memory_order_release);
        return kAbsent;
    }
    std::uint64_t answer = kAbsent;
    for (std::uint32_t g = chunk->firstGroup(); g <= chunk->lastGroup(); ++g) {
        const ChunkView::Group found = chunk->group(g);
        std::uint64_t address = kAbsent;
        if (found.data != nullptr) {
            if (!rowGroupIsSound(found)) {
                damagedRow();
            }
            address = reinterpret_cast<std::uint64_t>(found.data);
        }
        groups_->slot(g).store(address, std::memory_order_release);
        answer = g == group ? address : answer;
    }
    return answer;
}

Bytes RecordView::row(std::uint32_t id, std::string& holder) const {
    const std::uint32_t group = rowGroupOf(id);
    std::uint64_t address = groups_->load(group);
    if (address == 0) {
        address = resolve(group);
    }
    if (address == kAbsent) {
        return {};
    }
    // The length of the group is not needed: its ends were checked when the address was taken.
    const Bytes row = rowOf({reinterpret_cast<const std::byte*>(address), 0, 0}, id);
    if (row.size() == 1 && row[0] == static_cast<std::byte>(kBigRow)) {
        holder = readBigRecord(*txn_, big_, id);
        return asBytes(holder);
    }
    return row;
}

void storeBigRecord(StoreTxn& txn, Table table, std::uint32_t id, std::string_view row,
                    std::size_t part_max) {
    TableWriter writer(txn, table);
    std::uint16_t part = 0;
    for (std::size_t at = 0; at < row.size(); at += part_max, ++part) {
        writer.put(asBytes(bigRecordKey(id, part)), asBytes(row.substr(at, part_max)));
    }
    while (writer.erase(asBytes(bigRecordKey(id, part)))) {
        ++part;
    }
}

std::string readBigRecord(const StoreTxn& txn, Table table, std::uint32_t id) {
    std::string row;
    TableCursor cursor(txn, table);
    std::uint16_t expected = 0;
    for (auto entry = cursor.seek(asBytes(bigRecordKey(id, 0)));
         entry && entry->key.size() == 6 && keyU32(entry->key, 0) == id; entry = cursor.next()) {
        if (keyU16(entry->key, 4) != expected++) {
            damagedRow();
        }
        row.append(asText(entry->value));
    }
    if (row.empty()) {
        throw Error(ErrorCode::Corrupt,
                    fmt::format("The parts of record {} are missing. Run `xinpu check`.", id));
    }
    return row;
}

}  // namespace xinpu::engine
