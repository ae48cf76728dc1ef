// query/exec/shortest_path.cpp
// Shortest paths between bound ends: the right search for what is asked, and what the paths must fulfil.

#include <algorithm>

#include "query/exec/operators.h"
#include "query/exec/path_search.h"
#include "query/exec/paths.h"
#include "query/plan/expr_walk.h"

namespace xinpu::query {

using engine::Kind;
using engine::NodeId;
using engine::Value;

namespace {

class ShortestPath final : public PerRow {
public:
    ShortestPath(const PlanNode& node, ExecContext& context)
        : PerRow(node, context), two_sided_(node, context), all_shortest_(node, context),
          enumeration_(node, context) {
        SlotSet own;
        own.add(node.path);
        own.add(node.relationship);
        for (const Expr* filter : node.filters) {
            (slotsOf(*filter).meets(own) ? of_path_ : of_ends_).push_back(filter);
        }
    }

protected:
    bool begin(Row row) override {
        found_.clear();
        next_ = 0;
        const Value& from = at(row, node_.from);
        const Value& to = at(row, node_.to);
        if (from.kind() != Kind::Node || to.kind() != Kind::Node || !asks(of_ends_, row)) {
            return false;
        }
        search(from.node(), to.node(), row);
        return !found_.empty();
    }

    bool emit(Row row, Batch& out) override {
        for (; next_ < found_.size(); ++next_) {
            if (out.full()) {
                return true;
            }
            step();
            put(found_[next_], row);
            out.append(row, node_.live);
        }
        return false;
    }

private:
    void search(NodeId from, NodeId to, Row row) {
        const std::uint64_t max = node_.max.value_or(std::numeric_limits<std::uint64_t>::max());
        const bool one = (node_.search == PathSearch::Shortest || node_.search == PathSearch::Any) &&
                         node_.search_count <= 1;
        // A shortest walk repeats nothing, so it is a trail; that ends where it began, or has to be longer,
        // is not said of it.
        const bool plain = of_path_.empty() && from != to && node_.min <= 1;
        if (plain && one) {
            if (auto trail = two_sided_.find(from, to, max, row)) {
                found_.push_back(std::move(*trail));
            }
        } else if (plain && node_.search == PathSearch::AllShortest) {
            found_ = all_shortest_.find(from, to, max, row);
        } else {
            enumerate(from, to, row);
        }
    }

    /// The shortest that fulfil what is asked of the path.
    void enumerate(NodeId from, NodeId to, Row row) {
        enumeration_.begin(from, to, row);
        const bool by_length =
            node_.search == PathSearch::AllShortest || node_.search == PathSearch::ShortestGroups;
        const std::uint64_t most =
            node_.search == PathSearch::AllShortest ? 1 : std::max<std::uint64_t>(node_.search_count, 1);
        std::uint64_t groups = 0;
        std::uint64_t length = 0;
        while (auto trail = enumeration_.next(row)) {
            put(*trail, row);
            if (!asks(of_path_, row)) {
                continue;
            }
            if (by_length && (groups == 0 || trail->size() != length)) {
                if (groups == most) {
                    return;
                }
                ++groups;
                length = trail->size();
            }
            found_.push_back(std::move(*trail));
            if (!by_length && found_.size() == most) {
                return;
            }
        }
    }

    bool asks(const std::vector<const Expr*>& filters, Row row) const {
        return std::all_of(filters.begin(), filters.end(),
                           [&](const Expr* filter) { return passes(*filter, row, context_); });
    }

    void put(const Trail& trail, Row row) {
        if (node_.relationship != kNoSlot) {
            if (node_.list_of_relationships) {
                std::vector<Value> list;
                list.reserve(trail.size());
                for (const engine::RelId relationship : trail) {
                    list.push_back(Value::of(relationship));
                }
                at(row, node_.relationship) = Value::of(std::move(list));
            } else if (!trail.empty()) {
                at(row, node_.relationship) = Value::of(trail.front());
            }
        }
        if (node_.path != kNoSlot) {
            engine::Path path{at(row, node_.from).node(), {}};
            NodeId current = path.start;
            for (const engine::RelId relationship : trail) {
                appendStep(path, current, relationship, graph());
            }
            at(row, node_.path) = Value::of(std::move(path));
        }
    }

    TwoSidedSearch two_sided_;
    AllShortestSearch all_shortest_;
    TrailEnumeration enumeration_;
    std::vector<const Expr*> of_path_;
    std::vector<const Expr*> of_ends_;
    std::vector<Trail> found_;
    std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<Operator> makeShortestPath(const PlanNode& node, ExecContext& context) {
    return std::make_unique<ShortestPath>(node, context);
}

}  // namespace xinpu::query
