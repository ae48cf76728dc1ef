// query/plan/access.cpp
// Choice of index.

#include "query/plan/access.h"

#include <algorithm>

#include "query/functions/registry.h"

namespace xinpu::query {

using engine::IndexDefinition;
using engine::IndexKind;
using engine::KeyId;
using engine::LabelId;

namespace {

/// A predicate on `node`.key whose other side has a value.
struct Sargable {
    std::string key;
    Comparison comparison = Comparison::Equal;
    const Expr* value = nullptr;
    const Expr* list = nullptr;    ///< key IN list
    const Expr* window = nullptr;  ///< key IN WINDOW …
};

bool isPropertyOf(const Expr& expr, Slot slot) {
    return expr.kind == ExprKind::Property && expr.args[0]->kind == ExprKind::Variable &&
           expr.args[0]->slot == slot;
}

Comparison mirrored(Comparison comparison) noexcept {
    switch (comparison) {
    case Comparison::Less:
        return Comparison::Greater;
    case Comparison::LessOrEqual:
        return Comparison::GreaterOrEqual;
    case Comparison::Greater:
        return Comparison::Less;
    case Comparison::GreaterOrEqual:
        return Comparison::LessOrEqual;
    default:
        return comparison;
    }
}

class AccessFinder {
public:
    AccessFinder(const PlanScope& scope, const GraphNode& node, const MatchGraph& graph, const SlotSet& bound)
        : scope_(scope), catalog_(scope.input.catalog), node_(node), graph_(graph), bound_(bound) {}

    Access find() {
        best_.op = node_.labels.empty() ? Op::NodeScan : Op::LabelScan;
        best_.rows = scope_.estimates.nodesWith(node_.labels);
        if (!scope_.input.optimize) {
            return best_;
        }
        for (const Predicate& predicate : graph_.predicates) {
            read(*predicate.expr);
        }
        for (const LabelId label : labels()) {
            for (const IndexDefinition& index : catalog_.indexes()) {
                const bool masked = scope_.input.masked != nullptr && scope_.input.masked->mayTell(index);
                if (index.label == label && index.type == engine::TypeId{} && !index.keys.empty() && !masked) {
                    consider(index);
                }
            }
        }
        return best_;
    }

private:
    /// Whether everything that `expr` reads of this match has a value (the node itself has none).
    bool known(const Expr& expr) const {
        const SlotSet slots = slotsOf(expr);
        return !slots.has(node_.slot) && slots.both(graph_.introduced).within(bound_);
    }

    void read(const Expr& expr) {
        if (expr.kind == ExprKind::Comparison && expr.comparisons.size() == 1 &&
            expr.comparisons[0] != Comparison::NotEqual) {
            readSide(*expr.args[0], expr.comparisons[0], *expr.args[1]);
            readSide(*expr.args[1], mirrored(expr.comparisons[0]), *expr.args[0]);
        } else if (expr.kind == ExprKind::In && known(*expr.args[1])) {
            if (isPropertyOf(*expr.args[0], node_.slot)) {
                found_.push_back({.key = expr.args[0]->name, .list = expr.args[1].get()});
            } else {
                readId(*expr.args[0], *expr.args[1]);
            }
        }
    }
    void readSide(const Expr& side, Comparison comparison, const Expr& other) {
        if (!known(other)) {
            return;
        }
        if (isPropertyOf(side, node_.slot)) {
            found_.push_back({.key = side.name, .comparison = comparison, .value = &other});
        } else if (comparison == Comparison::Equal) {
            readId(side, other);
        }
    }
    void readId(const Expr& side, const Expr& other) {
        if (side.kind != ExprKind::Function || side.function == nullptr || side.args.size() != 1 ||
            side.args[0]->kind != ExprKind::Variable || side.args[0]->slot != node_.slot) {
            return;
        }
        const bool numeric = side.function->name == "id";
        if ((numeric || side.function->name == "elementId") && best_.op != Op::IdSeek) {
            best_ = {.op = Op::IdSeek, .rows = 1, .values = {&other}, .numeric = numeric};
        }
    }

    /// The labels asked for, and those that they imply.
    std::vector<LabelId> labels() const {
        std::vector<LabelId> result;
        for (const std::string& name : node_.labels) {
            if (const auto label = catalog_.label(name)) {
                result.push_back(*label);
            }
        }
        for (std::size_t i = 0; i < result.size(); ++i) {
            for (const auto& [label, implied] : catalog_.implications()) {
                if (label == result[i] && std::find(result.begin(), result.end(), implied) == result.end()) {
                    result.push_back(implied);
                }
            }
        }
        return result;
    }

    const Sargable* on(KeyId key, bool equal) const {
        for (const Sargable& predicate : found_) {
            if (predicate.list == nullptr && (predicate.comparison == Comparison::Equal) == equal &&
                catalog_.key(predicate.key) == key) {
                return &predicate;
            }
        }
        return nullptr;
    }

    void consider(const IndexDefinition& index) {
        switch (index.kind) {
        case IndexKind::Unique:
            considerUnique(index);
            break;
        case IndexKind::Range:
            considerRange(index);
            break;
        case IndexKind::Bitmap:
            if (const Sargable* equal = on(index.keys[0], true)) {
                offer({.op = Op::BitmapSeek,
                       .rows = labelRows(index) * kEqualShare,
                       .index = index.id,
                       .values = {equal->value}});
            }
            break;
        case IndexKind::DateBitmap:
            considerDates(index);
            break;
        default:
            break;
        }
    }

    void considerUnique(const IndexDefinition& index) {
        std::vector<const Expr*> values;
        for (const KeyId key : index.keys) {
            const Sargable* equal = on(key, true);
            if (equal == nullptr) {
                values.clear();
                break;
            }
            values.push_back(equal->value);
        }
        if (!values.empty()) {
            offer({.op = Op::UniqueSeek, .rows = 1, .index = index.id, .values = std::move(values)});
            return;
        }
        if (index.keys.size() == 1) {
            for (const Sargable& predicate : found_) {
                if (predicate.list != nullptr && catalog_.key(predicate.key) == index.keys[0]) {
                    offer({.op = Op::UniqueSeek, .rows = 10, .index = index.id, .list = predicate.list});
                }
            }
        }
    }

    void considerRange(const IndexDefinition& index) {
        if (index.keys.size() != 1) {
            return;
        }
        if (const Sargable* equal = on(index.keys[0], true)) {
            offer({.op = Op::RangeSeek,
                   .rows = std::max(1.0, labelRows(index) * 0.001),
                   .index = index.id,
                   .values = {equal->value}});
            return;
        }
        Access access{.op = Op::RangeSeek, .rows = labelRows(index) * kRangeShare, .index = index.id};
        takeBounds(index.keys[0], access);
        if (access.low || access.high) {
            offer(access);
        }
    }

    void considerDates(const IndexDefinition& index) {
        if (const Sargable* equal = on(index.keys[0], true)) {
            offer({.op = Op::DateSeek,
                   .rows = labelRows(index) * 0.001,
                   .index = index.id,
                   .values = {equal->value}});
            return;
        }
        Access access{.op = Op::DateSeek, .rows = labelRows(index) * kRangeShare, .index = index.id};
        takeBounds(index.keys[0], access);
        if (access.low && access.high) {
            access.rows *= kRangeShare;
        }
        if (access.low || access.high) {
            offer(access);
        }
    }

    void takeBounds(KeyId key, Access& access) const {
        for (const Sargable& predicate : found_) {
            if (predicate.value == nullptr || catalog_.key(predicate.key) != key) {
                continue;
            }
            const bool included = predicate.comparison == Comparison::GreaterOrEqual ||
                                  predicate.comparison == Comparison::LessOrEqual;
            if (predicate.comparison == Comparison::Greater ||
                predicate.comparison == Comparison::GreaterOrEqual) {
                access.low = Bound{predicate.value, included};
            } else if (predicate.comparison == Comparison::Less ||
                       predicate.comparison == Comparison::LessOrEqual) {
                access.high = Bound{predicate.value, included};
            }
        }
    }

    double labelRows(const IndexDefinition& index) const {
        return scope_.estimates.nodesWith({std::string(catalog_.labels().name(index.label.value))});
    }
    void offer(Access access) {
        if (access.rows < best_.rows ||
            (access.op == Op::UniqueSeek && best_.op != Op::IdSeek && best_.op != Op::UniqueSeek)) {
            best_ = std::move(access);
        }
    }

    const PlanScope& scope_;
    const engine::Catalog& catalog_;
    const GraphNode& node_;
    const MatchGraph& graph_;
    const SlotSet& bound_;
    std::vector<Sargable> found_;
    Access best_;
};

}  // namespace

Access findAccess(const PlanScope& scope, const GraphNode& node, const MatchGraph& graph,
                  const SlotSet& bound) {
    return AccessFinder(scope, node, graph, bound).find();
}

}  // namespace xinpu::query
