// engine/value/order.h
#pragma once
// The four ways in which openCypher 9 compares values: orderability, equality, comparability and equivalence.

#include <compare>
#include <cstddef>
#include <optional>

#include "engine/value/value.h"

namespace xinpu::engine {

/// Orderability (ORDER BY, min, max): a total order over all values, ascending
///   Map < Node < Relationship < List < Path < ZonedDateTime < LocalDateTime < Date < Time < LocalTime <
///   Duration < Bytes < String < Boolean < numbers < NaN < Null.
/// Integer, Float and Decimal are one type here and are compared exactly, never after rounding. Strings go by
/// code point; lists element by element, then by length; maps by size, then key by key; false before true.
std::strong_ordering orderValues(const Value& a, const Value& b) noexcept;

/// Equality (`=`, IN): nothing means null. 1 = 1.0; NaN equals nothing; values of different types are not
/// equal; lists and maps are equal or not by their elements, null where a null decides.
std::optional<bool> equalValues(const Value& a, const Value& b) noexcept;

/// Comparability (`<`, `<=`, `>`, `>=`): nothing means null, where types do not compare (also maps,
/// durations, nodes) or a null decides; `unordered` means false, where a NaN meets a number.
std::optional<std::partial_ordering> compareValues(const Value& a, const Value& b) noexcept;

/// Equivalence (grouping, DISTINCT, keys): like equality, but null is null and NaN is NaN. The same as
/// orderValues(a, b) == 0.
bool equivalentValues(const Value& a, const Value& b) noexcept;

/// Equivalent values hash alike: 1, 1.0 and decimal 1.00. Not for storing: it may differ between versions.
std::size_t hashValue(const Value& value) noexcept;

/// For std::unordered_map and std::unordered_set keyed by values.
struct ValueHash {
    std::size_t operator()(const Value& value) const noexcept { return hashValue(value); }
};
struct ValueEquivalent {
    bool operator()(const Value& a, const Value& b) const noexcept { return equivalentValues(a, b); }
};
/// For std::map, std::set and std::sort.
struct ValueBefore {
    bool operator()(const Value& a, const Value& b) const noexcept { return orderValues(a, b) < 0; }
};

}  // namespace xinpu::engine
