// engine/value/codec.h
#pragma once
// The compact encoding of values inside records and journal entries (layout: docs/format/value.md).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/value/value.h"

namespace xinpu::engine {

/// Lists and maps may be nested so deep in a stored value.
inline constexpr unsigned kStoredNestingMax = 64;

/// Turns the codes of a property's dictionary back into text. Implemented by the rooms that keep
/// dictionaries.
class StringDictionary {
public:
    /// Nothing for a code that was never given out. The text lives as long as the dictionary.
    virtual std::optional<std::string_view> text(std::uint32_t code) const noexcept = 0;

protected:
    ~StringDictionary() = default;
};

/// Whether the value may be a property: a scalar other than null, or a list of such scalars.
bool storable(const Value& value) noexcept;

/// Appends the encoding: 1 to 3 bytes for small integers and dates of our time, one byte and the text for
/// strings up to 63 bytes. Maps, nulls and nested lists are encoded too (parameters in the journal).
/// @throws Error(Type, InvalidPropertyType) for nodes, relationships and paths, also inside;
///         Error(Limit, NESTING_LIMIT) for what is nested deeper than kStoredNestingMax.
void encodeValue(const Value& value, std::string& out);

/// Appends a string that the dictionary of its property knows as `code`.
void encodeDictString(std::uint32_t code, std::string& out);

/// Reads one value and moves `in` behind it. False on damage, or on a dictionary code without `dictionary` or
/// unknown to it: then `in` and `out` are as before. Never asks for more memory than a fixed multiple of
/// `in`.
bool decodeValue(std::span<const std::byte>& in, Value& out,
                 const StringDictionary* dictionary = nullptr) noexcept;

/// Moves `in` behind one value without building it; checks lengths and nesting, not the content. False on
/// damage: then `in` is as before.
bool skipValue(std::span<const std::byte>& in) noexcept;

}  // namespace xinpu::engine
