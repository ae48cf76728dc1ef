// credit/portrait/related_violations.cpp
// Checks the request, finds the violations, and reads what the rows show.

#include "credit/portrait/related_violations.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "credit/identity/uscc.h"
#include "engine/calendar/window.h"
#include "xinpu/error.h"

namespace xinpu::credit {

using engine::Date;
using engine::Decimal;
using engine::Direction;
using engine::EntryBlock;
using engine::KeyId;
using engine::Kind;
using engine::NodeId;
using engine::Snapshot;
using engine::Value;

namespace {

constexpr unsigned kMoneyPlaces = 2;
constexpr std::size_t kRowsPerPoll = 1'024;

[[noreturn]] void outOfBounds(const char* what, std::int64_t least, std::int64_t most) {
    throw Error(ErrorCode::Validation, fmt::format("{} must be from {} to {}.", what, least, most));
}

void check(const RelatedViolationsRequest& request) {
    switch (checkUscc(request.uscc)) {
    case UsccFault::None:
        break;
    case UsccFault::CheckDigit:
        throw Error(
            ErrorCode::Validation,
            fmt::format("The check digit of '{}' does not fit: look at the code again.", request.uscc),
            "USCC_CHECK_DIGIT");
    default:
        throw Error(ErrorCode::Validation,
                    fmt::format("'{}' is not a unified social credit code: it has 18 characters, digits and "
                                "capitals other than I, O, S, V, Z.",
                                request.uscc),
                    "USCC_FORM");
    }
    if (request.hops < 0 || request.hops > kRelatedHopsMax) {
        outOfBounds("hops", 0, kRelatedHopsMax);
    }
    if (request.minShare < Decimal() || request.minShare > Decimal::fromInt64(100)) {
        outOfBounds("min-share", 0, 100);
    }
    if (request.years < 1 || request.years > engine::kMainJobYearsMax) {
        outOfBounds("years", 1, engine::kMainJobYearsMax);
    }
}

std::chrono::sys_days dayOf(Date date) {
    return std::chrono::sys_days(std::chrono::days(date.days));
}
Date dateOf(std::chrono::sys_days day) {
    return Date{day.time_since_epoch().count()};
}

std::string textOf(const Value& value) {
    return value.kind() == Kind::String ? std::string(value.string()) : std::string();
}

std::optional<Decimal> moneyOf(const Value& value) {
    if (value.kind() != Kind::Decimal && value.kind() != Kind::Integer) {
        return std::nullopt;
    }
    const Decimal amount =
        value.kind() == Kind::Decimal ? value.decimal() : Decimal::fromInt64(value.integer());
    return amount.scale() < kMoneyPlaces ? amount.rescale(kMoneyPlaces) : amount;
}

/// Reads the texts of rows; names of firms and authorities, which many rows share, once.
class RowReader {
public:
    RowReader(const Snapshot& snapshot, const CreditModel& model) : snapshot_(snapshot), model_(model) {}

    ViolationRow read(const Violation& violation) {
        const Firm& firm = firmOf(violation.subject);
        ViolationRow row;
        row.uscc = firm.uscc;
        row.name = firm.name;
        row.hops = violation.hops;
        row.decidedOn = violation.decidedOn;
        if (const auto penalty = snapshot_.node(violation.penalty)) {
            row.docNo = textOf(engine::propertyOf(penalty->properties, model_.docNo));
            row.domain = textOf(engine::propertyOf(penalty->properties, model_.domain));
            row.fine = moneyOf(engine::propertyOf(penalty->properties, model_.fine));
        }
        row.authority = authorityOf(violation.penalty);
        return row;
    }

private:
    struct Firm {
        std::string uscc;
        std::string name;
    };
    const Firm& firmOf(NodeId subject) {
        const auto [at, fresh] = firms_.try_emplace(subject);
        if (fresh) {
            at->second = {textOf(snapshot_.property(subject, model_.uscc)),
                          textOf(snapshot_.property(subject, model_.name))};
        }
        return at->second;
    }
    std::string authorityOf(NodeId penalty) {
        NodeId authority;
        snapshot_.adjacency(model_.decidedBy)
            .forEachBlock(penalty, Direction::Out,
                          [&authority](const EntryBlock& block, Direction) { authority = block.node(0); });
        if (!authority.valid()) {
            return {};
        }
        const auto [at, fresh] = authorities_.try_emplace(authority);
        if (fresh) {
            at->second = textOf(snapshot_.property(authority, model_.name));
        }
        return at->second;
    }

    const Snapshot& snapshot_;
    const CreditModel& model_;
    std::unordered_map<NodeId, Firm> firms_;
    std::unordered_map<NodeId, std::string> authorities_;
};

bool shownBefore(const ViolationRow& a, const ViolationRow& b) {
    if (a.decidedOn != b.decidedOn) {
        return a.decidedOn > b.decidedOn;
    }
    return std::tie(a.docNo, a.authority, a.uscc) < std::tie(b.docNo, b.authority, b.uscc);
}

}  // namespace

RelatedViolations relatedViolations(const Snapshot& snapshot, const engine::Calendar& calendar,
                                    const RelatedViolationsRequest& request, const query::Poll& poll) {
    check(request);
    const engine::Window window = engine::mainJobWindow(calendar, dayOf(request.date), request.years);
    RelatedViolations answer;
    answer.window = {dateOf(window.from), dateOf(window.to)};
    answer.provisional = window.provisional;

    ViolationFinder finder;
    finder.use(snapshot);
    const std::optional<NodeId> start = finder.subject(request.uscc);
    if (!start) {
        throw Error(ErrorCode::NotFound,
                    fmt::format("No subject has the unified social credit code '{}'.", request.uscc));
    }
    const RelatedSet set{static_cast<std::uint32_t>(request.hops), request.minShare, request.date};
    answer.summary = finder.related(*start, set, answer.window, poll);

    RowReader reader(snapshot, finder.model());
    answer.rows.reserve(finder.violations().size());
    for (const Violation& violation : finder.violations()) {
        answer.rows.push_back(reader.read(violation));
        if (answer.rows.size() % kRowsPerPoll == 0 && poll) {
            poll();
        }
    }
    std::sort(answer.rows.begin(), answer.rows.end(), shownBefore);
    return answer;
}

}  // namespace xinpu::credit
