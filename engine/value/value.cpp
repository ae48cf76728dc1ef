// engine/value/value.cpp
// The shared payloads of values: made once, counted, never changed.

#include "engine/value/value.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <new>

#include "xinpu/error.h"

namespace xinpu::engine {
namespace detail {

struct Payload {
    explicit Payload(Kind which) noexcept : kind(which) {}
    mutable std::atomic<std::uint32_t> count{1};
    Kind kind;
};

}  // namespace detail

namespace {

using detail::Payload;

template <typename Content>
struct Holding final : Payload {
    Holding(Kind which, Content&& what) : Payload(which), content(std::move(what)) {}
    Content content;
};

// Text and bytes lie right behind the header, in one block.
struct Run final : Payload {
    Run(Kind which, std::size_t length) noexcept : Payload(which), size(length) {}
    std::size_t size;
    char* text() noexcept { return reinterpret_cast<char*>(this + 1); }
    const char* text() const noexcept { return reinterpret_cast<const char*>(this + 1); }
};

using ListPayload = Holding<std::vector<Value>>;
using MapPayload = Holding<std::vector<MapEntry>>;
using PathPayload = Holding<Path>;
using DecimalPayload = Holding<Decimal>;
using ZonedPayload = Holding<ZonedDateTime>;
using DurationPayload = Holding<Duration>;

const Payload* makeRun(Kind kind, const void* from, std::size_t size) {
    void* block = ::operator new(sizeof(Run) + size);
    auto* run = new (block) Run(kind, size);
    if (size > 0) {
        std::memcpy(run->text(), from, size);
    }
    return run;
}

template <typename Held>
const Held& as(const Payload* payload) noexcept {
    return *static_cast<const Held*>(payload);
}

void destroy(const Payload* payload) noexcept {
    switch (payload->kind) {
    case Kind::String:
    case Kind::Bytes: {
        const auto* run = static_cast<const Run*>(payload);
        run->~Run();
        ::operator delete(const_cast<Run*>(run));
        return;
    }
    case Kind::List:
        delete static_cast<const ListPayload*>(payload);
        return;
    case Kind::Map:
        delete static_cast<const MapPayload*>(payload);
        return;
    case Kind::Path:
        delete static_cast<const PathPayload*>(payload);
        return;
    case Kind::Decimal:
        delete static_cast<const DecimalPayload*>(payload);
        return;
    case Kind::ZonedDateTime:
        delete static_cast<const ZonedPayload*>(payload);
        return;
    case Kind::Duration:
        delete static_cast<const DurationPayload*>(payload);
        return;
    default:
        assert(false);
        return;
    }
}

std::int32_t oneDeeper(unsigned inside) {
    if (inside >= kNestingMax) {
        throw Error(ErrorCode::Limit,
                    "lists and maps are nested deeper than " + std::to_string(kNestingMax) + " levels",
                    "NESTING_LIMIT");
    }
    return static_cast<std::int32_t>(inside + 1);
}

bool fitsInside(const Decimal& number) noexcept {
    return number.coefficient() >= std::numeric_limits<std::int64_t>::min() &&
           number.coefficient() <= std::numeric_limits<std::int64_t>::max();
}

void sortByKey(std::vector<MapEntry>& map) {
    std::stable_sort(map.begin(), map.end(),
                     [](const MapEntry& a, const MapEntry& b) { return a.key < b.key; });
    // Of equal keys the last one given stands last; keep that one.
    const auto firstKept = std::unique(map.rbegin(), map.rend(),
                                       [](const MapEntry& a, const MapEntry& b) { return a.key == b.key; });
    map.erase(map.begin(), firstKept.base());
}

}  // namespace

std::string_view kindName(Kind kind) noexcept {
    static constexpr std::array<std::string_view, kKindCount> kNames = {
        "NULL",     "BOOLEAN", "INTEGER",    "FLOAT",      "DECIMAL",        "STRING",
        "BYTES",    "DATE",    "LOCAL TIME", "ZONED TIME", "LOCAL DATETIME", "ZONED DATETIME",
        "DURATION", "LIST",    "MAP",        "NODE",       "RELATIONSHIP",   "PATH"};
    return kNames[static_cast<std::size_t>(kind)];
}

Value::Value(Kind kind, const Payload* payload, std::int32_t half) noexcept
    : word_(std::bit_cast<std::int64_t>(payload)), half_(half), kind_(kind), boxed_(true) {}

const Payload* Value::payload() const noexcept {
    return std::bit_cast<const Payload*>(word_);
}

void Value::retain() const noexcept {
    payload()->count.fetch_add(1, std::memory_order_relaxed);
}

void Value::release() const noexcept {
    const Payload* shared = payload();
    // The last holder must see what the others did with the payload before it is freed.
    if (shared->count.fetch_sub(1, std::memory_order_acq_rel) == 1) {
        destroy(shared);
    }
}

Value Value::of(double number) noexcept {
    return {Kind::Float, std::bit_cast<std::int64_t>(number)};
}

Value Value::of(const engine::Decimal& number) {
    if (fitsInside(number)) {
        return {Kind::Decimal, static_cast<std::int64_t>(number.coefficient()),
                static_cast<std::int32_t>(number.scale())};
    }
    return {Kind::Decimal, new DecimalPayload(Kind::Decimal, engine::Decimal(number))};
}

Value Value::of(std::string_view text) {
    return {Kind::String, makeRun(Kind::String, text.data(), text.size())};
}

Value Value::ofBytes(std::span<const std::byte> bytes) {
    return {Kind::Bytes, makeRun(Kind::Bytes, bytes.data(), bytes.size())};
}

Value Value::of(engine::ZonedDateTime when) {
    return {Kind::ZonedDateTime, new ZonedPayload(Kind::ZonedDateTime, std::move(when))};
}

Value Value::of(const engine::Duration& duration) {
    return {Kind::Duration, new DurationPayload(Kind::Duration, engine::Duration(duration))};
}

Value Value::of(std::vector<Value> list) {
    unsigned inside = 0;
    for (const Value& element : list) {
        inside = std::max(inside, element.nesting());
    }
    const std::int32_t depth = oneDeeper(inside);
    return {Kind::List, new ListPayload(Kind::List, std::move(list)), depth};
}

Value Value::of(std::vector<MapEntry> map) {
    const auto outOfOrder = [](const MapEntry& a, const MapEntry& b) { return a.key >= b.key; };
    if (std::adjacent_find(map.begin(), map.end(), outOfOrder) != map.end()) {
        sortByKey(map);
    }
    unsigned inside = 0;
    for (const MapEntry& entry : map) {
        inside = std::max(inside, entry.value.nesting());
    }
    const std::int32_t depth = oneDeeper(inside);
    return {Kind::Map, new MapPayload(Kind::Map, std::move(map)), depth};
}

Value Value::of(engine::Path path) {
    return {Kind::Path, new PathPayload(Kind::Path, std::move(path))};
}

double Value::floating() const noexcept {
    return std::bit_cast<double>(word(Kind::Float));
}

Decimal Value::decimal() const noexcept {
    assert(kind_ == Kind::Decimal);
    if (boxed_) {
        return as<DecimalPayload>(payload()).content;
    }
    return *engine::Decimal::fromParts(word_, static_cast<unsigned>(half_));
}

std::string_view Value::string() const noexcept {
    assert(kind_ == Kind::String);
    const auto& run = as<Run>(payload());
    return {run.text(), run.size};
}

std::span<const std::byte> Value::bytes() const noexcept {
    assert(kind_ == Kind::Bytes);
    const auto& run = as<Run>(payload());
    return std::as_bytes(std::span<const char>(run.text(), run.size));
}

const ZonedDateTime& Value::zonedDateTime() const noexcept {
    assert(kind_ == Kind::ZonedDateTime);
    return as<ZonedPayload>(payload()).content;
}

const Duration& Value::duration() const noexcept {
    assert(kind_ == Kind::Duration);
    return as<DurationPayload>(payload()).content;
}

std::span<const Value> Value::list() const noexcept {
    assert(kind_ == Kind::List);
    return as<ListPayload>(payload()).content;
}

std::span<const MapEntry> Value::map() const noexcept {
    assert(kind_ == Kind::Map);
    return as<MapPayload>(payload()).content;
}

const Value* Value::find(std::string_view key) const noexcept {
    const auto entries = map();
    const auto at =
        std::lower_bound(entries.begin(), entries.end(), key,
                         [](const MapEntry& entry, std::string_view wanted) { return entry.key < wanted; });
    return at != entries.end() && at->key == key ? &at->value : nullptr;
}

const Path& Value::path() const noexcept {
    assert(kind_ == Kind::Path);
    return as<PathPayload>(payload()).content;
}

std::size_t Value::heapBytes() const noexcept {
    if (!boxed_) {
        return 0;
    }
    switch (kind_) {
    case Kind::String:
    case Kind::Bytes:
        return sizeof(Run) + as<Run>(payload()).size;
    case Kind::List: {
        std::size_t bytes = sizeof(ListPayload);
        for (const Value& element : list()) {
            bytes += sizeof(Value) + element.heapBytes();
        }
        return bytes;
    }
    case Kind::Map: {
        std::size_t bytes = sizeof(MapPayload);
        for (const MapEntry& entry : map()) {
            bytes += sizeof(MapEntry) + entry.key.size() + entry.value.heapBytes();
        }
        return bytes;
    }
    case Kind::Path:
        return sizeof(PathPayload) + path().steps.size() * sizeof(PathStep);
    case Kind::ZonedDateTime:
        return sizeof(ZonedPayload) + zonedDateTime().zone.size();
    case Kind::Duration:
        return sizeof(DurationPayload);
    default:
        return sizeof(DecimalPayload);
    }
}

}  // namespace xinpu::engine
