// engine/value/value.h
#pragma once
// A value of any openCypher type: what expressions, parameters, properties and result rows are made of.

#include <atomic>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/value/decimal.h"
#include "engine/value/ids.h"
#include "engine/value/temporal.h"

namespace xinpu::engine {

enum class Kind : std::uint8_t {
    Null,
    Boolean,
    Integer,
    Float,
    Decimal,
    String,
    Bytes,
    Date,
    LocalTime,
    Time,
    LocalDateTime,
    ZonedDateTime,
    Duration,
    List,
    Map,
    Node,
    Relationship,
    Path,
};
inline constexpr std::size_t kKindCount = 18;

/// "INTEGER", "ZONED DATETIME" … as openCypher names the type in messages.
std::string_view kindName(Kind kind) noexcept;

/// Lists and maps may be nested so deep; deeper ones are refused when they are made, so no walk over a value
/// runs out of stack.
inline constexpr unsigned kNestingMax = 1000;

class Value;
struct MapEntry;

/// A step of a path: along the relationship (Out) or against it (In) to `node`.
struct PathStep {
    RelId relationship;
    NodeId node;
    Direction direction = Direction::Out;
    friend constexpr auto operator<=>(const PathStep&, const PathStep&) noexcept = default;
};

struct Path {
    NodeId start;
    std::vector<PathStep> steps;
    friend auto operator<=>(const Path&, const Path&) noexcept = default;
};

namespace detail {
struct Payload;  // counted, immutable; value.cpp
}

/// 16 bytes: numbers, dates, times, node and relationship ids and decimals up to 18 digits lie inside; the
/// rest is shared and counted, so a copy never allocates. A moved-from value is null.
///
/// Lifetime: views (string, bytes, list, map) live as long as any copy of the value does.
/// Threads: immutable but for assignment; copies may be used and dropped by different threads.
/// Accessors of one kind assert that the value is of that kind.
class Value {
public:
    Value() noexcept = default;
    Value(const Value& other) noexcept
        : word_(other.word_), half_(other.half_), kind_(other.kind_), boxed_(other.boxed_) {
        if (boxed_) {
            retain();
        }
    }
    Value(Value&& other) noexcept
        : word_(other.word_), half_(other.half_), kind_(other.kind_), boxed_(other.boxed_) {
        other.kind_ = Kind::Null;
        other.boxed_ = false;
    }
    Value& operator=(const Value& other) noexcept {
        Value copy(other);
        swap(copy);
        return *this;
    }
    Value& operator=(Value&& other) noexcept {
        Value taken(std::move(other));
        swap(taken);
        return *this;
    }
    ~Value() {
        if (boxed_) {
            release();
        }
    }
    void swap(Value& other) noexcept {
        std::swap(word_, other.word_);
        std::swap(half_, other.half_);
        std::swap(kind_, other.kind_);
        std::swap(boxed_, other.boxed_);
    }

    static Value null() noexcept { return {}; }
    template <std::same_as<bool> Truth>  // not for pointers
    static Value of(Truth truth) noexcept {
        return {Kind::Boolean, truth ? 1 : 0};
    }
    template <std::signed_integral Whole>
    requires(sizeof(Whole) >= 2) static Value of(Whole number) noexcept {
        return {Kind::Integer, static_cast<std::int64_t>(number)};
    }
    template <std::unsigned_integral Whole>
    requires(sizeof(Whole) == 2 || sizeof(Whole) == 4) static Value of(Whole number) noexcept {
        return {Kind::Integer, static_cast<std::int64_t>(number)};
    }
    static Value of(double number) noexcept;
    static Value of(const engine::Decimal& number);
    /// UTF-8; the caller has checked it.
    static Value of(std::string_view text);
    static Value of(const std::string& text) { return of(std::string_view(text)); }
    static Value of(const char* text) { return of(std::string_view(text)); }
    static Value ofBytes(std::span<const std::byte> bytes);
    static Value of(engine::Date date) noexcept { return {Kind::Date, date.days}; }
    static Value of(engine::LocalTime time) noexcept { return {Kind::LocalTime, time.nanosOfDay}; }
    static Value of(engine::Time time) noexcept { return {Kind::Time, time.nanosOfDay, time.offsetSeconds}; }
    static Value of(engine::LocalDateTime when) noexcept {
        return {Kind::LocalDateTime, when.seconds, when.nanos};
    }
    static Value of(engine::ZonedDateTime when);
    static Value of(const engine::Duration& duration);
    /// @throws Error(Limit, NESTING_LIMIT) beyond kNestingMax; also for maps.
    static Value of(std::vector<Value> list);
    /// Any order of keys; of a repeated key the last one counts.
    static Value of(std::vector<MapEntry> map);
    static Value of(NodeId node) noexcept { return {Kind::Node, node.value}; }
    static Value of(RelId relationship) noexcept { return {Kind::Relationship, relationship.value}; }
    static Value of(engine::Path path);

    Kind kind() const noexcept { return kind_; }
    bool isNull() const noexcept { return kind_ == Kind::Null; }
    /// Integer, Float or Decimal.
    bool isNumber() const noexcept {
        return kind_ == Kind::Integer || kind_ == Kind::Float || kind_ == Kind::Decimal;
    }
    /// Boolean and true; false for anything else, null too: what WHERE asks.
    bool isTrue() const noexcept { return kind_ == Kind::Boolean && word_ != 0; }

    bool boolean() const noexcept { return word(Kind::Boolean) != 0; }
    std::int64_t integer() const noexcept { return word(Kind::Integer); }
    double floating() const noexcept;
    engine::Decimal decimal() const noexcept;
    std::string_view string() const noexcept;
    std::span<const std::byte> bytes() const noexcept;
    engine::Date date() const noexcept { return {word(Kind::Date)}; }
    engine::LocalTime localTime() const noexcept { return {word(Kind::LocalTime)}; }
    engine::Time time() const noexcept { return {word(Kind::Time), half_}; }
    engine::LocalDateTime localDateTime() const noexcept { return {word(Kind::LocalDateTime), half_}; }
    const engine::ZonedDateTime& zonedDateTime() const noexcept;
    const engine::Duration& duration() const noexcept;
    std::span<const Value> list() const noexcept;
    /// Sorted by key.
    std::span<const MapEntry> map() const noexcept;
    /// The value at `key` of a map, or nullptr.
    const Value* find(std::string_view key) const noexcept;
    NodeId node() const noexcept { return NodeId{static_cast<std::uint32_t>(word(Kind::Node))}; }
    RelId relationship() const noexcept {
        return RelId{static_cast<std::uint32_t>(word(Kind::Relationship))};
    }
    const engine::Path& path() const noexcept;

    /// 0 for what is not a list or map, 1 for a list of such values, and so on.
    unsigned nesting() const noexcept {
        return kind_ == Kind::List || kind_ == Kind::Map ? static_cast<unsigned>(half_) : 0U;
    }
    /// Bytes on the heap that this value holds on to, shared ones counted in full: for memory budgets.
    std::size_t heapBytes() const noexcept;

private:
    Value(Kind kind, std::int64_t word, std::int32_t half = 0) noexcept
        : word_(word), half_(half), kind_(kind) {}
    /// Takes over one count of `payload`.
    Value(Kind kind, const detail::Payload* payload, std::int32_t half = 0) noexcept;

    std::int64_t word([[maybe_unused]] Kind expected) const noexcept {
        assert(kind_ == expected);
        return word_;
    }
    const detail::Payload* payload() const noexcept;
    void retain() const noexcept;
    void release() const noexcept;

    std::int64_t word_ = 0;  // the scalar, its bits, or the address of the payload
    std::int32_t half_ = 0;  // offset, nanoseconds, scale, or depth of nesting
    Kind kind_ = Kind::Null;
    bool boxed_ = false;  // word_ is a counted payload
};
static_assert(sizeof(Value) == 16);

struct MapEntry {
    std::string key;
    Value value;
};

inline void swap(Value& a, Value& b) noexcept {
    a.swap(b);
}

}  // namespace xinpu::engine
