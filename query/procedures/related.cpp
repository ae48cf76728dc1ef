// query/procedures/related.cpp
// The walk: a queue, a bit an id, and a test of covered slots that needs no branch.

#include "query/procedures/related.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "engine/value/order.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::AdjacencyLayout;
using engine::AdjacencyView;
using engine::Direction;
using engine::EntryBlock;
using engine::kSlotSeeRecord;
using engine::NodeId;
using engine::RelId;
using engine::Snapshot;
using engine::Value;

namespace {

// How far ahead of the queue's head memory is asked for: the slot of a node's group, then the group's counts,
// then the node's own entries, which may lie some lines behind them.
constexpr std::size_t kSlotsAhead = 24;
constexpr std::size_t kGroupsAhead = 16;
constexpr std::size_t kEntriesAhead = 8;
constexpr std::size_t kLineBytes = 64;
constexpr std::int64_t kEntriesPerPoll = 4'096;

// What a test says of an entry; the first two are added up.
constexpr std::uint32_t kFails = 0;
constexpr std::uint32_t kPasses = 1;
constexpr std::uint32_t kUnknown = 2;  // the record decides

std::uint32_t wordAt(const std::byte* at) noexcept {
    std::uint32_t word;
    std::memcpy(&word, at, sizeof word);
    return word;
}
std::int32_t slotAt(const std::byte* at) noexcept {
    return static_cast<std::int32_t>(wordAt(at));
}

/// on < to, an absent `to` being open: `to - 1` wraps "absent" to the greatest number, "see the record" to
/// the least.
bool endsAfter(std::int32_t to, std::int32_t on) noexcept {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(to) - 1U) >= on;
}

bool isAtLeast(const Value& value, const Value& bound) noexcept {
    const auto order = engine::compareValues(value, bound);
    return order && *order >= 0;
}

/// The query's conditions by values, from the relationship's record.
class RecordTest {
public:
    RecordTest(const Snapshot& snapshot, const RelatedQuery& query) : snapshot_(&snapshot), query_(&query) {}

    bool passes(RelId relationship) const {
        if (query_->weight && !isAtLeast(property(relationship, *query_->weight), query_->least)) {
            return false;
        }
        if (!query_->on) {
            return true;
        }
        const Value on = Value::of(*query_->on);
        const Value from = property(relationship, query_->validFrom);
        const Value to = property(relationship, query_->validTo);
        return (from.isNull() || isAtLeast(on, from)) && (to.isNull() || isBefore(on, to));
    }

private:
    static bool isBefore(const Value& a, const Value& b) noexcept {
        const auto order = engine::compareValues(a, b);
        return order && *order < 0;
    }
    Value property(RelId relationship, engine::KeyId key) const {
        return key.valid() ? snapshot_->property(relationship, key) : Value::null();
    }
    const Snapshot* snapshot_;
    const RelatedQuery* query_;
};

/// Where the entries of one direction carry what the query asks for, as byte offsets.
struct SlotPlan {
    bool covered = false;  ///< everything that is asked for lies in slots
    std::uint32_t weight = 0;
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::int32_t least = 0;
    std::int32_t on = 0;
    friend bool operator==(const SlotPlan&, const SlotPlan&) = default;
};

std::uint32_t offsetOf(std::uint32_t position) noexcept {
    return static_cast<std::uint32_t>(engine::kEntryFixedBytes) + position * 4U;
}

/// The least slot whose value is >= bound by exact comparison, or nothing if no slot can tell.
std::optional<std::int32_t> exactLeast(const Value& bound, engine::SlotCodec codec) {
    std::optional<std::int32_t> least = engine::slotAtLeast(bound, codec);
    if (!least || isAtLeast(*engine::valueOfSlot(*least, codec), bound)) {
        return least;
    }
    // A float counts as its binary fraction, which may lie just above the digits that it is written with; and
    // a bound may lie above all slots.
    if (*least == std::numeric_limits<std::int32_t>::max() ||
        !isAtLeast(*engine::valueOfSlot(*least + 1, codec), bound)) {
        return std::nullopt;
    }
    return *least + 1;
}

SlotPlan planOf(const AdjacencyLayout& layout, Direction direction, const RelatedQuery& query) {
    SlotPlan plan;
    const auto& slots = layout.slots[static_cast<std::size_t>(direction)];
    if (query.weight) {
        const auto position = layout.slotOf(direction, *query.weight, false);
        const auto least = position ? exactLeast(query.least, slots[*position].codec) : std::nullopt;
        if (!least) {
            return plan;
        }
        plan.weight = offsetOf(*position);
        plan.least = *least;
    }
    if (query.on) {
        const auto from = layout.slotOf(direction, query.validFrom, false);
        const auto to = layout.slotOf(direction, query.validTo, false);
        const auto isDate = [&slots](std::optional<std::uint32_t> position) {
            return position && slots[*position].codec.kind == engine::SlotCodec::Kind::Date;
        };
        const std::int64_t on = query.on->days;
        if (!isDate(from) || !isDate(to) || on <= kSlotSeeRecord || on > std::numeric_limits<int>::max()) {
            return plan;
        }
        plan.from = offsetOf(*from);
        plan.to = offsetOf(*to);
        plan.on = static_cast<std::int32_t>(on);
    }
    plan.covered = true;
    return plan;
}

/// Any layout and any conditions.
struct SlotTest {
    std::array<SlotPlan, 2> plans;
    bool weighed = false;
    bool dated = false;

    static std::uint32_t stride(const EntryBlock& block) noexcept { return block.stride; }
    std::uint32_t operator()(const std::byte* entry, Direction direction) const noexcept {
        const SlotPlan& plan = plans[static_cast<std::size_t>(direction)];
        if (!plan.covered) {
            return kUnknown;
        }
        bool passes = true;
        bool unknown = false;
        if (weighed) {
            const std::int32_t weight = slotAt(entry + plan.weight);
            passes = weight >= plan.least;
            unknown = weight == kSlotSeeRecord;
        }
        if (dated) {
            const std::int32_t from = slotAt(entry + plan.from);
            const std::int32_t to = slotAt(entry + plan.to);
            passes = passes && from <= plan.on && endsAfter(to, plan.on);
            unknown = unknown || from == kSlotSeeRecord || to == kSlotSeeRecord;
        }
        return unknown ? kUnknown : passes ? kPasses : kFails;
    }
};

/// The layout of stakes: weight, validFrom, validTo and nothing else, in both directions; all three asked
/// for.
struct StakeTest {
    static constexpr std::uint32_t kStride = 20;
    std::int32_t least = 0;
    std::int32_t on = 0;

    static bool fits(const AdjacencyLayout& layout, const std::array<SlotPlan, 2>& plans) noexcept {
        SlotPlan expected{true, offsetOf(0), offsetOf(1), offsetOf(2), plans[0].least, plans[0].on};
        return plans[0] == expected && plans[1] == expected && layout.stride(Direction::Out) == kStride &&
               layout.stride(Direction::In) == kStride;
    }
    static constexpr std::uint32_t stride(const EntryBlock&) noexcept { return kStride; }
    std::uint32_t operator()(const std::byte* entry, Direction) const noexcept {
        const std::int32_t weight = slotAt(entry + 8);
        const std::int32_t from = slotAt(entry + 12);
        const std::int32_t to = slotAt(entry + 16);
        const bool unknown = (weight == kSlotSeeRecord) | (from == kSlotSeeRecord) | (to == kSlotSeeRecord);
        const bool passes = (weight >= least) & (from <= on) & endsAfter(to, on);
        return unknown ? kUnknown : static_cast<std::uint32_t>(passes);
    }
};

}  // namespace

bool hidesSomeOf(const GraphView& view, const RelatedQuery& query) noexcept {
    return (query.weight && view.hides(query.type, *query.weight)) ||
           (query.on && (view.hides(query.type, query.validFrom) || view.hides(query.type, query.validTo)));
}

std::span<const NodeId> RelatedWalker::walk(const Snapshot& snapshot, const RelatedQuery& query,
                                            const Poll& poll) {
    start(query.start);
    const AdjacencyLayout& layout = snapshot.adjacency(query.type).layout();
    const std::array<SlotPlan, 2> plans{planOf(layout, Direction::Out, query),
                                        planOf(layout, Direction::In, query)};
    if (query.weight && query.on && StakeTest::fits(layout, plans)) {
        walkLevels(snapshot, query, poll, StakeTest{plans[0].least, plans[0].on});
    } else {
        walkLevels(snapshot, query, poll, SlotTest{plans, query.weight.has_value(), query.on.has_value()});
    }
    forget();
    return {queue_.data(), size_};
}

template <typename Test>
void RelatedWalker::walkLevels(const Snapshot& snapshot, const RelatedQuery& query, const Poll& poll,
                               const Test& test) {
    const AdjacencyView view = snapshot.adjacency(query.type);
    const RecordTest records(snapshot, query);
    const auto decide = [&records](RelId relationship) { return records.passes(relationship); };
    const auto prefetch = [](const EntryBlock& block, Direction) {
        __builtin_prefetch(block.first);
        __builtin_prefetch(block.first + kLineBytes);
    };
    std::int64_t until_poll = kEntriesPerPoll;
    std::size_t head = 0;
    for (std::uint32_t hop = 0; hop < query.hops && head < size_; ++hop) {
        const bool last_hop = hop + 1 == query.hops;
        for (const std::size_t end = size_; head < end; ++head) {
            const std::size_t known = last_hop ? end : size_;
            if (head + kSlotsAhead < known) {
                view.prefetchSlot(queue_[head + kSlotsAhead]);
            }
            if (head + kGroupsAhead < known) {
                view.prefetchEntries(queue_[head + kGroupsAhead]);
            }
            if (head + kEntriesAhead < known) {
                view.forEachBlock(queue_[head + kEntriesAhead], query.direction, prefetch);
            }
            view.forEachBlock(queue_[head], query.direction,
                              [&](const EntryBlock& block, Direction direction) {
                                  take(block, direction, test, decide);
                                  until_poll -= block.count;
                                  if (until_poll <= 0) [[unlikely]] {
                                      until_poll = kEntriesPerPoll;
                                      if (poll) {
                                          poll();
                                      }
                                  }
                              });
            if (size_ > query.nodesMax) [[unlikely]] {
                throw Error(
                    ErrorCode::Limit,
                    fmt::format("The walk reached more than {} nodes. Ask for fewer hops or a greater "
                                "least weight.",
                                query.nodesMax),
                    "NODE_LIMIT");
            }
        }
        level_ends_.push_back(size_);
    }
}

// Entries that fail are written to the end of the queue too and overwritten by the next: whether one passes,
// and whether its node is new, is as good as random, and a wrong guess costs more than the store.
template <typename Test, typename Decide>
void RelatedWalker::take(const EntryBlock& block, Direction direction, const Test& test,
                         const Decide& decide) {
    if (size_ + block.count > queue_.size()) [[unlikely]] {
        growQueue(block.count);
    }
    const std::byte* entry = block.first;
    for (std::uint32_t i = 0; i < block.count; ++i, entry += Test::stride(block)) {
        const std::uint32_t node = wordAt(entry);
        std::uint32_t verdict = test(entry, direction);
        if (verdict == kUnknown) [[unlikely]] {
            verdict = decide(block.relationship(i)) ? kPasses : kFails;
        }
        if (node / 64 >= visited_.size()) [[unlikely]] {
            growVisited(node);
        }
        std::uint64_t& word = visited_[node / 64];
        const auto fresh = static_cast<std::uint32_t>(~(word >> (node % 64))) & verdict;
        word |= std::uint64_t{verdict} << (node % 64);
        queue_[size_] = NodeId{node};
        size_ += fresh;
    }
}

void RelatedWalker::start(NodeId node) {
    forget();  // of a walk that an exception ended
    level_ends_.clear();
    if (queue_.empty()) {
        growQueue(1);
    }
    if (node.value / 64 >= visited_.size()) {
        growVisited(node.value);
    }
    visited_[node.value / 64] |= std::uint64_t{1} << (node.value % 64);
    queue_[0] = node;
    size_ = 1;
    marked_ = true;
    level_ends_.push_back(size_);
}

// At the end of the walk, while the words are still near; not at the begin of the next.
void RelatedWalker::forget() {
    if (!marked_) {
        return;
    }
    if (size_ > visited_.size() / 4) {
        std::fill(visited_.begin(), visited_.end(), 0);
    } else {
        for (std::size_t i = 0; i < size_; ++i) {
            visited_[queue_[i].value / 64] = 0;
        }
    }
    marked_ = false;
}

void RelatedWalker::growVisited(std::uint32_t node) {
    visited_.resize(std::max<std::size_t>(node / 64 + 1U, visited_.size() + visited_.size() / 2));
}

void RelatedWalker::growQueue(std::size_t more) {
    constexpr std::size_t kQueueMin = 1'024;
    queue_.resize(std::max({size_ + more, queue_.size() * 2, kQueueMin}));
}

std::size_t RelatedWalker::within(std::uint32_t hops) const noexcept {
    return level_ends_.empty() ? 0 : level_ends_[std::min<std::size_t>(hops, level_ends_.size() - 1)];
}

std::uint32_t RelatedWalker::hopsOf(std::size_t position) const noexcept {
    const auto level = std::upper_bound(level_ends_.begin(), level_ends_.end(), position);
    return static_cast<std::uint32_t>(level - level_ends_.begin());
}

}  // namespace xinpu::query
