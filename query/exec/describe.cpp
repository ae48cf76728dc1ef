// query/exec/describe.cpp
// Words for each operator, with the names that the statement gives its slots.

#include "query/exec/describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "query/plan/expr_walk.h"
#include "query/syntax/printer.h"

namespace xinpu::query {

namespace {

constexpr double kNanosPerMilli = 1e6;

class Describer {
public:
    Describer(const Plan& plan, std::span<const OperatorProfile> profiles)
        : plan_(plan), profiles_(profiles) {
        if (plan.statement->query != nullptr) {
            readNames(*plan.statement->query);
        }
        if (plan.root != nullptr) {
            for (std::size_t i = 0; i < plan.root->slots.size() && i < plan.root->fields.size(); ++i) {
                names_.emplace(plan.root->slots[i], plan.root->fields[i]);
            }
        }
    }

    PlanDescription describe(const PlanNode& node) {
        PlanDescription made;
        made.op = (node.optional ? "Optional" : "") + std::string(opName(node.op));
        made.details = detailsOf(node);
        made.estimated_rows = node.rows_estimated;
        made.identifiers = identifiersOf(node);
        std::uint64_t reads_below = 0;
        std::uint64_t nanos_below = 0;
        const auto add = [&](const PlanNode& child) {
            made.children.push_back(describe(child));
            if (!profiles_.empty()) {
                reads_below += profiles_[static_cast<std::size_t>(child.id)].reads;
                nanos_below += profiles_[static_cast<std::size_t>(child.id)].nanos;
            }
        };
        for (const auto& child : node.children) {
            add(*child);
        }
        for (const std::int32_t number : subplansOf(node)) {
            add(*plan_.subplans[static_cast<std::size_t>(number)]);
        }
        if (!profiles_.empty()) {
            const OperatorProfile& profile = profiles_[static_cast<std::size_t>(node.id)];
            made.profiled = true;
            made.rows = profile.rows;
            made.store_reads = profile.reads - std::min(profile.reads, reads_below);
            made.time_ms =
                static_cast<double>(profile.nanos - std::min(profile.nanos, nanos_below)) / kNanosPerMilli;
        }
        return made;
    }

private:
    void readNames(Query& query) {
        ExprVisitor visitor;
        visitor.expr = [this](Expr& expr) {
            if (expr.kind == ExprKind::Variable) {
                names_.emplace(expr.slot, expr.name);
            }
        };
        visitor.pattern = [this](PathPattern& path) {
            name(path.slot, path.name);
            for (const NodePattern& node : path.nodes) {
                name(node.slot, node.name);
            }
            for (const PathStepPattern& step : path.steps) {
                if (step.relationship != nullptr) {
                    name(step.relationship->slot, step.relationship->name);
                }
            }
        };
        walk(query, visitor);
    }
    void name(Slot slot, const std::string& text) {
        if (slot != kNoSlot && !text.empty()) {
            names_.emplace(slot, text);
        }
    }
    std::string nameOf(Slot slot) const {
        const auto found = names_.find(slot);
        return found == names_.end() ? std::string() : found->second;
    }

    static void join(std::string& text, std::string_view separator, std::string_view part) {
        if (!text.empty()) {
            text += separator;
        }
        text += part;
    }
    static std::string joined(const std::vector<const Expr*>& exprs, std::string_view separator) {
        std::string text;
        for (const Expr* expr : exprs) {
            join(text, separator, toText(*expr));
        }
        return text;
    }
    std::string slotNames(const std::vector<Slot>& slots) const {
        std::string text;
        for (const Slot slot : slots) {
            if (const std::string one = nameOf(slot); !one.empty()) {
                join(text, ", ", one);
            }
        }
        return text;
    }

    std::string nodeText(Slot slot, const std::vector<std::string>& labels) const {
        std::string text = "(" + nameOf(slot);
        for (const std::string& label : labels) {
            text += ":" + label;
        }
        return text + ")";
    }
    std::string stepText(const PlanNode& node) const {
        std::string types;
        for (const std::string& type : node.types) {
            join(types, "|", type);
        }
        std::string inside = nameOf(node.relationship) + (types.empty() ? "" : ":" + types);
        if (!node.step_filters.empty()) {
            inside += " WHERE " + joined(node.step_filters, " AND ");
        }
        std::string length;
        if (node.op != Op::Expand) {
            length = fmt::format("{{{},{}}}", node.min, node.max ? std::to_string(*node.max) : "");
        }
        const bool in = node.direction == engine::Direction::In;
        const bool out = node.direction == engine::Direction::Out;
        return fmt::format("{}{}-[{}]-{}{}{}", nodeText(node.from, {}), in ? "<" : "", inside, out ? ">" : "",
                           length, nodeText(node.to, node.labels));
    }

    std::string seekText(const PlanNode& node) const {
        std::string text = nodeText(node.to, node.labels);
        std::string condition = joined(node.values, ", ");
        if (node.list != nullptr) {
            condition = "IN " + toText(*node.list);
        }
        if (node.low) {
            join(condition, " ", (node.low->included ? ">= " : "> ") + toText(*node.low->expr));
        }
        if (node.high) {
            join(condition, " ", (node.high->included ? "<= " : "< ") + toText(*node.high->expr));
        }
        return text + " " + condition;
    }

    std::string assignmentsText(const PlanNode& node) const {
        std::string text;
        for (const Assignment& assignment : node.assignments) {
            const std::string expr = toText(*assignment.expr);
            const std::string alias = nameOf(assignment.slot);
            join(text, ", ", alias.empty() || alias == expr ? expr : expr + " AS " + alias);
        }
        return text;
    }

    std::string orderText(const PlanNode& node) const {
        std::string text;
        for (const SortKey& key : node.order) {
            join(text, ", ", toText(*key.expr) + (key.descending ? " DESC" : ""));
        }
        if (node.skip != nullptr) {
            text += " SKIP " + toText(*node.skip);
        }
        if (node.limit != nullptr) {
            text += " LIMIT " + toText(*node.limit);
        }
        return text;
    }

    std::string ownText(const PlanNode& node) const {
        switch (node.op) {
        case Op::NodeScan:
        case Op::LabelScan:
            return nodeText(node.to, node.labels);
        case Op::UniqueSeek:
        case Op::RangeSeek:
        case Op::BitmapSeek:
        case Op::DateSeek:
        case Op::IdSeek:
            return seekText(node);
        case Op::RelationshipIdSeek:
        case Op::Expand:
        case Op::VarExpand:
        case Op::GroupExpand:
        case Op::ReachExpand:
        case Op::ShortestPath:
            return stepText(node);
        case Op::BuildPath:
            return nameOf(node.path);
        case Op::Project:
            return assignmentsText(node);
        case Op::Aggregate: {
            std::string text = assignmentsText(node);
            if (const std::string calls = joined(node.aggregates, ", "); !calls.empty()) {
                join(text, ", ", calls);
            }
            return text;
        }
        case Op::Sort:
        case Op::Top:
            return orderText(node);
        case Op::Skip:
            return toText(*node.skip);
        case Op::Limit:
            return toText(*node.limit);
        case Op::Unwind:
        case Op::Foreach:
            return toText(*node.list) + " AS " + nameOf(node.to);
        case Op::HashJoin:
            return joined(node.values, ", ") + " = " + joined(node.right_values, ", ");
        case Op::CountStore: {
            const std::vector<std::string>& names = node.counts_relationships ? node.types : node.labels;
            const std::string name = names.empty() ? "" : ":" + names.front();
            return node.counts_relationships ? "()-[" + name + "]->()" : "(" + name + ")";
        }
        case Op::ProcedureCall:
            return node.clause->name;
        case Op::Produce: {
            std::string text;
            for (const std::string& field : node.fields) {
                join(text, ", ", field);
            }
            return text;
        }
        default:
            return slotNames(node.slots);
        }
    }

    std::string detailsOf(const PlanNode& node) const {
        std::string text = ownText(node);
        if (!node.filters.empty()) {
            const std::string filters = joined(node.filters, " AND ");
            text = node.op == Op::Filter ? filters : text + " WHERE " + filters;
        }
        return text;
    }

    std::vector<std::string> identifiersOf(const PlanNode& node) const {
        std::vector<std::string> found;
        const auto add = [&](Slot slot) {
            const std::string one = nameOf(slot);
            if (!one.empty() && std::find(found.begin(), found.end(), one) == found.end()) {
                found.push_back(one);
            }
        };
        for (const Slot slot : {node.from, node.relationship, node.to, node.path}) {
            add(slot);
        }
        for (const Slot slot : node.slots) {
            add(slot);
        }
        for (const Assignment& assignment : node.assignments) {
            add(assignment.slot);
        }
        return found;
    }

    static std::vector<std::int32_t> subplansOf(const PlanNode& node) {
        std::vector<std::int32_t> numbers;
        if (node.body >= 0) {
            numbers.push_back(node.body);
        }
        ExprVisitor visitor;
        visitor.expr = [&](Expr& expr) {
            if (expr.number >= 0 && std::find(numbers.begin(), numbers.end(), expr.number) == numbers.end()) {
                numbers.push_back(expr.number);
            }
        };
        const auto look = [&](const Expr* expr) {
            if (expr != nullptr) {
                walk(const_cast<Expr&>(*expr), visitor);  // the visitor changes nothing
            }
        };
        std::for_each(node.filters.begin(), node.filters.end(), look);
        std::for_each(node.step_filters.begin(), node.step_filters.end(), look);
        std::for_each(node.aggregates.begin(), node.aggregates.end(), look);
        for (const Assignment& assignment : node.assignments) {
            look(assignment.expr);
        }
        for (const SortKey& key : node.order) {
            look(key.expr);
        }
        look(node.list);
        return numbers;
    }

    const Plan& plan_;
    std::span<const OperatorProfile> profiles_;
    std::map<Slot, std::string> names_;
};

}  // namespace

PlanDescription describe(const Plan& plan, std::span<const OperatorProfile> profiles) {
    return plan.root == nullptr ? PlanDescription{} : Describer(plan, profiles).describe(*plan.root);
}

}  // namespace xinpu::query
