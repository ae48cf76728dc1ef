// engine/bulk/bulk_graph.cpp
// The phases of a bulk load, each appending one table after the other.

#include "engine/bulk/bulk_graph.h"

#include <fmt/format.h>

#include <map>
#include <thread>

#include "engine/bulk/adjacency_build.h"
#include "engine/bulk/bitmap_family.h"
#include "engine/bulk/load_marker.h"
#include "engine/bulk/record_stream.h"
#include "engine/graph/column.h"
#include "engine/index/bitmap_index.h"
#include "engine/index/key_index.h"
#include "engine/store/writer_lock.h"
#include "engine/txn/bitmap_values.h"
#include "engine/txn/database.h"
#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

/// Appended bytes after which a transaction is committed, so that dirty pages stay few.
constexpr std::size_t kCommitBytes = std::size_t{24} << 20;

/// The place of `id`, made if need be.
template <typename Held>
std::unique_ptr<Held>& placeOf(std::vector<std::unique_ptr<Held>>& list, IndexId id) {
    if (id.value >= list.size()) {
        list.resize(id.value + 1);
    }
    return list[id.value];
}

struct TypeEdges {
    std::unique_ptr<EdgeSort> out;
    std::unique_ptr<EdgeSort> in;
};

bool keepsTable(Table table) {
    return table == Table::Journal || table == Table::Payloads || table == Table::Catalog ||
           table == Table::Meta;
}

/// Identity, journal and declarations of an empty database.
std::vector<KeptEntry> keptOf(const std::filesystem::path& folder) {
    std::vector<KeptEntry> kept;
    const auto environment = Environment::open(folder, {});
    const StoreTxn txn = environment->beginRead();
    loadHeader(txn, environment->pageBytes());
    if (const Counts counts = loadCounts(txn); counts.nodes != 0) {
        throw Error(ErrorCode::Conflict, fmt::format("The database in '{}' is not empty ({} nodes).",
                                                     folder.string(), counts.nodes));
    }
    for (std::uint8_t number = 1; number <= kTableLast; ++number) {
        const auto table = static_cast<Table>(number);
        if (!keepsTable(table)) {
            continue;
        }
        TableCursor cursor(txn, table);
        for (auto entry = cursor.seek({}); entry; entry = cursor.next()) {
            kept.push_back({table, std::string(asText(entry->key)), std::string(asText(entry->value))});
        }
    }
    return kept;
}

/// Temporary files have no name, but for a moment: a load that was killed in it leaves one behind.
void removeLostRuns(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> lost;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().filename().string().starts_with("run-")) {
            lost.push_back(entry.path());
        }
    }
    for (const std::filesystem::path& file : lost) {
        std::filesystem::remove(file);
    }
}

}  // namespace

struct BulkGraph::Impl {
    std::filesystem::path folder;
    BulkOptions options;
    std::optional<FileLock> writer_lock;
    std::optional<FileLock> open_lock;
    std::shared_ptr<Environment> environment;
    std::optional<StoreTxn> txn;
    std::size_t uncommitted = 0;
    std::vector<KeptEntry> kept;
    FileHeader header;
    std::uint64_t catalog_entry = 0;
    std::optional<CatalogBuilder> catalog;
    Counts counts;
    std::unique_ptr<RecordStream> nodes;
    std::unique_ptr<RecordStream> relationships;
    bool nodes_ended = false;
    std::vector<std::unique_ptr<KeySort>> keys;  ///< by index, as the next two; null: none
    std::vector<std::unique_ptr<Family>> families;
    std::vector<std::unique_ptr<IdValueSort>> columns;
    std::unique_ptr<IdValueSort> labels;
    std::vector<TypeEdges> edges;

    void begin();
    void append(Table table, const std::string& key, const std::string& body) {
        TableWriter(*txn, table).append(asBytes(key), asBytes(body));
        wrote(key.size() + body.size());
    }
    void wrote(std::size_t bytes) {
        uncommitted += bytes;
        if (uncommitted >= kCommitBytes) {
            txn->commit();
            txn = environment->beginWrite();
            uncommitted = 0;
        }
    }
    std::size_t share() const { return options.memory_bytes / 8; }
    TypeEdges& edgesOf(TypeId type);
    void writeBig(Table table, const std::map<std::uint32_t, std::string>& rows);
    void writeAdjacency();
    void writeColumns();
    void writeKeys();
    void writeBitmaps();
    void writeKeptAndState(const EntryDraft& draft, std::string_view payload, std::uint64_t& number);
};

void BulkGraph::Impl::begin() {
    std::filesystem::create_directories(folder);
    writer_lock = FileLock::tryTake(folder / "writer.lock", FileLock::Kind::Exclusive);
    if (!writer_lock) {
        throw Error(ErrorCode::Locked,
                    fmt::format("The database in '{}' is locked by process {}: use HTTP, or stop it.",
                                folder.string(), FileLock::holder(folder / "writer.lock")));
    }
    open_lock = FileLock::tryTake(folder / "open.lock", FileLock::Kind::Exclusive);
    if (!open_lock) {
        throw Error(ErrorCode::Locked,
                    fmt::format("The database in '{}' is open in another process. Close it: a bulk "
                                "load replaces the file.",
                                folder.string()));
    }
    if (auto interrupted = readLoadMarker(folder)) {
        kept = std::move(*interrupted);
    } else {
        if (std::filesystem::exists(folder / "data.mdb")) {
            kept = keptOf(folder);
        }
        writeLoadMarker(folder, kept);
    }
    std::filesystem::remove(folder / "data.mdb");
    std::filesystem::remove(folder / "lock.mdb");
    removeLostRuns(folder);
    environment = Environment::open(folder, {.create = true});
    environment->relaxDurability(true);
    header.database_id = newDatabaseId();
    header.page_bytes = environment->pageBytes();
    header.group_ids = kGroupIds;
    header.created_us = 0;
    txn = environment->beginWrite();
    // What was declared before comes back first: the catalogue is read from it.
    for (const KeptEntry& entry : kept) {
        TableWriter(*txn, entry.table).put(asBytes(entry.key), asBytes(entry.value));
    }
    catalog.emplace(loadCatalog(*txn));
    if (!kept.empty()) {
        header = loadHeader(*txn, environment->pageBytes());
        catalog_entry = loadState(*txn).catalog_entry;
    }
    for (const KeptEntry& entry : kept) {
        TableWriter(*txn, entry.table).erase(asBytes(entry.key));  // appended again at the end, in order
    }
    const ChunkLimits limits = chunkLimits(*environment);
    nodes = std::make_unique<RecordStream>(
        nodeRecords(), limits,
        [this](const std::string& key, const std::string& body) { append(Table::Nodes, key, body); });
    relationships = std::make_unique<RecordStream>(
        relationshipRecords(), limits,
        [this](const std::string& key, const std::string& body) { append(Table::Relationships, key, body); });
    labels = std::make_unique<IdValueSort>(folder, share());
}

TypeEdges& BulkGraph::Impl::edgesOf(TypeId type) {
    if (type.value >= edges.size()) {
        edges.resize(type.value + 1);
    }
    TypeEdges& pair = edges[type.value];
    if (pair.out == nullptr) {
        const AdjacencyLayout& layout = catalog->catalog().adjacency(type);
        pair.out = EdgeSort::make(layout.slots[0].size(), folder, share());
        pair.in = EdgeSort::make(layout.slots[1].size(), folder, share());
    }
    return pair;
}

void BulkGraph::Impl::writeBig(Table table, const std::map<std::uint32_t, std::string>& rows) {
    const std::size_t part_max = environment->pageValueMax();
    for (const auto& [id, row] : rows) {
        std::uint16_t part = 0;
        for (std::size_t at = 0; at < row.size(); at += part_max, ++part) {
            append(table, bigRecordKey(id, part), row.substr(at, part_max));
        }
    }
}

void BulkGraph::Impl::writeAdjacency() {
    std::vector<std::pair<std::string, std::string>> hub_blocks;
    const ChunkLimits limits = chunkLimits(*environment);
    const auto sortType = [this](std::size_t t) {
        if (t < edges.size() && edges[t].out != nullptr) {
            edges[t].out->sort();
            edges[t].in->sort();
        }
    };
    sortType(0);
    for (std::size_t t = 0; t < edges.size(); ++t) {
        std::thread ahead(sortType, t + 1);  // the second core sorts the next type while this one is written
        try {
            if (edges[t].out != nullptr) {
                const TypeId type{static_cast<std::uint32_t>(t)};
                buildAdjacency(
                    type, catalog->catalog().adjacency(type), *edges[t].out, *edges[t].in, limits,
                    [this](const std::string& key, const std::string& body) {
                        append(Table::Adjacency, key, body);
                    },
                    hub_blocks);
                edges[t].out->clear();
                edges[t].in->clear();
            }
        } catch (...) {
            ahead.join();
            throw;
        }
        ahead.join();
    }
    std::sort(hub_blocks.begin(), hub_blocks.end());
    for (const auto& [key, block] : hub_blocks) {
        append(Table::Hubs, key, block);
    }
}

void BulkGraph::Impl::writeColumns() {
    for (std::uint32_t column = 0; column < columns.size(); ++column) {
        IdValueSort* items = columns[column].get();
        if (items == nullptr) {
            continue;
        }
        items->sort();
        const auto next = items->drain();
        ChunkStream chunks(ChunkKind::Columns, 0, environment->pageValueMin(), environment->pageValueMax());
        const ChunkSpace space = columnOf(column);
        const auto put = [&](const std::optional<EncodedChunk>& chunk) {
            if (chunk) {
                append(Table::Columns, space.key(chunk->last_group), chunk->bytes);
            }
        };
        std::array<std::int32_t, kGroupIds> slots;
        for (const IdValue* item = next(); item != nullptr;) {
            const std::uint32_t group = groupOf(item->id);
            slots.fill(kSlotAbsent);
            for (; item != nullptr && groupOf(item->id) == group; item = next()) {
                slots[item->id % kGroupIds] = static_cast<std::int32_t>(item->value);
            }
            if (ChunkGroup packed = packColumnGroup(group, slots); !packed.bytes.empty()) {
                put(chunks.add(std::move(packed)));
            }
        }
        put(chunks.finish());
        items->clear();
    }
}

void BulkGraph::Impl::writeKeys() {
    std::vector<std::uint32_t> order;
    for (std::uint32_t index = 0; index < keys.size(); ++index) {
        if (keys[index] != nullptr) {
            order.push_back(index);
        }
    }
    if (order.empty()) {
        return;
    }
    keys[order[0]]->sort();
    TableWriter table(*txn, Table::Keys);
    for (std::size_t i = 0; i < order.size(); ++i) {
        std::thread ahead([this, &order, next = i + 1] {
            if (next < order.size()) {
                keys[order[next]]->sort();
            }
        });
        try {
            KeyIndexBuilder builder(table, IndexId{order[i]});
            keys[order[i]]->drain([&](std::string_view key, std::uint32_t id) {
                builder.add(key, id);
                wrote(key.size() / 4 + 4);
            });
            builder.finish();
        } catch (...) {
            ahead.join();
            throw;
        }
        keys[order[i]].reset();
        ahead.join();
    }
}

void BulkGraph::Impl::writeBitmaps() {
    labels->sort();
    {
        BitmapBuilder builder(*txn, labelFamily());
        std::vector<std::uint32_t> numbers(catalog->catalog().labels().size());
        for (std::uint32_t label = 0; label < numbers.size(); ++label) {
            numbers[label] = builder.number(labelBitmapValue(LabelId{label}));
        }
        const auto next = labels->drain();
        for (const IdValue* item = next(); item != nullptr; item = next()) {
            builder.add(numbers[item->value], item->id);
        }
        builder.finish();
        labels->clear();
    }
    for (std::uint32_t index = 0; index < families.size(); ++index) {
        if (families[index] == nullptr) {
            continue;
        }
        Family& family = *families[index];
        family.items->sort();
        BitmapBuilder builder(*txn, bitmapFamily(IndexId{index}));
        std::vector<std::uint32_t> numbers;
        for (const std::string& value : family.values) {
            numbers.push_back(builder.number(value));
        }
        const auto next = family.items->drain();
        for (const IdValue* item = next(); item != nullptr; item = next()) {
            builder.add(numbers[item->value], item->id);
        }
        builder.finish();
        families[index].reset();
        wrote(kCommitBytes);
    }
}

void BulkGraph::Impl::writeKeptAndState(const EntryDraft& draft, std::string_view payload,
                                        std::uint64_t& number) {
    for (const KeptEntry& entry : kept) {
        TableWriter(*txn, entry.table).put(asBytes(entry.key), asBytes(entry.value));
    }
    if (kept.empty()) {
        header.created_us = draft.time_us;
        storeHeader(*txn, header);
        EntryDraft created = draft;
        created.kind = EntryKind::Create;
        created.counts = {};
        created.statement = {};
        appendEntry(*txn, created, {}, header.database_id, environment->pageValueMax());
    }
    EntryDraft loaded = draft;
    loaded.counts.nodes_created = counts.nodes;
    loaded.counts.relationships_created = counts.relationships;
    number = appendEntry(*txn, loaded, payload, header.database_id, environment->pageValueMax()).number;
    storeCatalog(*txn, *catalog);
    storeCounts(*txn, {}, counts);
    Allocation allocation;
    allocation.next_node_block = nodes->blockCount();
    allocation.next_rel_block = relationships->blockCount();
    for (const auto& [label, block] : nodes->blocks()) {
        allocation.nodes[label] = {block.next, block.end};
    }
    for (const auto& [type, block] : relationships->blocks()) {
        allocation.relationships[type] = {block.next, block.end};
    }
    storeAllocation(*txn, {}, allocation);
    FileState state;
    state.last_entry = number;
    state.merged_up_to = number;
    state.catalog_entry = catalog->changed() ? number : catalog_entry;
    storeState(*txn, state);
}

BulkGraph::BulkGraph(const std::filesystem::path& folder, const BulkOptions& options)
    : impl_(std::make_unique<Impl>()) {
    impl_->folder = folder;
    impl_->options = options;
    impl_->begin();
}
BulkGraph::~BulkGraph() = default;

CatalogBuilder& BulkGraph::catalog() noexcept {
    return *impl_->catalog;
}
const Counts& BulkGraph::counts() const noexcept {
    return impl_->counts;
}

IndexId BulkGraph::declare(IndexDefinition definition) {
    XINPU_ASSERT(impl_->counts.nodes == 0);
    if (const IndexDefinition* same = impl_->catalog->catalog().index(definition.name); same != nullptr) {
        return same->id;  // declared before the load
    }
    return impl_->catalog->addIndex(std::move(definition));
}

NodeId BulkGraph::addNode(LabelId primary, std::span<const LabelId> node_labels, std::string_view row) {
    XINPU_ASSERT(!impl_->nodes_ended);
    const NodeId id{impl_->nodes->add(primary.value, row)};
    ++impl_->counts.nodes;
    for (const LabelId label : node_labels) {
        ++impl_->counts.by_label[label.value];
        impl_->labels->add({id.value, label.value});
    }
    return id;
}

void BulkGraph::addKey(IndexId index, std::string_view key, NodeId node) {
    std::unique_ptr<KeySort>& sorter = placeOf(impl_->keys, index);
    if (sorter == nullptr) {
        sorter = std::make_unique<KeySort>(impl_->folder, impl_->share());
    }
    if (key.size() <= kPlainKeyBytesMax) {
        sorter->add(key, node.value);
    } else {
        sorter->add(storedKey(key), node.value);
    }
}

void BulkGraph::openBitmap(IndexId index) {
    std::unique_ptr<Family>& family = placeOf(impl_->families, index);
    if (family == nullptr) {
        family = std::make_unique<Family>(std::make_unique<IdValueSort>(impl_->folder, impl_->share()));
    }
}

std::uint32_t BulkGraph::bitmapNumber(IndexId index, std::string_view value) {
    return impl_->families[index.value]->number(value);
}

void BulkGraph::addBitmap(IndexId index, std::uint32_t number, NodeId node) {
    impl_->families[index.value]->items->add({node.value, number});
}

void BulkGraph::addSlot(IndexId column, NodeId node, std::int32_t slot) {
    std::unique_ptr<IdValueSort>& items = placeOf(impl_->columns, column);
    if (items == nullptr) {
        items = std::make_unique<IdValueSort>(impl_->folder, impl_->share());
    }
    items->add({node.value, static_cast<std::uint32_t>(slot)});
}

void BulkGraph::endNodes() {
    impl_->nodes->finish();
    impl_->writeBig(Table::BigNodes, impl_->nodes->bigRows());
    impl_->nodes_ended = true;
}

void BulkGraph::openType(TypeId type) {
    impl_->edgesOf(type);
}

RelId BulkGraph::addRelationship(TypeId type, NodeId start, NodeId end, std::string_view row,
                                 std::span<const std::int32_t> out_slots,
                                 std::span<const std::int32_t> in_slots) {
    XINPU_ASSERT(impl_->nodes_ended);
    const RelId id{impl_->relationships->add(type.value, row)};
    ++impl_->counts.relationships;
    ++impl_->counts.by_type[type.value];
    TypeEdges& edges = impl_->edgesOf(type);
    edges.out->add(start.value, end.value, id.value, out_slots);
    edges.in->add(end.value, start.value, id.value, in_slots);
    return id;
}

std::uint64_t BulkGraph::finish(const EntryDraft& draft, std::string_view payload) {
    Impl& impl = *impl_;
    impl.relationships->finish();
    impl.writeBig(Table::BigRelationships, impl.relationships->bigRows());
    impl.writeAdjacency();
    impl.writeColumns();
    impl.writeKeys();
    impl.writeBitmaps();
    std::uint64_t number = 0;
    impl.writeKeptAndState(draft, payload, number);
    impl.txn->commit();
    impl.txn.reset();
    impl.environment->relaxDurability(false);
    impl.environment->sync();
    removeLoadMarker(impl.folder);
    return number;
}

}  // namespace xinpu::engine
