// tests/differential/query/patterns.cpp
// Patterns of the naive interpreter: every node and every relationship is tried, then all conditions are
// asked.

#include <map>

#include "engine/value/order.h"
#include "interpreter.h"
#include "query/functions/operators.h"

namespace xinpu::naive {

using engine::Direction;
using engine::Kind;
using engine::Value;
using query::LabelExpr;
using query::NodePattern;
using query::PathPattern;
using query::PathSearch;
using query::QuantifiedPath;
using query::RelPattern;
using query::Slot;

bool Interpreter::hasLabels(const LabelExpr& labels, const std::set<std::string>& of) const {
    switch (labels.kind) {
    case LabelExpr::Kind::Name:
        return of.count(labels.name) != 0;
    case LabelExpr::Kind::Not:
        return !hasLabels(labels.children[0], of);
    case LabelExpr::Kind::Any:
        return !of.empty();
    case LabelExpr::Kind::And:
    case LabelExpr::Kind::Or: {
        std::size_t met = 0;
        for (const LabelExpr& child : labels.children) {
            met += hasLabels(child, of) ? 1U : 0U;
        }
        return labels.kind == LabelExpr::Kind::And ? met == labels.children.size() : met > 0;
    }
    default:
        throw Unknown("a dynamic label");
    }
}

namespace {

using Next = std::function<bool()>;  ///< goes on with a match; false ends the search

class Matcher {
public:
    Matcher(Interpreter& interpreter, const std::vector<PathPattern>& patterns, bool different, Row row,
            const std::function<bool(Row&)>& found)
        : interpreter_(interpreter), graph_(interpreter.graph()), patterns_(patterns), different_(different),
          row_(std::move(row)), found_(found), known_(row_.size()), used_(graph_.relationships.size()) {}

    void run() { pattern(0); }

private:
    struct Trail {
        engine::Path path{};
    };

    Value& at(Slot slot) { return row_.at(static_cast<std::size_t>(slot)); }
    bool isKnown(Slot slot, bool bound) const { return bound || known_.at(static_cast<std::size_t>(slot)); }

    bool pattern(std::size_t number) {
        if (number == patterns_.size()) {
            Row copy = row_;
            return found_(copy);
        }
        const PathPattern& path = patterns_[number];
        if (path.search == PathSearch::All) {
            return whole(path, [&] { return pattern(number + 1); });
        }
        return shortest(path, number);
    }

    /// All matches of one path whose conditions hold.
    bool whole(const PathPattern& path, const Next& next) {
        Trail trail;
        return starts(path.nodes[0], [&](std::size_t node) {
            trail.path = engine::Path{nodeId(node), {}};
            return steps(path, 0, node, trail, [&] {
                if (!modeHolds(path, trail.path) || !conditionsHold(path)) {
                    return true;
                }
                if (path.slot != query::kNoSlot) {
                    at(path.slot) = Value::of(trail.path);
                }
                length_ = trail.path.steps.size();
                ends_ = {trail.path.start.value, trail.path.steps.empty()
                                                     ? trail.path.start.value
                                                     : trail.path.steps.back().node.value};
                return next();
            });
        });
    }

    /// Of the matches between the same ends only the shortest ones.
    bool shortest(const PathPattern& path, std::size_t number) {
        struct Match {
            Row row;
            std::vector<bool> known;
            std::size_t length;
        };
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Match>> by_ends;
        whole(path, [&] {
            by_ends[ends_].push_back({row_, known_, length_});
            return true;
        });
        const Row row = row_;
        const std::vector<bool> known = known_;
        for (auto& [ends, matches] : by_ends) {
            std::size_t least = matches.front().length;
            for (const Match& match : matches) {
                least = std::min(least, match.length);
            }
            for (const Match& match : matches) {
                if (match.length != least) {
                    continue;
                }
                row_ = match.row;
                known_ = match.known;
                const bool more = pattern(number + 1);
                row_ = row;
                known_ = known;
                if (!more) {
                    return false;
                }
                if (path.search == PathSearch::Shortest) {
                    break;
                }
            }
        }
        return true;
    }

    bool starts(const NodePattern& pattern, const std::function<bool(std::size_t)>& with) {
        for (std::size_t node = 0; node < graph_.nodes.size(); ++node) {
            if (graph_.nodes[node].there && !bind(pattern, node, [&] { return with(node); })) {
                return false;
            }
        }
        return true;
    }

    bool bind(const NodePattern& pattern, std::size_t node, const Next& next) {
        interpreter_.step();
        if (pattern.slot == query::kNoSlot) {
            return next();
        }
        if (isKnown(pattern.slot, pattern.bound)) {
            const Value& value = at(pattern.slot);
            return value.kind() != Kind::Node || value.node().value != node || next();
        }
        const auto place = static_cast<std::size_t>(pattern.slot);
        at(pattern.slot) = Value::of(nodeId(node));
        known_[place] = true;
        const bool more = next();
        known_[place] = false;
        return more;
    }

    bool steps(const PathPattern& path, std::size_t step, std::size_t node, Trail& trail, const Next& next) {
        if (step == path.steps.size()) {
            return next();
        }
        const NodePattern& end = path.nodes[step + 1];
        const auto go_on = [&](std::size_t other) {
            return bind(end, other, [&] { return steps(path, step + 1, other, trail, next); });
        };
        if (path.steps[step].group) {
            std::map<Slot, std::vector<Value>> lists;
            return rounds(*path.steps[step].group, 0, node, trail, lists, go_on);
        }
        const RelPattern& pattern = *path.steps[step].relationship;
        if (pattern.length) {
            std::vector<Value> list;
            return lengths(pattern, node, trail, list, go_on);
        }
        return along(pattern, node, trail, [&](std::size_t relationship, std::size_t other) {
            return bindOne(pattern.slot, pattern.bound, Value::of(relationshipId(relationship)),
                           [&] { return go_on(other); });
        });
    }

    /// Sets the slot, or asks whether it holds the value already.
    bool bindOne(Slot slot, bool bound, const Value& value, const Next& next) {
        if (slot == query::kNoSlot) {
            return next();
        }
        if (isKnown(slot, bound)) {
            return !engine::equalValues(at(slot), value).value_or(false) || next();
        }
        const auto place = static_cast<std::size_t>(slot);
        at(slot) = value;
        known_[place] = true;
        const bool more = next();
        known_[place] = false;
        return more;
    }

    /// Each relationship that may be walked from a node, with the node at its other end.
    bool along(const RelPattern& pattern, std::size_t node, Trail& trail,
               const std::function<bool(std::size_t, std::size_t)>& with) {
        for (std::size_t i = 0; i < graph_.relationships.size(); ++i) {
            interpreter_.step();
            const Relationship& relationship = graph_.relationships[i];
            if (!relationship.there || (different_ && used_[i]) ||
                (pattern.types && !interpreter_.hasLabels(*pattern.types, {relationship.type}))) {
                continue;
            }
            const auto walk = [&](std::size_t other, Direction direction) {
                const bool before = used_[i];
                used_[i] = true;
                trail.path.steps.push_back({relationshipId(i), nodeId(other), direction});
                const bool more = with(i, other);
                trail.path.steps.pop_back();
                used_[i] = before;
                return more;
            };
            const bool loop = relationship.start == relationship.end;
            if (relationship.start == node && pattern.direction != Direction::In &&
                !walk(relationship.end, Direction::Out)) {
                return false;
            }
            if (relationship.end == node && pattern.direction != Direction::Out &&
                !(loop && pattern.direction == Direction::Both) &&
                !walk(relationship.start, loop ? Direction::Out : Direction::In)) {
                return false;
            }
        }
        return true;
    }

    bool lengths(const RelPattern& pattern, std::size_t node, Trail& trail, std::vector<Value>& list,
                 const std::function<bool(std::size_t)>& go_on) {
        if (list.size() >= pattern.length->min &&
            !bindOne(pattern.slot, pattern.bound, Value::of(list), [&] { return go_on(node); })) {
            return false;
        }
        if (pattern.length->max && list.size() >= *pattern.length->max) {
            return true;
        }
        return along(pattern, node, trail, [&](std::size_t relationship, std::size_t other) {
            list.push_back(Value::of(relationshipId(relationship)));
            const bool more = lengths(pattern, other, trail, list, go_on);
            list.pop_back();
            return more;
        });
    }

    bool rounds(const QuantifiedPath& group, std::size_t done, std::size_t node, Trail& trail,
                std::map<Slot, std::vector<Value>>& lists, const std::function<bool(std::size_t)>& go_on) {
        if (done >= group.quantifier.min) {
            for (const auto& [inner, outer] : group.groups) {
                at(outer) = Value::of(lists[inner]);
            }
            if (!go_on(node)) {
                return false;
            }
        }
        if (group.quantifier.max && done >= *group.quantifier.max) {
            return true;
        }
        const PathPattern& inner = *group.inner;
        return bind(inner.nodes[0], node, [&] {
            return innerSteps(inner, 0, node, trail, [&](std::size_t end) {
                if (!conditionsHold(inner) ||
                    (group.where && !interpreter_.truth(*group.where, row_).isTrue())) {
                    return true;
                }
                const std::vector<bool> known = known_;
                const Row row = row_;
                for (const auto& [slot, outer] : group.groups) {
                    lists[slot].push_back(at(slot));
                }
                forget(inner);
                const bool more = rounds(group, done + 1, end, trail, lists, go_on);
                for (const auto& [slot, outer] : group.groups) {
                    lists[slot].pop_back();
                }
                known_ = known;
                row_ = row;
                return more;
            });
        });
    }

    bool innerSteps(const PathPattern& inner, std::size_t step, std::size_t node, Trail& trail,
                    const std::function<bool(std::size_t)>& done) {
        if (step == inner.steps.size()) {
            return done(node);
        }
        const RelPattern& pattern = *inner.steps[step].relationship;
        return along(pattern, node, trail, [&](std::size_t relationship, std::size_t other) {
            return bindOne(pattern.slot, pattern.bound, Value::of(relationshipId(relationship)), [&] {
                return bind(inner.nodes[step + 1], other,
                            [&] { return innerSteps(inner, step + 1, other, trail, done); });
            });
        });
    }

    /// The variables of a round have new values in the next one.
    void forget(const PathPattern& inner) {
        for (const NodePattern& node : inner.nodes) {
            if (node.slot != query::kNoSlot && !node.bound) {
                known_[static_cast<std::size_t>(node.slot)] = false;
            }
        }
        for (const query::PathStepPattern& step : inner.steps) {
            if (step.relationship->slot != query::kNoSlot) {
                known_[static_cast<std::size_t>(step.relationship->slot)] = false;
            }
        }
    }

    static bool modeHolds(const PathPattern& pattern, const engine::Path& path) {
        if (pattern.mode != query::PathMode::Acyclic && pattern.mode != query::PathMode::Simple) {
            return true;
        }
        std::map<std::uint32_t, int> met{{path.start.value, 1}};
        for (std::size_t i = 0; i < path.steps.size(); ++i) {
            const bool closes = pattern.mode == query::PathMode::Simple && i + 1 == path.steps.size() &&
                                path.steps[i].node == path.start;
            if (++met[path.steps[i].node.value] > 1 && !closes) {
                return false;
            }
        }
        return true;
    }

    bool mapHolds(const query::Expr& map, const Properties& properties) {
        const Value wanted = interpreter_.evaluate(map, row_);
        for (const engine::MapEntry& entry : wanted.map()) {
            const auto found = properties.find(entry.key);
            if (found == properties.end() ||
                !engine::equalValues(found->second, entry.value).value_or(false)) {
                return false;
            }
        }
        return true;
    }

    bool nodeHolds(const NodePattern& pattern) {
        if (pattern.slot == query::kNoSlot) {
            return true;
        }
        const Value value = at(pattern.slot);
        const Node& node = graph_.nodes.at(value.node().value);
        return (!pattern.labels || interpreter_.hasLabels(*pattern.labels, node.labels)) &&
               (!pattern.properties || mapHolds(*pattern.properties, node.properties)) &&
               (!pattern.where || interpreter_.truth(*pattern.where, row_).isTrue());
    }

    bool relationshipHolds(const RelPattern& pattern) {
        if (pattern.slot == query::kNoSlot || (!pattern.properties && !pattern.where)) {
            return true;
        }
        const Value value = at(pattern.slot);
        const std::vector<Value> all = pattern.length
                                           ? std::vector<Value>(value.list().begin(), value.list().end())
                                           : std::vector<Value>{value};
        for (const Value& one : all) {
            const Relationship& relationship = graph_.relationships.at(one.relationship().value);
            if (pattern.each != query::kNoSlot) {
                at(pattern.each) = one;
            }
            if ((pattern.properties && !mapHolds(*pattern.properties, relationship.properties)) ||
                (pattern.where && !interpreter_.truth(*pattern.where, row_).isTrue())) {
                return false;
            }
        }
        return true;
    }

    bool conditionsHold(const PathPattern& path) {
        for (const NodePattern& node : path.nodes) {
            if (!nodeHolds(node)) {
                return false;
            }
        }
        for (const query::PathStepPattern& step : path.steps) {
            if (step.relationship && !relationshipHolds(*step.relationship)) {
                return false;
            }
        }
        return true;
    }

    Interpreter& interpreter_;
    Graph& graph_;
    const std::vector<PathPattern>& patterns_;
    bool different_;
    Row row_;
    const std::function<bool(Row&)>& found_;
    std::vector<bool> known_;
    std::vector<bool> used_;
    std::size_t length_ = 0;
    std::pair<std::uint32_t, std::uint32_t> ends_{};
};

}  // namespace

void Interpreter::match(const std::vector<PathPattern>& patterns, bool different, const Row& row,
                        const std::function<bool(Row&)>& found) {
    Matcher(*this, patterns, different, row, found).run();
}

}  // namespace xinpu::naive
