// loaders/stake_plan.h
#pragma once
// Which stakes of a delivery are new, changed or as they were (DOMAIN §2.5: firm, holder, first day, n).

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/txn/snapshot.h"
#include "loaders/generator_form.h"
#include "loaders/graph_schema.h"

namespace xinpu::loaders {

struct StakeChange {
    engine::NodeId holder;
    engine::NodeId firm;
    std::optional<engine::RelId> existing;  ///< to be set; none: to be made
    CapitalRow row;                         ///< share, amount and days only
    std::span<const engine::KeyId> owned;   ///< properties that the row decides on
};

/// Memory: 56 bytes a row. Threads: one.
class StakePlan {
public:
    explicit StakePlan(const GraphSchema& schema);

    void add(engine::NodeId holder, engine::NodeId firm, const CapitalRow& row);

    /// Compares the rows of each pair and day, by share descending, then last day, with what stands there
    /// in the same order. A row that stands there unchanged keeps its relationship, so that a part of a
    /// delivery sent again changes nothing; the others are paired in their order, and what is left over is
    /// new. `snapshot` gives the newest one, `change` is told of each change, `pause` is called between
    /// pairs and days.
    void decide(const std::function<std::shared_ptr<const engine::Snapshot>()>& snapshot,
                const std::function<void(const StakeChange&)>& change, const std::function<void()>& pause);

    /// Whether the next row, in the order of add(), was a change.
    bool nextChanged() { return changed_[next_++]; }

private:
    struct Stake {
        engine::NodeId holder;
        engine::NodeId firm;
        DayNumber from;
        DayNumber to;
        Decimal share;
        std::int64_t amount_fen;  ///< kNoAmount: not given
        std::uint32_t number;     ///< position in the order of add()
    };
    struct Existing {
        engine::RelId id;
        engine::Properties properties;
    };
    static bool before(const Stake& a, const Stake& b);
    std::vector<Existing> existing(const engine::Snapshot& snapshot, const Stake& stake) const;
    CapitalRow rowOf(const Stake& stake) const;
    bool same(const Stake& stake, const engine::Properties& properties) const;

    const GraphSchema& schema_;
    std::vector<engine::KeyId> owned_;
    std::vector<Stake> stakes_;
    std::vector<bool> changed_;
    std::size_t next_ = 0;
};

}  // namespace xinpu::loaders
