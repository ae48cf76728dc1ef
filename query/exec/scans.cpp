// query/exec/scans.cpp
// All nodes, nodes of labels, and counts that the catalogue knows.

#include <limits>

#include "query/exec/names.h"
#include "query/exec/operators.h"

namespace xinpu::query {

using engine::NodeId;
using engine::Value;

namespace {

/// Writes nodes of a list to `to`, one row each.
class Scan : public PerRow {
public:
    using PerRow::PerRow;
    void reset(Row argument) override {
        PerRow::reset(argument);
        read_ = false;
    }
    bool givesRuns(Slot slot) const noexcept override { return slot == node_.to && node_.filters.empty(); }

protected:
    /// All nodes, or the first `most` of them.
    virtual void read(std::vector<NodeId>& nodes, std::size_t most) = 0;

    bool begin(Row) override {
        const bool pristine = graph().pristine();
        if (!read_ || !pristine) {
            readNodes(pristine ? kNodesFirst : kAllNodes);
        }
        next_ = 0;
        return !nodes_.empty();
    }
    bool emit(Row row, Batch& out) override {
        const std::size_t from = next_;
        bool more = false;
        for (;; ++next_) {
            if (out.full()) {
                more = true;
                break;
            }
            if (next_ == nodes_.size() && !(cut_ && readOn())) {
                break;
            }
            at(row, node_.to) = Value::of(nodes_[next_]);
            if (keeps(row)) {
                out.append(row, node_.live);
            }
        }
        step(next_ - from);
        context_.reads += next_ - from;
        return more;
    }
    bool pullRun(NodeRun& run) override {
        if (!nextInput()) {
            return false;
        }
        if (cut_) {
            readNodes(kAllNodes);
        }
        step(nodes_.size());
        context_.reads += nodes_.size();
        run = {input_.row(position_), nodes_};
        return true;
    }

private:
    /// Where a LIMIT follows, the first nodes are often all that is asked for.
    static constexpr std::size_t kNodesFirst = 1'024;
    static constexpr std::size_t kAllNodes = std::numeric_limits<std::size_t>::max();

    void readNodes(std::size_t most) {
        nodes_.clear();
        read(nodes_, most);
        read_ = true;
        cut_ = nodes_.size() == most;
    }
    /// False: there are no more than those that were read.
    bool readOn() {
        readNodes(kAllNodes);
        return next_ < nodes_.size();
    }

    std::vector<NodeId> nodes_;
    std::size_t next_ = 0;
    bool read_ = false;
    bool cut_ = false;
};

class NodeScan final : public Scan {
public:
    using Scan::Scan;

protected:
    void read(std::vector<NodeId>& nodes, std::size_t most) override {
        graph().eachNode([&](NodeId node) {
            step();
            nodes.push_back(node);
            return nodes.size() < most;
        });
    }
};

class LabelScan final : public Scan {
public:
    LabelScan(const PlanNode& node, ExecContext& context)
        : Scan(node, context), labels_(node.labels, context) {}

protected:
    void read(std::vector<NodeId>& nodes, std::size_t) override {
        if (!labels_.resolve()) {
            return;
        }
        std::optional<engine::NodeSet> all;
        for (const engine::LabelId label : labels_.ids()) {
            if (graph().pristine()) {
                engine::NodeSet one = graph().snapshot().labelled(label);
                all = all ? *all & one : std::move(one);
            } else {
                engine::NodeSet one = engine::NodeSet::fromIds(graph().labelled(label));
                all = all ? *all & one : std::move(one);
            }
        }
        if (all) {
            nodes = all->toVector();
        }
    }

private:
    LabelFilter labels_;
};

class CountStore final : public InPlace {
public:
    using InPlace::InPlace;

protected:
    bool take(Row row) override {
        at(row, node_.to) = Value::of(static_cast<std::int64_t>(count()));
        return true;
    }

private:
    std::uint64_t count() const {
        const engine::Catalog& catalog = graph().catalog();
        if (node_.counts_relationships) {
            return relationships(catalog);
        }
        if (node_.labels.empty()) {
            return graph().pristine() ? graph().snapshot().counts().nodes : graph().allNodes().size();
        }
        const auto label = catalog.label(node_.labels.front());
        if (!label) {
            return 0;
        }
        return graph().pristine() ? countOf(graph().snapshot().counts().by_label, label->value)
                                  : graph().labelled(*label).size();
    }
    std::uint64_t relationships(const engine::Catalog& catalog) const {
        std::vector<engine::TypeId> types;
        if (!node_.types.empty()) {
            const auto type = catalog.type(node_.types.front());
            if (!type) {
                return 0;
            }
            types.push_back(*type);
        }
        if (graph().pristine()) {
            const engine::Counts& counts = graph().snapshot().counts();
            return types.empty() ? counts.relationships : countOf(counts.by_type, types.front().value);
        }
        std::uint64_t count = 0;
        graph().eachNode([&](NodeId node) {
            step();
            count += graph().degree(node, engine::Direction::Out, types);
            return true;
        });
        return count;
    }
    static std::uint64_t countOf(const std::map<std::uint32_t, std::uint64_t>& counts, std::uint32_t id) {
        const auto found = counts.find(id);
        return found == counts.end() ? 0 : found->second;
    }
};

}  // namespace

std::unique_ptr<Operator> makeScan(const PlanNode& node, ExecContext& context) {
    switch (node.op) {
    case Op::NodeScan:
        return std::make_unique<NodeScan>(node, context);
    case Op::LabelScan:
        return std::make_unique<LabelScan>(node, context);
    default:
        return std::make_unique<CountStore>(node, context);
    }
}

}  // namespace xinpu::query
