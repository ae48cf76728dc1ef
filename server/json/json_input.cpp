// server/json/json_input.cpp
// RapidJSON's reader feeds a stack of values; typed values are taken apart afterwards.
#include "server/json/json_input.h"

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include "xinpu/error.h"

namespace xinpu::server {
namespace {

using engine::Kind;
using engine::MapEntry;
using engine::Value;
using rapidjson::SizeType;

/// Takes the reader's events. A refusal of ours is kept in `refusal` and ends the reading.
class ValueBuilder {
public:
    bool Null() { return push({}); }
    bool Bool(bool truth) { return push(Value::of(truth)); }
    bool String(const char* text, SizeType size, bool) {
        return push(Value::of(std::string_view(text, size)));
    }
    bool RawNumber(const char* text, SizeType size, bool) {
        const std::string_view digits(text, size);
        return digits.find_first_of(".eE") == std::string_view::npos ? pushInteger(digits)
                                                                     : pushFloat(digits);
    }
    // The reader hands numbers as text; these complete the interface that it is compiled against.
    bool Int(int number) { return push(Value::of(std::int64_t{number})); }
    bool Uint(unsigned number) { return push(Value::of(std::int64_t{number})); }
    bool Int64(std::int64_t number) { return push(Value::of(number)); }
    bool Uint64(std::uint64_t) { return refuse("an integer does not fit in 64 bits"); }
    bool Double(double number) { return push(Value::of(number)); }

    bool StartObject() { return deeper(); }
    bool StartArray() { return deeper(); }
    bool Key(const char* text, SizeType size, bool) {
        keys_.emplace_back(text, size);
        return true;
    }
    bool EndObject(SizeType count) {
        std::vector<MapEntry> entries;
        entries.reserve(count);
        const std::size_t first_value = values_.size() - count;
        const std::size_t first_key = keys_.size() - count;
        for (std::size_t i = 0; i < count; ++i) {
            entries.push_back({std::move(keys_[first_key + i]), std::move(values_[first_value + i])});
        }
        values_.resize(first_value);
        keys_.resize(first_key);
        --depth_;
        return push(Value::of(std::move(entries)));
    }
    bool EndArray(SizeType count) {
        const auto first = values_.end() - static_cast<std::ptrdiff_t>(count);
        std::vector<Value> list(std::make_move_iterator(first), std::make_move_iterator(values_.end()));
        values_.erase(first, values_.end());
        --depth_;
        return push(Value::of(std::move(list)));
    }

    const std::string& refusal() const noexcept { return refusal_; }
    Value take() { return std::move(values_.back()); }

private:
    bool push(Value value) {
        values_.push_back(std::move(value));
        return true;
    }
    bool refuse(std::string why) {
        refusal_ = std::move(why);
        return false;
    }
    bool deeper() {
        return ++depth_ <= kJsonDepthMax || refuse(fmt::format("nested more than {} deep", kJsonDepthMax));
    }
    bool pushInteger(std::string_view digits) {
        std::int64_t number = 0;
        const auto status = std::from_chars(digits.data(), digits.data() + digits.size(), number).ec;
        return status == std::errc()
                   ? push(Value::of(number))
                   : refuse(fmt::format("the integer {:.40} does not fit in 64 bits", digits));
    }
    bool pushFloat(std::string_view digits) {
        double number = 0;
        const auto status = std::from_chars(digits.data(), digits.data() + digits.size(), number).ec;
        if (status == std::errc::result_out_of_range && underflows(digits)) {
            return push(Value::of(0.0));
        }
        return status == std::errc()
                   ? push(Value::of(number))
                   : refuse(fmt::format("the number {:.40} does not fit in a float", digits));
    }
    /// Out of range with a negative exponent means too small: zero is the nearest double.
    static bool underflows(std::string_view digits) {
        const std::size_t exponent = digits.find_first_of("eE");
        return exponent != std::string_view::npos && digits.substr(exponent + 1).starts_with('-');
    }

    std::vector<Value> values_;
    std::vector<std::string> keys_;
    std::size_t depth_ = 0;
    std::string refusal_;
};

[[noreturn]] void refuseTyped(std::string_view name, std::string_view why) {
    throw Error(ErrorCode::Usage, fmt::format("'{}': {}", name, why));
}

/// A function of the language that reads a type's ISO text.
struct Reader {
    std::string_view type;
    const char* function;
    Kind kind;
};
constexpr Reader kReaders[] = {
    {"Date", "date", Kind::Date},
    {"Time", "time", Kind::Time},
    {"LocalTime", "localtime", Kind::LocalTime},
    {"OffsetDateTime", "datetime", Kind::ZonedDateTime},
    {"ZonedDateTime", "datetime", Kind::ZonedDateTime},
    {"LocalDateTime", "localdatetime", Kind::LocalDateTime},
    {"Duration", "duration", Kind::Duration},
};

Value readTemporal(const Reader& reader, const Value& text, std::string_view name,
                   const query::Registry& registry) {
    const query::Function* function = registry.function(reader.function);
    if (function == nullptr || function->call == nullptr) {
        refuseTyped(name, fmt::format("Type {} is not supported.", reader.type));
    }
    query::Budget budget{query::BudgetLimits{}};
    query::EvalContext context;
    context.budget = &budget;
    try {
        Value value = function->call(context, {&text, 1});
        if (value.kind() == reader.kind) {
            return value;
        }
    } catch (const Error&) {
        // The function words it for a statement; a client is told which member is wrong.
    }
    refuseTyped(name, fmt::format("'{:.60}' is no {}.", text.string(), reader.type));
}

Value readInteger(std::string_view text, std::string_view name) {
    std::int64_t number = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (status != std::errc() || end != text.data() + text.size()) {
        refuseTyped(name, fmt::format("'{:.60}' is no Integer of 64 bits.", text));
    }
    return Value::of(number);
}

Value readFloat(std::string_view text, std::string_view name) {
    if (text == "NaN") {
        return Value::of(std::nan(""));
    }
    if (text == "Infinity" || text == "-Infinity") {
        return Value::of(text.front() == '-' ? -HUGE_VAL : HUGE_VAL);
    }
    double number = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (status != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) {
        refuseTyped(name, fmt::format("'{:.60}' is no Float.", text));
    }
    return Value::of(number);
}

Value readBase64(std::string_view text, std::string_view name) {
    std::string bytes(text.size() / 4 * 3 + 3, '\0');
    const int size = text.size() % 4 != 0
                         ? -1
                         : EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                           reinterpret_cast<const unsigned char*>(text.data()),
                                           static_cast<int>(text.size()));
    if (size < 0) {
        refuseTyped(name, "the text is no Base64.");
    }
    const std::size_t padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return Value::ofBytes(std::as_bytes(std::span(bytes.data(), bytes.size())));
}

Value readText(std::string_view type, const Value& value, std::string_view name,
               const query::Registry& registry) {
    if (value.kind() != Kind::String) {
        refuseTyped(name, fmt::format("the _value of {} must be a string.", type));
    }
    if (type == "String") {
        return value;
    }
    if (type == "Integer") {
        return readInteger(value.string(), name);
    }
    if (type == "Float") {
        return readFloat(value.string(), name);
    }
    if (type == "Base64") {
        return readBase64(value.string(), name);
    }
    for (const Reader& reader : kReaders) {
        if (reader.type == type) {
            return readTemporal(reader, value, name, registry);
        }
    }
    refuseTyped(name, fmt::format("Type {:.60} is not supported.", type));
}

Value readList(const Value& value, std::string_view name, const query::Registry& registry) {
    if (value.kind() != Kind::List) {
        refuseTyped(name, "the _value of List must be an array.");
    }
    std::vector<Value> list;
    list.reserve(value.list().size());
    for (const Value& element : value.list()) {
        list.push_back(fromTyped(element, name, registry));
    }
    return Value::of(std::move(list));
}

Value readMap(const Value& value, std::string_view name, const query::Registry& registry) {
    if (value.kind() != Kind::Map) {
        refuseTyped(name, "the _value of Map must be an object.");
    }
    std::vector<MapEntry> map;
    map.reserve(value.map().size());
    for (const MapEntry& entry : value.map()) {
        map.push_back({entry.key, fromTyped(entry.value, name, registry)});
    }
    return Value::of(std::move(map));
}

}  // namespace

engine::Value parseJson(std::string_view text) {
    constexpr unsigned kFlags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag |
                                rapidjson::kParseNumbersAsStringsFlag;
    ValueBuilder builder;
    rapidjson::Reader reader;
    rapidjson::MemoryStream stream(text.data(), text.size());
    const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
    if (result.IsError()) {
        const std::string why =
            builder.refusal().empty() ? rapidjson::GetParseError_En(result.Code()) : builder.refusal();
        throw Error(ErrorCode::Usage,
                    fmt::format("The JSON cannot be read at byte {}: {}", result.Offset(), why));
    }
    return builder.take();
}

engine::Value fromTyped(const engine::Value& typed, std::string_view name, const query::Registry& registry) {
    // Typed JSON nests two levels for one of the value's, so kJsonDepthMax bounds this recursion too.
    const Value* type = typed.kind() == Kind::Map ? typed.find("$type") : nullptr;
    if (type == nullptr || type->kind() != Kind::String || typed.find("_value") == nullptr ||
        typed.map().size() != 2) {
        refuseTyped(name, "typed parameters have the form {\"$type\":…,\"_value\":…}.");
    }
    const Value& value = *typed.find("_value");
    const std::string_view type_name = type->string();
    if (type_name == "Null") {
        return {};
    }
    if (type_name == "Boolean") {
        if (value.kind() != Kind::Boolean) {
            refuseTyped(name, "the _value of Boolean must be true or false.");
        }
        return value;
    }
    if (type_name == "List") {
        return readList(value, name, registry);
    }
    if (type_name == "Map") {
        return readMap(value, name, registry);
    }
    return readText(type_name, value, name, registry);
}

}  // namespace xinpu::server
