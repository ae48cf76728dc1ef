// query/exec/covered.cpp
// Turns predicates into ranges of slots.

#include "query/exec/covered.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/value/order.h"
#include "query/exec/evaluator.h"
#include "query/functions/operators.h"
#include "xinpu/error.h"

namespace xinpu::query {

using engine::AdjacencyLayout;
using engine::CoveredSlot;
using engine::Direction;
using engine::Kind;
using engine::SlotCodec;
using engine::Value;

namespace {

constexpr std::int32_t kLowest = engine::kSlotSeeRecord + 1;
constexpr std::int32_t kHighest = std::numeric_limits<std::int32_t>::max();

bool ordered(const Value& value, const Value& bound, bool strictly) noexcept {
    const auto order = engine::compareValues(value, bound);
    return order && (strictly ? *order > 0 : *order >= 0);
}

/// The least slot whose value is >= (strictly: >) the bound, by exact comparison; one beyond the highest if
/// there is none; nothing if slots cannot tell.
std::optional<std::int64_t> leastSlot(const Value& bound, SlotCodec codec, bool strictly) {
    const std::optional<std::int32_t> first = engine::slotAtLeast(bound, codec);
    if (!first) {
        return std::nullopt;
    }
    // The first guess is right but for a float's binary fraction, a bound beyond all slots, and equality.
    for (std::int64_t slot = std::max(*first, kLowest);
         slot <= std::min<std::int64_t>(*first + std::int64_t{2}, kHighest); ++slot) {
        const std::optional<Value> value = engine::valueOfSlot(static_cast<std::int32_t>(slot), codec);
        if (!value) {
            return std::nullopt;
        }
        if (ordered(*value, bound, strictly)) {
            return slot;
        }
    }
    if (*first >= kHighest - 2) {
        return std::int64_t{kHighest} + 1;
    }
    return std::nullopt;
}

}  // namespace

CoveredTests::CoveredTests(const PlanNode& node, std::span<const Expr* const> filters, ExecContext& context)
    : node_(node), filters_(filters), context_(context) {
    for (const CoveredTest& test : node.covered) {
        if (test.repeatable) {
            tests_.push_back({&test, {}, {}, false});
            constant_ = constant_ && test.reads.empty();
        }
    }
}

void CoveredTests::begin(Row row) {
    if (evaluated_ && constant_) {
        return;
    }
    evaluated_ = true;
    made_.clear();
    evaluateAll(row);
}

void CoveredTests::evaluateAll(Row row) {
    for (Test& test : tests_) {
        test.known = false;
        try {
            if (test.test->window == nullptr) {
                test.value = evaluate(*test.test->value, row, context_);
                test.known = !test.value.isNull() &&
                             !(test.value.kind() == Kind::Float && std::isnan(test.value.floating()));
                continue;
            }
            const Expr& window = *test.test->window;
            const Value length = evaluate(*window.args[1], row, context_);
            std::optional<Value> rest[2];
            for (std::size_t i = 2; i < std::min<std::size_t>(window.args.size(), 4); ++i) {
                if (window.args[i] != nullptr) {
                    rest[i - 2] = evaluate(*window.args[i], row, context_);
                }
            }
            test.window = windowOf(context_.eval, length, window.unit, rest[0] ? &*rest[0] : nullptr,
                                   rest[1] ? &*rest[1] : nullptr, window.at);
            test.known = test.window.has_value();
        } catch (const Error& error) {
            // It counts only if there is an entry to be asked: then the filter itself throws.
            if (error.code() == ErrorCode::Cancelled || error.code() == ErrorCode::Limit) {
                throw;
            }
        }
    }
}

const EntryTest& CoveredTests::of(engine::TypeId type, Direction direction) {
    for (const auto& one : made_) {
        if (one->type == type && one->direction == direction) {
            return one->test;
        }
    }
    const AdjacencyLayout& layout = context_.graph().snapshot().adjacency(type).layout();
    made_.push_back(std::make_unique<Made>(Made{type, direction, make(type, layout, direction)}));
    return made_.back()->test;
}

EntryTest CoveredTests::make(engine::TypeId type, const AdjacencyLayout& layout, Direction direction) const {
    EntryTest made;
    std::vector<bool> answered(filters_.size());
    for (const Test& test : tests_) {
        if (test.known && test.test->filter < filters_.size() && add(test, type, layout, direction, made)) {
            answered[test.test->filter] = true;
        }
    }
    for (std::size_t i = 0; i < filters_.size(); ++i) {
        if (!answered[i]) {
            made.rest.push_back(filters_[i]);
        }
    }
    return made;
}

bool CoveredTests::add(const Test& test, engine::TypeId type, const AdjacencyLayout& layout,
                       Direction direction, EntryTest& made) const {
    const engine::Catalog& catalog = context_.graph().catalog();
    const auto& slots = layout.slots[static_cast<std::size_t>(direction)];
    const auto placeOf = [&](std::string_view name, bool of_neighbour) -> std::optional<std::uint32_t> {
        const auto key = catalog.key(name);
        const auto place = key ? layout.slotOf(direction, *key, of_neighbour) : std::nullopt;
        if (place && (of_neighbour ? context_.graph().hides(slots[*place].label, *key)
                                   : context_.graph().hides(type, *key))) {
            return std::nullopt;
        }
        if (place && of_neighbour) {
            // The slot of a neighbour without the label says nothing; then the label must be asked for.
            const std::string_view label = catalog.labels().name(slots[*place].label.value);
            if (std::find(node_.labels.begin(), node_.labels.end(), label) == node_.labels.end()) {
                return std::nullopt;
            }
        }
        return place;
    };
    const auto isDate = [&](std::uint32_t place) { return slots[place].codec.kind == SlotCodec::Kind::Date; };
    const auto fit = [](std::int64_t days) {
        return static_cast<std::int32_t>(std::clamp<std::int64_t>(days, kLowest, kHighest));
    };
    if (test.test->kind == CoveredTest::Kind::ValidOn) {
        const auto from = placeOf("validFrom", false);
        const auto to = placeOf("validTo", false);
        if (test.value.kind() != Kind::Date || !from || !to || !isDate(*from) || !isDate(*to)) {
            return false;
        }
        const std::int64_t on = test.value.date().days;
        if (on < kLowest || on >= kHighest) {
            return false;
        }
        made.slots.push_back({*from, kLowest, static_cast<std::int32_t>(on), true});
        made.slots.push_back({*to, static_cast<std::int32_t>(on) + 1, kHighest, true});
        return true;
    }
    const auto place = placeOf(test.test->key, test.test->of_neighbour);
    if (!place) {
        return false;
    }
    if (test.test->kind == CoveredTest::Kind::InWindow) {
        if (!isDate(*place)) {
            return false;
        }
        const std::int64_t from = test.window->from.time_since_epoch().count();
        const std::int64_t to = test.window->to.time_since_epoch().count();
        made.slots.push_back({*place, fit(from), from > to ? kLowest - 1 : fit(to), false});
        return true;
    }
    const SlotCodec codec = slots[*place].codec;
    const auto at_least = leastSlot(test.value, codec, false);
    const auto above = leastSlot(test.value, codec, true);
    if (!at_least || !above) {
        return false;
    }
    std::int64_t low = kLowest;
    std::int64_t high = kHighest;
    switch (test.test->comparison) {
    case Comparison::Equal:
        low = *at_least;
        high = *above - 1;
        break;
    case Comparison::Less:
        high = *at_least - 1;
        break;
    case Comparison::LessOrEqual:
        high = *above - 1;
        break;
    case Comparison::Greater:
        low = *above;
        break;
    case Comparison::GreaterOrEqual:
        low = *at_least;
        break;
    case Comparison::NotEqual:
        return false;
    }
    if (low > high || low > kHighest) {
        low = kHighest;
        high = kLowest;
    }
    made.slots.push_back({*place, static_cast<std::int32_t>(low), static_cast<std::int32_t>(high), false});
    return true;
}

}  // namespace xinpu::query
