// query/exec/group_expand.cpp
// A quantified group: its pattern again and again, each time from where it ended.

#include <algorithm>

#include "query/exec/names.h"
#include "query/exec/operators.h"

namespace xinpu::query {

using engine::Kind;
using engine::NodeId;
using engine::RelId;
using engine::Value;

namespace {

void flatten(const Value& value, std::vector<RelId>& relationships) {
    if (value.kind() == Kind::Relationship) {
        relationships.push_back(value.relationship());
    } else if (value.kind() == Kind::List) {
        for (const Value& one : value.list()) {
            flatten(one, relationships);
        }
    }
}

class GroupExpand final : public PerRow {
public:
    GroupExpand(const PlanNode& node, ExecContext& context)
        : PerRow(node, context), labels_(node.labels, context), held_(context) {}
    void reset(Row argument) override {
        PerRow::reset(argument);
        forget();
    }

protected:
    bool begin(Row row) override {
        forget();
        const Value& from = at(row, node_.from);
        if (from.kind() != Kind::Node || (node_.into && at(row, node_.to).kind() != Kind::Node) ||
            (!node_.into && !labels_.resolve())) {
            return false;
        }
        frames_.push_back({from.node()});
        return true;
    }

    bool emit(Row row, Batch& out) override {
        while (!frames_.empty()) {
            Frame& top = frames_.back();
            if (!top.entered) {
                if (out.full()) {
                    return true;
                }
                const std::size_t rounds = frames_.size() - 1;
                if (rounds >= node_.min) {
                    append(top.node, row, out);
                }
                enter(top, rounds, row);
            } else if (top.next == rounds_.size()) {
                leave(top);
            } else {
                follow(top, row);
            }
        }
        return false;
    }

private:
    /// What one round of the group bound.
    struct Round {
        std::vector<Value> values;         ///< of `groups`
        std::vector<RelId> relationships;  ///< of `group_relationships`
        NodeId end;
    };
    struct Frame {
        NodeId node;
        bool entered = false;
        std::size_t first = 0;  ///< of its rounds, which lie at the end of all
        std::size_t next = 0;
        std::size_t taken = 0;  ///< the round that led here is taken_[…]; relationships used before it
    };

    void forget() {
        frames_.clear();
        rounds_.clear();
        taken_.clear();
        used_.clear();
        held_.release();
    }

    void enter(Frame& frame, std::size_t rounds, Row row) {
        frame.entered = true;
        frame.first = rounds_.size();
        frame.next = frame.first;
        if (node_.max && rounds >= *node_.max) {
            return;
        }
        Subplan& body = context_.subplan(node_.body);
        at(row, node_.inner_from) = Value::of(frame.node);
        eachRow(*body.op, body.rows, row, [&](Row one) {
            Round round;
            for (const auto& [inside, outside] : node_.groups) {
                round.values.push_back(at(one, inside));
            }
            for (const Slot slot : node_.group_relationships) {
                flatten(at(one, slot), round.relationships);
            }
            round.end = at(one, node_.inner_to).node();
            held_.add(sizeof(Round) + round.values.size() * sizeof(Value) +
                      round.relationships.size() * sizeof(RelId));
            rounds_.push_back(std::move(round));
            return true;
        });
    }

    void leave(Frame& top) {
        rounds_.resize(top.first);
        frames_.pop_back();
        if (!frames_.empty()) {
            used_.resize(frames_.back().taken);
            taken_.pop_back();
        }
    }

    void follow(Frame& top, Row row) {
        const std::size_t place = top.next++;
        step();
        if (!allowed(rounds_[place], row)) {
            return;
        }
        top.taken = used_.size();
        used_.insert(used_.end(), rounds_[place].relationships.begin(), rounds_[place].relationships.end());
        taken_.push_back(place);
        frames_.push_back({rounds_[place].end});
    }

    bool allowed(const Round& round, Row row) const {
        if (node_.mode == PathMode::Acyclic || node_.mode == PathMode::Simple) {
            const auto met = std::find_if(frames_.begin(), frames_.end(),
                                          [&](const Frame& frame) { return frame.node == round.end; });
            if (met != frames_.end() && (node_.mode == PathMode::Acyclic || met != frames_.begin())) {
                return false;
            }
        }
        return std::all_of(round.relationships.begin(), round.relationships.end(), [&](RelId one) {
            const bool repeated =
                node_.mode != PathMode::Walk && std::find(used_.begin(), used_.end(), one) != used_.end();
            return !repeated && differs(node_.different_from, row, one);
        });
    }

    void append(NodeId end, Row row, Batch& out) {
        if (node_.into ? at(row, node_.to).node() != end : !labels_.passes(end)) {
            return;
        }
        for (std::size_t g = 0; g < node_.groups.size(); ++g) {
            std::vector<Value> list;
            list.reserve(taken_.size());
            for (const std::size_t place : taken_) {
                list.push_back(rounds_[place].values[g]);
            }
            at(row, node_.groups[g].second) = Value::of(std::move(list));
        }
        at(row, node_.to) = Value::of(end);
        if (keeps(row)) {
            out.append(row, node_.live);
        }
    }

    LabelFilter labels_;
    std::vector<Frame> frames_;
    std::vector<Round> rounds_;
    std::vector<std::size_t> taken_;
    std::vector<RelId> used_;
    HeldMemory held_;
};

}  // namespace

std::unique_ptr<Operator> makeGroupExpand(const PlanNode& node, ExecContext& context) {
    return std::make_unique<GroupExpand>(node, context);
}

}  // namespace xinpu::query
