// query/exec/build_path.cpp
// Paths from the nodes and relationships that a pattern bound.

#include <algorithm>

#include "query/exec/operators.h"
#include "query/exec/paths.h"

namespace xinpu::query {

using engine::Kind;
using engine::Value;

bool appendStep(engine::Path& path, engine::NodeId& current, engine::RelId relationship,
                const GraphView& graph) {
    const engine::RelRecord record = graph.relationshipOrDeleted(relationship);
    if (record.start != current && record.end != current) {
        return false;
    }
    const bool outward = record.start == current;
    current = outward ? record.end : record.start;
    path.steps.push_back({relationship, current, outward ? engine::Direction::Out : engine::Direction::In});
    return true;
}

namespace {

bool appendAll(engine::Path& path, engine::NodeId& current, const Value& value, const GraphView& graph) {
    if (value.kind() == Kind::Relationship) {
        return appendStep(path, current, value.relationship(), graph);
    }
    if (value.kind() != Kind::List) {
        return false;
    }
    for (const Value& one : value.list()) {
        if (!appendAll(path, current, one, graph)) {
            return false;
        }
    }
    return true;
}

/// Lists that take turns: the first relationship of a round, the second …, then the next round.
bool appendGroup(engine::Path& path, engine::NodeId& current, const PathPiece& piece, Row row,
                 const GraphView& graph) {
    std::size_t rounds = 0;
    for (const Slot slot : piece.slots) {
        if (at(row, slot).kind() != Kind::List) {
            return false;
        }
        rounds = at(row, slot).list().size();
    }
    for (std::size_t round = 0; round < rounds; ++round) {
        for (const Slot slot : piece.slots) {
            const auto list = at(row, slot).list();
            if (round >= list.size() || !appendAll(path, current, list[round], graph)) {
                return false;
            }
        }
    }
    return true;
}

}  // namespace

Value buildPath(const std::vector<PathPiece>& pieces, Row row, const GraphView& graph) {
    const Value& first = at(row, pieces.front().slots.front());
    if (first.kind() != Kind::Node) {
        return {};
    }
    engine::Path path{first.node(), {}};
    engine::NodeId current = path.start;
    for (std::size_t p = 1; p < pieces.size(); ++p) {
        const PathPiece& piece = pieces[p];
        if (piece.kind == PathPiece::Kind::Node) {
            continue;  // where the relationships lead
        }
        const bool built = piece.kind == PathPiece::Kind::Group
                               ? appendGroup(path, current, piece, row, graph)
                               : appendAll(path, current, at(row, piece.slots.front()), graph);
        if (!built) {
            return {};
        }
    }
    return Value::of(std::move(path));
}

namespace {

class BuildPath final : public InPlace {
public:
    using InPlace::InPlace;

protected:
    bool take(Row row) override {
        at(row, node_.path) = buildPath(node_.pieces, row, graph());
        return modeHolds(at(row, node_.path));
    }

private:
    /// Acyclic: no node twice. Simple: but the last may be the first.
    bool modeHolds(const Value& path) {
        if ((node_.mode != PathMode::Acyclic && node_.mode != PathMode::Simple) || path.isNull()) {
            return true;
        }
        const std::vector<engine::PathStep>& steps = path.path().steps;
        met_.assign(1, path.path().start);
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const auto known = std::find(met_.begin(), met_.end(), steps[i].node);
            const bool closes =
                node_.mode == PathMode::Simple && known == met_.begin() && i + 1 == steps.size();
            if (known != met_.end() && !closes) {
                return false;
            }
            met_.push_back(steps[i].node);
        }
        return true;
    }

    std::vector<engine::NodeId> met_;
};

}  // namespace

std::unique_ptr<Operator> makeBuildPath(const PlanNode& node, ExecContext& context) {
    return std::make_unique<BuildPath>(node, context);
}

}  // namespace xinpu::query
