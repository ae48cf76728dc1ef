// query/exec/reach_expand.cpp
// Every node that some trail reaches, once: breadth first with a bit a node.

#include "query/exec/incidents.h"
#include "query/exec/operators.h"
#include "query/procedures/link_reader.h"
#include "query/procedures/related.h"

namespace xinpu::query {

using engine::Kind;
using engine::NodeId;
using engine::Value;

namespace {

/// Its arrays are as large as the graph: a thread keeps them.
RelatedWalker& keptWalker() {
    thread_local RelatedWalker walker;
    return walker;
}

class ReachExpand final : public PerRow {
public:
    ReachExpand(const PlanNode& node, ExecContext& context)
        : PerRow(node, context), incidents_(node, node.step_filters, node.direction, context),
          labels_(node.labels, context), held_(context), related_(readRelated(node)) {}
    bool givesRuns(Slot slot) const noexcept override { return slot == node_.to && node_.filters.empty(); }

protected:
    bool begin(Row row) override {
        found_.clear();
        held_.release();
        next_ = 0;
        const Value& from = at(row, node_.from);
        if (from.kind() != Kind::Node || !labels_.resolve()) {
            return false;
        }
        if (!incidents_.begin(row)) {
            if (node_.min == 0) {
                found_.push_back(from.node());
            }
        } else if (!walkRelated(from.node(), row)) {
            walk(from.node(), row);
        }
        held_.add(found_.size() * sizeof(NodeId));
        labels_.keep(found_);
        step(found_.size());
        at(row, node_.relationship) = Value::null();
        return !found_.empty();
    }

    bool emit(Row row, Batch& out) override {
        for (; next_ < found_.size(); ++next_) {
            if (out.full()) {
                return true;
            }
            at(row, node_.to) = Value::of(found_[next_]);
            if (keeps(row)) {
                out.append(row, node_.live);
            }
        }
        return false;
    }

    bool pullRun(NodeRun& run) override {
        if (!nextInput()) {
            return false;
        }
        run = {input_.row(position_), found_};
        return true;
    }

private:
    /// The main job's walk: nothing is asked of a relationship but a least weight and a day, each once.
    struct Related {
        bool serves = false;
        const CoveredTest* weight = nullptr;
        const CoveredTest* valid_on = nullptr;
    };
    static Related readRelated(const PlanNode& node) {
        Related related;
        related.serves =
            node.min == 0 && node.types.size() == 1 && node.covered.size() == node.step_filters.size();
        for (const CoveredTest& test : node.covered) {
            const bool weighs = test.kind == CoveredTest::Kind::Compare && !test.of_neighbour &&
                                test.comparison == Comparison::GreaterOrEqual;
            if (weighs && related.weight == nullptr) {
                related.weight = &test;
            } else if (test.kind == CoveredTest::Kind::ValidOn && related.valid_on == nullptr) {
                related.valid_on = &test;
            } else {
                related.serves = false;
            }
        }
        return related;
    }

    bool walkRelated(NodeId start, Row row) {
        if (!related_.serves || !incidents_.pristine() || incidents_.types().ids().size() != 1) {
            return false;
        }
        const engine::Catalog& catalog = graph().catalog();
        RelatedQuery query;
        query.start = start;
        query.type = incidents_.types().ids().front();
        query.direction = node_.direction;
        constexpr std::uint64_t kHopsMost = std::numeric_limits<std::uint32_t>::max();
        query.hops = static_cast<std::uint32_t>(std::min(node_.max.value_or(kHopsMost), kHopsMost));
        if (related_.weight != nullptr) {
            query.weight = catalog.key(related_.weight->key).value_or(engine::KeyId{});
            query.least = evaluate(*related_.weight->value, row, context_);
        }
        if (related_.valid_on != nullptr) {
            const Value on = evaluate(*related_.valid_on->value, row, context_);
            query.on = on.kind() == Kind::Date     ? std::optional(on.date())
                       : on.kind() == Kind::String ? engine::parseIsoDate(on.string())
                                                   : std::nullopt;
            if (!query.on) {
                return false;  // the predicate itself says what is wrong
            }
            query.validFrom = catalog.key("validFrom").value_or(engine::KeyId{});
            query.validTo = catalog.key("validTo").value_or(engine::KeyId{});
        }
        if (hidesSomeOf(graph(), query)) {
            return false;
        }
        constexpr std::uint64_t kWorkPerPoll = 4'096;
        WalkMemory walking(context_.budget());
        const auto reached = keptWalker().walk(graph().snapshot(), query, [&] {
            context_.budget().step(kWorkPerPoll);
            walking.hold(keptWalker().bytes());
        });
        walking.hold(keptWalker().bytes());
        found_.assign(reached.begin(), reached.end());
        context_.reads += found_.size();
        return true;
    }

    void walk(NodeId start, Row row) {
        if (node_.min == 0) {
            mark(start);
            found_.push_back(start);
        }
        WalkMemory walking(context_.budget());
        std::vector<NodeId> level{start};
        std::vector<NodeId> next;
        for (std::uint64_t hop = 0; !level.empty() && (!node_.max || hop < *node_.max); ++hop) {
            next.clear();
            for (const NodeId node : level) {
                candidates_.clear();
                incidents_.read(node, candidates_);
                for (const Candidate& one : candidates_) {
                    if (!marked(one.neighbour) && incidents_.passes(one, node_.each, row)) {
                        mark(one.neighbour);
                        next.push_back(one.neighbour);
                        found_.push_back(one.neighbour);
                    }
                }
            }
            level.swap(next);
            walking.hold(found_.size() * 2 * sizeof(NodeId) + marks_.size() * sizeof(std::uint64_t));
        }
        for (const NodeId node : found_) {
            marks_[node.value / 64] = 0;
        }
    }
    bool marked(NodeId node) const noexcept {
        return node.value / 64 < marks_.size() && (marks_[node.value / 64] >> (node.value % 64) & 1U) != 0;
    }
    void mark(NodeId node) {
        if (node.value / 64 >= marks_.size()) {
            marks_.resize(std::max<std::size_t>(node.value / 64 + 1U, marks_.size() * 2));
        }
        marks_[node.value / 64] |= std::uint64_t{1} << (node.value % 64);
    }

    Incidents incidents_;
    LabelFilter labels_;
    HeldMemory held_;
    Related related_;
    std::vector<NodeId> found_;
    std::size_t next_ = 0;
    std::vector<std::uint64_t> marks_;
    std::vector<Candidate> candidates_;
};

}  // namespace

std::unique_ptr<Operator> makeReachExpand(const PlanNode& node, ExecContext& context) {
    return std::make_unique<ReachExpand>(node, context);
}

}  // namespace xinpu::query
