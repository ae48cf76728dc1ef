// engine/check/catalog.cpp
// The catalogue: its entries in a row, its references, and its counts against what was found.

#include <fmt/format.h>

#include <algorithm>

#include "engine/check/checker.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

// Kinds of entries beside CatalogItem::Kind (docs/format/file.md).
constexpr std::uint8_t kNextIndexEntry = 15;
constexpr std::uint8_t kNextBlocksEntry = 19;

/// Numbers of names and shapes are positions: a missing entry would move all behind it.
void checkEntries(Checker& check) {
    std::array<std::uint32_t, 16> expected{};
    TableCursor cursor(check.txn, Table::Catalog);
    for (auto entry = cursor.seek({}); entry; entry = cursor.next()) {
        const std::string where = entryText(Table::Catalog, entry->key);
        if (entry->key.size() < 5) {
            check.add(FindingKind::Table, where, "the key has a wrong length");
            continue;
        }
        const auto kind = std::to_integer<std::uint8_t>(entry->key[0]);
        const std::uint32_t id = keyU32(entry->key, 1);
        switch (static_cast<CatalogItem::Kind>(kind)) {
        case CatalogItem::Kind::Label:
        case CatalogItem::Kind::Type:
        case CatalogItem::Kind::Key:
        case CatalogItem::Kind::Shape:
        case CatalogItem::Kind::DictionaryString:
        case CatalogItem::Kind::Implication:
            if (id != expected[kind]) {
                check.add(FindingKind::Catalog, where,
                          fmt::format("entry {} of this kind is missing", expected[kind]));
            }
            expected[kind] = id + 1;
            break;
        case CatalogItem::Kind::Index:
        case CatalogItem::Kind::DictionaryKey:
            break;
        default:
            if (kind < kNextIndexEntry || kind > kNextBlocksEntry) {
                check.add(FindingKind::Catalog, where, "an entry of an unknown kind");
            }
        }
    }
}

void checkNames(Checker& check, const NameTable& names, const char* what) {
    for (std::uint32_t id = 0; id < names.size(); ++id) {
        if (names.find(names.name(id)) != id) {
            check.add(FindingKind::Catalog, fmt::format("{} {}", what, id), "its name is taken by another");
        }
    }
}

template <typename Id>
bool within(const std::vector<Id>& ids, std::size_t count, bool ascending) {
    return std::all_of(ids.begin(), ids.end(), [count](Id id) { return id.value < count; }) &&
           (!ascending || std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()) == ids.end());
}

void checkShapes(Checker& check) {
    const Catalog& catalog = *check.catalog;
    for (std::uint32_t number = 0; number < catalog.shapeCount(); ++number) {
        const Shape& shape = *catalog.shape(number);
        const bool type_known = !shape.type.valid() || shape.type.value < catalog.types().size();
        if (!type_known || !within(shape.labels, catalog.labels().size(), true) ||
            !within(shape.keys, catalog.keys().size(), true)) {
            check.add(FindingKind::Catalog, fmt::format("shape {}", number),
                      "it names a label, type or key that does not exist, or names them out of order");
        }
    }
}

void checkDefinitions(Checker& check) {
    const Catalog& catalog = *check.catalog;
    for (const IndexDefinition& index : catalog.indexes()) {
        const bool label_known = !index.label.valid() || index.label.value < catalog.labels().size();
        const bool type_known = !index.type.valid() || index.type.value < catalog.types().size();
        const bool coded = index.kind == IndexKind::Adjacency || index.kind == IndexKind::Column;
        if (!label_known || !type_known || index.keys.empty() ||
            !within(index.keys, catalog.keys().size(), false) ||
            (coded && index.codecs.size() != index.keys.size()) ||
            (!index.label.valid() && !index.type.valid())) {
            check.add(FindingKind::Catalog, fmt::format("index '{}'", index.name),
                      "its definition names what does not exist");
            check.catalog = nullptr;  // recomputing what it covers would read outside
            return;
        }
    }
    for (const auto& [label, implied] : catalog.implications()) {
        if (label.value >= catalog.labels().size() || implied.value >= catalog.labels().size()) {
            check.add(FindingKind::Catalog, "implication", "it names a label that does not exist");
        }
    }
}

void compareCount(Checker& check, const std::string& what, std::uint64_t stored, std::uint64_t found) {
    if (stored != found) {
        check.add(FindingKind::Count, what,
                  fmt::format("the catalogue says {}, the records are {}", stored, found));
    }
}

std::uint64_t countOf(const std::map<std::uint32_t, std::uint64_t>& counts, std::uint32_t id) {
    const auto found = counts.find(id);
    return found == counts.end() ? 0 : found->second;
}

}  // namespace

void checkCatalog(Checker& check) {
    checkEntries(check);
    try {
        check.catalog = loadCatalog(check.txn);
    } catch (const Error& error) {
        check.add(FindingKind::Catalog, "table Catalog", error.message());
        return;
    }
    checkNames(check, check.catalog->labels(), "label");
    checkNames(check, check.catalog->types(), "type");
    checkNames(check, check.catalog->keys(), "key");
    checkShapes(check);
    checkDefinitions(check);
}

void checkCounts(Checker& check) {
    const Counts stored = loadCounts(check.txn);
    compareCount(check, "nodes", stored.nodes, check.counts.nodes);
    compareCount(check, "relationships", stored.relationships, check.counts.relationships);
    for (std::uint32_t label = 0; label < check.catalog->labels().size(); ++label) {
        compareCount(check, fmt::format("nodes with label `{}`", check.catalog->labels().name(label)),
                     countOf(stored.by_label, label), countOf(check.counts.by_label, label));
    }
    for (std::uint32_t type = 0; type < check.catalog->types().size(); ++type) {
        compareCount(check, fmt::format("relationships of type `{}`", check.catalog->types().name(type)),
                     countOf(stored.by_type, type), countOf(check.counts.by_type, type));
    }
    if (stored.by_label.size() > check.catalog->labels().size() ||
        stored.by_type.size() > check.catalog->types().size()) {
        check.add(FindingKind::Count, "table Catalog", "a count of a label or type that does not exist");
    }
}

}  // namespace xinpu::engine
