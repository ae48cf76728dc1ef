// query/exec/result.h
#pragma once
// What a run of a statement hands out: rows to a sink, counters of its changes, and how its plan went.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/value/value.h"
#include "query/view/graph_view.h"

namespace xinpu::query {

/// The 14 counters of the Query API.
struct Counters {
    std::uint64_t nodes_created = 0;
    std::uint64_t nodes_deleted = 0;
    std::uint64_t relationships_created = 0;
    std::uint64_t relationships_deleted = 0;
    std::uint64_t properties_set = 0;
    std::uint64_t labels_added = 0;
    std::uint64_t labels_removed = 0;
    std::uint64_t indexes_added = 0;
    std::uint64_t indexes_removed = 0;
    std::uint64_t constraints_added = 0;
    std::uint64_t constraints_removed = 0;
    std::uint64_t system_updates = 0;
    bool containsUpdates() const noexcept;
};

/// One operator of a plan, for EXPLAIN and PROFILE.
struct PlanDescription {
    std::string op;       ///< "Expand", "UniqueSeek" …
    std::string details;  ///< "(c)-[e:INVESTS_IN]->(f)"
    double estimated_rows = 0;
    std::vector<std::string> identifiers;
    std::vector<PlanDescription> children;
    // PROFILE only:
    bool profiled = false;
    std::uint64_t rows = 0;
    std::uint64_t store_reads = 0;  ///< entities and entries looked at
    double time_ms = 0;             ///< of this operator, without its children
};
/// Takes the rows of a statement while its snapshot or transaction is open; nodes and relationships are read
/// through `graph`, and only then. What it throws ends the statement (and undoes it).
class ResultSink {
public:
    virtual ~ResultSink() = default;
    /// Once before the rows; again, after rows even, if the writer had to run the statement a second time:
    /// forget everything then.
    virtual void begin(std::span<const std::string> fields) = 0;
    virtual void row(std::span<const engine::Value> values, const GraphView& graph) = 0;
};

}  // namespace xinpu::query
