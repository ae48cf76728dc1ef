// query/procedures/link_reader.h
#pragma once
// The relationships of a node that a procedure walks along: of a type, heavy enough, valid on a day.

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "query/functions/budget.h"
#include "query/procedures/options.h"
#include "query/view/graph_view.h"

namespace xinpu::query {

/// What a relationship must be and have. Keys of the catalogue; an invalid key is a property that nothing
/// has.
struct LinkFilter {
    std::optional<engine::TypeId> type{};  ///< absent: every type; invalid: no relationship
    std::optional<engine::KeyId>
        weight{};  ///< only where it is a number, and at least `least` unless that is null
    engine::Value least{};
    std::optional<engine::Date> on{};  ///< only where validFrom <= on < validTo, open where absent
    engine::KeyId validFrom{};
    engine::KeyId validTo{};
};

/// From the options type, weight and on. @throws Error(Type), Error(Argument)
LinkFilter linkFilter(const GraphView& view, const Options& options);
/// From min too: the least weight, 0 if it is not given. Without weight it is refused.
LinkFilter linkFilterWithMin(const GraphView& view, const Options& options);

struct Link {
    engine::RelId relationship;
    engine::NodeId neighbour;
    engine::Direction direction = engine::Direction::Out;  ///< Out: it starts at the node asked
    engine::Value weight{};                                ///< null where no weight is asked for
};

/// Reads covered slots where the view is as its snapshot, else records.
///
/// Threads: one. Lifetime: borrows view and budget.
class LinkReader {
public:
    LinkReader(const GraphView& view, LinkFilter filter, Budget& budget);

    /// Replaces `links` by the node's that pass; a loop is met once. A step of the budget each looked at.
    void read(engine::NodeId node, engine::Direction direction, std::vector<Link>& links);

    const LinkFilter& filter() const noexcept { return filter_; }
    const GraphView& view() const noexcept { return *view_; }
    Budget& budget() const noexcept { return *budget_; }

private:
    /// Where entries of one direction carry what is asked for.
    struct Places {
        std::optional<std::uint32_t> weight;
        engine::SlotCodec codec;
        std::optional<std::uint32_t> from;
        std::optional<std::uint32_t> to;
    };
    Places placesOf(engine::Direction direction) const;
    void readEntries(engine::NodeId node, engine::Direction direction, std::vector<Link>& links);
    void readRecords(engine::NodeId node, engine::Direction direction, std::vector<Link>& links);
    bool heavyEnough(const engine::Value& weight) const noexcept;
    bool validByRecord(engine::RelId relationship) const;
    engine::Value property(engine::RelId relationship, engine::KeyId key) const;

    const GraphView* view_;
    LinkFilter filter_;
    Budget* budget_;
    std::vector<engine::TypeId> types_;
    bool by_entries_ = false;
    std::array<Places, 2> places_;
    std::vector<Incident> incidents_;
};

/// Memory of a procedure's working set: told to the budget as it grows, given back at the end.
class WalkMemory {
public:
    explicit WalkMemory(Budget& budget) noexcept : budget_(&budget) {}
    ~WalkMemory() { release(); }
    WalkMemory(const WalkMemory&) = delete;
    WalkMemory& operator=(const WalkMemory&) = delete;

    /// The working set is `bytes` now. @throws Error(Limit, MemoryPoolOutOfMemoryError)
    void hold(std::size_t bytes) {
        if (bytes > held_) {
            const std::size_t more = bytes - held_;
            held_ = bytes;
            budget_->memory(static_cast<std::int64_t>(more));
        }
    }

private:
    void release() noexcept;

    Budget* budget_;
    std::size_t held_ = 0;
};

/// "n:7", as clients see it.
std::string elementIdOf(engine::NodeId node);

}  // namespace xinpu::query
