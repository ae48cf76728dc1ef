// query/plan/expr_walk.h
#pragma once
// Walks over all expressions below a clause, pattern or query, nested ones too.

#include <functional>
#include <vector>

#include "query/syntax/ast.h"

namespace xinpu::query {

/// Calls back for what lies below; each callback may be empty. Depth is bounded by the parser.
struct ExprVisitor {
    std::function<void(Expr&)> expr{};            ///< before its children
    std::function<void(Expr&)> after{};           ///< after its children
    std::function<void(PathPattern&)> pattern{};  ///< before its parts
};
void walk(Expr& expr, const ExprVisitor& visitor);
void walk(PathPattern& pattern, const ExprVisitor& visitor);
void walk(Clause& clause, const ExprVisitor& visitor);
void walk(Query& query, const ExprVisitor& visitor);

/// A set of slots, by number.
class SlotSet {
public:
    void add(Slot slot) {
        if (slot < 0) {
            return;
        }
        const auto place = static_cast<std::size_t>(slot);
        if (place >= marks_.size()) {
            marks_.resize(place + 1, false);
        }
        marks_[place] = true;
    }
    bool has(Slot slot) const {
        return slot >= 0 && static_cast<std::size_t>(slot) < marks_.size() &&
               marks_[static_cast<std::size_t>(slot)];
    }
    void add(const SlotSet& other);
    bool within(const SlotSet& other) const;
    bool meets(const SlotSet& other) const;
    SlotSet both(const SlotSet& other) const;
    std::vector<Slot> slots() const;

private:
    std::vector<bool> marks_;
};

/// Every slot that an expression mentions: of variables, and of the patterns and subqueries inside.
SlotSet slotsOf(const Expr& expr);
/// Slots that a pattern gives or compares: nodes, relationships, lists of groups, the path.
SlotSet slotsOf(const PathPattern& pattern);

}  // namespace xinpu::query
