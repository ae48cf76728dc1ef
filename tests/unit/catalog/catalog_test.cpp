// tests/unit/catalog/catalog_test.cpp
// The catalogue: growing, storing, loading, and every damaged entry.

#include <gtest/gtest.h>

#include "engine/catalog/catalog_store.h"
#include "store_folder.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

CatalogBuilder sample() {
    CatalogBuilder builder(std::make_shared<Catalog>());
    const LabelId person = builder.label("Person"), company = builder.label("Company"),
                  any = builder.label("Subject");
    const TypeId owns = builder.type("OWNS");
    const KeyId name = builder.key("name"), day = builder.key("day"), share = builder.key("share");
    builder.shape({{person, any}, {}, {name, day}});
    builder.shape({{}, owns, {share}});
    builder.addIndex(
        {.name = "names", .kind = IndexKind::Unique, .rules = kRuleExists, .label = person, .keys = {name}});
    builder.addIndex({.name = "days", .kind = IndexKind::DateBitmap, .label = any, .keys = {day}});
    builder.addIndex({.name = "shares",
                      .kind = IndexKind::Adjacency,
                      .type = owns,
                      .keys = {share, day},
                      .codecs = {{SlotCodec::Kind::Decimal, 4}, {SlotCodec::Kind::Date, 0}},
                      .direction = Direction::Out});
    builder.addIndex({.name = "columns",
                      .kind = IndexKind::Column,
                      .label = company,
                      .keys = {day},
                      .codecs = {{SlotCodec::Kind::Date, 0}}});
    builder.makeDictionaryKey(name);
    builder.code("一");
    builder.addImplication(person, any);
    return builder;
}

void expectSample(const Catalog& catalog) {
    EXPECT_EQ(catalog.labels().size(), 3U);
    EXPECT_EQ(catalog.label("Company"), LabelId{1});
    EXPECT_EQ(catalog.type("OWNS"), TypeId{0});
    EXPECT_EQ(catalog.key("share"), KeyId{2});
    EXPECT_EQ(catalog.label("company"), std::nullopt);
    EXPECT_EQ(catalog.shapeCount(), 2U);
    EXPECT_EQ(catalog.findShape({{}, TypeId{0}, {KeyId{2}}}), 1U);
    EXPECT_EQ(catalog.indexes().size(), 4U);
    ASSERT_NE(catalog.index("shares"), nullptr);
    EXPECT_EQ(catalog.indexOn(IndexKind::Unique, LabelId{0}, KeyId{0})->name, "names");
    EXPECT_EQ(catalog.index("names")->rules, kRuleExists);
    const AdjacencyLayout& layout = catalog.adjacency(TypeId{0});
    EXPECT_EQ(layout.stride(Direction::Out), 16U);
    EXPECT_EQ(layout.stride(Direction::In), 8U);
    EXPECT_EQ(layout.hub_order[0], 1);
    EXPECT_EQ(layout.slotOf(Direction::Out, KeyId{1}, false), 1U);
    EXPECT_TRUE(catalog.dictionaryKey(KeyId{0}));
    EXPECT_EQ(catalog.text(0), "一");
    const LabelId both[] = {LabelId{0}, LabelId{2}};
    EXPECT_EQ(catalog.primaryLabel(both), LabelId{0});
}

TEST(Catalog, ReadsBackAsItWasStored) {
    StoreFolder folder;
    const CatalogBuilder builder = sample();
    expectSample(builder.catalog());
    StoreTxn txn = folder->beginWrite();
    storeCatalog(txn, builder);
    expectSample(*loadCatalog(txn));
    CatalogBuilder next(loadCatalog(txn));
    EXPECT_FALSE(next.changed());
    next.dropIndex(next.catalog().index("columns")->id);
    storeCatalog(txn, next);
    CatalogBuilder third(loadCatalog(txn));
    EXPECT_EQ(third.catalog().index("columns"), nullptr);
    EXPECT_EQ(third.addIndex({.name = "new", .label = LabelId{0}, .keys = {KeyId{0}}}), IndexId{4})
        << "a number is not used again";
}

TEST(Catalog, ABuilderLeavesItsBaseAlone) {
    const auto base = sample().share();
    CatalogBuilder builder(base);
    const auto before = builder.share();
    EXPECT_EQ(before, base);
    builder.label("Person");
    EXPECT_FALSE(builder.changed());
    builder.label("Extra");
    EXPECT_EQ(base->labels().size(), 3U);
    const auto shared = builder.share();
    builder.label("More");
    EXPECT_EQ(shared->labels().size(), 4U);
    const CatalogBuilder saved = builder;
    builder.label("Third");
    builder = saved;
    EXPECT_EQ(builder.catalog().label("Third"), std::nullopt);
    EXPECT_EQ(builder.items().size(), 2U);
}

TEST(Catalog, RefusesWhatIsTooLongOrTooMuch) {
    CatalogBuilder builder = sample();
    EXPECT_THROW(builder.label(std::string(kNameBytesMax + 1, 'x')), Error);
    EXPECT_EQ(builder.code(std::string(kDictionaryStringBytesMax + 1, 'x')), std::nullopt);
}

TEST(Catalog, CountsAndAllocationReadBack) {
    StoreFolder folder;
    Counts counts{5, 6, {{0, 3}, {2, 4}}, {{1, 6}}};
    Allocation allocation{7, 8, {{0, {10, 1'024}}, {LabelId{}.value, {2'048, 3'072}}}, {{1, {5, 9}}}};
    StoreTxn txn = folder->beginWrite();
    storeCatalog(txn, sample());
    storeCounts(txn, {}, counts);
    storeAllocation(txn, {}, allocation);
    EXPECT_EQ(loadCounts(txn), counts);
    const Allocation back = loadAllocation(txn);
    EXPECT_EQ(back.next_node_block, 7U);
    EXPECT_EQ(back.next_rel_block, 8U);
    EXPECT_EQ(back.nodes.at(LabelId{}.value).end, 3'072U);
    EXPECT_EQ(back.relationships.at(1).next, 5U);
    expectSample(*loadCatalog(txn));
}

/// Uses what was loaded as readers do.
void walk(const Catalog& catalog) {
    for (std::uint32_t i = 0; i < catalog.shapeCount(); ++i) {
        for (const KeyId key : catalog.shape(i)->keys) {
            (void)catalog.keys().name(key.value).size();
        }
        for (const LabelId label : catalog.shape(i)->labels) {
            (void)catalog.labels().name(label.value).size();
        }
    }
    for (const IndexDefinition& index : catalog.indexes()) {
        (void)catalog.keys().name(index.keys.front().value).size();
        if (index.label.valid()) {
            (void)catalog.labels().name(index.label.value).size();
        }
        for (const SlotCodec codec : index.codecs) {
            (void)valueOfSlot(7, codec);
        }
    }
    for (std::uint32_t type = 0; type < catalog.types().size(); ++type) {
        (void)catalog.adjacency(TypeId{type}).stride(Direction::Out);
    }
}

TEST(Catalog, DamagedEntriesAreRefusedOrHarmless) {
    StoreFolder folder;
    std::vector<std::pair<std::string, std::string>> entries;
    {
        StoreTxn txn = folder->beginWrite();
        storeCatalog(txn, sample());
        storeCounts(txn, {}, {5, 6, {{0, 3}}, {{0, 6}}});
        storeAllocation(txn, {}, {7, 8, {{0, {10, 1'024}}}, {{0, {5, 9}}}});
        {
            TableCursor cursor(txn, Table::Catalog);
            for (auto entry = cursor.seek({}); entry; entry = cursor.next()) {
                entries.emplace_back(asText(entry->key), asText(entry->value));
            }
        }
        txn.commit();
    }
    StoreTxn txn = folder->beginWrite();
    TableWriter table(txn, Table::Catalog);
    std::size_t refused = 0;
    const auto load = [&] {
        try {
            walk(*loadCatalog(txn));
            loadCounts(txn);
            loadAllocation(txn);
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Corrupt) << error.what();
            ++refused;
        }
    };
    for (const auto& [key, value] : entries) {
        for (std::size_t size = 0; size < value.size(); ++size) {
            table.put(asBytes(key), asBytes(value.substr(0, size)));
            load();
        }
        for (std::size_t at = 0; at < value.size(); ++at) {
            for (const int flip : {1, 2, 16, 127, 128, 255}) {
                std::string damaged = value;
                damaged[at] = static_cast<char>(damaged[at] ^ flip);
                table.put(asBytes(key), asBytes(damaged));
                load();
            }
        }
        table.put(asBytes(key), asBytes(value));
        for (std::size_t at = 0; at < key.size(); ++at) {
            std::string moved = key;
            moved[at] = static_cast<char>(moved[at] ^ 0x81);
            table.erase(asBytes(key));
            table.put(asBytes(moved), asBytes(value));
            load();
            table.erase(asBytes(moved));
            table.put(asBytes(key), asBytes(value));
        }
    }
    EXPECT_GT(refused, 100U);
    expectSample(*loadCatalog(txn));
}

}  // namespace
}  // namespace xinpu::engine
