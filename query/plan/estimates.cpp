// query/plan/estimates.cpp
// Row estimates from counts.

#include "query/plan/estimates.h"

#include <algorithm>

namespace xinpu::query {

double Estimates::nodesWith(const std::vector<std::string>& labels) const {
    double least = nodes();
    for (const std::string& name : labels) {
        double count = 0;
        if (const auto label = catalog_->label(name)) {
            const auto found = counts_->by_label.find(label->value);
            count = found == counts_->by_label.end() ? 0 : static_cast<double>(found->second);
        }
        least = std::min(least, count);
    }
    return least;
}

double Estimates::relationshipsOf(const std::vector<std::string>& types) const {
    if (types.empty()) {
        return static_cast<double>(counts_->relationships);
    }
    double sum = 0;
    for (const std::string& name : types) {
        if (const auto type = catalog_->type(name)) {
            const auto found = counts_->by_type.find(type->value);
            sum += found == counts_->by_type.end() ? 0 : static_cast<double>(found->second);
        }
    }
    return sum;
}

double Estimates::degree(const std::vector<std::string>& types, engine::Direction direction,
                         const std::vector<std::string>& labels) const {
    const double bearers = std::max(1.0, labels.empty() ? nodes() : nodesWith(labels));
    const double one = relationshipsOf(types) / bearers;
    return direction == engine::Direction::Both ? 2 * one : one;
}

double Estimates::labelShare(const std::vector<std::string>& labels) const {
    if (labels.empty() || nodes() <= 0) {
        return 1;
    }
    return nodesWith(labels) / nodes();
}

double Estimates::shareOf(const Expr& predicate) {
    if (predicate.kind == ExprKind::Comparison && predicate.comparisons.size() == 1) {
        return predicate.comparisons[0] == Comparison::Equal ? kEqualShare : kRangeShare;
    }
    if (predicate.kind == ExprKind::In) {
        return kEqualShare;
    }
    if (predicate.kind == ExprKind::InWindow || predicate.kind == ExprKind::StartsWith) {
        return kRangeShare;
    }
    return kOtherShare;
}

}  // namespace xinpu::query
