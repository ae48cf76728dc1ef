// query/exec/var_expand.cpp
// Trails of some relationships, depth first, without recursion.

#include <algorithm>

#include "query/exec/incidents.h"
#include "query/exec/operators.h"

namespace xinpu::query {

using engine::Kind;
using engine::NodeId;
using engine::RelId;
using engine::Value;

namespace {

class VarExpand final : public PerRow {
public:
    VarExpand(const PlanNode& node, ExecContext& context)
        : PerRow(node, context), incidents_(node, node.step_filters, node.direction, context),
          labels_(node.labels, context), max_(node.max.value_or(kNoMax)) {}
    void reset(Row argument) override {
        PerRow::reset(argument);
        frames_.clear();
    }

protected:
    bool begin(Row row) override {
        frames_.clear();
        trail_.clear();
        candidates_.clear();
        const Value& from = at(row, node_.from);
        if (from.kind() != Kind::Node || (node_.into && at(row, node_.to).kind() != Kind::Node)) {
            return false;
        }
        const bool typed = incidents_.begin(row);
        if (!node_.into && !labels_.resolve()) {
            return false;
        }
        if (node_.relationship_bound) {
            return typed && followBound(row);
        }
        deepest_ = typed ? max_ : 0;  // without such a type only the empty trail is left
        frames_.push_back({from.node()});
        return true;
    }

    bool emit(Row row, Batch& out) override {
        if (node_.relationship_bound) {
            if (out.full()) {
                return true;
            }
            appendEnd(end_, row, out);
            return false;
        }
        while (!frames_.empty()) {
            Frame& top = frames_.back();
            if (!top.entered) {
                if (out.full()) {
                    return true;
                }
                if (trail_.size() >= node_.min) {
                    appendTrail(top.node, row, out);
                }
                enter(top);
            } else if (top.next == candidates_.size()) {
                leave();
            } else {
                follow(top, row);
            }
        }
        return false;
    }

private:
    static constexpr std::uint64_t kNoMax = std::numeric_limits<std::uint64_t>::max();
    struct Frame {
        NodeId node;
        bool entered = false;
        std::size_t first = 0;  ///< of its candidates, which lie at the end of all
        std::size_t next = 0;
    };

    void enter(Frame& frame) {
        frame.entered = true;
        frame.first = candidates_.size();
        frame.next = frame.first;
        if (trail_.size() < deepest_ && !closed(frame.node)) {
            incidents_.read(frame.node, candidates_);
        }
    }
    void leave() {
        candidates_.resize(frames_.back().first);
        frames_.pop_back();
        if (!trail_.empty()) {
            trail_.pop_back();
        }
    }
    void follow(Frame& top, Row row) {
        const Candidate one = candidates_[top.next++];
        step();
        if (!allowed(one, row)) {
            return;
        }
        trail_.push_back(one.relationship);
        frames_.push_back({one.neighbour});
    }

    /// A simple path that came back to its start goes no further.
    bool closed(NodeId node) const {
        return node_.mode == PathMode::Simple && frames_.size() > 1 && node == frames_.front().node;
    }
    bool allowed(const Candidate& one, Row row) {
        // A simple path may come back to its start, but not over the relationship that it left by.
        if (node_.mode != PathMode::Walk &&
            std::find(trail_.begin(), trail_.end(), one.relationship) != trail_.end()) {
            return false;
        }
        if (node_.mode == PathMode::Acyclic || node_.mode == PathMode::Simple) {
            const auto met = std::find_if(frames_.begin(), frames_.end(),
                                          [&](const Frame& frame) { return frame.node == one.neighbour; });
            if (met != frames_.end() && (node_.mode == PathMode::Acyclic || met != frames_.begin())) {
                return false;
            }
        }
        return (node_.different_from.empty() || differs(node_.different_from, row, one.relationship)) &&
               incidents_.passes(one, node_.each, row);
    }

    void appendTrail(NodeId end, Row row, Batch& out) {
        if (node_.into ? at(row, node_.to).node() != end : !labels_.passes(end)) {
            return;
        }
        std::vector<Value> list;
        list.reserve(trail_.size());
        for (const RelId relationship : trail_) {
            list.push_back(Value::of(relationship));
        }
        if (node_.reversed) {
            std::reverse(list.begin(), list.end());
        }
        at(row, node_.relationship) = Value::of(std::move(list));
        at(row, node_.to) = Value::of(end);
        if (keeps(row)) {
            out.append(row, node_.live);
        }
    }

    /// The relationships are given: whether they are a trail from here, and where it ends.
    bool followBound(Row row) {
        const Value list = at(row, node_.relationship);
        if (list.kind() != Kind::List || list.list().size() < node_.min || list.list().size() > max_) {
            return false;
        }
        end_ = at(row, node_.from).node();
        const std::size_t count = list.list().size();
        for (std::size_t i = 0; i < count; ++i) {
            const Value& one = list.list()[node_.reversed ? count - 1 - i : i];
            if (one.kind() != Kind::Relationship || !followOne(one.relationship(), row)) {
                return false;
            }
        }
        return true;
    }
    bool followOne(RelId relationship, Row row) {
        ++context_.reads;
        const auto record = graph().relationship(relationship);
        if (!record || !incidents_.types().has(record->type)) {
            return false;
        }
        const bool outward = record->start == end_ && node_.direction != engine::Direction::In;
        const bool inward = record->end == end_ && node_.direction != engine::Direction::Out;
        const Candidate candidate{relationship, outward ? record->end : record->start, &node_.step_filters};
        const bool repeated = node_.mode == PathMode::Trail &&
                              std::find(trail_.begin(), trail_.end(), relationship) != trail_.end();
        if ((!outward && !inward) || repeated || !differs(node_.different_from, row, relationship) ||
            !incidents_.passes(candidate, node_.each, row)) {
            return false;
        }
        trail_.push_back(relationship);
        end_ = candidate.neighbour;
        return true;
    }
    void appendEnd(NodeId end, Row row, Batch& out) {
        if (node_.into ? at(row, node_.to).node() != end : !labels_.passes(end)) {
            return;
        }
        at(row, node_.to) = Value::of(end);
        if (keeps(row)) {
            out.append(row, node_.live);
        }
    }

    Incidents incidents_;
    LabelFilter labels_;
    std::uint64_t max_;
    std::uint64_t deepest_ = 0;
    std::vector<Frame> frames_;
    std::vector<RelId> trail_;
    std::vector<Candidate> candidates_;
    NodeId end_;
};

}  // namespace

std::unique_ptr<Operator> makeVarExpand(const PlanNode& node, ExecContext& context) {
    return std::make_unique<VarExpand>(node, context);
}

}  // namespace xinpu::query
