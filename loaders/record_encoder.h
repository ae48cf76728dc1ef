// loaders/record_encoder.h
#pragma once
// What a bulk load stores of a record, made ahead: its row, its keys, its values in bitmaps, its slots.

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/bulk/bulk_graph.h"
#include "engine/graph/record.h"

namespace xinpu::loaders {

/// Encoded nodes, one after the other. Memory is kept by clear().
class EncodedNodes {
public:
    void clear();
    /// Stands for a record that is none, so that numbers go along with those of rows.
    void skip() { nodes_.push_back(end()); }
    std::size_t size() const noexcept { return nodes_.size(); }

private:
    friend class RecordEncoder;
    struct Key {
        engine::IndexId index;
        std::uint32_t text_end;
    };
    struct Bit {
        engine::IndexId index;
        std::uint32_t value;  ///< its number in the bulk load
    };
    struct Slot {
        engine::IndexId column;
        std::int32_t slot;
    };
    /// Where a node's parts end; they begin where those of the one before ended.
    struct Node {
        engine::LabelId primary;
        std::uint32_t labels = 0;
        std::uint32_t row = 0;  ///< in the text, the keys behind it
        std::uint32_t text = 0;
        std::uint32_t keys = 0;
        std::uint32_t bits = 0;
        std::uint32_t slots = 0;
    };
    Node end() const noexcept { return nodes_.empty() ? Node{} : nodes_.back(); }

    std::vector<Node> nodes_;
    std::string text_;
    std::vector<engine::LabelId> labels_;
    std::vector<Key> keys_;
    std::vector<Bit> bits_;
    std::vector<Slot> slots_;
};

/// All declarations must be made before it is.
/// Threads: one at a time encodes; another may add what was encoded meanwhile.
class RecordEncoder {
public:
    explicit RecordEncoder(engine::BulkGraph& graph);

    /// Appends the node. Labels and properties ascending; it joins the id block of `primary`.
    void encode(engine::LabelId primary, const engine::NodeRecord& record, EncodedNodes& nodes);
    /// Appends the row of a relationship.
    void encode(const engine::RelRecord& record, std::string& row);

    /// Puts an encoded node into the load.
    engine::NodeId add(const EncodedNodes& nodes, std::size_t i) const;

private:
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    /// Numbers that the bulk load knows an index's values by.
    struct Values {
        std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> of_text;
        std::unordered_map<std::int64_t, std::vector<std::uint32_t>> of_day;
    };
    struct Head {
        engine::Shape shape;
        std::string bytes;
    };
    void head(const std::vector<engine::LabelId>& labels, engine::TypeId type,
              const engine::Properties& properties, std::string& out);
    void index(const engine::IndexDefinition& definition, const engine::Properties& properties,
               EncodedNodes& nodes);
    void bits(const engine::IndexDefinition& definition, const engine::Value& value, EncodedNodes& nodes);

    engine::BulkGraph& graph_;
    std::vector<engine::IndexDefinition> indexes_;  ///< those on nodes
    std::vector<Values> values_;                    ///< beside indexes_
    std::deque<Head> heads_;                        ///< the latest found first
};

}  // namespace xinpu::loaders
