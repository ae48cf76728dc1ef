// query/plan/covered.cpp
// A predicate on one property of a step's relationship or neighbour, whose other side the step does not bind.

#include "query/plan/covered.h"

#include "query/plan/expr_walk.h"

namespace xinpu::query {

namespace {

class CoverFinder {
public:
    CoverFinder(const PlanNode& node, bool steps) {
        relationship_ = steps ? node.each : node.relationship;
        neighbour_ = steps ? kNoSlot : node.to;
        own_.add(node.relationship);
        own_.add(node.each);
        own_.add(node.to);
        own_.add(node.path);
    }

    std::optional<CoveredTest> test(const Expr& filter, std::size_t place) const {
        CoveredTest test;
        test.filter = place;
        if (filter.kind == ExprKind::ValidOn && isRelationship(*filter.args[0]) &&
            isOutside(*filter.args[1])) {
            test.kind = CoveredTest::Kind::ValidOn;
            test.value = filter.args[1].get();
            return test;
        }
        if (filter.kind == ExprKind::InWindow && takeProperty(*filter.args[0], test)) {
            for (std::size_t i = 1; i < filter.args.size(); ++i) {
                if (filter.args[i] && !isOutside(*filter.args[i])) {
                    return {};
                }
            }
            test.kind = CoveredTest::Kind::InWindow;
            test.window = &filter;
            return test;
        }
        if (filter.kind == ExprKind::Comparison && filter.comparisons.size() == 1 &&
            filter.comparisons[0] != Comparison::NotEqual) {
            if (takeProperty(*filter.args[0], test) && isOutside(*filter.args[1])) {
                test.comparison = filter.comparisons[0];
                test.value = filter.args[1].get();
                return test;
            }
        }
        return {};
    }

private:
    bool isRelationship(const Expr& expr) const {
        return expr.kind == ExprKind::Variable && expr.slot == relationship_;
    }
    bool isOutside(const Expr& expr) const { return !slotsOf(expr).meets(own_); }
    bool takeProperty(const Expr& expr, CoveredTest& test) const {
        if (expr.kind != ExprKind::Property || expr.args[0]->kind != ExprKind::Variable) {
            return false;
        }
        const Slot slot = expr.args[0]->slot;
        if (slot != relationship_ && (slot != neighbour_ || neighbour_ == kNoSlot)) {
            return false;
        }
        test.of_neighbour = slot != relationship_;
        test.key = expr.name;
        return true;
    }

    Slot relationship_ = kNoSlot;
    Slot neighbour_ = kNoSlot;
    SlotSet own_;
};

void annotate(PlanNode& node) {
    const bool steps = node.op == Op::VarExpand || node.op == Op::ReachExpand || node.op == Op::ShortestPath;
    if (steps || node.op == Op::Expand) {
        const CoverFinder finder(node, steps);
        const std::vector<const Expr*>& filters = steps ? node.step_filters : node.filters;
        for (std::size_t i = 0; i < filters.size(); ++i) {
            if (std::optional<CoveredTest> test = finder.test(*filters[i], i)) {
                node.covered.push_back(std::move(*test));
            }
        }
    }
    for (const auto& child : node.children) {
        annotate(*child);
    }
}

}  // namespace

void annotateCovered(Plan& plan) {
    if (plan.root) {
        annotate(*plan.root);
    }
    for (const auto& subplan : plan.subplans) {
        if (subplan) {
            annotate(*subplan);
        }
    }
}

}  // namespace xinpu::query
