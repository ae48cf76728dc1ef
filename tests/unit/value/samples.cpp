// tests/unit/value/samples.cpp
// The hand-sorted values of all kinds, and the maker of random ones.

#include "samples.h"

#include <bit>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

#include "engine/value/order.h"

namespace xinpu::engine::test {
namespace {

using Random = std::mt19937_64;

Value list(std::vector<Value> elements) {
    return Value::of(std::move(elements));
}
Value map(std::vector<MapEntry> entries) {
    return Value::of(std::move(entries));
}
Value whole(std::int64_t number) {
    return Value::of(number);
}

std::uint64_t below(Random& random, std::uint64_t end) {
    return random() % end;
}

std::int64_t anyWhole(Random& random) {
    switch (below(random, 4)) {
    case 0:
        return static_cast<std::int64_t>(below(random, 300)) - 150;
    case 1: {
        // near a power of two, where doubles end to be exact and encodings grow
        const std::uint64_t power = std::uint64_t{1} << below(random, 64);
        return static_cast<std::int64_t>(power + below(random, 5) - 2);
    }
    case 2:
        return below(random, 2) == 0 ? std::numeric_limits<std::int64_t>::min()
                                     : std::numeric_limits<std::int64_t>::max();
    default:
        return static_cast<std::int64_t>(random()) >> below(random, 64);
    }
}

double anyFloat(Random& random) {
    switch (below(random, 4)) {
    case 0:
        return static_cast<double>(anyWhole(random)) / static_cast<double>(1 + below(random, 16));
    case 1:
        return static_cast<double>(anyWhole(random));
    case 2: {
        constexpr double kEdges[] = {0.0,
                                     -0.0,
                                     0.1,
                                     1e308,
                                     -1e308,
                                     5e-324,
                                     -5e-324,
                                     1e38,
                                     1e-38,
                                     16777217.0,
                                     std::numeric_limits<double>::infinity(),
                                     -std::numeric_limits<double>::infinity(),
                                     std::numeric_limits<double>::quiet_NaN()};
        return kEdges[below(random, std::size(kEdges))];
    }
    default:
        return std::bit_cast<double>(random());
    }
}

Decimal anyDecimal(Random& random) {
    constexpr Int128 kRoom = Int128{1} << 100U;
    const auto scale = static_cast<unsigned>(below(random, Decimal::kScaleMax + 1));
    Int128 coefficient = anyWhole(random);
    if (below(random, 3) == 0) {
        coefficient = coefficient * anyWhole(random);
    }
    if (below(random, 3) == 0) {
        for (unsigned i = 0; i < 6; ++i) {
            coefficient *= coefficient < kRoom && coefficient > -kRoom ? 10 : 1;
        }
    }
    const auto made = Decimal::fromParts(coefficient, scale);
    return made ? *made : Decimal::fromInt64(anyWhole(random));
}

std::string anyText(Random& random) {
    static const std::string kParts[] = {"a", "b",          std::string(1, '\0'), "甲", "公司",
                                         "é", "\U0001F600", "91440300",           ""};
    std::string out;
    const std::uint64_t parts = below(random, 10) == 0 ? below(random, 60) : below(random, 6);
    for (std::uint64_t i = 0; i < parts; ++i) {
        out += kParts[below(random, std::size(kParts))];
    }
    return out;
}

std::int64_t anyOf(Random& random, std::int64_t low, std::int64_t high) {
    const auto span = static_cast<std::uint64_t>(high - low) + 1;
    switch (below(random, 6)) {
    case 0:
        return low;
    case 1:
        return high;
    default:
        return low + static_cast<std::int64_t>(below(random, span));
    }
}

std::int32_t anyNanos(Random& random) {
    return below(random, 2) == 0 ? 0 : static_cast<std::int32_t>(anyOf(random, 0, kNanosPerSecond - 1));
}

std::int32_t anyOffset(Random& random) {
    return below(random, 2) == 0
               ? 28'800
               : static_cast<std::int32_t>(anyOf(random, -kOffsetSecondsMax, kOffsetSecondsMax));
}

std::int64_t anySeconds(Random& random) {
    return below(random, 2) == 0 ? anyOf(random, -100, 100) + 1'795'000'000
                                 : anyOf(random, (kDaysMin + 1) * kSecondsPerDay, kDaysMax * kSecondsPerDay);
}

Value anyTemporal(Random& random, Kind kind) {
    switch (kind) {
    case Kind::Date:
        return Value::of(
            Date{below(random, 2) == 0 ? anyOf(random, 20'000, 21'000) : anyOf(random, kDaysMin, kDaysMax)});
    case Kind::LocalTime:
        return Value::of(LocalTime{anyOf(random, 0, kNanosPerDay - 1)});
    case Kind::Time:
        return Value::of(Time{anyOf(random, 0, 24) % 24 * 3600 * kNanosPerSecond, anyOffset(random)});
    case Kind::LocalDateTime:
        return Value::of(LocalDateTime{anySeconds(random), anyNanos(random)});
    case Kind::ZonedDateTime: {
        static const std::string kZones[] = {"", "Asia/Shanghai", "UTC", "Europe/Berlin"};
        return Value::of(
            ZonedDateTime{anySeconds(random), anyNanos(random), anyOffset(random), kZones[below(random, 4)]});
    }
    default:
        return Value::of(Duration{anyWhole(random), anyWhole(random), anyWhole(random), anyNanos(random)});
    }
}

Path anyPath(Random& random) {
    Path path{NodeId{static_cast<std::uint32_t>(below(random, 4))}, {}};
    for (std::uint64_t i = below(random, 4); i > 0; --i) {
        path.steps.push_back({RelId{static_cast<std::uint32_t>(below(random, 4))},
                              NodeId{static_cast<std::uint32_t>(below(random, 4))},
                              below(random, 2) == 0 ? Direction::Out : Direction::In});
    }
    return path;
}

Value anyContainer(Random& random, RandomKinds kinds, unsigned depth, Kind kind) {
    std::vector<Value> elements;
    std::vector<MapEntry> entries;
    for (std::uint64_t i = below(random, 4); i > 0; --i) {
        Value inside = randomValue(random, kinds, depth - 1);
        if (kind == Kind::List) {
            elements.push_back(std::move(inside));
        } else {
            entries.push_back({anyText(random), std::move(inside)});
        }
    }
    return kind == Kind::List ? list(std::move(elements)) : map(std::move(entries));
}

Kind anyKind(Random& random, RandomKinds kinds, unsigned depth) {
    for (;;) {
        const auto kind = static_cast<Kind>(below(random, kKindCount));
        const bool graph = kind == Kind::Node || kind == Kind::Relationship || kind == Kind::Path;
        const bool container = kind == Kind::List || kind == Kind::Map;
        const bool unwanted =
            (graph && (kinds.storedOnly || kinds.indexedOnly)) || (kind == Kind::Map && kinds.indexedOnly);
        if (!unwanted && !(container && depth == 0)) {
            return kind;
        }
    }
}

}  // namespace

Decimal dec(const char* text) {
    return Decimal::parse(text).value();
}

std::vector<std::vector<Value>> sortedGroups() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();
    const auto zoned = [](std::int64_t seconds, std::int32_t nanos, std::int32_t offset, const char* zone) {
        return Value::of(ZonedDateTime{seconds, nanos, offset, zone});
    };
    const auto path = [](std::vector<PathStep> steps) {
        return Value::of(Path{NodeId{1}, std::move(steps)});
    };
    return {
        {map({})},
        {map({{"a", whole(2)}}), map({{"a", Value::of(2.0)}})},
        {map({{"a", Value::null()}})},
        {map({{"b", whole(1)}})},
        {map({{"a", whole(1)}, {"b", whole(1)}}), map({{"b", whole(1)}, {"a", whole(1)}})},
        {Value::of(NodeId{0})},
        {Value::of(NodeId{70'000})},
        {Value::of(RelId{0})},
        {Value::of(RelId{1})},
        {list({})},
        {list({list({})})},
        {list({Value::of("a")})},
        {list({Value::of("a"), whole(1)}), list({Value::of("a"), Value::of(1.0)})},
        {list({whole(1)})},
        {list({whole(1), Value::of("a")})},
        {list({whole(1), Value::null()})},
        {list({Value::null()})},
        {list({Value::null(), whole(1)})},
        {list({Value::null(), whole(2)})},
        {path({})},
        {path({{RelId{3}, NodeId{0}, Direction::Out}})},
        {path({{RelId{3}, NodeId{2}, Direction::Out}})},
        {path({{RelId{3}, NodeId{2}, Direction::Out}, {RelId{0}, NodeId{0}, Direction::In}})},
        {path({{RelId{4}, NodeId{0}, Direction::Out}})},
        {zoned(-1, 999'999'999, 0, "")},
        {zoned(0, 0, -3600, "")},
        {zoned(0, 0, 0, "")},
        {zoned(0, 0, 0, "UTC")},
        {zoned(0, 0, 28'800, "")},
        {zoned(0, 0, 28'800, "Asia/Shanghai")},
        {zoned(0, 0, 28'800, "Asia/Singapore")},
        {zoned(0, 1, 0, "")},
        {Value::of(LocalDateTime{-86'400, 0})},
        {Value::of(LocalDateTime{-1, 0})},
        {Value::of(LocalDateTime{-1, 5})},
        {Value::of(LocalDateTime{0, 0})},
        {Value::of(LocalDateTime{1'795'000'000, 0})},
        {Value::of(Date{kDaysMin})},
        {Value::of(Date{-257})},
        {Value::of(Date{-256})},
        {Value::of(Date{-1})},
        {Value::of(Date{0})},
        {Value::of(Date{255})},
        {Value::of(Date{256})},
        {Value::of(Date{20'781})},
        {Value::of(Date{kDaysMax})},
        {Value::of(Time{0, 64'800})},
        {Value::of(Time{9 * 3'600 * kNanosPerSecond, 0})},
        {Value::of(Time{10 * 3'600 * kNanosPerSecond, 3'600})},  // the same instant, another offset
        {Value::of(Time{9 * 3'600 * kNanosPerSecond + 1, 0})},
        {Value::of(Time{0, -64'800})},
        {Value::of(LocalTime{0})},
        {Value::of(LocalTime{1})},
        {Value::of(LocalTime{kNanosPerDay - 1})},
        {Value::of(Duration{std::numeric_limits<std::int64_t>::min(), 0, 0, 0})},
        {Value::of(Duration{0, 0, -1, 0})},
        {Value::of(Duration{0, 0, -1, 500'000'000})},
        {Value::of(Duration{-1, 0, 2'629'746, 0})},  // on average nothing, told apart by its parts
        {Value::of(Duration{0, -1, 86'400, 0})},
        {Value::of(Duration{})},
        {Value::of(Duration{0, 1, -86'400, 0})},
        {Value::of(Duration{0, 0, 86'400, 0})},
        {Value::of(Duration{0, 1, 0, 0})},
        {Value::of(Duration{0, 30, 0, 0})},
        {Value::of(Duration{1, 0, 0, 0})},
        {Value::of(Duration{0, 31, 0, 0})},
        {Value::of(Duration{std::numeric_limits<std::int64_t>::max(), 0, 0, 0})},
        {Value::ofBytes({})},
        {Value::ofBytes(std::as_bytes(std::span("\0", 1)))},
        {Value::ofBytes(std::as_bytes(std::span("\0\xFF", 2)))},
        {Value::ofBytes(std::as_bytes(std::span("\x01", 1)))},
        {Value::of("")},
        {Value::of(std::string("\0", 1))},
        {Value::of(std::string("\0\0", 2))},
        {Value::of(std::string("\0a", 2))},
        {Value::of("A")},
        {Value::of("a")},
        {Value::of(std::string("a\0", 2))},
        {Value::of(std::string("a\0b", 3))},
        {Value::of("a\x01")},
        {Value::of("ab")},
        {Value::of("é")},
        {Value::of("乙")},
        {Value::of("甲")},
        {Value::of("\uFF21")},
        {Value::of("\U0001F600")},  // after U+FF21: by code point, not by UTF-16 unit
        {Value::of(false)},
        {Value::of(true)},
        {Value::of(-kInfinity)},
        {Value::of(-1e300)},
        {Value::of(dec("-99999999999999999999999999999999999999"))},
        {Value::of(-0x1p63), whole(std::numeric_limits<std::int64_t>::min()),
         Value::of(dec("-9223372036854775808.00"))},
        {whole(std::numeric_limits<std::int64_t>::min() + 1)},
        {Value::of(-2.5), Value::of(dec("-2.50"))},
        {whole(-1), Value::of(-1.0), Value::of(dec("-1"))},
        {Value::of(dec("-0.1"))},
        {Value::of(std::nextafter(-0.1, 0.0))},
        {Value::of(-5e-324)},
        {whole(0), Value::of(0.0), Value::of(-0.0), Value::of(dec("0.000"))},
        {Value::of(5e-324)},
        {Value::of(dec("0.00000000000000000000000000000000000001"))},
        {Value::of(dec("0.1"))},
        {Value::of(0.1)},  // a little more than a tenth
        {Value::of(dec("0.10000000000000001"))},
        {Value::of(dec("0.3333"))},
        {Value::of(dec("0.33331"))},
        {whole(1), Value::of(1.0), Value::of(dec("1.00"))},
        {Value::of(1.0 + 0x1p-52)},
        {Value::of(dec("33.3333"))},
        {whole(100), Value::of(dec("100"))},
        {Value::of(0x1p53), whole(std::int64_t{1} << 53U)},
        {whole((std::int64_t{1} << 53U) + 1), Value::of(dec("9007199254740993"))},
        {Value::of(dec("9007199254740993.5"))},
        {Value::of(0x1p53 + 2)},
        {whole(kHuge), Value::of(dec("9223372036854775807"))},
        {Value::of(dec("9223372036854775807.5"))},
        {Value::of(0x1p63), Value::of(dec("9223372036854775808"))},
        {Value::of(1e23)},  // the double below 10^23
        {Value::of(dec("99999999999999999999999"))},
        {Value::of(dec("100000000000000000000000"))},
        {Value::of(1e38)},  // the double below 10^38
        {Value::of(dec("99999999999999999999999999999999999999"))},
        {Value::of(std::nextafter(1e38, 1e39))},
        {Value::of(kInfinity)},
        {Value::of(std::numeric_limits<double>::quiet_NaN()),
         Value::of(-std::numeric_limits<double>::quiet_NaN())},
        {Value::null()},
    };
}

Value randomValue(Random& random, RandomKinds kinds, unsigned depth) {
    const Kind kind = anyKind(random, kinds, depth);
    switch (kind) {
    case Kind::Null:
        return Value::null();
    case Kind::Boolean:
        return Value::of(below(random, 2) == 0);
    case Kind::Integer:
        return whole(anyWhole(random));
    case Kind::Float:
        return Value::of(anyFloat(random));
    case Kind::Decimal:
        return Value::of(anyDecimal(random));
    case Kind::String:
        return Value::of(anyText(random));
    case Kind::Bytes:
        return Value::ofBytes(std::as_bytes(std::span<const char>(anyText(random))));
    case Kind::List:
    case Kind::Map:
        return anyContainer(random, kinds, depth, kind);
    case Kind::Node:
        return Value::of(NodeId{static_cast<std::uint32_t>(below(random, 100))});
    case Kind::Relationship:
        return Value::of(RelId{static_cast<std::uint32_t>(below(random, 100))});
    case Kind::Path:
        return Value::of(anyPath(random));
    default:
        return anyTemporal(random, kind);
    }
}

bool identical(const Value& a, const Value& b) {
    if (a.kind() != b.kind()) {
        return false;
    }
    switch (a.kind()) {
    case Kind::Float:
        return std::isnan(a.floating())
                   ? std::isnan(b.floating())
                   : std::bit_cast<std::uint64_t>(a.floating()) == std::bit_cast<std::uint64_t>(b.floating());
    case Kind::Decimal:
        return a.decimal().toString() == b.decimal().toString();
    case Kind::List: {
        const auto x = a.list();
        const auto y = b.list();
        return std::equal(x.begin(), x.end(), y.begin(), y.end(), identical);
    }
    case Kind::Map: {
        const auto x = a.map();
        const auto y = b.map();
        return std::equal(x.begin(), x.end(), y.begin(), y.end(), [](const MapEntry& p, const MapEntry& q) {
            return p.key == q.key && identical(p.value, q.value);
        });
    }
    default:
        return equivalentValues(a, b);
    }
}

bool formatShows(const std::string& hexBytes) {
    static const std::string page = [] {
        std::ifstream file(XINPU_SOURCE_DIR "/docs/format/value.md");
        return std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }();
    return page.find('`' + hexBytes + '`') != std::string::npos;
}

std::string hex(const std::string& bytes) {
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += out.empty() ? "" : " ";
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 0xFU];
    }
    return out;
}

std::string fromHex(const std::string& digits) {
    std::string out;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 3) {
        out += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    }
    return out;
}

}  // namespace xinpu::engine::test
