// query/plan/live_slots.cpp
// From the result down: what is read of a row, less what the operator itself writes.

#include "query/plan/live_slots.h"

#include <algorithm>
#include <map>
#include <optional>

#include "query/plan/expr_facts.h"
#include "query/plan/expr_walk.h"

namespace xinpu::query {

namespace {

class LiveSlots {
public:
    explicit LiveSlots(Plan& plan) : plan_(plan), needs_(plan.subplans.size()) {
        for (Slot slot = 0; slot < plan.width; ++slot) {
            all_.add(slot);
        }
        ExprVisitor owners;
        owners.expr = [this](Expr& expr) {
            if (expr.number >= 0) {
                owners_.emplace(expr.number, &expr);
            }
        };
        walk(*plan.statement->query, owners);
        for (const ExprPtr& made : plan.made) {
            walk(*made, owners);
        }
    }

    void run() {
        visit(*plan_.root, {});
        // Subplans that nothing seems to ask for; none is left without its slots.
        for (std::size_t number = 0; number < needs_.size(); ++number) {
            needsOf(static_cast<std::int32_t>(number));
        }
    }

private:
    static SlotSet without(const SlotSet& set, const SlotSet& removed) {
        SlotSet left;
        for (const Slot slot : set.slots()) {
            if (!removed.has(slot)) {
                left.add(slot);
            }
        }
        return left;
    }
    static SlotSet ofList(const std::vector<Slot>& slots) {
        SlotSet set;
        for (const Slot slot : slots) {
            set.add(slot);
        }
        return set;
    }

    SlotSet reads(const Expr& expr) {
        SlotSet set = slotsOf(expr);
        ExprVisitor inner;
        inner.expr = [&](Expr& one) {
            if (one.number >= 0) {
                set.add(needsOf(one.number));
            }
        };
        walk(const_cast<Expr&>(expr), inner);  // the visitor changes nothing
        return set;
    }
    void read(const Expr* expr, SlotSet& set) {
        if (expr != nullptr) {
            set.add(reads(*expr));
        }
    }
    void read(const std::vector<const Expr*>& exprs, SlotSet& set) {
        for (const Expr* expr : exprs) {
            read(expr, set);
        }
    }
    SlotSet reads(const Clause& clause) {
        SlotSet set;
        ExprVisitor visitor;
        visitor.expr = [&](Expr& expr) {
            set.add(slotsOf(expr));
            if (expr.number >= 0) {
                set.add(needsOf(expr.number));
            }
        };
        visitor.pattern = [&](PathPattern& path) { set.add(slotsOf(path)); };
        walk(const_cast<Clause&>(clause), visitor);  // the visitor changes nothing
        return set;
    }

    /// What the plan of a pattern or subquery reads of the row that asks.
    const SlotSet& needsOf(std::int32_t number) {
        std::optional<SlotSet>& needs = needs_[static_cast<std::size_t>(number)];
        if (!needs) {
            needs = all_;  // while it is being found: no plan asks for itself
            PlanNode* root = plan_.subplans[static_cast<std::size_t>(number)].get();
            needs = root == nullptr ? SlotSet() : visit(*root, readOfSubplan(number));
        }
        return *needs;
    }
    SlotSet readOfSubplan(std::int32_t number) {
        const auto owner = owners_.find(number);
        if (owner == owners_.end()) {
            return all_;
        }
        const Expr& expr = *owner->second;
        SlotSet set;
        switch (expr.kind) {
        case ExprKind::PatternPredicate:
        case ExprKind::Exists:
        case ExprKind::Count:
            return set;
        case ExprKind::PatternComprehension:
            return reads(*expr.args[1]);
        case ExprKind::ShortestPath:
            set.add(expr.patterns.front().slot);
            return set;
        case ExprKind::Collect:
            return ofList(expr.query->column_slots.front());
        default:
            return all_;
        }
    }
    /// A subplan that belongs to one operator.
    SlotSet body(const PlanNode& node, const SlotSet& after) {
        SlotSet needs = visit(*plan_.subplans[static_cast<std::size_t>(node.body)], after);
        needs_[static_cast<std::size_t>(node.body)] = needs;
        return needs;
    }

    /// Slots that the operator gives a value in each of its rows.
    static SlotSet written(const PlanNode& node) {
        SlotSet set;
        switch (node.op) {
        case Op::RelationshipIdSeek:
            set.add(node.from);
            set.add(node.to);
            break;
        case Op::NodeScan:
        case Op::LabelScan:
        case Op::UniqueSeek:
        case Op::RangeSeek:
        case Op::BitmapSeek:
        case Op::DateSeek:
        case Op::IdSeek:
        case Op::Unwind:
        case Op::LoadCsv:
        case Op::CountStore:
            set.add(node.to);
            break;
        case Op::Expand:
        case Op::VarExpand:
        case Op::ReachExpand:
        case Op::GroupExpand:
            if (!node.into) {
                set.add(node.to);
            }
            if (!node.relationship_bound) {
                set.add(node.relationship);
            }
            for (const auto& [inside, outside] : node.groups) {
                set.add(outside);
            }
            break;
        case Op::BuildPath:
            set.add(node.path);
            break;
        case Op::Project:
        case Op::Aggregate:
            for (const Assignment& assignment : node.assignments) {
                set.add(assignment.slot);
            }
            for (const Expr* call : node.aggregates) {
                set.add(call->slot);
            }
            break;
        case Op::ProcedureCall:
            for (const YieldItem& item : node.clause->yields) {
                set.add(item.slot);
            }
            break;
        default:
            break;
        }
        return set;
    }

    /// What the operator reads of its child's rows before it writes.
    SlotSet readBefore(const PlanNode& node) {
        SlotSet set;
        read(node.values, set);
        read(node.aggregates, set);
        read(node.skip, set);
        read(node.limit, set);
        read(node.list, set);
        for (const std::optional<Bound>& bound : {node.low, node.high}) {
            if (bound) {
                read(bound->expr, set);
            }
        }
        for (const CoveredTest& test : node.covered) {
            read(test.value, set);
        }
        for (const Assignment& assignment : node.assignments) {
            read(assignment.expr, set);
        }
        for (const SortKey& key : node.order) {
            read(key.expr, set);
        }
        for (const PathPiece& piece : node.pieces) {
            set.add(ofList(piece.slots));
        }
        set.add(ofList(node.different_from));
        if (node.op != Op::RelationshipIdSeek) {
            set.add(node.from);
        }
        if (node.into || node.op == Op::ShortestPath) {
            set.add(node.to);
        }
        if (node.relationship_bound) {
            set.add(node.relationship);
        }
        if (node.op == Op::Distinct) {
            set.add(ofList(node.slots));
        }
        if (node.clause != nullptr) {
            set.add(reads(*node.clause));
        }
        return set;
    }

    static void readRecordSlots(PlanNode& node) {
        SlotSet slots;
        ExprVisitor visitor;
        visitor.expr = [&slots](Expr& one) {
            if (one.kind == ExprKind::Property && one.args.front()->kind == ExprKind::Variable) {
                slots.add(one.args.front()->slot);
            }
        };
        const auto look = [&visitor](const Expr* expr) {
            walk(const_cast<Expr&>(*expr), visitor);  // the visitor changes nothing
        };
        std::for_each(node.aggregates.begin(), node.aggregates.end(), look);
        for (const Assignment& assignment : node.assignments) {
            look(assignment.expr);
        }
        for (const SortKey& key : node.order) {
            look(key.expr);
        }
        node.record_slots = slots.slots();
    }

    static void readFacts(PlanNode& node) {
        for (CoveredTest& test : node.covered) {
            const auto look = [&test](const Expr& expr) {
                const ExprFacts facts = factsOf(expr);
                test.repeatable = test.repeatable && facts.repeatable;
                test.reads.insert(test.reads.end(), facts.slots.begin(), facts.slots.end());
            };
            if (test.window == nullptr) {
                look(*test.value);
                continue;
            }
            for (std::size_t i = 1; i < test.window->args.size(); ++i) {
                if (test.window->args[i] != nullptr) {
                    look(*test.window->args[i]);
                }
            }
        }
        readRecordSlots(node);
        if (node.op != Op::Aggregate) {
            return;
        }
        bool repeatable = true;
        bool computes = false;
        for (const Assignment& assignment : node.assignments) {
            const ExprFacts facts = factsOf(*assignment.expr);
            repeatable = repeatable && facts.repeatable;
            computes = computes || assignment.expr->kind != ExprKind::Variable;
            node.key_slots.insert(node.key_slots.end(), facts.slots.begin(), facts.slots.end());
        }
        if (!repeatable || !computes) {
            node.key_slots.clear();
        }
    }

    /// `after`: what is read of the operator's rows. Gives what it reads of its argument.
    SlotSet visit(PlanNode& node, SlotSet after) {
        read(node.filters, after);
        if (node.op == Op::Produce) {
            after.add(ofList(node.slots));
        }
        if (node.op == Op::Drain) {
            after = {};
        }
        node.live = after.slots();
        readFacts(node);
        switch (node.op) {
        case Op::Argument:
            return after;
        case Op::Optional: {
            SlotSet needs = without(after, ofList(node.slots));
            needs.add(visit(*node.children[0], after));
            return needs;
        }
        case Op::Apply:
            return visit(*node.children[0], visit(*node.children[1], after));
        case Op::UnitApply:
            after.add(visit(*node.children[1], {}));
            return visit(*node.children[0], after);
        case Op::CartesianProduct:
        case Op::HashJoin:
            return visitJoin(node, after);
        case Op::Union:
            return visitUnion(node, after);
        default:
            break;
        }
        if (node.op == Op::Merge) {
            after.add(reads(*node.clause));
            node.live = after.slots();  // of the rows that are matched and then set
        }
        SlotSet below = after;
        read(node.step_filters, below);
        below = without(below, written(node));
        below.add(readBefore(node));
        switch (node.op) {
        case Op::Merge:
            below.add(body(node, after));
            break;
        case Op::Foreach:
            below.add(body(node, {}));
            break;
        case Op::GroupExpand: {
            SlotSet inside = ofList(node.group_relationships);
            for (const auto& [slot, outside] : node.groups) {
                inside.add(slot);
            }
            inside.add(node.inner_to);
            below.add(body(node, inside));
            break;
        }
        default:
            break;
        }
        return visit(*node.children[0], std::move(below));
    }

    SlotSet visitJoin(PlanNode& node, const SlotSet& after) {
        SlotSet right = ofList(node.slots);
        read(node.right_values, right);
        SlotSet left = without(after, ofList(node.slots));
        read(node.values, left);
        SlotSet needs = visit(*node.children[1], std::move(right));
        needs.add(visit(*node.children[0], std::move(left)));
        return needs;
    }
    SlotSet visitUnion(PlanNode& node, const SlotSet& after) {
        SlotSet needs;
        for (std::size_t c = 0; c < node.children.size(); ++c) {
            SlotSet part = without(after, ofList(node.slots));
            if (c < node.union_slots.size()) {
                part.add(ofList(node.union_slots[c]));
            }
            needs.add(visit(*node.children[c], std::move(part)));
        }
        return needs;
    }

    Plan& plan_;
    std::vector<std::optional<SlotSet>> needs_;
    std::map<std::int32_t, const Expr*> owners_;
    SlotSet all_;
};

}  // namespace

void annotateLive(Plan& plan) {
    if (plan.root) {
        LiveSlots(plan).run();
    }
}

}  // namespace xinpu::query
