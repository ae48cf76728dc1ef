// loaders/bulk_records.h
#pragma once
// Records of any graph into a bulk load: keys, bitmaps and slots follow from what the catalogue declares.

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/bulk/bulk_graph.h"
#include "engine/graph/record.h"
#include "loaders/record_encoder.h"

namespace xinpu::loaders {

/// All declarations must be made before the first node. Threads: one at a time.
class BulkRecords {
public:
    explicit BulkRecords(engine::BulkGraph& graph);

    /// Labels and properties ascending.
    engine::NodeId node(const engine::NodeRecord& record);
    /// After BulkGraph::endNodes().
    void relationship(const engine::RelRecord& record);

private:
    /// A property of nodes with a label that entries of their neighbours cover. Kept, since the records
    /// cannot be read while the load runs.
    struct NeighbourSlots {
        engine::CoveredSlot slot;
        std::unordered_map<std::uint32_t, std::int32_t> by_node;
    };
    std::vector<std::int32_t> slots(engine::Direction direction, const engine::RelRecord& record) const;
    std::int32_t neighbourSlot(const engine::CoveredSlot& slot, engine::NodeId neighbour) const;

    engine::BulkGraph& graph_;
    RecordEncoder encoder_;
    EncodedNodes nodes_;
    std::vector<NeighbourSlots> neighbours_;
    std::string row_;
};

}  // namespace xinpu::loaders
