// tests/model/naive_graph.h
#pragma once
// The graph that every test can trust: names and values in std::map, nothing clever.

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/catalog/catalog.h"
#include "engine/value/value.h"

namespace xinpu::engine::model {

using NamedProperties = std::map<std::string, Value>;

struct NaiveNode {
    std::set<std::string> labels;
    NamedProperties properties;
};
struct NaiveRel {
    std::string type;
    std::uint32_t start = 0;
    std::uint32_t end = 0;
    NamedProperties properties;
};
/// A declaration in names; the engine's numbers are of no concern here.
struct NaiveIndex {
    std::string name;
    IndexKind kind = IndexKind::Range;
    std::uint8_t rules = kRuleNone;
    Kind value_kind = Kind::Null;
    std::string label;  ///< empty: none
    std::string type;   ///< empty: none
    std::vector<std::string> keys;
    std::vector<SlotCodec> codecs;
    bool of_neighbour = false;
    Direction direction = Direction::Both;
};

/// Copies are cheap: records are shared.
struct NaiveGraph {
    std::map<std::uint32_t, std::shared_ptr<const NaiveNode>> nodes;
    std::map<std::uint32_t, std::shared_ptr<const NaiveRel>> relationships;
    std::vector<NaiveIndex> indexes;
    std::set<std::string> dictionary_keys;
    std::set<std::string> types_stored;  ///< have a relationship of an earlier transaction

    std::vector<std::uint32_t> relationshipsOf(std::uint32_t node) const;
    const NaiveIndex* index(const std::string& name) const;
    /// Whether a declared rule is broken.
    bool violated() const;
    /// Everything that can be read of the graph, as text: snapshot_text.h gives the same of a snapshot.
    std::string text() const;
};

/// Key of a unique or range index, or nothing.
std::optional<std::string> orderedKeyOf(const NaiveIndex& index, const NamedProperties& properties);
/// A value, exactly: kind, digest of its encoding, and what a reader needs to recognise it.
std::string valueText(const Value& value);
/// "k=… m=…"
std::string propertiesText(const NamedProperties& properties);
/// Hex digits; long keys by digest.
std::string keyText(std::string_view key);
/// The spans for which date indexes are asked.
std::array<std::pair<Date, Date>, 3> dateSpans();

/// Lines of the text, by what they describe; shared by both sides so that only the content can differ.
namespace line {
std::string node(std::uint32_t id, const std::set<std::string>& labels, const NamedProperties& properties);
std::string relationship(std::uint32_t id, const NaiveRel& rel);
std::string
entries(const std::string& type, std::uint32_t node, Direction direction,
        const std::map<std::uint32_t, std::pair<std::uint32_t, std::vector<std::int32_t>>>& by_rel);
std::string ids(const std::string& what, const std::set<std::uint32_t>& ids);
std::string count(const std::string& what, std::uint64_t count);
}  // namespace line

}  // namespace xinpu::engine::model
