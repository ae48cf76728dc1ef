// bench/xinpu_bench/questions.cpp
// The answers as text.

#include "bench/xinpu_bench/questions.h"

#include <algorithm>
#include <chrono>
#include <limits>

#include "engine/calendar/window.h"
#include "xinpu/error.h"

namespace xinpu::bench {

using engine::Decimal;
using engine::NodeId;

namespace {

constexpr std::size_t kLatest = 20;

std::string cents(const Decimal& amount) {
    return std::to_string(static_cast<std::int64_t>(amount.rescale(2).coefficient()));
}

std::string sumText(std::string_view uscc, const credit::ViolationSum& sum, bool with_firms) {
    std::string text(uscc);
    if (with_firms) {
        text += '|';
        text += std::to_string(sum.firms);
    }
    text += '|';
    text += std::to_string(sum.violations);
    text += '|';
    text += cents(sum.fines);
    return text;
}

void appendList(std::string& text, const std::vector<std::string>& documents) {
    char separator = '|';
    for (const std::string& document : documents) {
        text += separator;
        text += document;
        separator = ';';
    }
    if (documents.empty()) {
        text += separator;
    }
}

}  // namespace

Asked::Asked(engine::Date date) {
    set.hops = 3;
    set.minShare = Decimal::fromInt64(5);
    set.date = date;
    const engine::Window found = engine::mainJobWindow(
        engine::Calendar::builtIn(), std::chrono::sys_days(std::chrono::days(date.days)), 3);
    window = {engine::Date{found.from.time_since_epoch().count()},
              engine::Date{found.to.time_since_epoch().count()}};
}

NodeId Questions::look(std::string_view uscc) {
    // In this order: the one that goes stays until the new one is in use.
    const std::shared_ptr<const engine::Snapshot> newest = database_.snapshot();
    finder_.use(*newest);
    snapshot_ = newest;
    const auto node = finder_.subject(uscc);
    if (!node) {
        throw Error(ErrorCode::NotFound, "start " + std::string(uscc) + " is not in the database");
    }
    return *node;
}

void Questions::rest() {
    snapshot_.reset();
    database_.releaseIdle();
}

std::string Questions::ownPenalties(std::string_view uscc) {
    const credit::ViolationSum sum = finder_.own(look(uscc), asked_.window);
    std::string text = sumText(uscc, sum, false);
    appendList(text, finder_.latestDocuments(std::numeric_limits<std::size_t>::max()));
    return text;
}

std::string Questions::relatedSet(std::string_view uscc, std::uint32_t hops) {
    credit::RelatedSet set = asked_.set;
    set.hops = hops;
    const auto nodes = finder_.relatedNodes(look(uscc), set, {});
    std::size_t firms = 0;
    std::string least;
    std::string greatest;
    for (const NodeId node : nodes) {
        if (!finder_.isSubject(node)) {
            continue;
        }
        const engine::Value value = snapshot_->property(node, finder_.model().uscc);
        const std::string_view code = value.string();
        if (firms == 0 || code < least) {
            least = code;
        }
        if (firms == 0 || code > greatest) {
            greatest = code;
        }
        ++firms;
    }
    return std::string(uscc) + '|' + std::to_string(hops) + '|' + std::to_string(firms) + '|' +
           std::to_string(nodes.size() - firms) + '|' + least + '|' + greatest;
}

std::string Questions::relatedViolations(std::string_view uscc) {
    const credit::ViolationSum sum = finder_.related(look(uscc), asked_.set, asked_.window, {});
    std::string text = sumText(uscc, sum, true);
    appendList(text, finder_.latestDocuments(kLatest));
    return text;
}

std::string Questions::relatedSum(std::string_view uscc) {
    return sumText(uscc, finder_.related(look(uscc), asked_.set, asked_.window, {}), true);
}

}  // namespace xinpu::bench
