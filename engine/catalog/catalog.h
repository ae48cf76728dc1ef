// engine/catalog/catalog.h
#pragma once
// Names and their numbers, record shapes, declared indexes and constraints: what is true in one snapshot.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/catalog/slot.h"
#include "engine/value/codec.h"
#include "engine/value/ids.h"

namespace xinpu::engine {

/// What records of one kind have in common: nodes with these labels, or relationships of this type, and these
/// keys. A record then stores the shape's number and the values only.
struct Shape {
    std::vector<LabelId> labels;  ///< ascending; nodes
    TypeId type;                  ///< relationships
    std::vector<KeyId> keys;      ///< ascending
    friend bool operator==(const Shape&, const Shape&) = default;
};

enum class IndexKind : std::uint8_t {
    Unique = 1,      ///< (label, keys...) -> at most one node
    Range = 2,       ///< (label, keys...) -> nodes, ordered
    Bitmap = 3,      ///< (label, key) of few values -> nodes
    DateBitmap = 4,  ///< (label, key) of dates -> nodes, by day, month and year
    Adjacency = 5,   ///< covered slots of a relationship type, see AdjacencyLayout
    Column = 6,      ///< (label, key) as slots in column chunks
    Rule = 7,        ///< rules alone, no index: existence and type
};

/// What a declared rule demands beside being an index. A bit set.
inline constexpr std::uint8_t kRuleNone = 0;
inline constexpr std::uint8_t kRuleExists =
    1;  ///< every node of the label (relationship of the type) has the keys
inline constexpr std::uint8_t kRuleTyped = 2;  ///< values are of `value_kind`
inline constexpr std::uint8_t kRulePersonal = 4;  ///< values are of the class personal: masked for most readers
inline constexpr std::uint8_t kRuleText = 8;  ///< a range index that was declared as TEXT: another one than RANGE

struct IndexDefinition {
    IndexId id{};
    std::string name{};
    IndexKind kind = IndexKind::Range;
    std::uint8_t rules = kRuleNone;
    Kind value_kind = Kind::Null;
    LabelId label{};
    TypeId type{};  ///< Adjacency
    std::vector<KeyId> keys{};
    std::vector<SlotCodec> codecs{};  ///< Adjacency, Column: one a key
    bool of_neighbour =
        false;  ///< Adjacency: the keys are the neighbour's (which has `label`), not the relationship's
    Direction direction = Direction::Both;  ///< Adjacency: entries of which direction carry the slots
};

/// One covered property of an adjacency entry.
struct CoveredSlot {
    KeyId key;
    SlotCodec codec;
    bool of_neighbour = false;
    LabelId label;  ///< of_neighbour: which label the neighbour must have
};

inline constexpr std::size_t kCoveredSlotsMax = 6;
inline constexpr std::size_t kEntryFixedBytes = 8;  ///< neighbour and relationship

/// What stands in an adjacency entry of one relationship type, per direction.
struct AdjacencyLayout {
    std::vector<CoveredSlot> slots[2];  ///< by Direction::Out, Direction::In
    int hub_order[2] = {-1, -1};        ///< slot by which hub blocks are ordered, or -1

    std::uint32_t stride(Direction direction) const noexcept {
        return static_cast<std::uint32_t>(kEntryFixedBytes +
                                          4 * slots[static_cast<std::size_t>(direction)].size());
    }
    /// Position of a covered property, or nothing.
    std::optional<std::uint32_t> slotOf(Direction direction, KeyId key, bool of_neighbour) const noexcept;
};

/// Names of one kind and their numbers, dense from 0.
class NameTable {
public:
    std::optional<std::uint32_t> find(std::string_view name) const noexcept;
    std::string_view name(std::uint32_t id) const noexcept { return names_[id]; }
    std::size_t size() const noexcept { return names_.size(); }
    std::uint32_t add(std::string name);

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };
    std::vector<std::string> names_;
    std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> ids_;
};

/// Longest name of a label, type, key, index; most of each kind.
inline constexpr std::size_t kNameBytesMax = 400;
inline constexpr std::uint32_t kNamesMax = 65'000;
/// Beyond so many shapes, records describe themselves (a graph whose records all differ).
inline constexpr std::uint32_t kShapesMax = 4'096;
/// Numbers of indexes are never used again; table keys hold them in two bytes.
inline constexpr std::uint32_t kIndexIdMax = 65'000;
inline constexpr std::uint32_t kDictionaryStringsMax = 65'536;
inline constexpr std::size_t kDictionaryStringBytesMax = 64;

/// Threads: immutable once published; any number of threads may read it.
class Catalog final : public StringDictionary {
public:
    const NameTable& labels() const noexcept { return labels_; }
    const NameTable& types() const noexcept { return types_; }
    const NameTable& keys() const noexcept { return keys_; }
    std::optional<LabelId> label(std::string_view name) const noexcept;
    std::optional<TypeId> type(std::string_view name) const noexcept;
    std::optional<KeyId> key(std::string_view name) const noexcept;

    const Shape* shape(std::uint32_t number) const noexcept {
        return number < shapes_.size() ? &shapes_[number] : nullptr;
    }
    /// Whether all its names were given out and stand in order.
    bool sound(const Shape& shape) const noexcept;
    /// Whether a definition names what exists and has what its kind needs.
    bool sound(const IndexDefinition& definition) const noexcept;
    std::size_t shapeCount() const noexcept { return shapes_.size(); }
    std::optional<std::uint32_t> findShape(const Shape& shape) const;

    std::span<const IndexDefinition> indexes() const noexcept { return indexes_; }
    const IndexDefinition* index(IndexId id) const noexcept;
    const IndexDefinition* index(std::string_view name) const noexcept;
    /// The index of this kind on exactly this label and key, or nullptr.
    const IndexDefinition* indexOn(IndexKind kind, LabelId label, KeyId key) const noexcept;
    /// The layout of a type's entries; the bare one if nothing was declared.
    const AdjacencyLayout& adjacency(TypeId type) const noexcept;
    /// Whether string values of `key` are stored as dictionary codes.
    bool dictionaryKey(KeyId key) const noexcept;
    std::optional<std::string_view> text(std::uint32_t code) const noexcept override;
    std::optional<std::uint32_t> codeOf(std::string_view text) const noexcept;
    std::size_t dictionarySize() const noexcept { return dictionary_.size(); }
    /// Of `label`: labels that it implies (declared), e.g. Company implies Subject.
    std::span<const std::pair<LabelId, LabelId>> implications() const noexcept { return implications_; }
    /// The label for whose ids a node's id block is kept: the one that no other of them implies.
    LabelId primaryLabel(std::span<const LabelId> labels) const noexcept;

private:
    friend class CatalogBuilder;
    NameTable labels_;
    NameTable types_;
    NameTable keys_;
    NameTable dictionary_;
    std::vector<Shape> shapes_;
    std::unordered_multimap<std::size_t, std::uint32_t> shape_hashes_;
    std::vector<IndexDefinition> indexes_;
    std::vector<AdjacencyLayout> layouts_;  ///< by type
    std::vector<bool> dictionary_keys_;     ///< by key
    std::vector<std::pair<LabelId, LabelId>> implications_;
    std::uint32_t next_index_ = 0;
};

/// What was added since the builder was made, to be written by the commit.
struct CatalogItem {
    enum class Kind : std::uint8_t {
        Label = 1,
        Type = 2,
        Key = 3,
        Shape = 4,
        Index = 5,
        DictionaryString = 6,
        DictionaryKey = 7,
        Implication = 8,
        IndexDropped = 9,
    };
    Kind kind;
    std::uint32_t id;
};

/// Adds to a catalogue. The first change copies it; the base stays as it is.
/// Threads: one at a time.
class CatalogBuilder {
public:
    explicit CatalogBuilder(std::shared_ptr<const Catalog> base) : current_(std::move(base)) {}

    const Catalog& catalog() const noexcept { return *current_; }
    std::shared_ptr<const Catalog> share() const noexcept { return current_; }
    bool changed() const noexcept { return !items_.empty(); }
    std::span<const CatalogItem> items() const noexcept { return items_; }

    /// The number of a name, given out if it is new. @throws Error(Limit) too long or too many
    LabelId label(std::string_view name);
    TypeId type(std::string_view name);
    KeyId key(std::string_view name);
    /// The number of a shape, or nothing once there are kShapesMax: the record describes itself then.
    std::optional<std::uint32_t> shape(Shape shape);
    /// A dictionary code for a string of a dictionary key, or nothing if the dictionary is full or it is too
    /// long.
    std::optional<std::uint32_t> code(std::string_view text);
    /// Declares; the caller has filled the index from what exists. The id is given out here.
    IndexId addIndex(IndexDefinition definition);
    void dropIndex(IndexId id);
    void makeDictionaryKey(KeyId key);
    void addImplication(LabelId label, LabelId implied);
    /// Takes in what another process or an earlier run wrote (catalog_store).
    void restoreName(CatalogItem::Kind kind, std::string name);
    void restoreShape(Shape shape);
    void restoreIndex(IndexDefinition definition);
    void restoreNextIndex(std::uint32_t next);
    void forgetItems() { items_.clear(); }

private:
    Catalog& writable();
    std::uint32_t addName(NameTable Catalog::*table, std::string_view name, CatalogItem::Kind kind,
                          std::uint32_t most, const char* what);
    static void rebuildLayouts(Catalog& catalog);

    std::shared_ptr<const Catalog> current_;
    std::shared_ptr<Catalog> own_;
    std::vector<CatalogItem> items_;
};

}  // namespace xinpu::engine
