// query/procedures/paths_between.cpp
// graph.pathsBetween: balls grown from both ends until they meet, then paths of one length after another.

#include <algorithm>
#include <array>
#include <limits>
#include <unordered_map>
#include <vector>

#include "query/procedures/graph_calls.h"
#include "query/procedures/link_reader.h"

namespace xinpu::query {

using engine::Direction;
using engine::NodeId;
using engine::Path;
using engine::Value;

namespace {

constexpr std::uint32_t kHopsMax = 10'000;
constexpr std::uint32_t kLimitMax = 1'000'000;
constexpr std::uint32_t kFar = std::numeric_limits<std::uint32_t>::max();

/// A relationship may be walked either way. Each step of a path of L steps begins nearer than ra to one end,
/// or ends nearer than rb to the other, once ra + rb >= L: the links read from those nodes are all that is
/// needed, and a hub on the rim is never opened.
class PathFinder {
public:
    PathFinder(LinkReader& reader, NodeId a, NodeId b) : reader_(&reader), held_(reader.budget()) {
        ends_[0].rim = {numberOf(a)};
        ends_[1].rim = {numberOf(b)};
        for (Ball& ball : ends_) {
            ball.seen.assign(nodes_.size(), false);
            ball.seen[ball.rim.front()] = true;
        }
    }

    /// Makes all paths of `hops` steps known. False if there is none of them.
    bool reach(std::uint32_t hops) {
        while (ends_[0].radius + ends_[1].radius < hops) {
            const std::size_t side = ends_[0].rim.size() <= ends_[1].rim.size() ? 0 : 1;
            if (ends_[side].rim.empty()) {
                break;  // all that hangs together with this end is known
            }
            grow(ends_[side]);
            measured_ = false;
        }
        if (!measured_) {
            measure();
            measured_ = true;
        }
        return distances_[kStart] <= hops && hops < nodes_.size();
    }

    /// Whether longer paths cannot be: all that hangs together with one end is known, and it lacks the other
    /// end, or nodes for a longer path.
    bool exhausted(std::uint32_t hops) const noexcept {
        const bool known = ends_[0].rim.empty() || ends_[1].rim.empty();
        return known && (distances_[kStart] == kFar || hops + 1 >= nodes_.size());
    }

    /// Gives the paths of exactly `hops` steps, hops > 0; stops and returns false when `visit` does.
    template <typename Visit>
    bool each(std::uint32_t hops, const Visit& visit) {
        struct Frame {
            std::uint32_t node;
            std::size_t next;  // link to try
        };
        std::vector<Frame> frames{{kStart, 0}};
        std::vector<bool> used(nodes_.size(), false);
        used[kStart] = true;
        Path path{nodes_[kStart], {}};
        while (!frames.empty()) {
            Frame& frame = frames.back();
            const std::vector<Step>& steps = stepsOf(frame.node);
            if (frame.next == steps.size()) {
                used[frame.node] = false;
                frames.pop_back();
                if (!path.steps.empty()) {
                    path.steps.pop_back();
                }
                continue;
            }
            reader_->budget().step();
            const Step& step = steps[frame.next++];
            const std::uint32_t left = hops - static_cast<std::uint32_t>(path.steps.size()) - 1;
            const bool arrives = step.node == kGoal;
            if (used[step.node] || distances_[step.node] > left || arrives != (left == 0)) {
                continue;
            }
            path.steps.push_back({step.relationship, nodes_[step.node], step.direction});
            if (!arrives) {
                used[step.node] = true;
                frames.push_back({step.node, 0});
                continue;
            }
            if (!visit(path)) {
                return false;
            }
            path.steps.pop_back();
        }
        return true;
    }

private:
    static constexpr std::uint32_t kStart = 0;
    static constexpr std::uint32_t kGoal = 1;
    struct Ball {
        std::vector<std::uint32_t> rim;  // at distance `radius`; the links of all nearer ones are read
        std::vector<bool> seen;          // by number
        std::uint32_t radius = 0;
    };
    struct Step {
        engine::RelId relationship;
        std::uint32_t node;
        Direction direction;
    };

    std::uint32_t numberOf(NodeId node) {
        const auto [found, is_new] = numbers_.emplace(node, static_cast<std::uint32_t>(nodes_.size()));
        if (is_new) {
            nodes_.push_back(node);
            links_.emplace_back();
            opened_.push_back(false);
        }
        return found->second;
    }

    void open(std::uint32_t node) {
        if (opened_[node]) {
            return;
        }
        opened_[node] = true;
        reader_->read(nodes_[node], Direction::Both, found_);
        for (const Link& link : found_) {
            if (link.neighbour != nodes_[node]) {  // a loop is on no path
                const std::uint32_t neighbour = numberOf(link.neighbour);
                links_[node].push_back({link.relationship, neighbour, link.direction});
            }
        }
        read_ += links_[node].size();
        constexpr std::size_t kBytesPerNode = 120;
        held_.hold(nodes_.size() * kBytesPerNode + read_ * 2 * sizeof(Step));
    }

    void grow(Ball& ball) {
        std::vector<std::uint32_t> next;
        for (const std::uint32_t node : ball.rim) {
            open(node);
            ball.seen.resize(nodes_.size(), false);
            for (const Step& step : links_[node]) {
                if (!ball.seen[step.node]) {
                    ball.seen[step.node] = true;
                    next.push_back(step.node);
                }
            }
        }
        ball.rim = std::move(next);
        ++ball.radius;
    }

    /// The links known of a node: its own, or those that lead to it from nodes whose links are read.
    const std::vector<Step>& stepsOf(std::uint32_t node) const noexcept {
        return opened_[node] ? links_[node] : back_[node];
    }

    /// Distances to the goal over the links known.
    void measure() {
        back_.assign(nodes_.size(), {});
        for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
            for (const Step& step : links_[node]) {
                if (!opened_[step.node]) {
                    const Direction back = step.direction == Direction::Out ? Direction::In : Direction::Out;
                    back_[step.node].push_back({step.relationship, node, back});
                }
            }
        }
        distances_.assign(nodes_.size(), kFar);
        distances_[kGoal] = 0;
        std::vector<std::uint32_t> queue{kGoal};
        for (std::size_t head = 0; head < queue.size(); ++head) {
            const std::uint32_t node = queue[head];
            reader_->budget().step(stepsOf(node).size() + 1);
            for (const Step& step : stepsOf(node)) {
                if (distances_[step.node] == kFar) {
                    distances_[step.node] = distances_[node] + 1;
                    queue.push_back(step.node);
                }
            }
        }
    }

    LinkReader* reader_;
    WalkMemory held_;
    std::vector<NodeId> nodes_;  // the ends are 0 and 1
    std::unordered_map<NodeId, std::uint32_t> numbers_;
    std::vector<std::vector<Step>> links_;  // of those opened
    std::vector<bool> opened_;
    std::vector<std::vector<Step>> back_;  // of the others, when last measured
    std::array<Ball, 2> ends_;
    std::vector<std::uint32_t> distances_;
    bool measured_ = false;
    std::size_t read_ = 0;
    std::vector<Link> found_;
};

}  // namespace

void callPathsBetween(EvalContext& context, std::span<const Value> args, const EmitRow& emit) {
    const Options options("graph.pathsBetween", args[2], {"type", "weight", "min", "hops", "on", "limit"});
    const std::uint32_t hops_max = options.count("hops", kHopsMax);
    std::uint32_t left = options.count("limit", kLimitMax);
    LinkReader reader(*context.graph, linkFilterWithMin(*context.graph, options), *context.budget);
    const NodeId a = nodeArgument(context, args[0]);
    const NodeId b = nodeArgument(context, args[1]);
    if (!a.valid() || !b.valid() || left == 0) {
        return;
    }
    const auto give = [&](const Path& path) {
        const std::array<Value, 2> row{Value::of(path),
                                       Value::of(static_cast<std::int64_t>(path.steps.size()))};
        emit(row);
        return --left != 0;
    };
    if (a == b) {
        give(Path{a, {}});  // any other path would meet the node again
        return;
    }
    PathFinder finder(reader, a, b);
    for (std::uint32_t hops = 1; hops <= hops_max; ++hops) {
        if (finder.reach(hops) && !finder.each(hops, give)) {
            return;
        }
        if (finder.exhausted(hops)) {
            return;
        }
    }
}

}  // namespace xinpu::query
