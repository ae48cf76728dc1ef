// query/procedures/reach_calls.cpp
// graph.related and graph.groups: who is reached, and what hangs together.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "query/procedures/graph_calls.h"
#include "query/procedures/link_reader.h"
#include "query/procedures/related.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::Direction;
using engine::NodeId;
using engine::Value;

namespace {

constexpr std::uint32_t kHopsMax = 1'000'000;
constexpr std::uint64_t kEntriesPerPoll = 4'096;  // how often the walker polls (related.h)

/// A walker whose arrays are warm: one a thread is kept between calls, since clearing a bit an id of the
/// graph costs more than most walks. Taken out while it is used, so a call inside of another has its own.
class WalkerLease {
public:
    WalkerLease() : walker_(std::move(kept())) {
        if (walker_ == nullptr) {
            walker_ = std::make_unique<RelatedWalker>();
        }
    }
    ~WalkerLease() { kept() = std::move(walker_); }
    WalkerLease(const WalkerLease&) = delete;
    WalkerLease& operator=(const WalkerLease&) = delete;
    RelatedWalker& operator*() const noexcept { return *walker_; }

private:
    static std::unique_ptr<RelatedWalker>& kept() {
        thread_local std::unique_ptr<RelatedWalker> walker;
        return walker;
    }
    std::unique_ptr<RelatedWalker> walker_;
};

void emitNode(const EmitRow& emit, NodeId node, std::uint32_t hops) {
    const std::array<Value, 2> row{Value::of(node), Value::of(hops)};
    emit(row);
}

RelatedQuery queryOf(const LinkFilter& filter, NodeId start, std::uint32_t hops, Direction direction) {
    RelatedQuery query;
    query.start = start;
    query.type = *filter.type;
    query.direction = direction;
    query.hops = hops;
    query.weight = filter.weight;
    query.least = filter.least;
    query.on = filter.on;
    query.validFrom = filter.validFrom;
    query.validTo = filter.validTo;
    return query;
}

void relatedBySnapshot(EvalContext& context, const RelatedQuery& query, const EmitRow& emit) {
    const WalkerLease lease;
    WalkMemory held(*context.budget);
    const auto nodes = (*lease).walk(context.graph->snapshot(), query, [&] {
        context.budget->step(kEntriesPerPoll);
        held.hold((*lease).bytes());
    });
    held.hold((*lease).bytes());
    std::uint32_t distance = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        while (i >= (*lease).within(distance)) {
            ++distance;
        }
        emitNode(emit, nodes[i], distance);
    }
}

void relatedByView(LinkReader& reader, NodeId start, std::uint32_t hops, Direction direction,
                   const EmitRow& emit) {
    WalkMemory held(reader.budget());
    std::unordered_map<NodeId, std::uint32_t> distances{{start, 0}};
    std::vector<NodeId> queue{start};
    std::vector<Link> links;
    for (std::size_t head = 0; head < queue.size(); ++head) {
        const std::uint32_t distance = distances.at(queue[head]);
        emitNode(emit, queue[head], distance);
        if (distance == hops) {
            continue;
        }
        reader.read(queue[head], direction, links);
        for (const Link& link : links) {
            if (distances.emplace(link.neighbour, distance + 1).second) {
                queue.push_back(link.neighbour);
            }
        }
        constexpr std::size_t kBytesPerNode = 48;
        held.hold(queue.size() * kBytesPerNode);
    }
}

/// Sets of nodes by id; the least of a set stands for it.
class NodeSets {
public:
    void join(NodeId a, NodeId b) {
        const std::uint32_t most = std::max(a.value, b.value);
        for (auto id = static_cast<std::uint32_t>(parents_.size()); id <= most; ++id) {
            parents_.push_back(id);
            met_.push_back(false);
        }
        met_[a.value] = met_[b.value] = true;
        const std::uint32_t x = leastOf(a.value);
        const std::uint32_t y = leastOf(b.value);
        parents_[std::max(x, y)] = std::min(x, y);
    }
    /// (least, node) of every node that was joined, ascending.
    std::vector<std::pair<NodeId, NodeId>> members() {
        std::vector<std::pair<NodeId, NodeId>> all;
        for (std::uint32_t id = 0; id < parents_.size(); ++id) {
            if (met_[id]) {
                all.emplace_back(NodeId{leastOf(id)}, NodeId{id});
            }
        }
        std::sort(all.begin(), all.end());
        return all;
    }
    std::size_t bytes() const noexcept { return parents_.size() * sizeof(std::uint32_t); }

private:
    std::uint32_t leastOf(std::uint32_t id) {
        while (parents_[id] != id) {
            parents_[id] = parents_[parents_[id]];
            id = parents_[id];
        }
        return id;
    }
    std::vector<std::uint32_t> parents_;
    std::vector<bool> met_;
};

}  // namespace

NodeId nodeArgument(const EvalContext& context, const Value& argument) {
    if (argument.isNull()) {
        return {};
    }
    if (argument.kind() != engine::Kind::Node) {
        throw Error(ErrorCode::Type,
                    fmt::format("The procedure takes a NODE, not {}.", engine::kindName(argument.kind())),
                    "InvalidArgumentType");
    }
    if (context.graph->txn() != nullptr && !context.graph->exists(argument.node())) {
        throwDeleted(argument.node(), {});
    }
    return argument.node();
}

void callRelated(EvalContext& context, std::span<const Value> args, const EmitRow& emit) {
    const Options options("graph.related", args[1], {"type", "weight", "min", "hops", "on", "direction"});
    options.require("type");
    const LinkFilter filter = linkFilterWithMin(*context.graph, options);
    const std::uint32_t hops = options.count("hops", kHopsMax);
    const Direction direction = options.direction(true, Direction::Both);
    const NodeId start = nodeArgument(context, args[0]);
    if (!start.valid()) {
        return;
    }
    const RelatedQuery query = queryOf(filter, start, hops, direction);
    if (context.graph->pristine() && !hidesSomeOf(*context.graph, query)) {
        relatedBySnapshot(context, query, emit);
    } else {
        LinkReader reader(*context.graph, filter, *context.budget);
        relatedByView(reader, start, hops, direction, emit);
    }
}

void callGroups(EvalContext& context, std::span<const Value> args, const EmitRow& emit) {
    const Options options("graph.groups", args[0], {"type", "weight", "min", "on"});
    for (const char* name : {"type", "weight", "min"}) {
        options.require(name);
    }
    LinkReader reader(*context.graph, linkFilterWithMin(*context.graph, options), *context.budget);
    WalkMemory held(*context.budget);
    NodeSets sets;
    std::vector<Link> links;
    context.graph->eachNode([&](NodeId node) {
        context.budget->step();
        reader.read(node, Direction::Out, links);
        for (const Link& link : links) {
            sets.join(node, link.neighbour);
        }
        held.hold(sets.bytes());
        return true;
    });
    const auto members = sets.members();
    held.hold(sets.bytes() + members.size() * sizeof(members.front()));
    std::array<Value, 2> row;
    NodeId group;
    for (const auto& [least, node] : members) {
        if (!group.valid() || group != least) {
            group = least;
            row[0] = Value::of(elementIdOf(group));
        }
        row[1] = Value::of(node);
        emit(row);
    }
}

}  // namespace xinpu::query
