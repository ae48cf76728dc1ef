// loaders/stake_plan.cpp
// Sorted rows against sorted relationships.

#include "loaders/stake_plan.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "engine/value/order.h"
#include "loaders/change_batch.h"
#include "loaders/graph_mapping.h"

namespace xinpu::loaders {
namespace {

using engine::Value;

constexpr std::int64_t kNoAmount = std::numeric_limits<std::int64_t>::min();

engine::Decimal exact(Decimal share) {
    return *engine::Decimal::fromParts(share.unscaled, share.scale);
}

/// An open end comes last.
DayNumber lastDay(DayNumber to) {
    return to == kNoDate ? std::numeric_limits<DayNumber>::max() : to;
}

}  // namespace

StakePlan::StakePlan(const GraphSchema& schema)
    : schema_(schema), owned_{schema.share, schema.amount, schema.valid_to} {}

void StakePlan::add(engine::NodeId holder, engine::NodeId firm, const CapitalRow& row) {
    stakes_.push_back({holder, firm, row.valid_from, row.valid_to, row.share,
                       row.amount_fen.value_or(kNoAmount), static_cast<std::uint32_t>(stakes_.size())});
}

bool StakePlan::before(const Stake& a, const Stake& b) {
    const auto group = [](const Stake& s) { return std::tuple(s.firm.value, s.holder.value, s.from); };
    if (group(a) != group(b)) {
        return group(a) < group(b);
    }
    const std::strong_ordering shares = exact(b.share) <=> exact(a.share);
    if (shares != 0) {
        return shares < 0;
    }
    return std::tuple(lastDay(a.to), a.amount_fen, a.number) <
           std::tuple(lastDay(b.to), b.amount_fen, b.number);
}

std::vector<StakePlan::Existing> StakePlan::existing(const engine::Snapshot& snapshot,
                                                     const Stake& stake) const {
    const engine::AdjacencyView view = snapshot.adjacency(schema_.invests_in);
    // A bank holds stakes in thousands of firms, a listed firm has thousands of holders: the shorter way.
    const bool from_holder =
        view.degree(stake.holder, engine::Direction::Out) <= view.degree(stake.firm, engine::Direction::In);
    const Value day = Value::of(engine::Date{stake.from});
    std::vector<Existing> found;
    view.forEachBlock(
        from_holder ? stake.holder : stake.firm, from_holder ? engine::Direction::Out : engine::Direction::In,
        [&](const engine::EntryBlock& block, engine::Direction) {
            for (std::uint32_t i = 0; i < block.count; ++i) {
                if (block.node(i) != (from_holder ? stake.firm : stake.holder)) {
                    continue;
                }
                engine::Properties properties = snapshot.relationship(block.relationship(i))->properties;
                if (engine::equivalentValues(engine::propertyOf(properties, schema_.valid_from), day)) {
                    found.push_back({block.relationship(i), std::move(properties)});
                }
            }
        });
    std::sort(found.begin(), found.end(), [this](const Existing& a, const Existing& b) {
        const auto order = [&](engine::KeyId key) {
            return engine::orderValues(engine::propertyOf(a.properties, key),
                                       engine::propertyOf(b.properties, key));
        };
        if (const auto shares = order(schema_.share); shares != 0) {
            return shares > 0;
        }
        if (const auto ends = order(schema_.valid_to); ends != 0) {
            return ends < 0;
        }
        return a.id.value < b.id.value;
    });
    return found;
}

CapitalRow StakePlan::rowOf(const Stake& stake) const {
    CapitalRow row;
    row.share = stake.share;
    row.amount_fen = stake.amount_fen == kNoAmount ? std::nullopt : std::optional(stake.amount_fen);
    row.valid_from = stake.from;
    row.valid_to = stake.to;
    return row;
}

bool StakePlan::same(const Stake& stake, const engine::Properties& properties) const {
    engine::Properties fresh;
    GraphMapping(schema_).stake(rowOf(stake), fresh);
    engine::Properties copy = properties;
    return !supersede(copy, fresh, owned_);
}

void StakePlan::decide(const std::function<std::shared_ptr<const engine::Snapshot>()>& snapshot,
                       const std::function<void(const StakeChange&)>& change,
                       const std::function<void()>& pause) {
    std::sort(stakes_.begin(), stakes_.end(), before);
    changed_.assign(stakes_.size(), false);
    next_ = 0;
    for (std::size_t first = 0; first < stakes_.size();) {
        pause();
        std::size_t last = first + 1;
        while (last < stakes_.size() && stakes_[last].firm == stakes_[first].firm &&
               stakes_[last].holder == stakes_[first].holder && stakes_[last].from == stakes_[first].from) {
            ++last;
        }
        std::vector<Existing> there = existing(*snapshot(), stakes_[first]);
        std::vector<const Stake*> rest;
        for (std::size_t i = first; i < last; ++i) {
            const auto match = std::find_if(there.begin(), there.end(), [&](const Existing& each) {
                return same(stakes_[i], each.properties);
            });
            if (match != there.end()) {
                there.erase(match);
            } else {
                rest.push_back(&stakes_[i]);
            }
        }
        for (std::size_t i = 0; i < rest.size(); ++i) {
            changed_[rest[i]->number] = true;
            change({rest[i]->holder, rest[i]->firm,
                    i < there.size() ? std::optional(there[i].id) : std::nullopt, rowOf(*rest[i]), owned_});
        }
        first = last;
    }
    std::vector<Stake>().swap(stakes_);
}

}  // namespace xinpu::loaders
