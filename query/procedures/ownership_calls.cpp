// query/procedures/ownership_calls.cpp
// graph.ownership and graph.controllers: the stakes up- or downstream of a firm, then who holds and who
// directs it.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "query/procedures/graph_calls.h"
#include "query/procedures/link_reader.h"
#include "query/procedures/ownership_solver.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::Decimal;
using engine::Direction;
using engine::NodeId;
using engine::Value;

namespace {

constexpr std::size_t kNodesMax = 1'000'000;  // of one network of stakes
constexpr std::size_t kFirmsNamedMax = 10;    // in a message
constexpr unsigned kPercentPlaces = 2;        // a weight of 100 is all of a firm

/// A weight as decimal; floats by the fewest digits that read back as them: 33.3 is meant, not its binary
/// fraction.
Decimal percentOf(const Link& link) {
    std::optional<Decimal> percent;
    switch (link.weight.kind()) {
    case engine::Kind::Integer:
        percent = Decimal::fromInt64(link.weight.integer());
        break;
    case engine::Kind::Decimal:
        percent = link.weight.decimal().normalised();
        break;
    default:
        percent = Decimal::fromDouble(link.weight.floating());
        percent = percent ? std::optional(percent->normalised()) : std::nullopt;
        break;
    }
    if (!percent || percent->sign() < 0) {
        throw Error(
            ErrorCode::Data,
            fmt::format(
                "The relationship r:{} has a weight that is no share: it must be a number of percent, "
                "not negative.",
                link.relationship.value),
            "OWNERSHIP_SHARE");
    }
    return *percent;
}

/// Everything that a walk from the start reaches, numbered in the order met; the start is 0.
struct Network {
    struct Holding {
        std::uint32_t from;  ///< the nearer to the start
        std::uint32_t to;
        Decimal percent;
    };
    std::vector<NodeId> nodes;
    std::vector<Holding> holdings;
};

Network networkOf(LinkReader& reader, NodeId start, Direction direction, WalkMemory& held) {
    Network network;
    network.nodes.push_back(start);
    std::unordered_map<NodeId, std::uint32_t> numbers{{start, 0}};
    std::vector<Link> links;
    for (std::uint32_t at = 0; at < network.nodes.size(); ++at) {
        reader.read(network.nodes[at], direction, links);
        for (const Link& link : links) {
            const Decimal percent = percentOf(link);
            if (percent.sign() == 0) {
                continue;
            }
            const auto number = static_cast<std::uint32_t>(network.nodes.size());
            const auto [found, is_new] = numbers.emplace(link.neighbour, number);
            if (is_new) {
                network.nodes.push_back(link.neighbour);
            }
            network.holdings.push_back({at, found->second, percent});
        }
        if (network.nodes.size() > kNodesMax) {
            throw Error(ErrorCode::Limit,
                        fmt::format("More than {} nodes hang together by these stakes.", kNodesMax),
                        "NODE_LIMIT");
        }
        constexpr std::size_t kBytesPerNode = 160;  // with the solver's, some of them doubled by growth
        held.hold(network.nodes.size() * kBytesPerNode +
                  network.holdings.size() * (sizeof(Network::Holding) + sizeof(Stake)) * 2);
    }
    return network;
}

/// By the key that tells nodes of its label apart, or by element id.
std::string nameOf(const GraphView& view, NodeId node) {
    std::string name = elementIdOf(node);
    const auto record = view.node(node);
    if (!record) {
        return name;
    }
    for (const engine::IndexDefinition& index : view.catalog().indexes()) {
        if (index.kind != engine::IndexKind::Unique || index.keys.size() != 1 ||
            (index.rules & engine::kRulePersonal) != 0 ||
            std::find(record->labels.begin(), record->labels.end(), index.label) == record->labels.end()) {
            continue;
        }
        const Value key = engine::propertyOf(record->properties, index.keys.front());
        if (key.kind() == engine::Kind::String) {
            return fmt::format("{} ({})", key.string(), name);
        }
    }
    return name;
}

[[noreturn]] void refuseLoop(const GraphView& view, const Network& network,
                             std::span<const std::uint32_t> members) {
    std::vector<NodeId> nodes;
    for (const std::uint32_t member : members) {
        nodes.push_back(network.nodes[member]);
    }
    std::sort(nodes.begin(), nodes.end());
    std::string names;
    for (std::size_t i = 0; i < std::min(nodes.size(), kFirmsNamedMax); ++i) {
        names += (i == 0 ? "" : ", ") + nameOf(view, nodes[i]);
    }
    if (nodes.size() > kFirmsNamedMax) {
        names += fmt::format(" and {} more", nodes.size() - kFirmsNamedMax);
    }
    throw Error(
        ErrorCode::Data,
        fmt::format("Stakes of 100 % close a loop, so nobody's share in it can be told: {}. Correct the "
                    "stakes of these firms in each other.",
                    names),
        "OWNERSHIP_LOOP");
}

struct HolderRow {
    NodeId node;
    Decimal share;
};

void sortByShare(std::vector<HolderRow>& rows) {
    std::sort(rows.begin(), rows.end(), [](const HolderRow& a, const HolderRow& b) {
        return a.share != b.share ? a.share > b.share : a.node < b.node;
    });
}

/// Shares of votes in one firm, over the network upstream of it.
class Votes {
public:
    Votes(const Network& network, const Decimal& over, Budget& budget)
        : over_(over), budget_(&budget), held_(network.nodes.size()),
          may_control_(network.nodes.size(), false) {
        std::vector<std::unordered_map<std::uint32_t, Decimal>> sums(network.nodes.size());
        for (const Network::Holding& holding : network.holdings) {
            if (holding.from != holding.to) {  // a firm's shares in itself carry no vote
                Decimal& sum = sums[holding.to][holding.from];
                sum = sum.add(holding.percent);
            }
        }
        for (std::uint32_t holder = 0; holder < sums.size(); ++holder) {
            for (const auto& [firm, percent] : sums[holder]) {
                held_[holder].push_back({firm, percent});
                may_control_[holder] = may_control_[holder] || percent > over_ || firm == 0;
            }
        }
    }

    /// Nothing to ask of a holder that has no vote in the start and controls nothing.
    bool matters(std::uint32_t holder) const { return holder != 0 && may_control_[holder]; }

    /// Votes in the start, percent, of `holder` and of all firms that it controls: more than `over` of the
    /// votes of a firm, counting those of firms controlled already, until nothing is added.
    Decimal inStart(std::uint32_t holder) {
        std::unordered_map<std::uint32_t, Decimal> votes;
        std::vector<std::uint32_t> controlled{holder};
        std::set<std::uint32_t> known{holder};
        for (std::size_t at = 0; at < controlled.size(); ++at) {
            budget_->step(held_[controlled[at]].size() + 1);
            for (const auto& [firm, percent] : held_[controlled[at]]) {
                Decimal& sum = votes[firm];
                sum = sum.add(percent);
                if (sum > over_ && known.insert(firm).second) {
                    controlled.push_back(firm);
                }
            }
        }
        return votes[0];
    }

private:
    struct Held {
        std::uint32_t firm;
        Decimal percent;
    };
    Decimal over_;
    Budget* budget_;
    std::vector<std::vector<Held>> held_;
    std::vector<bool> may_control_;
};

Decimal fractionOf(const Decimal& percent) {
    return percent.div(Decimal::fromInt64(100), kSharePlaces).normalised();
}

Decimal percentOption(const Options& options, std::string_view name, std::int64_t otherwise) {
    const Decimal percent = options.decimal(name, Decimal::fromInt64(otherwise));
    if (percent > Decimal::fromInt64(100)) {
        options.refuse(name, "is a number of percent, from 0 to 100");
    }
    return percent;
}

}  // namespace

void callOwnership(EvalContext& context, std::span<const Value> args, const EmitRow& emit) {
    const Options options("graph.ownership", args[1], {"type", "weight", "on", "min", "direction"});
    options.require("type");
    options.require("weight");
    const Direction direction = options.direction(false, Direction::In);
    const Decimal min = options.decimal("min", Decimal());
    if (min > Decimal::fromInt64(1)) {
        options.refuse("min", "is a fraction like the column share, from 0 to 1: 0.25 is 25 %");
    }
    const GraphView& view = *context.graph;
    LinkReader reader(view, linkFilter(view, options), *context.budget);
    const NodeId start = nodeArgument(context, args[0]);
    if (!start.valid()) {
        return;
    }
    WalkMemory held(*context.budget);
    const Network network = networkOf(reader, start, direction, held);
    std::vector<Stake> stakes;
    stakes.reserve(network.holdings.size());
    for (const Network::Holding& holding : network.holdings) {
        stakes.push_back(
            {holding.to, holding.from,
             StakeShare{holding.percent.coefficient(), holding.percent.scale() + kPercentPlaces}});
    }
    const auto shares = solveOwnership(
        static_cast<std::uint32_t>(network.nodes.size()), std::move(stakes), min, *context.budget,
        [&](std::span<const std::uint32_t> members) { refuseLoop(view, network, members); });
    std::vector<HolderRow> rows;
    rows.reserve(shares.size());
    for (const EffectiveShare& one : shares) {
        rows.push_back({network.nodes[one.node], one.share});
    }
    sortByShare(rows);
    for (const HolderRow& row : rows) {
        const std::array<Value, 2> values{Value::of(row.node), Value::of(row.share)};
        emit(values);
    }
}

void callControllers(EvalContext& context, std::span<const Value> args, const EmitRow& emit) {
    const Options options("graph.controllers", args[1], {"type", "weight", "on", "over", "suspectedFrom"});
    options.require("type");
    options.require("weight");
    constexpr std::int64_t kOver = 50;  // company law 2023, art. 265: more than half
    constexpr std::int64_t kSuspectedFrom =
        30;  // the greatest holder's share, where nobody has more than half
    const Decimal over = percentOption(options, "over", kOver);
    const Decimal suspected_from = percentOption(options, "suspectedFrom", kSuspectedFrom);
    LinkReader reader(*context.graph, linkFilter(*context.graph, options), *context.budget);
    const NodeId start = nodeArgument(context, args[0]);
    if (!start.valid()) {
        return;
    }
    WalkMemory held(*context.budget);
    const Network network = networkOf(reader, start, Direction::In, held);
    Votes votes(network, over, *context.budget);
    std::vector<HolderRow> rows;
    for (std::uint32_t holder = 0; holder < network.nodes.size(); ++holder) {
        if (!votes.matters(holder)) {
            continue;
        }
        const Decimal percent = votes.inStart(holder);
        if (percent.sign() > 0) {
            rows.push_back({network.nodes[holder], percent});
        }
    }
    sortByShare(rows);
    if (rows.empty()) {
        return;
    }
    const Decimal most = rows.front().share;
    const bool suspected = !(most > over);
    if (suspected && most < suspected_from) {
        return;
    }
    for (const HolderRow& row : rows) {
        if (suspected ? row.share < most : !(row.share > over)) {
            break;
        }
        const std::array<Value, 3> values{Value::of(row.node), Value::of(fractionOf(row.share)),
                                          Value::of(suspected)};
        emit(values);
    }
}

}  // namespace xinpu::query
