// credit/portrait/violations.h
#pragma once
// Violations in a window: of one subject, or of all subjects in a related set. Reads no record where the
// adjacency covers what it needs.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "credit/portrait/credit_model.h"
#include "query/procedures/label_test.h"
#include "query/procedures/related.h"

namespace xinpu::credit {

/// Both days are inside.
struct DateSpan {
    engine::Date from;
    engine::Date to;
};

/// The related set of INTERFACES §6: within `hops` stakes of at least `minShare` percent, valid on `date`.
struct RelatedSet {
    std::uint32_t hops = 3;
    engine::Decimal minShare;
    engine::Date date;
};

/// A penalty against a subject of the set.
struct Violation {
    engine::Date decidedOn;
    engine::NodeId penalty;
    engine::NodeId subject;
    std::uint32_t hops = 0;  ///< of the subject from the start
};

struct ViolationSum {
    std::uint64_t firms = 0;       ///< subjects in the set, the start included
    std::uint64_t violations = 0;  ///< in the span
    engine::Decimal fines;         ///< exact; penalties without a fine add nothing
};

/// Answers one question after another about one snapshot after another; keeps its memory in between.
///
/// Threads: one finder a thread. Lifetime: use() borrows the snapshot until the next use().
class ViolationFinder {
public:
    void use(const engine::Snapshot& snapshot);

    /// The subject with this code, or nothing. @complexity one look-up in the unique index
    std::optional<engine::NodeId> subject(std::string_view uscc) const;

    /// Penalties of one subject decided in `span`.
    ViolationSum own(engine::NodeId subject, const DateSpan& span);
    /// Penalties decided in `span` of all subjects in the related set of `start`.
    /// @throws what `poll` throws; Error(Corrupt)
    ViolationSum related(engine::NodeId start, const RelatedSet& set, const DateSpan& span,
                         const query::Poll& poll);
    /// The related set itself, without violations: subjects and others by distance. Valid until the next
    /// call.
    std::span<const engine::NodeId> relatedNodes(engine::NodeId start, const RelatedSet& set,
                                                 const query::Poll& poll);
    bool isSubject(engine::NodeId node) { return subjects_.contains(node); }

    /// Of the last own() or related(): in no order. Valid until the next call.
    std::span<const Violation> violations() const noexcept { return found_; }
    /// Document numbers of the latest `most` of them: date descending, then document number by code point.
    /// @complexity reads the records of those that may be among the latest only
    std::vector<std::string> latestDocuments(std::size_t most);

    const CreditModel& model() const noexcept { return model_; }

private:
    struct Coverage;
    Coverage coverage() const;
    void collect(const engine::AdjacencyView& against, engine::NodeId subject, std::uint32_t hops,
                 const Coverage& covered, const DateSpan& span);
    void collectFromRecord(engine::NodeId penalty, engine::NodeId subject, std::uint32_t hops,
                           const DateSpan& span);
    void addFine(const engine::Value& fine);
    void begin();
    ViolationSum sum(std::uint64_t firms, const Coverage& covered) const;

    const engine::Snapshot* snapshot_ = nullptr;
    CreditModel model_;
    query::RelatedWalker walker_;
    query::LabelTest subjects_;
    std::vector<Violation> found_;
    std::int64_t fines_ = 0;         // of covered slots, in the slots' unit
    engine::Decimal further_fines_;  // read from records
};

}  // namespace xinpu::credit
