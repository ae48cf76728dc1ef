// engine/catalog/catalog_store.cpp
// Reading and writing the catalogue's entries: key [kind u8][id u32], value as each kind says.

#include "engine/catalog/catalog_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/value/varint.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

// Entry kinds beside those of CatalogItem.
constexpr std::uint8_t kNextIndexEntry = 15;
constexpr std::uint8_t kCountEntry = 16;
constexpr std::uint8_t kNodeBlockEntry = 17;
constexpr std::uint8_t kRelBlockEntry = 18;
constexpr std::uint8_t kNextBlocksEntry = 19;

enum class CountOf : std::uint8_t { Nodes = 0, Relationships = 1, Label = 2, Type = 3 };

std::string entryKey(std::uint8_t kind, std::uint32_t id) {
    return KeyBuilder().u8(kind).u32(id).text();
}
std::string countKey(CountOf what, std::uint32_t id) {
    return KeyBuilder().u8(kCountEntry).u8(static_cast<std::uint8_t>(what)).u32(id).text();
}

[[noreturn]] void damaged(Bytes key) {
    throw Error(
        ErrorCode::Corrupt,
        fmt::format("Catalogue entry {} does not decode. Run `xinpu check`, then restore from a backup.",
                    key.empty() ? 0U : std::to_integer<unsigned>(key[0])));
}

template <typename Id>
void putIds(const std::vector<Id>& ids, std::string& out) {
    putVarint32(static_cast<std::uint32_t>(ids.size()), out);
    for (const Id id : ids) {
        putVarint32(id.value, out);
    }
}
template <typename Id>
bool getIds(ByteReader& in, std::vector<Id>& ids) {
    std::uint32_t count = 0;
    if (!in.varint(count) || count > in.left()) {
        return false;
    }
    ids.resize(count);
    for (Id& id : ids) {
        if (!in.varint(id.value)) {
            return false;
        }
    }
    return true;
}

std::string encodeShape(const Shape& shape) {
    std::string out;
    putIds(shape.labels, out);
    putVarint32(shape.type.value, out);
    putIds(shape.keys, out);
    return out;
}

std::string encodeIndex(const IndexDefinition& def) {
    std::string out;
    putVarint32(static_cast<std::uint32_t>(def.name.size()), out);
    out += def.name;
    out.push_back(static_cast<char>(def.kind));
    out.push_back(static_cast<char>(def.rules));
    out.push_back(static_cast<char>(def.value_kind));
    putVarint32(def.label.value, out);
    putVarint32(def.type.value, out);
    putIds(def.keys, out);
    out.push_back(static_cast<char>(def.codecs.size()));
    for (const SlotCodec codec : def.codecs) {
        out.push_back(static_cast<char>(codec.kind));
        out.push_back(static_cast<char>(codec.scale));
    }
    out.push_back(def.of_neighbour ? 1 : 0);
    out.push_back(static_cast<char>(def.direction));
    return out;
}

bool decodeIndex(ByteReader& in, IndexDefinition& def) {
    std::uint32_t length = 0;
    std::string_view name;
    std::uint8_t kind = 0, value_kind = 0, codecs = 0, of_neighbour = 0, direction = 0;
    if (!in.varint(length) || !in.text(length, name) || !in.byte(kind) || !in.byte(def.rules) ||
        !in.byte(value_kind) || !in.varint(def.label.value) || !in.varint(def.type.value) ||
        !getIds(in, def.keys) || !in.byte(codecs) || (codecs != 0 && codecs != def.keys.size())) {
        return false;
    }
    def.codecs.resize(codecs);
    for (SlotCodec& codec : def.codecs) {
        std::uint8_t codec_kind = 0;
        if (!in.byte(codec_kind) || codec_kind < 1 || codec_kind > 3 || !in.byte(codec.scale)) {
            return false;
        }
        codec.kind = static_cast<SlotCodec::Kind>(codec_kind);
    }
    if (!in.byte(of_neighbour) || !in.byte(direction) || direction > 2 || kind < 1 || kind > 7 ||
        value_kind >= kKindCount || !in.atEnd()) {
        return false;
    }
    def.name = name;
    def.kind = static_cast<IndexKind>(kind);
    def.value_kind = static_cast<Kind>(value_kind);
    def.of_neighbour = of_neighbour != 0;
    def.direction = static_cast<Direction>(direction);
    return true;
}

/// How many names of a kind there are.
std::size_t namesOf(const Catalog& catalog, CatalogItem::Kind kind) {
    switch (kind) {
    case CatalogItem::Kind::Label:
        return catalog.labels().size();
    case CatalogItem::Kind::Type:
        return catalog.types().size();
    case CatalogItem::Kind::Key:
        return catalog.keys().size();
    default:
        return catalog.dictionarySize();
    }
}

void restore(CatalogBuilder& builder, CatalogItem::Kind kind, std::uint32_t id, const TableEntry& entry) {
    ByteReader in(entry.value);
    const Catalog& catalog = builder.catalog();
    switch (kind) {
    case CatalogItem::Kind::Label:
    case CatalogItem::Kind::Type:
    case CatalogItem::Kind::Key:
    case CatalogItem::Kind::DictionaryString:
        if (id != namesOf(catalog, kind)) {  // numbers are dense: one is missing
            damaged(entry.key);
        }
        builder.restoreName(kind, std::string(asText(entry.value)));
        return;
    case CatalogItem::Kind::Shape: {
        Shape shape;
        if (!getIds(in, shape.labels) || !in.varint(shape.type.value) || !getIds(in, shape.keys) ||
            !in.atEnd() || !catalog.sound(shape) || id != catalog.shapeCount()) {
            damaged(entry.key);
        }
        builder.restoreShape(std::move(shape));
        return;
    }
    case CatalogItem::Kind::Index: {
        IndexDefinition def;
        def.id = IndexId{id};
        if (!decodeIndex(in, def) || !catalog.sound(def) || id > kIndexIdMax) {
            damaged(entry.key);
        }
        builder.restoreIndex(std::move(def));
        return;
    }
    case CatalogItem::Kind::DictionaryKey:
        if (id >= catalog.keys().size()) {
            damaged(entry.key);
        }
        builder.makeDictionaryKey(KeyId{id});
        return;
    case CatalogItem::Kind::Implication: {
        LabelId label, implied;
        if (!in.varint(label.value) || !in.varint(implied.value) || !in.atEnd() ||
            std::max(label.value, implied.value) >= catalog.labels().size()) {
            damaged(entry.key);
        }
        builder.addImplication(label, implied);
        return;
    }
    case CatalogItem::Kind::IndexDropped:
        break;
    }
    damaged(entry.key);
}

IdBlock decodeBlock(const TableEntry& entry) {
    ByteReader in(entry.value);
    IdBlock block;
    if (!in.fixed(block.next) || !in.fixed(block.end)) {
        damaged(entry.key);
    }
    return block;
}

std::string encodeNumbers(std::uint32_t a, std::uint32_t b) {
    std::string out(8, '\0');
    std::memcpy(out.data(), &a, 4);
    std::memcpy(out.data() + 4, &b, 4);
    return out;
}

}  // namespace

std::shared_ptr<const Catalog> loadCatalog(const StoreTxn& txn) {
    CatalogBuilder builder(std::make_shared<Catalog>());
    TableCursor cursor(txn, Table::Catalog);
    for (auto entry = cursor.seek({}); entry; entry = cursor.next()) {
        if (entry->key.size() < 5) {
            damaged(entry->key);
        }
        const auto kind = std::to_integer<std::uint8_t>(entry->key[0]);
        const std::uint32_t id = keyU32(entry->key, 1);
        if (kind == kNextIndexEntry) {
            builder.restoreNextIndex(id);
        } else if (kind <= static_cast<std::uint8_t>(CatalogItem::Kind::Implication)) {
            restore(builder, static_cast<CatalogItem::Kind>(kind), id, *entry);
        }
    }
    builder.forgetItems();
    return builder.share();
}

Counts loadCounts(const StoreTxn& txn) {
    Counts counts;
    TableCursor cursor(txn, Table::Catalog);
    for (auto entry = cursor.seek(KeyBuilder().u8(kCountEntry).view());
         entry && entry->key.size() == 6 && std::to_integer<std::uint8_t>(entry->key[0]) == kCountEntry;
         entry = cursor.next()) {
        std::uint64_t count = 0;
        if (!ByteReader(entry->value).fixed(count)) {
            damaged(entry->key);
        }
        const std::uint32_t id = keyU32(entry->key, 2);
        switch (static_cast<CountOf>(entry->key[1])) {
        case CountOf::Nodes:
            counts.nodes = count;
            break;
        case CountOf::Relationships:
            counts.relationships = count;
            break;
        case CountOf::Label:
            counts.by_label[id] = count;
            break;
        case CountOf::Type:
            counts.by_type[id] = count;
            break;
        }
    }
    return counts;
}

Allocation loadAllocation(const StoreTxn& txn) {
    Allocation allocation;
    TableCursor cursor(txn, Table::Catalog);
    for (auto entry = cursor.seek(KeyBuilder().u8(kNodeBlockEntry).view()); entry && entry->key.size() == 5;
         entry = cursor.next()) {
        const auto kind = std::to_integer<std::uint8_t>(entry->key[0]);
        const IdBlock block = decodeBlock(*entry);
        if (kind == kNodeBlockEntry) {
            allocation.nodes[keyU32(entry->key, 1)] = block;
        } else if (kind == kRelBlockEntry) {
            allocation.relationships[keyU32(entry->key, 1)] = block;
        } else if (kind == kNextBlocksEntry) {
            allocation.next_node_block = block.next;
            allocation.next_rel_block = block.end;
        }
    }
    return allocation;
}

void storeCatalog(StoreTxn& txn, const CatalogBuilder& builder) {
    TableWriter table(txn, Table::Catalog);
    const Catalog& catalog = builder.catalog();
    for (const CatalogItem& item : builder.items()) {
        std::string value;
        switch (item.kind) {
        case CatalogItem::Kind::Label:
            value = catalog.labels().name(item.id);
            break;
        case CatalogItem::Kind::Type:
            value = catalog.types().name(item.id);
            break;
        case CatalogItem::Kind::Key:
            value = catalog.keys().name(item.id);
            break;
        case CatalogItem::Kind::DictionaryString:
            value = *catalog.text(item.id);
            break;
        case CatalogItem::Kind::Shape:
            value = encodeShape(*catalog.shape(item.id));
            break;
        case CatalogItem::Kind::Index:
            table.put(asBytes(entryKey(kNextIndexEntry, 0)), {});
            if (const IndexDefinition* def = catalog.index(IndexId{item.id}); def != nullptr) {
                value = encodeIndex(*def);
                break;
            }
            continue;  // dropped again by the same commit
        case CatalogItem::Kind::DictionaryKey:
            break;
        case CatalogItem::Kind::Implication:
            putVarint32(catalog.implications()[item.id].first.value, value);
            putVarint32(catalog.implications()[item.id].second.value, value);
            break;
        case CatalogItem::Kind::IndexDropped:
            table.erase(asBytes(entryKey(static_cast<std::uint8_t>(CatalogItem::Kind::Index), item.id)));
            // The number must not be given out again after the definition is gone.
            table.put(asBytes(entryKey(kNextIndexEntry, item.id + 1)), {});
            continue;
        }
        table.put(asBytes(entryKey(static_cast<std::uint8_t>(item.kind), item.id)), asBytes(value));
    }
}

void storeCounts(StoreTxn& txn, const Counts& before, const Counts& after) {
    TableWriter table(txn, Table::Catalog);
    const auto put = [&table](CountOf what, std::uint32_t id, std::uint64_t old, std::uint64_t now) {
        if (old != now) {
            table.put(asBytes(countKey(what, id)), {reinterpret_cast<const std::byte*>(&now), sizeof now});
        }
    };
    const auto old = [](const auto& map, std::uint32_t id) {
        const auto found = map.find(id);
        return found == map.end() ? 0 : found->second;
    };
    put(CountOf::Nodes, 0, before.nodes, after.nodes);
    put(CountOf::Relationships, 0, before.relationships, after.relationships);
    for (const auto& [label, count] : after.by_label) {
        put(CountOf::Label, label, old(before.by_label, label), count);
    }
    for (const auto& [type, count] : after.by_type) {
        put(CountOf::Type, type, old(before.by_type, type), count);
    }
}

void storeAllocation(StoreTxn& txn, const Allocation& before, const Allocation& after) {
    TableWriter table(txn, Table::Catalog);
    const auto putBlocks = [&table](std::uint8_t kind, const auto& old, const auto& now) {
        for (const auto& [id, block] : now) {
            const auto found = old.find(id);
            if (found == old.end() || found->second.next != block.next || found->second.end != block.end) {
                table.put(asBytes(entryKey(kind, id)), asBytes(encodeNumbers(block.next, block.end)));
            }
        }
    };
    putBlocks(kNodeBlockEntry, before.nodes, after.nodes);
    putBlocks(kRelBlockEntry, before.relationships, after.relationships);
    if (before.next_node_block != after.next_node_block || before.next_rel_block != after.next_rel_block) {
        table.put(asBytes(entryKey(kNextBlocksEntry, 0)),
                  asBytes(encodeNumbers(after.next_node_block, after.next_rel_block)));
    }
}

}  // namespace xinpu::engine
