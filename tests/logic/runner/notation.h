// tests/logic/runner/notation.h
#pragma once
// Values in the notation of the openCypher test kit, brought to one canonical text so that equal values are
// equal strings: labels and keys sorted, floats in their shortest form.

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "engine/value/value.h"
#include "query/view/graph_view.h"

namespace xinpu::logic {

/// What is wrong with a test file; the runner adds the place.
class BadTest : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// HTTP and Bolt write decimals as strings, so what is expected is written the same way there.
enum class Decimals { AsDecimals, AsStrings };

/// Canonical text of what a test file says: `(:A {p: 1})`, `[:T]`, `<(:A)-[:T]->()>`, `decimal('1.5')` …
/// @throws BadTest
std::string canonical(std::string_view written, Decimals decimals);

/// What a node or a relationship is made of.
struct Entity {
    std::vector<std::string> labels{};  ///< of a relationship: its type
    std::vector<std::pair<std::string, engine::Value>> properties{};
};

/// Where nodes and relationships of a value are read.
class Entities {
public:
    virtual ~Entities() = default;
    virtual Entity node(engine::NodeId id) const = 0;
    virtual Entity relationship(engine::RelId id) const = 0;
};

/// Canonical text of a value.
std::string canonical(const engine::Value& value, const Entities& entities);
/// Nodes and relationships are read through `graph`; a deleted one is empty.
std::string canonical(const engine::Value& value, const query::GraphView& graph);

/// Canonical text of a value as typed JSON names it. @throws BadTest
std::string canonicalTyped(const engine::Value& typed);

/// Cuts a header or a row at the `|` outside quotes and brackets; bars at the ends are left out.
std::vector<std::string> cells(std::string_view line);

}  // namespace xinpu::logic
