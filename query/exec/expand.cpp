// query/exec/expand.cpp
// One relationship further.

#include <algorithm>

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

/// Reads the relationships of one node after the other and makes rows of them.
class Step {
public:
    Step(const PlanNode& node, ExecContext& context)
        : node_(node), incidents_(node, node.filters, node.direction, context),
          labels_(node.labels, context) {}

    /// To be called for each row before its nodes. False: nothing can be found.
    bool begin(Row row) {
        return (!node_.into || at(row, node_.to).kind() == Kind::Node) &&
               (!node_.relationship_bound || at(row, node_.relationship).kind() == Kind::Relationship) &&
               incidents_.begin(row) && (node_.into || labels_.resolve());
    }
    /// False: the node has none that could pass.
    bool read(NodeId node) {
        found_.clear();
        next_ = 0;
        incidents_.read(node, found_);
        return !found_.empty();
    }
    /// True: `out` is full and there may be more.
    bool emit(Row row, Batch& out) {
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
                out.append(row, node_.live);
            }
        }
        return false;
    }
    /// The row of a node that has none (OPTIONAL MATCH). Not when `out` is full.
    void emitNothingFound(Row row, Batch& out) const {
        at(row, node_.to) = Value::null();
        at(row, node_.relationship) = Value::null();
        out.append(row, node_.live);
    }
    void prefetchFar(NodeId node) const noexcept { incidents_.prefetchFar(node); }
    void prefetchNear(NodeId node) const noexcept { incidents_.prefetchNear(node); }

private:
    bool fits(const Candidate& one, Row row) {
        if (node_.into ? one.neighbour != at(row, node_.to).node() : !labels_.passes(one.neighbour)) {
            return false;
        }
        if (node_.relationship_bound && one.relationship != at(row, node_.relationship).relationship()) {
            return false;
        }
        return node_.different_from.empty() || differs(node_.different_from, row, one.relationship);
    }

    const PlanNode& node_;
    Incidents incidents_;
    LabelFilter labels_;
    std::vector<Candidate> found_;
    std::size_t next_ = 0;
};

class Expand final : public PerRow {
public:
    Expand(const PlanNode& node, ExecContext& context, std::unique_ptr<Operator> child)
        : PerRow(node, context, std::move(child)), step_(node, context) {}

protected:
    bool begin(Row row) override {
        if (position_ + kFarAhead < input_.size()) {
            ahead(position_ + kFarAhead, [this](NodeId node) { step_.prefetchFar(node); });
        }
        if (position_ + kNearAhead < input_.size()) {
            ahead(position_ + kNearAhead, [this](NodeId node) { step_.prefetchNear(node); });
        }
        const Value& from = at(row, node_.from);
        // Null: what is not there has no relationships.
        reads_ = from.kind() == Kind::Node && step_.begin(row) && step_.read(from.node());
        emitted_ = 0;
        return reads_ || node_.optional;
    }
    bool emit(Row row, Batch& out) override {
        const std::size_t before = out.size();
        const bool more = reads_ && step_.emit(row, out);
        emitted_ += out.size() - before;
        if (!more && node_.optional && emitted_ == 0) {
            step_.emitNothingFound(row, out);
        }
        return more;
    }

private:
    template <typename Hint>
    void ahead(std::size_t place, const Hint& hint) {
        const Value& from = at(input_.row(place), node_.from);
        if (from.kind() == Kind::Node) {
            hint(from.node());
        }
    }
    Step step_;
    bool reads_ = false;
    std::size_t emitted_ = 0;
};

/// The same over a run of nodes, for which no rows need be made before one has a relationship that passes.
class ExpandRuns final : public Operator {
public:
    ExpandRuns(const PlanNode& node, ExecContext& context, std::unique_ptr<Operator> child)
        : Operator(node, context), child_(std::move(child)), step_(node, context) {}
    void reset(Row argument) override {
        child_->reset(argument);
        run_ = {};
        next_ = 0;
        active_ = false;
    }

protected:
    bool pull(Batch& out) override {
        const std::size_t before = out.size();
        while (!out.full()) {
            if (active_) {
                emitOne(out);
            } else if (next_ < run_.nodes.size()) {
                readNext(out);
            } else if (!beginRun()) {
                break;
            }
        }
        return out.size() > before;
    }

private:
    bool beginRun() {
        next_ = 0;
        if (!child_->nextRun(run_)) {
            run_ = {};
            return false;
        }
        found_any_ = step_.begin(run_.row);
        if (!found_any_ && !node_.optional) {
            run_.nodes = {};
        }
        return true;
    }
    void emitOne(Batch& out) {
        const std::size_t before = out.size();
        active_ = step_.emit(run_.row, out);
        emitted_ += out.size() - before;
        if (!active_ && node_.optional && emitted_ == 0) {
            step_.emitNothingFound(run_.row, out);
        }
    }
    void readNext(Batch& out) {
        const std::span<const NodeId> nodes = run_.nodes;
        while (next_ < nodes.size()) {
            if (next_ + kFarAhead < nodes.size()) {
                step_.prefetchFar(nodes[next_ + kFarAhead]);
            }
            if (next_ + kNearAhead < nodes.size()) {
                step_.prefetchNear(nodes[next_ + kNearAhead]);
            }
            const NodeId node = nodes[next_++];
            step();
            if (found_any_ && step_.read(node)) {
                at(run_.row, node_.from) = Value::of(node);
                active_ = true;
                emitted_ = 0;
                return;
            }
            if (node_.optional) {
                at(run_.row, node_.from) = Value::of(node);
                step_.emitNothingFound(run_.row, out);
                return;
            }
        }
    }

    std::unique_ptr<Operator> child_;
    Step step_;
    NodeRun run_;
    std::size_t next_ = 0;
    std::size_t emitted_ = 0;  ///< rows of the node in hand
    bool found_any_ = false;   ///< something can be found at all
    bool active_ = false;
};

/// Whether what the step asks of a row before it reads does not depend on the node that it starts from.
bool startsAnywhere(const PlanNode& node) {
    if (node.into && node.to == node.from) {
        return false;
    }
    return std::all_of(node.covered.begin(), node.covered.end(), [&](const CoveredTest& test) {
        return std::find(test.reads.begin(), test.reads.end(), node.from) == test.reads.end();
    });
}

}  // namespace

std::unique_ptr<Operator> makeExpand(const PlanNode& node, ExecContext& context) {
    std::unique_ptr<Operator> child = makeOperator(*node.children.front(), context);
    if (child->givesRuns(node.from) && startsAnywhere(node)) {
        return std::make_unique<ExpandRuns>(node, context, std::move(child));
    }
    return std::make_unique<Expand>(node, context, std::move(child));
}

}  // namespace xinpu::query
