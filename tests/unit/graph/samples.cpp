// tests/unit/graph/samples.cpp
// Samples and their readers.

#include "samples.h"

#include <string>

namespace xinpu::engine::test {
namespace {

bool readRecords(Bytes bytes) {
    const auto view = ChunkView::parse(bytes, ChunkKind::Records);
    if (!view) {
        return false;
    }
    const auto catalog = sampleCatalog();
    for (const ChunkGroup& group : view->copyGroups()) {
        const ChunkView::Group found = view->group(group.group);
        if (!rowGroupIsSound(found)) {
            return false;
        }
        for (std::uint32_t k = 0; k < kRowGroupIds; ++k) {
            NodeRecord record;
            const Bytes row = rowOf(found, k);
            if (!row.empty() && !decodeRecord(row, catalog.catalog(), record)) {
                return false;
            }
        }
    }
    return true;
}

bool readAdjacency(Bytes bytes) {
    const auto view = ChunkView::parse(bytes, ChunkKind::Adjacency);
    if (!view) {
        return false;
    }
    for (std::uint32_t id = view->firstGroup(); id <= view->lastGroup(); ++id) {
        const ChunkView::Group group = view->group(id);
        if (group.data == nullptr) {
            continue;
        }
        if (!groupIsSound(group, kStrideOut, kStrideIn)) {
            return false;
        }
        const LooseGroup loose = LooseGroup::from(group, kStrideOut, kStrideIn);
        if (loose.bytes(kStrideOut, kStrideIn) > group.size) {
            return false;
        }
    }
    return true;
}

bool readColumns(Bytes bytes) {
    const auto view = ChunkView::parse(bytes, ChunkKind::Columns);
    return view && !view->copyGroups().empty();
}

bool readSegment(Bytes bytes) {
    Segment segment;
    return decodeSegmentPart(bytes, segment);
}

bool readHub(Bytes bytes) {
    const auto block = parseHubBlock(bytes, kStrideOut);
    if (!block) {
        return false;
    }
    std::uint32_t sum = 0;
    for (std::uint32_t i = 0; i < block->count; ++i) {
        sum += readEntry(block->first + std::size_t{i} * kStrideOut, kStrideOut).neighbour;
    }
    return sum != 1;  // read, that is the point
}

bool readNode(Bytes bytes) {
    const auto catalog = sampleCatalog();
    NodeRecord record;
    if (!decodeRecord(bytes, catalog.catalog(), record)) {
        return false;
    }
    for (const LabelId label : record.labels) {
        (void)catalog.catalog().labels().name(label.value).size();
    }
    const RowReader reader = RowReader::ofNode(bytes, catalog.catalog());
    for (std::uint32_t key = 0; key < 10; ++key) {
        (void)reader.property(KeyId{key});
    }
    return true;
}

bool readRelationship(Bytes bytes) {
    const auto catalog = sampleCatalog();
    RelRecord record;
    return decodeRecord(bytes, catalog.catalog(), record);
}

}  // namespace

CatalogBuilder sampleCatalog() {
    CatalogBuilder builder(std::make_shared<Catalog>());
    for (const char* label : {"A", "B", "C"}) {
        builder.label(label);
    }
    for (const char* type : {"R", "S"}) {
        builder.type(type);
    }
    for (int i = 0; i < 10; ++i) {
        builder.key("k" + std::to_string(i));
    }
    builder.makeDictionaryKey(KeyId{9});
    builder.code("word");
    std::string ignored;
    encodeRecord(sampleNode(), builder, ignored);
    encodeRecord(sampleRelationship(), builder, ignored);
    return builder;
}

NodeRecord sampleNode() {
    return {{LabelId{0}, LabelId{2}},
            {{KeyId{0}, Value::of(std::int64_t{1'000'000})},
             {KeyId{3}, Value::of("text of some length")},
             {KeyId{4}, Value::of(Date{20'000})},
             {KeyId{5}, Value::of(*Decimal::fromParts(12'345, 2))},
             {KeyId{6}, Value::of(std::vector<Value>{Value::of(true), Value::of(2.5)})},
             {KeyId{9}, Value::of("word")}}};
}

RelRecord sampleRelationship() {
    return {TypeId{1}, NodeId{300}, NodeId{70'000}, {{KeyId{2}, Value::of(Date{1})}}};
}

Entry entryOf(std::uint32_t neighbour, std::uint32_t relationship, std::int32_t slot) {
    Entry entry{neighbour, relationship, {}};
    entry.slots[0] = slot;
    return entry;
}

LooseGroup sampleGroup() {
    LooseGroup group;
    group.entries[0][0] = {entryOf(5, 1, -7), entryOf(6, 2, 8)};
    group.entries[0][15] = {entryOf(7, 3)};
    group.entries[1][2] = {entryOf(8, 4), entryOf(9, 5), entryOf(9, 6)};
    group.hub[1][3] = true;
    return group;
}

Segment sampleSegment() {
    Segment segment;
    segment.sequence = 12;
    for (std::uint32_t i = 0; i < 6; ++i) {
        segment.changes.push_back({TypeId{i % 2}, NodeId{i}, static_cast<Direction>(i % 2),
                                   static_cast<EdgeOp>(1 + i % 3), entryOf(i + 10, i + 20)});
    }
    segment.touched = {
        {nodeRecords(), {{0, 3}, {7, 7}}}, {adjacencyOf(1), {{2, 9}}}, {columnOf(4), {{1, 1}}}};
    segment.touched_hubs = {TypeId{1}};
    return segment;
}

std::vector<Sample> samples() {
    std::vector<Sample> list;
    CatalogBuilder catalog = sampleCatalog();
    std::string node, relationship, own;
    encodeRecord(sampleNode(), catalog, node);
    encodeRecord(sampleRelationship(), catalog, relationship);
    own = std::string("\x01\x02\x00\x01\xff\xff\xff\xff\x0f\x01\x03",
                      11);  // describes itself: labels 0, 1; key 3
    encodeValue(Value::of("value"), own);

    RowGroup rows;
    rows.rows[0] = node;
    rows.rows[2] = own;
    std::vector<ChunkGroup> groups{rows.pack(10), rows.pack(11), rows.pack(14)};
    const auto chunk = [&groups](ChunkKind kind) {
        // Without the zeros up to half a page: a flip there changes nothing.
        return encodeChunks(groups, kind, 77, 0, kLimits.value_max, ChunkFill::Greedy).front().bytes;
    };
    list.push_back({"records", chunk(ChunkKind::Records), readRecords});
    groups = {sampleGroup().pack(3, kStrideOut, kStrideIn), sampleGroup().pack(5, kStrideOut, kStrideIn)};
    list.push_back({"adjacency", chunk(ChunkKind::Adjacency), readAdjacency});
    groups = {{1, 0, std::string(64, '\x01')}, {2, 0, std::string(64, '\x02')}};
    list.push_back({"columns", chunk(ChunkKind::Columns), readColumns});
    Segment segment = sampleSegment();
    list.push_back(
        {"segment",
         encodeSegment(
             segment, [](TypeId, Direction d) { return d == Direction::Out ? kStrideOut : kStrideIn; },
             kLimits.value_max)
             .front(),
         readSegment});
    list.push_back({"hub",
                    encodeHub({TypeId{1}, Direction::Out, NodeId{5}}, {entryOf(1, 2, 3), entryOf(4, 5, 6)},
                              kStrideOut, 0, {0, kLimits.value_max})
                        .front()
                        .second,
                    readHub});
    list.push_back({"node", node, readNode});
    list.push_back({"relationship", relationship, readRelationship});
    list.push_back({"own shape", own, readNode});
    return list;
}

}  // namespace xinpu::engine::test
