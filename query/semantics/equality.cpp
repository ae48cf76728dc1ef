// query/semantics/equality.cpp
// Comparison of bound expressions: what makes `ORDER BY n.name` mean the column n.name.
#include "query/semantics/equality.h"

#include <utility>
#include <vector>

#include "engine/value/order.h"
#include "query/syntax/printer.h"

namespace xinpu::query::semantics {
namespace {

class Comparer {
public:
    bool same(const Expr& a, const Expr& b) {
        if (a.kind != b.kind || a.args.size() != b.args.size()) {
            return false;
        }
        switch (a.kind) {
        case ExprKind::Variable:
            return sameSlot(a.slot, b.slot);
        case ExprKind::Literal:
            return a.value.kind() == b.value.kind() && engine::equivalentValues(a.value, b.value);
        case ExprKind::Parameter:
            return a.name == b.name;
        case ExprKind::Function:
            if (a.function != b.function || a.distinct != b.distinct) {
                return false;
            }
            break;
        case ExprKind::PatternComprehension:
        case ExprKind::PatternPredicate:
        case ExprKind::ShortestPath:
        case ExprKind::Exists:
        case ExprKind::Count:
        case ExprKind::Collect:
            return sameExpr(a, b);
        default:
            if (a.name != b.name && !declares(a.kind)) {
                return false;
            }
            break;
        }
        return a.keys == b.keys && a.comparisons == b.comparisons && a.unit == b.unit && sameLabels(a, b) &&
               sameProjection(a, b) && sameArgs(a, b);
    }

private:
    static bool declares(ExprKind kind) noexcept {
        return kind == ExprKind::ListComprehension || kind == ExprKind::Reduce || kind == ExprKind::All ||
               kind == ExprKind::Any || kind == ExprKind::None || kind == ExprKind::Single;
    }

    bool sameSlot(Slot a, Slot b) const {
        for (auto pair = pairs_.rbegin(); pair != pairs_.rend(); ++pair) {
            if (pair->first == a || pair->second == b) {
                return pair->first == a && pair->second == b;
            }
        }
        return a == b;
    }

    bool sameArgs(const Expr& a, const Expr& b) {
        const std::size_t mark = pairs_.size();
        if (declares(a.kind)) {
            pairs_.emplace_back(a.slot, b.slot);
            if (a.kind == ExprKind::Reduce) {
                pairs_.emplace_back(a.slot2, b.slot2);
            }
        }
        bool equal = true;
        for (std::size_t i = 0; equal && i < a.args.size(); ++i) {
            const Expr* left = a.args[i].get();
            const Expr* right = b.args[i].get();
            equal = left == nullptr || right == nullptr ? left == right : same(*left, *right);
        }
        pairs_.resize(mark);
        return equal;
    }

    static bool sameLabelExpr(const LabelExpr& a, const LabelExpr& b) {
        if (a.kind != b.kind || a.name != b.name || a.children.size() != b.children.size() ||
            a.dynamic != nullptr || b.dynamic != nullptr) {
            return false;
        }
        for (std::size_t i = 0; i < a.children.size(); ++i) {
            if (!sameLabelExpr(a.children[i], b.children[i])) {
                return false;
            }
        }
        return true;
    }

    static bool sameLabels(const Expr& a, const Expr& b) {
        if (a.labels == nullptr || b.labels == nullptr) {
            return a.labels == b.labels;
        }
        return sameLabelExpr(*a.labels, *b.labels);
    }

    bool sameProjection(const Expr& a, const Expr& b) {
        if (a.projection.size() != b.projection.size()) {
            return false;
        }
        for (std::size_t i = 0; i < a.projection.size(); ++i) {
            const MapProjectionItem& left = a.projection[i];
            const MapProjectionItem& right = b.projection[i];
            if (left.kind != right.kind || left.name != right.name ||
                (left.value == nullptr) != (right.value == nullptr) ||
                (left.value != nullptr && !same(*left.value, *right.value))) {
                return false;
            }
        }
        return true;
    }

    std::vector<std::pair<Slot, Slot>> pairs_;
};

}  // namespace

bool sameBound(const Expr& a, const Expr& b) {
    return Comparer{}.same(a, b);
}

}  // namespace xinpu::query::semantics
