// tests/unit/value/samples.h
#pragma once
// Values for the tests of this room: a hand-sorted list of all kinds, and random ones from a seed.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "engine/value/value.h"

namespace xinpu::engine::test {

/// Text to decimal; the tests know that it is one.
Decimal dec(const char* text);

/// Groups of equivalent values, the groups ascending as orderValues says.
std::vector<std::vector<Value>> sortedGroups();

struct RandomKinds {
    bool storedOnly = false;   ///< no node, relationship, path
    bool indexedOnly = false;  ///< no map either
};

/// Any value; lists and maps are up to `depth` deep. Favours edges: small numbers, limits, shared prefixes.
Value randomValue(std::mt19937_64& random, RandomKinds kinds, unsigned depth = 3);

/// The same kind with the same content, bit for bit: stricter than equivalence (1 is not 1.0), apart from
/// NaN.
bool identical(const Value& a, const Value& b);

/// Whether docs/format/value.md shows exactly these bytes among its examples.
bool formatShows(const std::string& hexBytes);

std::string hex(const std::string& bytes);
std::string fromHex(const std::string& digits);

}  // namespace xinpu::engine::test
