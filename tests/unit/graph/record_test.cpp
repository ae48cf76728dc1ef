// tests/unit/graph/record_test.cpp
// Rows: shapes, self-described rows, dictionary strings, long rows in parts.

#include "engine/graph/record.h"

#include <gtest/gtest.h>

#include "samples.h"
#include "store_folder.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

TEST(Record, RowsReadBack) {
    CatalogBuilder catalog = test::sampleCatalog();
    std::string row;
    encodeRecord(test::sampleNode(), catalog, row);
    NodeRecord node;
    ASSERT_TRUE(decodeRecord(asBytes(row), catalog.catalog(), node));
    EXPECT_TRUE(sameRecord(node, test::sampleNode()));
    const RowReader reader = RowReader::ofNode(asBytes(row), catalog.catalog());
    EXPECT_TRUE(reader.hasLabel(LabelId{2}));
    EXPECT_FALSE(reader.hasLabel(LabelId{1}));
    EXPECT_EQ(reader.property(KeyId{9}).string(), "word");
    EXPECT_TRUE(reader.property(KeyId{1}).isNull());
    EXPECT_TRUE(reader.property(KeyId{99}).isNull());

    row.clear();
    encodeRecord(test::sampleRelationship(), catalog, row);
    RelRecord relationship;
    ASSERT_TRUE(decodeRecord(asBytes(row), catalog.catalog(), relationship));
    EXPECT_TRUE(sameRecord(relationship, test::sampleRelationship()));
    const RowReader rel_reader = RowReader::ofRelationship(asBytes(row), catalog.catalog());
    EXPECT_EQ(rel_reader.start(), NodeId{300});
    EXPECT_EQ(rel_reader.end(), NodeId{70'000});
    EXPECT_EQ(rel_reader.property(KeyId{2}).date().days, 1);
}

TEST(Record, DescribesItselfOnceThereAreTooManyShapes) {
    CatalogBuilder catalog = test::sampleCatalog();
    for (std::uint32_t i = 0; catalog.catalog().shapeCount() < kShapesMax; ++i) {
        Shape shape;
        for (std::uint32_t bit = 0; bit < 13; ++bit) {
            if ((i >> bit & 1U) != 0) {
                shape.keys.push_back(catalog.key("z" + std::to_string(bit)));
            }
        }
        catalog.shape(shape);
    }
    const NodeRecord nodes[] = {
        {{LabelId{0}, LabelId{1}, LabelId{2}}, {{KeyId{7}, Value::of(true)}}},
        {{LabelId{1}}, {}},
        {{LabelId{1}, LabelId{2}}, {{KeyId{1}, Value::of("a")}, {KeyId{9}, Value::of("new word")}}}};
    for (const NodeRecord& node : nodes) {
        std::string row;
        encodeRecord(node, catalog, row);
        EXPECT_EQ(row[0], 1);
        NodeRecord back;
        ASSERT_TRUE(decodeRecord(asBytes(row), catalog.catalog(), back));
        EXPECT_TRUE(sameRecord(back, node));
        EXPECT_EQ(RowReader::ofNode(asBytes(row), catalog.catalog()).labels(), node.labels);
    }
    EXPECT_EQ(catalog.catalog().shapeCount(), kShapesMax);
}

TEST(Record, SameMeansToTheByte) {
    const auto with = [](Value value) { return NodeRecord{{}, {{KeyId{0}, std::move(value)}}}; };
    const auto number = [](double d) { return Value::of(std::vector<Value>{Value::of(d)}); };
    EXPECT_TRUE(sameRecord(with(number(1.0)), with(number(1.0))));
    EXPECT_FALSE(
        sameRecord(with(number(1.0)), with(Value::of(std::vector<Value>{Value::of(std::int64_t{1})}))));
    EXPECT_FALSE(sameRecord(with(Value::of(*Decimal::fromParts(10, 1))),
                            with(Value::of(*Decimal::fromParts(100, 2)))));
    EXPECT_FALSE(sameRecord(with(Value::of(0.0)), with(Value::of(-0.0))));
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(sameRecord(with(Value::of(nan)), with(Value::of(nan))));
}

TEST(RowGroup, KeepsEmptyRowsAndMarks) {
    RowGroup rows;
    rows.rows[1] = "row";
    rows.rows[3].assign(1, kBigRow);
    const ChunkGroup packed = rows.pack(6);
    const ChunkView::Group group{asBytes(packed.bytes).data(), packed.bytes.size(), 0};
    ASSERT_TRUE(rowGroupIsSound(group));
    const RowGroup back = RowGroup::from(group);
    EXPECT_EQ(back.rows, rows.rows);
    EXPECT_TRUE(back.big[3]);
    EXPECT_FALSE(back.big[1]);
    EXPECT_TRUE(RowGroup().pack(6).bytes.empty());
}

TEST(BigRecord, IsPutTogetherAndShrinks) {
    StoreFolder folder;
    StoreTxn txn = folder->beginWrite();
    std::string text;
    for (int i = 0; i < 20'000; ++i) {
        text.push_back(static_cast<char>('a' + i % 23));
    }
    storeBigRecord(txn, Table::BigNodes, 6, "neighbour", 100);
    for (const std::size_t size : {20'000U, 101U, 100U, 3'000U}) {
        storeBigRecord(txn, Table::BigNodes, 5, std::string_view(text).substr(0, size), 100);
        EXPECT_EQ(readBigRecord(txn, Table::BigNodes, 5), text.substr(0, size));
    }
    storeBigRecord(txn, Table::BigNodes, 5, {}, 100);
    EXPECT_THROW(readBigRecord(txn, Table::BigNodes, 5), Error);
    EXPECT_EQ(readBigRecord(txn, Table::BigNodes, 6), "neighbour");
    storeBigRecord(txn, Table::BigNodes, 5, text, 100);
    TableWriter(txn, Table::BigNodes).erase(asBytes(bigRecordKey(5, 7)));
    EXPECT_THROW(readBigRecord(txn, Table::BigNodes, 5), Error) << "a part is missing";
}

}  // namespace
}  // namespace xinpu::engine
