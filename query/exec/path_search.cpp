// query/exec/path_search.cpp
// Breadth first from both ends, from one end with all that leads there, and trail by trail.

#include "query/exec/path_search.h"

#include <algorithm>
#include <unordered_map>

namespace xinpu::query {

using engine::Direction;
using engine::NodeId;
using engine::RelId;

struct TwoSidedSearch::Side {
    Incidents* incidents;
    std::unordered_map<NodeId, Reached> reached;
    std::vector<NodeId> frontier;
};

TwoSidedSearch::TwoSidedSearch(const PlanNode& node, ExecContext& context)
    : node_(node), context_(context), forward_(node, node.step_filters, node.direction, context),
      backward_(node, node.step_filters, turned(node.direction), context) {}

std::optional<Trail> TwoSidedSearch::find(NodeId from, NodeId to, std::uint64_t max, Row row) {
    Side forward{&forward_, {{from, {}}}, {from}};
    Side backward{&backward_, {{to, {}}}, {to}};
    if (!forward_.begin(row) || !backward_.begin(row)) {
        return std::nullopt;
    }
    for (std::uint64_t length = 0; length < max && !forward.frontier.empty() && !backward.frontier.empty();
         ++length) {
        const bool first = forward.frontier.size() <= backward.frontier.size();
        const auto meeting = first ? advance(forward, backward, row) : advance(backward, forward, row);
        if (meeting) {
            return joined(forward, backward, *meeting);
        }
    }
    return std::nullopt;
}

/// One level further. Both sides know all within their levels, so any node where they meet lies on a shortest
/// trail.
std::optional<NodeId> TwoSidedSearch::advance(Side& side, const Side& other, Row row) {
    std::vector<NodeId> next;
    for (const NodeId node : side.frontier) {
        candidates_.clear();
        side.incidents->read(node, candidates_);
        for (const Candidate& one : candidates_) {
            if (side.reached.contains(one.neighbour) || !side.incidents->passes(one, node_.each, row)) {
                continue;
            }
            context_.budget().step();
            side.reached.emplace(one.neighbour, Reached{node, one.relationship});
            if (other.reached.contains(one.neighbour)) {
                return one.neighbour;
            }
            next.push_back(one.neighbour);
        }
    }
    side.frontier = std::move(next);
    return std::nullopt;
}

Trail TwoSidedSearch::joined(const Side& forward, const Side& backward, NodeId meeting) const {
    Trail trail;
    for (NodeId node = meeting; forward.reached.at(node).before.valid();
         node = forward.reached.at(node).before) {
        trail.push_back(forward.reached.at(node).relationship);
    }
    std::reverse(trail.begin(), trail.end());
    for (NodeId node = meeting; backward.reached.at(node).before.valid();
         node = backward.reached.at(node).before) {
        trail.push_back(backward.reached.at(node).relationship);
    }
    return trail;
}

std::vector<Trail> AllShortestSearch::find(NodeId from, NodeId to, std::uint64_t max, Row row) {
    std::vector<Trail> trails;
    if (!incidents_.begin(row)) {
        return trails;
    }
    struct Step {
        NodeId before;
        RelId relationship;
    };
    struct Node {
        std::uint64_t distance = 0;
        std::vector<Step> steps{};
    };
    std::unordered_map<NodeId, Node> reached;
    reached[from];
    std::vector<NodeId> level{from};
    std::vector<NodeId> next;
    std::vector<Candidate> candidates;
    for (std::uint64_t distance = 1; distance <= max && !level.empty() && !reached.contains(to); ++distance) {
        next.clear();
        for (const NodeId node : level) {
            candidates.clear();
            incidents_.read(node, candidates);
            for (const Candidate& one : candidates) {
                context_.budget().step();
                const auto met = reached.find(one.neighbour);
                if ((met != reached.end() && met->second.distance != distance) ||
                    !incidents_.passes(one, node_.each, row)) {
                    continue;
                }
                if (met == reached.end()) {
                    next.push_back(one.neighbour);
                }
                Node& there = reached[one.neighbour];
                there.distance = distance;
                there.steps.push_back({node, one.relationship});
            }
        }
        level.swap(next);
    }
    if (!reached.contains(to)) {
        return trails;
    }
    // Back to the start along every step; depth first without recursion.
    struct Frame {
        const Node* node;
        std::size_t next;
    };
    std::vector<Frame> frames{{&reached.at(to), 0}};
    Trail backwards;
    while (!frames.empty()) {
        Frame& top = frames.back();
        if (top.node->distance == 0) {
            trails.emplace_back(backwards.rbegin(), backwards.rend());
            context_.budget().step(backwards.size());
        } else if (top.next < top.node->steps.size()) {
            const Step& step = top.node->steps[top.next++];
            backwards.push_back(step.relationship);
            frames.push_back({&reached.at(step.before), 0});
            continue;
        }
        frames.pop_back();
        if (!backwards.empty()) {
            backwards.pop_back();
        }
    }
    return trails;
}

TrailEnumeration::TrailEnumeration(const PlanNode& node, ExecContext& context)
    : node_(node), context_(context), incidents_(node, node.step_filters, node.direction, context),
      held_(context) {}

void TrailEnumeration::begin(NodeId from, NodeId to, Row row) {
    typed_ = incidents_.begin(row);
    to_ = to;
    place_ = 0;
    held_.release();
    partials_.clear();
    partials_.push_back({from, {}, 0, 0});
}

std::optional<Trail> TrailEnumeration::next(Row row) {
    while (place_ < partials_.size()) {
        const std::size_t place = place_++;
        const Partial partial = partials_[place];
        context_.budget().step();
        if (typed_ && (!node_.max || partial.length < *node_.max)) {
            prolong(place, row);
        }
        if (partial.node == to_ && partial.length >= node_.min) {
            return trailAt(place);
        }
    }
    return std::nullopt;
}

void TrailEnumeration::prolong(std::size_t place, Row row) {
    const NodeId node = partials_[place].node;
    const std::uint64_t length = partials_[place].length + 1;
    candidates_.clear();
    incidents_.read(node, candidates_);
    for (const Candidate& one : candidates_) {
        if (allowed(one, place, row)) {
            partials_.push_back({one.neighbour, one.relationship, place, length});
            held_.add(sizeof(Partial));
        }
    }
}

bool TrailEnumeration::allowed(const Candidate& one, std::size_t place, Row row) const {
    const bool by_nodes = node_.mode == PathMode::Acyclic || node_.mode == PathMode::Simple;
    for (std::size_t at = place;; at = partials_[at].before) {
        const Partial& partial = partials_[at];
        if (by_nodes && partial.node == one.neighbour &&
            (node_.mode == PathMode::Acyclic || partial.length != 0 || one.neighbour != to_)) {
            return false;
        }
        if (partial.length == 0) {
            break;
        }
        if (node_.mode != PathMode::Walk && partial.relationship == one.relationship) {
            return false;
        }
    }
    return incidents_.passes(one, node_.each, row);
}

Trail TrailEnumeration::trailAt(std::size_t place) const {
    Trail trail;
    for (; partials_[place].length != 0; place = partials_[place].before) {
        trail.push_back(partials_[place].relationship);
    }
    std::reverse(trail.begin(), trail.end());
    return trail;
}

}  // namespace xinpu::query
