// query/exec/expand.cpp
// One relationship further.

#include "query/exec/incidents.h"
#include "query/exec/operators.h"

namespace xinpu::query {

using engine::Direction;
using engine::Kind;
using engine::NodeId;
using engine::TypeId;
using engine::Value;

bool Incidents::begin(Row row) {
    pristine_ = context_.graph().pristine();
    if (!types_.resolve(context_.graph().catalog())) {
        return false;
    }
    if (!pristine_) {
        view_.reset();
        return true;
    }
    if (covered_.any()) {
        covered_.begin(row);
    }
    if (!view_ && types_.ids().size() == 1) {
        view_.emplace(context_.graph().snapshot().adjacency(types_.ids().front()));
    }
    return true;
}

void Incidents::readType(const engine::AdjacencyView& view, TypeId type, NodeId node,
                         std::vector<Candidate>& found) {
    view.forEachBlock(node, direction_, [&](const engine::EntryBlock& block, Direction seen) {
        context_.budget().step(block.count);
        context_.reads += block.count;
        const bool skip_loops = direction_ == Direction::Both && seen == Direction::In;
        if (!covered_.any()) {
            for (std::uint32_t i = 0; i < block.count; ++i) {
                const NodeId neighbour = block.node(i);
                if (!skip_loops || neighbour != node) {
                    found.push_back({block.relationship(i), neighbour, &filters_});
                }
            }
            return;
        }
        const EntryTest& test = covered_.of(type, seen);
        for (std::uint32_t i = 0; i < block.count; ++i) {
            const Verdict verdict = test.decide(block, i);
            const NodeId neighbour = block.node(i);
            if (verdict != Verdict::Fails && (!skip_loops || neighbour != node)) {
                found.push_back(
                    {block.relationship(i), neighbour, verdict == Verdict::Passes ? &test.rest : &filters_});
            }
        }
    });
}

void Incidents::read(NodeId node, std::vector<Candidate>& found) {
    if (!pristine_) {
        scratch_.clear();
        context_.graph().expand(node, direction_, types_.ids(), scratch_);
        context_.budget().step(scratch_.size());
        context_.reads += scratch_.size();
        for (const Incident& one : scratch_) {
            found.push_back({one.relationship, one.neighbour, &filters_});
        }
        return;
    }
    if (view_) {
        readType(*view_, types_.ids().front(), node, found);
        return;
    }
    const engine::Snapshot& snapshot = context_.graph().snapshot();
    if (!types_.ids().empty()) {
        for (const TypeId type : types_.ids()) {
            readType(snapshot.adjacency(type), type, node, found);
        }
        return;
    }
    for (std::uint32_t type = 0; type < snapshot.typeCount(); ++type) {
        readType(snapshot.adjacency(TypeId{type}), TypeId{type}, node, found);
    }
}

bool Incidents::passes(const Candidate& one, Slot each, Row row) const {
    if (one.ask->empty()) {
        return true;
    }
    at(row, each) = Value::of(one.relationship);
    for (const Expr* filter : *one.ask) {
        if (!query::passes(*filter, row, context_)) {
            return false;
        }
    }
    return true;
}

namespace {

constexpr std::size_t kFarAhead = 16;
constexpr std::size_t kNearAhead = 8;

class Expand final : public PerRow {
public:
    Expand(const PlanNode& node, ExecContext& context)
        : PerRow(node, context), incidents_(node, node.filters, node.direction, context),
          labels_(node.labels, context) {}

protected:
    bool begin(Row row) override {
        if (position_ + kFarAhead < input_.size()) {
            ahead(position_ + kFarAhead, [this](NodeId node) { incidents_.prefetchFar(node); });
        }
        if (position_ + kNearAhead < input_.size()) {
            ahead(position_ + kNearAhead, [this](NodeId node) { incidents_.prefetchNear(node); });
        }
        const Value& from = at(row, node_.from);
        if (from.kind() != Kind::Node || (node_.into && at(row, node_.to).kind() != Kind::Node) ||
            (node_.relationship_bound && at(row, node_.relationship).kind() != Kind::Relationship)) {
            return false;  // null: what is not there has no relationships
        }
        found_.clear();
        next_ = 0;
        if (!incidents_.begin(row) || (!node_.into && !labels_.resolve())) {
            return false;
        }
        incidents_.read(from.node(), found_);
        return !found_.empty();
    }

    bool emit(Row row, Batch& out) override {
        for (; next_ < found_.size(); ++next_) {
            if (out.full()) {
                return true;
            }
            const Candidate& one = found_[next_];
            if (!fits(one, row)) {
                continue;
            }
            at(row, node_.to) = Value::of(one.neighbour);
            at(row, node_.relationship) = Value::of(one.relationship);
            if (incidents_.passes(one, node_.relationship, row)) {
                out.append(row);
            }
        }
        return false;
    }

private:
    template <typename Hint>
    void ahead(std::size_t place, const Hint& hint) {
        const Value& from = at(input_.row(place), node_.from);
        if (from.kind() == Kind::Node) {
            hint(from.node());
        }
    }
    bool fits(const Candidate& one, Row row) {
        if (node_.into ? one.neighbour != at(row, node_.to).node() : !labels_.passes(one.neighbour)) {
            return false;
        }
        if (node_.relationship_bound && one.relationship != at(row, node_.relationship).relationship()) {
            return false;
        }
        return node_.different_from.empty() || differs(node_.different_from, row, one.relationship);
    }
    Incidents incidents_;
    LabelFilter labels_;
    std::vector<Candidate> found_;
    std::size_t next_ = 0;
};

}  // namespace

std::unique_ptr<Operator> makeExpand(const PlanNode& node, ExecContext& context) {
    return std::make_unique<Expand>(node, context);
}

}  // namespace xinpu::query
