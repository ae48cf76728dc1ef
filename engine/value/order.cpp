// engine/value/order.cpp
// The four comparisons. Numbers of three kinds meet in compareNumbers; all else compares within its own kind.

#include "engine/value/order.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <functional>

namespace xinpu::engine {
namespace {

// Place of each kind in the total order. NaN and null have places of their own.
constexpr std::array<std::uint8_t, kKindCount> kRank = [] {
    std::array<std::uint8_t, kKindCount> rank{};
    constexpr std::array kAscending = {Kind::Map,    Kind::Node,          Kind::Relationship,  Kind::List,
                                       Kind::Path,   Kind::ZonedDateTime, Kind::LocalDateTime, Kind::Date,
                                       Kind::Time,   Kind::LocalTime,     Kind::Duration,      Kind::Bytes,
                                       Kind::String, Kind::Boolean};
    std::uint8_t next = 0;
    for (const Kind kind : kAscending) {
        rank[static_cast<std::size_t>(kind)] = next++;
    }
    for (const Kind kind : {Kind::Integer, Kind::Float, Kind::Decimal}) {
        rank[static_cast<std::size_t>(kind)] = next;
    }
    rank[static_cast<std::size_t>(Kind::Null)] = static_cast<std::uint8_t>(next + 2);  // after NaN
    return rank;
}();

bool isNan(const Value& value) noexcept {
    return value.kind() == Kind::Float && std::isnan(value.floating());
}

unsigned rankOf(const Value& value) noexcept {
    return kRank[static_cast<std::size_t>(value.kind())] + (isNan(value) ? 1U : 0U);
}

std::partial_ordering reversed(std::partial_ordering order) noexcept {
    return 0 <=> order;
}

std::partial_ordering compareNumbers(const Value& a, const Value& b) noexcept {
    if (a.kind() == Kind::Integer) {
        switch (b.kind()) {
        case Kind::Integer:
            return a.integer() <=> b.integer();
        case Kind::Float:
            return compareExactly(a.integer(), b.floating());
        default:
            return reversed(b.decimal().compare(a.integer()));
        }
    }
    if (a.kind() == Kind::Float) {
        switch (b.kind()) {
        case Kind::Integer:
            return reversed(compareExactly(b.integer(), a.floating()));
        case Kind::Float:
            return a.floating() <=> b.floating();
        default:
            return reversed(b.decimal().compare(a.floating()));
        }
    }
    switch (b.kind()) {
    case Kind::Integer:
        return a.decimal().compare(b.integer());
    case Kind::Float:
        return a.decimal().compare(b.floating());
    default:
        return a.decimal().compare(b.decimal());
    }
}

// For numbers without NaN.
std::strong_ordering orderNumbers(const Value& a, const Value& b) noexcept {
    const auto order = compareNumbers(a, b);
    if (order == 0) {
        return std::strong_ordering::equal;
    }
    return order < 0 ? std::strong_ordering::less : std::strong_ordering::greater;
}

// std::string_view compares as unsigned bytes, which for UTF-8 is by code point.
std::strong_ordering orderText(std::string_view a, std::string_view b) noexcept {
    return a.compare(b) <=> 0;
}

std::string_view textOf(std::span<const std::byte> bytes) noexcept {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::strong_ordering orderLists(std::span<const Value> a, std::span<const Value> b) noexcept {
    const std::size_t common = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < common; ++i) {
        if (const auto order = orderValues(a[i], b[i]); order != 0) {
            return order;
        }
    }
    return a.size() <=> b.size();
}

std::strong_ordering orderMaps(std::span<const MapEntry> a, std::span<const MapEntry> b) noexcept {
    if (a.size() != b.size()) {
        return a.size() <=> b.size();
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (const auto order = orderText(a[i].key, b[i].key); order != 0) {
            return order;
        }
    }
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (const auto order = orderValues(a[i].value, b[i].value); order != 0) {
            return order;
        }
    }
    return std::strong_ordering::equal;
}

// Paths go as the list node, relationship, node … that they are; direction only tells apart what is left.
std::strong_ordering orderPaths(const Path& a, const Path& b) noexcept {
    if (a.start != b.start) {
        return a.start <=> b.start;
    }
    return std::lexicographical_compare_three_way(a.steps.begin(), a.steps.end(), b.steps.begin(),
                                                  b.steps.end());
}

// For two values of one rank.
std::strong_ordering orderWithinRank(const Value& a, const Value& b) noexcept {
    switch (a.kind()) {
    case Kind::Null:
        return std::strong_ordering::equal;
    case Kind::Boolean:
        return a.boolean() <=> b.boolean();
    case Kind::Integer:
    case Kind::Decimal:
        return orderNumbers(a, b);
    case Kind::Float:
        return isNan(a) ? std::strong_ordering::equal : orderNumbers(a, b);
    case Kind::String:
        return orderText(a.string(), b.string());
    case Kind::Bytes:
        return orderText(textOf(a.bytes()), textOf(b.bytes()));
    case Kind::Date:
        return a.date() <=> b.date();
    case Kind::LocalTime:
        return a.localTime() <=> b.localTime();
    case Kind::Time:
        return a.time() <=> b.time();
    case Kind::LocalDateTime:
        return a.localDateTime() <=> b.localDateTime();
    case Kind::ZonedDateTime:
        return a.zonedDateTime() <=> b.zonedDateTime();
    case Kind::Duration:
        return a.duration() <=> b.duration();
    case Kind::List:
        return orderLists(a.list(), b.list());
    case Kind::Map:
        return orderMaps(a.map(), b.map());
    case Kind::Node:
        return a.node() <=> b.node();
    case Kind::Relationship:
        return a.relationship() <=> b.relationship();
    case Kind::Path:
        return orderPaths(a.path(), b.path());
    }
    return std::strong_ordering::equal;
}

// True, false or null of a conjunction whose parts come one by one.
class Conjunction {
public:
    /// False once the answer is false, whatever comes.
    bool add(std::optional<bool> part) noexcept {
        sawNull_ = sawNull_ || !part.has_value();
        sawFalse_ = sawFalse_ || part == false;
        return !sawFalse_;
    }
    std::optional<bool> answer() const noexcept {
        if (sawFalse_) {
            return false;
        }
        return sawNull_ ? std::nullopt : std::optional(true);
    }

private:
    bool sawNull_ = false;
    bool sawFalse_ = false;
};

std::optional<bool> equalLists(std::span<const Value> a, std::span<const Value> b) noexcept {
    if (a.size() != b.size()) {
        return false;
    }
    Conjunction all;
    for (std::size_t i = 0; i < a.size() && all.add(equalValues(a[i], b[i])); ++i) {
    }
    return all.answer();
}

std::optional<bool> equalMaps(std::span<const MapEntry> a, std::span<const MapEntry> b) noexcept {
    const auto sameKey = [](const MapEntry& x, const MapEntry& y) { return x.key == y.key; };
    if (!std::equal(a.begin(), a.end(), b.begin(), b.end(), sameKey)) {
        return false;
    }
    Conjunction all;
    for (std::size_t i = 0; i < a.size() && all.add(equalValues(a[i].value, b[i].value)); ++i) {
    }
    return all.answer();
}

std::optional<std::partial_ordering> compareLists(std::span<const Value> a,
                                                  std::span<const Value> b) noexcept {
    const std::size_t common = std::min(a.size(), b.size());
    for (std::size_t i = 0; i < common; ++i) {
        const auto equal = equalValues(a[i], b[i]);
        if (!equal) {
            return std::nullopt;
        }
        if (!*equal) {
            return compareValues(a[i], b[i]);  // the first difference decides
        }
    }
    return a.size() <=> b.size();
}

std::size_t mix(std::size_t seed, std::size_t more) noexcept {
    std::uint64_t word = seed + 0x9E3779B97F4A7C15U + more;  // steps of splitmix64
    word = (word ^ (word >> 30U)) * 0xBF58476D1CE4E5B9U;
    word = (word ^ (word >> 27U)) * 0x94D049BB133111EBU;
    return word ^ (word >> 31U);
}

std::size_t mixNumber(std::size_t seed, std::int64_t number) noexcept {
    return mix(seed, static_cast<std::size_t>(number));
}

std::size_t hashText(std::size_t seed, std::string_view text) noexcept {
    return mix(seed, std::hash<std::string_view>{}(text));
}

// Equal numbers take the same way through here: as a whole number if they are one, else as the double that
// they are, else as decimal digits.
std::size_t hashDouble(std::size_t seed, double number) noexcept {
    if (std::isnan(number)) {
        return mix(seed, 1);
    }
    if (number >= -0x1p63 && number < 0x1p63 && number == std::trunc(number)) {
        return mixNumber(seed, static_cast<std::int64_t>(number));
    }
    return mix(seed + 1, std::bit_cast<std::uint64_t>(number));  // apart from the whole number of these bits
}

std::size_t hashDecimal(std::size_t seed, const Decimal& number) noexcept {
    if (const auto whole = number.toInt64()) {
        return mixNumber(seed, *whole);
    }
    const double nearest = number.toDouble();
    if (number.compare(nearest) == 0) {
        return hashDouble(seed, nearest);
    }
    const Decimal plain = number.normalised();
    const auto digits = static_cast<UInt128>(plain.coefficient());
    return mix(mix(mix(seed, static_cast<std::uint64_t>(digits)), static_cast<std::uint64_t>(digits >> 64U)),
               plain.scale());
}

std::size_t hashPath(std::size_t seed, const Path& path) noexcept {
    std::size_t hash = mix(seed, path.start.value);
    for (const PathStep& step : path.steps) {
        hash = mix(mix(hash, step.relationship.value), step.node.value);
    }
    return hash;
}

}  // namespace

std::strong_ordering orderValues(const Value& a, const Value& b) noexcept {
    const unsigned rankA = rankOf(a);
    const unsigned rankB = rankOf(b);
    return rankA != rankB ? rankA <=> rankB : orderWithinRank(a, b);
}

std::optional<bool> equalValues(const Value& a, const Value& b) noexcept {
    if (a.isNull() || b.isNull()) {
        return std::nullopt;
    }
    if (rankOf(a) != rankOf(b) || isNan(a)) {
        return false;
    }
    switch (a.kind()) {
    case Kind::List:
        return equalLists(a.list(), b.list());
    case Kind::Map:
        return equalMaps(a.map(), b.map());
    default:
        return equivalentValues(a, b);
    }
}

std::optional<std::partial_ordering> compareValues(const Value& a, const Value& b) noexcept {
    if (a.isNumber() && b.isNumber()) {
        return compareNumbers(a, b);
    }
    if (a.kind() != b.kind()) {
        return std::nullopt;
    }
    switch (a.kind()) {
    case Kind::Null:
    case Kind::Duration:
    case Kind::Map:
    case Kind::Node:
    case Kind::Relationship:
    case Kind::Path:
        return std::nullopt;
    case Kind::List:
        return compareLists(a.list(), b.list());
    default:
        return orderWithinRank(a, b);
    }
}

bool equivalentValues(const Value& a, const Value& b) noexcept {
    if (a.kind() == Kind::String && b.kind() == Kind::String) {
        return a.string() == b.string();  // looks at the length first
    }
    return orderValues(a, b) == 0;
}

std::size_t hashValue(const Value& value) noexcept {
    const std::size_t seed = mix(rankOf(value), 0);  // so that kinds do not meet in small numbers
    switch (value.kind()) {
    case Kind::Null:
        return mix(seed, 0);
    case Kind::Boolean:
        return mix(seed, value.boolean() ? 1 : 0);
    case Kind::Integer:
        return mixNumber(seed, value.integer());
    case Kind::Float:
        return hashDouble(seed, value.floating());
    case Kind::Decimal:
        return hashDecimal(seed, value.decimal());
    case Kind::String:
        return hashText(seed, value.string());
    case Kind::Bytes:
        return hashText(seed, textOf(value.bytes()));
    case Kind::Date:
        return mixNumber(seed, value.date().days);
    case Kind::LocalTime:
        return mixNumber(seed, value.localTime().nanosOfDay);
    case Kind::Time:
        return mixNumber(mixNumber(seed, value.time().nanosOfDay), value.time().offsetSeconds);
    case Kind::LocalDateTime: {
        const LocalDateTime when = value.localDateTime();
        return mixNumber(mixNumber(seed, when.seconds), when.nanos);
    }
    case Kind::ZonedDateTime: {
        const ZonedDateTime& when = value.zonedDateTime();
        return hashText(
            mixNumber(mixNumber(mixNumber(seed, when.epochSeconds), when.nanos), when.offsetSeconds),
            when.zone);
    }
    case Kind::Duration: {
        const Duration& span = value.duration();
        return mixNumber(mixNumber(mixNumber(mixNumber(seed, span.months), span.days), span.seconds),
                         span.nanos);
    }
    case Kind::List: {
        std::size_t hash = mix(seed, value.list().size());
        for (const Value& element : value.list()) {
            hash = mix(hash, hashValue(element));
        }
        return hash;
    }
    case Kind::Map: {
        std::size_t hash = mix(seed, value.map().size());
        for (const MapEntry& entry : value.map()) {
            hash = mix(hashText(hash, entry.key), hashValue(entry.value));
        }
        return hash;
    }
    case Kind::Node:
        return mix(seed, value.node().value);
    case Kind::Relationship:
        return mix(seed, value.relationship().value);
    case Kind::Path:
        return hashPath(seed, value.path());
    }
    return seed;
}

}  // namespace xinpu::engine
