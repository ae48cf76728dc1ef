// query/exec/covered.h
#pragma once
// Predicates that adjacency entries answer from their slots, without a record being read.

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/calendar/window.h"
#include "engine/graph/adjacency.h"
#include "query/exec/context.h"

namespace xinpu::query {

enum class Verdict : std::uint8_t { Fails, Passes, AskRecord };

/// The covered tests of an operator for the layout of one type and direction, with the values of one row.
struct EntryTest {
    struct SlotTest {
        std::uint32_t place = 0;
        std::int32_t low = 0;  ///< both included; low > high: no slot passes
        std::int32_t high = 0;
        bool absent_passes = false;
    };
    std::vector<SlotTest> slots;
    std::vector<const Expr*> rest;  ///< filters that no slot answers

    Verdict decide(const engine::EntryBlock& block, std::uint32_t i) const noexcept {
        Verdict verdict = Verdict::Passes;
        for (const SlotTest& test : slots) {
            const std::int32_t slot = block.slot(i, test.place);
            if (slot == engine::kSlotAbsent) {
                if (!test.absent_passes) {
                    return Verdict::Fails;
                }
            } else if (slot == engine::kSlotSeeRecord) [[unlikely]] {
                verdict = Verdict::AskRecord;
            } else if (slot < test.low || slot > test.high) {
                return Verdict::Fails;
            }
        }
        return verdict;
    }
};

/// Makes the entry tests of Expand and of steps of VarExpand and ReachExpand.
class CoveredTests {
public:
    /// `filters`: node.filters or node.step_filters, to which the tests refer.
    CoveredTests(const PlanNode& node, std::span<const Expr* const> filters, ExecContext& context);

    bool any() const noexcept { return !tests_.empty(); }
    /// Takes the values of a row. Must come before of().
    void begin(Row row);
    const EntryTest& of(engine::TypeId type, engine::Direction direction);

private:
    struct Test {
        const CoveredTest* test = nullptr;
        engine::Value value{};  ///< Compare, ValidOn
        std::optional<engine::Window> window{};
        bool known = false;  ///< the value could be told and a slot can be compared with it
    };
    void evaluateAll(Row row);
    EntryTest make(engine::TypeId type, const engine::AdjacencyLayout& layout, engine::Direction direction) const;
    bool add(const Test& test, engine::TypeId type, const engine::AdjacencyLayout& layout, engine::Direction direction,
             EntryTest& made) const;

    const PlanNode& node_;
    std::span<const Expr* const> filters_;
    ExecContext& context_;
    std::vector<Test> tests_;
    bool constant_ = true;  ///< values are the same for every row
    bool evaluated_ = false;
    struct Made {
        engine::TypeId type{};
        engine::Direction direction = engine::Direction::Out;
        EntryTest test;
    };
    std::vector<std::unique_ptr<Made>> made_;  ///< pointers stay valid while it grows
};

}  // namespace xinpu::query
