// engine/value/ordered_key.h
#pragma once
// Values as bytes whose memcmp order is the order of the values: the keys of indexes.

#include <string>

#include "engine/value/value.h"

namespace xinpu::engine {

/// Appends bytes such that for any two values the bytes compare as orderValues does, and are the same exactly
/// where it calls them equal (1, 1.0 and decimal 1.00). No encoding is a prefix of another, so encodings of
/// several values in a row order as the tuple, and anything may follow. Layout: docs/format/value.md.
///
/// The length is up to the caller to limit: a string needs its length + 3, zero bytes count twice.
/// @throws Error(Type, InvalidPropertyType) for maps, nodes, relationships and paths, also inside lists.
void encodeOrderedKey(const Value& value, std::string& out);

}  // namespace xinpu::engine
