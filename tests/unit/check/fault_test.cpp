// tests/unit/check/fault_test.cpp
// Each kind of fault that leaves all checksums right is named by its kind: one row a fault.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <lmdb.h>

#include <algorithm>
#include <cstring>

#include "engine/catalog/catalog_store.h"
#include "engine/check/check.h"
#include "engine/graph/column.h"
#include "engine/graph/merge.h"
#include "engine/txn/bitmap_values.h"
#include "sample_database.h"

namespace xinpu::engine {
namespace {

struct Fault {
    const char* name;
    FindingKind kind;
    const char* word;  ///< stands in the finding
    void (*make)(StoreTxn&, const Environment&);
};

const SampleNames& names() {
    return sample().names;
}

std::string firstKey(const StoreTxn& txn, Table table, std::string_view from = {}) {
    return std::string(asText(TableReader(txn, table).atOrAfter(asBytes(from))->key));
}
std::string lastKey(const StoreTxn& txn, Table table) {
    return std::string(asText(TableReader(txn, table).last()->key));
}
std::string valueOf(const StoreTxn& txn, Table table, const std::string& key) {
    return std::string(asText(*TableReader(txn, table).get(asBytes(key))));
}
void put(StoreTxn& txn, Table table, const std::string& key, const std::string& value) {
    TableWriter(txn, table).put(asBytes(key), asBytes(value));
}
void erase(StoreTxn& txn, Table table, const std::string& key) {
    ASSERT_TRUE(TableWriter(txn, table).erase(asBytes(key)));
}

const IndexDefinition& indexNamed(const Catalog& catalog, const char* name) {
    return *catalog.index(std::string_view(name));
}

/// A company that nothing special is about, and its record.
NodeRecord recordOf(const StoreTxn& txn, const Catalog& catalog, NodeId id) {
    SlotTree groups;
    std::string holder;
    NodeRecord record;
    const Bytes row = RecordView(txn, nodeRecords(), Table::BigNodes, groups).row(id.value, holder);
    EXPECT_TRUE(decodeRecord(row, catalog, record));
    return record;
}

/// Changes one group of adjacency: `change(entries of the node)`; the chunk stays as merged as it was.
void changeGroup(StoreTxn& txn, const Environment& environment,
                 const std::function<bool(LooseGroup&)>& change) {
    const auto catalog = loadCatalog(txn);
    const AdjacencyLayout& layout = catalog->adjacency(names().invests);
    const std::uint32_t stride[2] = {layout.stride(Direction::Out), layout.stride(Direction::In)};
    const ChunkSpace space = adjacencyOf(names().invests.value);
    for (std::uint32_t group = 0;; ++group) {
        const auto chunk = findChunk(txn, space, group);
        if (!chunk || chunk->group(group).data == nullptr) {
            continue;
        }
        LooseGroup loose = LooseGroup::from(chunk->group(group), stride[0], stride[1]);
        const std::uint64_t merged = chunk->merged();
        if (change(loose)) {
            replaceGroups(txn, space, {loose.pack(group, stride[0], stride[1])}, merged,
                          chunkLimits(environment));
            return;
        }
    }
}

/// Whether waiting segments say something of a relationship: then its base entry does not count.
bool waits(const StoreTxn& txn, std::uint32_t relationship) {
    bool found = false;
    eachSegment(txn, names().merged_entry, [&](const Segment& segment) {
        for (const EdgeChange& change : segment.changes) {
            found = found || change.entry.relationship == relationship;
        }
    });
    return found;
}

/// Takes the entries of the first node that has some in `direction` and no change that waits.
void changeEntries(StoreTxn& txn, const Environment& environment, Direction direction, std::size_t least,
                   const std::function<void(std::vector<Entry>&)>& change) {
    changeGroup(txn, environment, [&](LooseGroup& loose) {
        for (auto& entries : loose.entries[static_cast<std::size_t>(direction)]) {
            const bool quiet = std::none_of(entries.begin(), entries.end(), [&](const Entry& entry) {
                return waits(txn, entry.relationship);
            });
            if (entries.size() >= least && quiet) {
                change(entries);
                return true;
            }
        }
        return false;
    });
}

void changeState(StoreTxn& txn, void (*change)(FileState&)) {
    FileState state = loadState(txn);
    change(state);
    storeState(txn, state);
}

std::string hubPrefixOf() {
    return hubPrefix({names().invests, Direction::In, names().hub});
}

std::string catalogKey(std::uint8_t kind, std::uint32_t id) {
    return KeyBuilder().u8(kind).u32(id).text();
}

/// Rewrites an entry of the journal with another link.
void breakLink(StoreTxn& txn) {
    const std::string key = KeyBuilder().u64(5).text();
    JournalEntry entry = *decodeEntry(asBytes(valueOf(txn, Table::Journal, key)));
    entry.previous[3] ^= 1;
    put(txn, Table::Journal, key, encodeEntry(entry));
}

constexpr Fault kFaults[] = {
    {"unique_entry_dropped", FindingKind::Index, "'company_uscc': the entry of",
     [](StoreTxn& txn, const Environment&) {
         const auto catalog = loadCatalog(txn);
         const IndexDefinition& index = indexNamed(*catalog, "company_uscc");
         KeyChange change{*indexKey(index, recordOf(txn, *catalog, names().hub).properties),
                          names().hub.value, false};
         TableWriter table(txn, Table::Keys);
         EXPECT_EQ(applyKeyChanges(table, index.id, {&change, 1}).removed, 1U);
     }},
    {"range_entry_of_no_record", FindingKind::Index, "'company_name': an entry for n:",
     [](StoreTxn& txn, const Environment&) {
         KeyChange change{"\x60zz", names().hub.value, true};
         TableWriter table(txn, Table::Keys);
         EXPECT_EQ(
             applyKeyChanges(table, indexNamed(*loadCatalog(txn), "company_name").id, {&change, 1}).added,
             1U);
     }},
    {"unique_value_twice", FindingKind::Index, "have the same value",
     [](StoreTxn& txn, const Environment&) {
         const auto catalog = loadCatalog(txn);
         const IndexDefinition& index = indexNamed(*catalog, "company_uscc");
         KeyChange change{*indexKey(index, recordOf(txn, *catalog, names().hub).properties),
                          names().big.value, true};
         TableWriter table(txn, Table::Keys);
         EXPECT_EQ(applyKeyChanges(table, index.id, {&change, 1}).added, 1U);
     }},
    {"key_block_dropped", FindingKind::Index, "is missing",
     [](StoreTxn& txn, const Environment&) { erase(txn, Table::Keys, firstKey(txn, Table::Keys)); }},
    {"keys_of_no_index", FindingKind::Index, "not declared",
     [](StoreTxn& txn, const Environment&) {
         KeyChange change{"\x60zz", 1, true};
         TableWriter table(txn, Table::Keys);
         applyKeyChanges(table, IndexId{999}, {&change, 1});
     }},
    {"label_bit_cleared", FindingKind::Bitmap, "bitmaps of labels",
     [](StoreTxn& txn, const Environment&) {
         BitmapChange change{labelFamily(), labelBitmapValue(names().company), names().hub.value, false};
         EXPECT_EQ(applyBitmapChanges(txn, {&change, 1}).cleared, 1U);
     }},
    {"label_bit_set", FindingKind::Bitmap, "bitmaps of labels",
     [](StoreTxn& txn, const Environment&) {
         BitmapChange change{labelFamily(), labelBitmapValue(names().person), names().hub.value, true};
         EXPECT_EQ(applyBitmapChanges(txn, {&change, 1}).set, 1U);
     }},
    {"value_container_dropped", FindingKind::Bitmap, "'company_status': a container is missing",
     [](StoreTxn& txn, const Environment&) {
         const auto family = bitmapFamily(indexNamed(*loadCatalog(txn), "company_status").id);
         erase(txn, Table::Bitmaps, firstKey(txn, Table::Bitmaps, KeyBuilder().u16(family).text()));
     }},
    {"date_container_dropped", FindingKind::Bitmap, "'penalty_decided'",
     [](StoreTxn& txn, const Environment&) { erase(txn, Table::Bitmaps, lastKey(txn, Table::Bitmaps)); }},
    {"container_in_a_slice_without_nodes", FindingKind::Bitmap, "none has this value",
     [](StoreTxn& txn, const Environment&) {
         BitmapChange change{labelFamily(), labelBitmapValue(names().person), 3'000'000'000U, true};
         applyBitmapChanges(txn, {&change, 1});
     }},
    {"bitmaps_of_no_index", FindingKind::Bitmap, "not declared",
     [](StoreTxn& txn, const Environment&) {
         BitmapChange change{777, "x", 1, true};
         applyBitmapChanges(txn, {&change, 1});
     }},
    {"column_chunk_dropped", FindingKind::Column, "the slot is missing",
     [](StoreTxn& txn, const Environment&) { erase(txn, Table::Columns, firstKey(txn, Table::Columns)); }},
    {"column_slot_changed", FindingKind::Column, "differs from the record",
     [](StoreTxn& txn, const Environment& environment) {
         const SlotChange change{names().hub, 17};
         changeColumn(txn, indexNamed(*loadCatalog(txn), "penalty_fine").id.value, {&change, 1},
                      chunkLimits(environment));
     }},
    {"adjacency_chunk_dropped", FindingKind::Mirror, "but none at its",
     [](StoreTxn& txn, const Environment&) {
         erase(txn, Table::Adjacency, firstKey(txn, Table::Adjacency));
     }},
    {"entry_without_mirror", FindingKind::Mirror, "an entry at its end",
     [](StoreTxn& txn, const Environment& environment) {
         changeEntries(txn, environment, Direction::Out, 1,
                       [](std::vector<Entry>& entries) { entries.pop_back(); });
     }},
    {"entry_without_relationship", FindingKind::Adjacency, "which does not exist",
     [](StoreTxn& txn, const Environment& environment) {
         changeEntries(txn, environment, Direction::Out, 1, [](std::vector<Entry>& entries) {
             entries.push_back({entries.back().neighbour, 4'000'000'000U, {}});
         });
     }},
    {"entry_twice", FindingKind::Adjacency, "a second entry",
     [](StoreTxn& txn, const Environment& environment) {
         changeEntries(txn, environment, Direction::In, 1,
                       [](std::vector<Entry>& entries) { entries.push_back(entries.back()); });
     }},
    {"entry_with_another_neighbour", FindingKind::Adjacency, "has another type, node or neighbour",
     [](StoreTxn& txn, const Environment& environment) {
         changeEntries(txn, environment, Direction::Out, 1,
                       [](std::vector<Entry>& entries) { ++entries.back().neighbour; });
     }},
    {"entries_out_of_order", FindingKind::Adjacency, "not ordered",
     [](StoreTxn& txn, const Environment& environment) {
         changeEntries(txn, environment, Direction::Out, 2,
                       [](std::vector<Entry>& entries) { std::swap(entries[0], entries[1]); });
     }},
    {"covered_slot_changed", FindingKind::Slot, "covered slots",
     [](StoreTxn& txn, const Environment& environment) {
         changeEntries(txn, environment, Direction::In, 1,
                       [](std::vector<Entry>& entries) { ++entries.front().slots[1]; });
     }},
    {"merged_beyond_the_journal", FindingKind::Segment, "but the last entry is",
     [](StoreTxn& txn, const Environment&) {
         const std::string key = firstKey(txn, Table::Adjacency);
         std::string chunk = valueOf(txn, Table::Adjacency, key);
         chunk[8 + 6] = '\x01';  // in the number of the entry up to which it is merged
         put(txn, Table::Adjacency, key, chunk);
     }},
    {"hub_block_dropped", FindingKind::Mirror, "but none at its",
     [](StoreTxn& txn, const Environment&) {
         erase(txn, Table::Hubs, firstKey(txn, Table::Hubs, hubPrefixOf()));
     }},
    {"hub_without_blocks", FindingKind::Adjacency, "has no hub blocks",
     [](StoreTxn& txn, const Environment&) {
         eraseHub(txn, {names().invests, Direction::In, names().hub});
     }},
    {"hub_block_of_no_hub", FindingKind::Adjacency, "not marked as a hub",
     [](StoreTxn& txn, const Environment&) {
         const std::string value = valueOf(txn, Table::Hubs, firstKey(txn, Table::Hubs, hubPrefixOf()));
         put(txn, Table::Hubs, hubBlockKey({names().invests, Direction::Out, names().hub}, 0, 0), value);
     }},
    {"hub_block_out_of_order", FindingKind::Adjacency, "out of order",
     [](StoreTxn& txn, const Environment&) {
         const std::string key = firstKey(txn, Table::Hubs, hubPrefixOf());
         std::string block = valueOf(txn, Table::Hubs, key);
         std::swap_ranges(block.begin() + 8, block.begin() + 8 + 20, block.begin() + 8 + 20);
         put(txn, Table::Hubs, key, block);
     }},
    {"relationship_record_dropped", FindingKind::Adjacency, "which does not exist",
     [](StoreTxn& txn, const Environment&) {
         erase(txn, Table::Relationships, firstKey(txn, Table::Relationships));
     }},
    {"node_records_dropped", FindingKind::Record, "which does not exist",
     [](StoreTxn& txn, const Environment&) { erase(txn, Table::Nodes, firstKey(txn, Table::Nodes)); }},
    {"part_of_long_record_dropped", FindingKind::Record, "does not decode",
     [](StoreTxn& txn, const Environment&) { erase(txn, Table::BigNodes, lastKey(txn, Table::BigNodes)); }},
    {"first_part_of_long_relationship_dropped", FindingKind::Record, "r:",
     [](StoreTxn& txn, const Environment&) {
         erase(txn, Table::BigRelationships, firstKey(txn, Table::BigRelationships));
     }},
    {"part_of_no_record", FindingKind::Record, "does not lie in parts",
     [](StoreTxn& txn, const Environment&) { put(txn, Table::BigNodes, bigRecordKey(1, 0), "x"); }},
    {"count_of_nodes", FindingKind::Count, "nodes: the catalogue says",
     [](StoreTxn& txn, const Environment&) {
         Counts counts = loadCounts(txn);
         const Counts before = counts;
         ++counts.nodes;
         storeCounts(txn, before, counts);
     }},
    {"count_of_a_label", FindingKind::Count, "nodes with label `Penalty`",
     [](StoreTxn& txn, const Environment&) {
         Counts counts = loadCounts(txn);
         const Counts before = counts;
         --counts.by_label[names().penalty.value];
         storeCounts(txn, before, counts);
     }},
    {"count_of_a_type", FindingKind::Count, "relationships of type `AGAINST`",
     [](StoreTxn& txn, const Environment&) {
         Counts counts = loadCounts(txn);
         const Counts before = counts;
         counts.by_type[names().against.value] = 0;
         storeCounts(txn, before, counts);
     }},
    {"journal_entry_dropped", FindingKind::Journal, "entry 5: the entry is missing",
     [](StoreTxn& txn, const Environment&) { erase(txn, Table::Journal, KeyBuilder().u64(5).text()); }},
    {"last_journal_entry_dropped", FindingKind::Journal, "the entry is missing",
     [](StoreTxn& txn, const Environment&) { erase(txn, Table::Journal, lastKey(txn, Table::Journal)); }},
    {"journal_link_broken", FindingKind::Journal, "entry 5: its link",
     [](StoreTxn& txn, const Environment&) { breakLink(txn); }},
    {"payload_changed", FindingKind::Journal, "its payload does not match",
     [](StoreTxn& txn, const Environment&) {
         const std::string key = firstKey(txn, Table::Payloads);
         std::string payload = valueOf(txn, Table::Payloads, key);
         payload.back() = static_cast<char>(payload.back() ^ 1);
         put(txn, Table::Payloads, key, payload);
     }},
    {"payload_dropped", FindingKind::Journal, "its payload does not match",
     [](StoreTxn& txn, const Environment&) { erase(txn, Table::Payloads, firstKey(txn, Table::Payloads)); }},
    {"payload_of_no_entry", FindingKind::Journal, "which does not exist",
     [](StoreTxn& txn, const Environment&) {
         put(txn, Table::Payloads, KeyBuilder().u64(1'000'000).u16(0).text(), "x");
     }},
    {"journal_longer_than_the_state_says", FindingKind::Journal, "is the last one",
     [](StoreTxn& txn, const Environment&) {
         changeState(txn, [](FileState& state) { --state.last_entry; });
     }},
    {"segment_dropped", FindingKind::State, "wait for merging",
     [](StoreTxn& txn, const Environment&) { erase(txn, Table::Segments, lastKey(txn, Table::Segments)); }},
    {"segment_that_is_merged", FindingKind::Segment, "does not lie between",
     [](StoreTxn& txn, const Environment&) {
         put(txn, Table::Segments, segmentKey(3, 0),
             valueOf(txn, Table::Segments, lastKey(txn, Table::Segments)));
     }},
    {"segment_does_not_decode", FindingKind::Segment, "does not decode",
     [](StoreTxn& txn, const Environment&) {
         const std::string key = lastKey(txn, Table::Segments);
         put(txn, Table::Segments, key, valueOf(txn, Table::Segments, key) + "x");
     }},
    {"unmerged_count", FindingKind::State, "wait for merging",
     [](StoreTxn& txn, const Environment&) { changeState(txn, [](FileState& state) { ++state.unmerged; }); }},
    {"merged_beyond_last_entry", FindingKind::State, "merged up to",
     [](StoreTxn& txn, const Environment&) {
         changeState(txn, [](FileState& state) { state.merged_up_to = state.last_entry + 1; });
     }},
    {"header_dropped", FindingKind::State, "header",
     [](StoreTxn& txn, const Environment&) { erase(txn, Table::Meta, "header"); }},
    {"state_dropped", FindingKind::State, "state",
     [](StoreTxn& txn, const Environment&) { erase(txn, Table::Meta, "state"); }},
    {"ids_given_out_taken_back", FindingKind::Allocation, "never given out",
     [](StoreTxn& txn, const Environment&) {
         Allocation allocation = loadAllocation(txn);
         const Allocation before = allocation;
         allocation.nodes.at(names().penalty.value).next -= 5;
         storeAllocation(txn, before, allocation);
     }},
    {"blocks_given_out_taken_back", FindingKind::Allocation, "only 1 blocks",
     [](StoreTxn& txn, const Environment&) {
         Allocation allocation = loadAllocation(txn);
         const Allocation before = allocation;
         allocation.next_rel_block = 1;
         storeAllocation(txn, before, allocation);
     }},
    {"name_dropped", FindingKind::Catalog, "entry 2 of this kind is missing",
     [](StoreTxn& txn, const Environment&) { erase(txn, Table::Catalog, catalogKey(3, 2)); }},
    {"name_twice", FindingKind::Catalog, "its name is taken",
     [](StoreTxn& txn, const Environment&) {
         put(txn, Table::Catalog, catalogKey(3, 2), valueOf(txn, Table::Catalog, catalogKey(3, 1)));
     }},
    {"definition_does_not_decode", FindingKind::Catalog, "does not decode",
     [](StoreTxn& txn, const Environment&) { put(txn, Table::Catalog, catalogKey(5, 0), "x"); }},
    {"chunk_under_another_key", FindingKind::Layout, "not with the one of its key",
     [](StoreTxn& txn, const Environment&) {
         const std::string key = lastKey(txn, Table::Nodes);
         const std::string chunk = valueOf(txn, Table::Nodes, key);
         erase(txn, Table::Nodes, key);
         put(txn, Table::Nodes, KeyBuilder().u32(keyU32(asBytes(key), 0) + 1).text(), chunk);
     }},
    {"chunk_does_not_parse", FindingKind::Layout, "cannot be read",
     [](StoreTxn& txn, const Environment&) {
         const std::string key = lastKey(txn, Table::Relationships);
         std::string chunk = valueOf(txn, Table::Relationships, key);
         chunk[0] = 9;
         put(txn, Table::Relationships, key, chunk);
     }},
    {"unknown_table", FindingKind::Table, "unknown table 64",
     [](StoreTxn& txn, const Environment&) { put(txn, static_cast<Table>(64), "key", "value"); }},
};

class FaultCase : public testing::TestWithParam<Fault> {};

TEST_P(FaultCase, IsNamedByItsKind) {
    const TemporaryFolder folder;
    copySample(folder.path());
    tamper(folder.path(), GetParam().make);
    ASSERT_FALSE(HasFatalFailure());
    const std::vector<Finding> findings = findingsOf(folder.path());
    const bool named = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
        return finding.kind == GetParam().kind &&
               findingText(finding).find(GetParam().word) != std::string::npos;
    });
    EXPECT_TRUE(named) << textOf(findings);
}

INSTANTIATE_TEST_SUITE_P(All, FaultCase, testing::ValuesIn(kFaults),
                         [](const auto& one) { return std::string(one.param.name); });

/// What only a program without our tables can do.
TEST(RawFault, AValueWithoutItsChecksum) {
    const TemporaryFolder folder;
    copySample(folder.path());
    MDB_env* environment = nullptr;
    ASSERT_EQ(mdb_env_create(&environment), 0);
    mdb_env_set_mapsize(environment, std::size_t{1} << 30);
    ASSERT_EQ(mdb_env_open(environment, folder.path().c_str(), 0, 0644), 0);
    MDB_txn* txn = nullptr;
    ASSERT_EQ(mdb_txn_begin(environment, nullptr, 0, &txn), 0);
    MDB_dbi tree = 0;
    ASSERT_EQ(mdb_dbi_open(txn, nullptr, 0, &tree), 0);
    std::string key = "\x0f"
                      "foreign";
    MDB_val key_value{key.size(), key.data()};
    MDB_val empty{0, nullptr};
    ASSERT_EQ(mdb_put(txn, tree, &key_value, &empty, 0), 0);
    ASSERT_EQ(mdb_txn_commit(txn), 0);
    mdb_env_close(environment);
    const std::vector<Finding> findings = findingsOf(folder.path());
    ASSERT_FALSE(findings.empty());
    EXPECT_EQ(findings.front().kind, FindingKind::Checksum) << textOf(findings);
}

TEST(Findings, OfOneKindAreCountedBeyondABound) {
    const TemporaryFolder folder;
    copySample(folder.path());
    tamper(folder.path(), [](StoreTxn& txn, const Environment&) {
        while (TableReader(txn, Table::Keys).atOrAfter({})) {
            TableWriter(txn, Table::Keys).erase(asBytes(firstKey(txn, Table::Keys)));
        }
    });
    CheckOptions options;
    options.most = 7;
    const std::vector<Finding> findings = checkInChild(folder.path(), options);
    ASSERT_EQ(findings.size(), 8U);
    EXPECT_NE(findings.back().detail.find("more findings of this kind"), std::string::npos);
}

}  // namespace
}  // namespace xinpu::engine
