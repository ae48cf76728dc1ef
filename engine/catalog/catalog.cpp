// engine/catalog/catalog.cpp
// Look-ups in a catalogue and growing a new one from it.

#include "engine/catalog/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

std::size_t hashOf(const Shape& shape) noexcept {
    std::size_t hash = shape.type.value;
    const auto mix = [&hash](std::uint32_t number) {
        hash = (hash ^ number) * 0x9e3779b97f4a7c15ULL + 0x7f4a7c15ULL;
    };
    for (const LabelId label : shape.labels) {
        mix(label.value);
    }
    mix(0xffffffffU);
    for (const KeyId key : shape.keys) {
        mix(key.value);
    }
    return hash;
}

}  // namespace

std::optional<std::uint32_t> AdjacencyLayout::slotOf(Direction direction, KeyId key,
                                                     bool of_neighbour) const noexcept {
    const auto& list = slots[static_cast<std::size_t>(direction)];
    for (std::uint32_t i = 0; i < list.size(); ++i) {
        if (list[i].key == key && list[i].of_neighbour == of_neighbour) {
            return i;
        }
    }
    return std::nullopt;
}

std::optional<std::uint32_t> NameTable::find(std::string_view name) const noexcept {
    const auto found = ids_.find(name);
    return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

std::uint32_t NameTable::add(std::string name) {
    const auto id = static_cast<std::uint32_t>(names_.size());
    ids_.emplace(name, id);
    names_.push_back(std::move(name));
    return id;
}

std::optional<LabelId> Catalog::label(std::string_view name) const noexcept {
    const auto id = labels_.find(name);
    return id ? std::optional(LabelId{*id}) : std::nullopt;
}
std::optional<TypeId> Catalog::type(std::string_view name) const noexcept {
    const auto id = types_.find(name);
    return id ? std::optional(TypeId{*id}) : std::nullopt;
}
std::optional<KeyId> Catalog::key(std::string_view name) const noexcept {
    const auto id = keys_.find(name);
    return id ? std::optional(KeyId{*id}) : std::nullopt;
}

std::optional<std::uint32_t> Catalog::findShape(const Shape& shape) const {
    const auto [begin, end] = shape_hashes_.equal_range(hashOf(shape));
    for (auto at = begin; at != end; ++at) {
        if (shapes_[at->second] == shape) {
            return at->second;
        }
    }
    return std::nullopt;
}

bool Catalog::sound(const Shape& shape) const noexcept {
    const auto ascending = [](const auto& list, std::size_t end) {
        return std::adjacent_find(list.begin(), list.end(), std::greater_equal<>()) == list.end() &&
               (list.empty() || list.back().value < end);
    };
    return ascending(shape.labels, labels_.size()) && ascending(shape.keys, keys_.size()) &&
           (!shape.type.valid() || shape.type.value < types_.size());
}

bool Catalog::sound(const IndexDefinition& definition) const noexcept {
    const bool slots = definition.kind == IndexKind::Adjacency || definition.kind == IndexKind::Column;
    const bool single = definition.kind == IndexKind::Bitmap || definition.kind == IndexKind::DateBitmap ||
                        definition.kind == IndexKind::Column;
    return !definition.keys.empty() && (!single || definition.keys.size() == 1) &&
           (!slots || definition.codecs.size() == definition.keys.size()) &&
           (definition.kind != IndexKind::Adjacency || definition.type.valid()) &&
           (!definition.label.valid() || definition.label.value < labels_.size()) &&
           (!definition.type.valid() || definition.type.value < types_.size()) &&
           std::all_of(definition.keys.begin(), definition.keys.end(),
                       [this](KeyId key) { return key.value < keys_.size(); }) &&
           std::all_of(definition.codecs.begin(), definition.codecs.end(),
                       [](SlotCodec codec) { return codec.scale <= Decimal::kScaleMax; });
}

const IndexDefinition* Catalog::index(IndexId id) const noexcept {
    const auto found =
        std::find_if(indexes_.begin(), indexes_.end(), [id](const auto& def) { return def.id == id; });
    return found == indexes_.end() ? nullptr : &*found;
}
const IndexDefinition* Catalog::index(std::string_view name) const noexcept {
    const auto found =
        std::find_if(indexes_.begin(), indexes_.end(), [name](const auto& def) { return def.name == name; });
    return found == indexes_.end() ? nullptr : &*found;
}
const IndexDefinition* Catalog::indexOn(IndexKind kind, LabelId label, KeyId key) const noexcept {
    for (const IndexDefinition& def : indexes_) {
        if (def.kind == kind && def.label == label && def.keys.size() == 1 && def.keys[0] == key) {
            return &def;
        }
    }
    return nullptr;
}

const AdjacencyLayout& Catalog::adjacency(TypeId type) const noexcept {
    static const AdjacencyLayout kBare;
    return type.value < layouts_.size() ? layouts_[type.value] : kBare;
}

bool Catalog::dictionaryKey(KeyId key) const noexcept {
    return key.value < dictionary_keys_.size() && dictionary_keys_[key.value];
}
std::optional<std::string_view> Catalog::text(std::uint32_t code) const noexcept {
    return code < dictionary_.size() ? std::optional(dictionary_.name(code)) : std::nullopt;
}
std::optional<std::uint32_t> Catalog::codeOf(std::string_view text) const noexcept {
    return dictionary_.find(text);
}

LabelId Catalog::primaryLabel(std::span<const LabelId> labels) const noexcept {
    for (const LabelId candidate : labels) {
        const bool implied = std::any_of(implications_.begin(), implications_.end(), [&](const auto& pair) {
            return pair.second == candidate &&
                   std::find(labels.begin(), labels.end(), pair.first) != labels.end();
        });
        if (!implied) {
            return candidate;
        }
    }
    return labels.empty() ? LabelId{} : labels.front();
}

Catalog& CatalogBuilder::writable() {
    if (own_ == nullptr) {
        own_ = std::make_shared<Catalog>(*current_);
        current_ = own_;
    } else if (own_.use_count() > 2) {  // shared with a snapshot since the last change
        own_ = std::make_shared<Catalog>(*own_);
        current_ = own_;
    }
    return *own_;
}

std::uint32_t CatalogBuilder::addName(NameTable Catalog::*table, std::string_view name,
                                      CatalogItem::Kind kind, std::uint32_t most, const char* what) {
    if (const auto known = ((*current_).*table).find(name)) {
        return *known;
    }
    if (name.size() > kNameBytesMax) {
        throw Error(ErrorCode::Limit, fmt::format("The {} '{}…' has {} bytes; at most {} are allowed.", what,
                                                  name.substr(0, 40), name.size(), kNameBytesMax));
    }
    if (((*current_).*table).size() >= most) {
        throw Error(ErrorCode::Limit,
                    fmt::format("There are {} {}s already, the most a database can have.", most, what));
    }
    const std::uint32_t id = (writable().*table).add(std::string(name));
    items_.push_back({kind, id});
    return id;
}

LabelId CatalogBuilder::label(std::string_view name) {
    return LabelId{addName(&Catalog::labels_, name, CatalogItem::Kind::Label, kNamesMax, "label")};
}
TypeId CatalogBuilder::type(std::string_view name) {
    const TypeId id{addName(&Catalog::types_, name, CatalogItem::Kind::Type, kNamesMax, "relationship type")};
    if (id.value >= current_->layouts_.size()) {
        writable().layouts_.resize(id.value + 1);
    }
    return id;
}
KeyId CatalogBuilder::key(std::string_view name) {
    return KeyId{addName(&Catalog::keys_, name, CatalogItem::Kind::Key, kNamesMax, "property key")};
}

std::optional<std::uint32_t> CatalogBuilder::shape(Shape shape) {
    if (const auto known = current_->findShape(shape)) {
        return known;
    }
    if (current_->shapes_.size() >= kShapesMax) {
        return std::nullopt;
    }
    const auto number = static_cast<std::uint32_t>(current_->shapes_.size());
    restoreShape(std::move(shape));
    items_.push_back({CatalogItem::Kind::Shape, number});
    return number;
}

std::optional<std::uint32_t> CatalogBuilder::code(std::string_view text) {
    if (const auto known = current_->dictionary_.find(text)) {
        return known;
    }
    if (text.size() > kDictionaryStringBytesMax || current_->dictionary_.size() >= kDictionaryStringsMax) {
        return std::nullopt;
    }
    return addName(&Catalog::dictionary_, text, CatalogItem::Kind::DictionaryString, kDictionaryStringsMax,
                   "string");
}

IndexId CatalogBuilder::addIndex(IndexDefinition definition) {
    if (current_->next_index_ > kIndexIdMax) {
        throw Error(
            ErrorCode::Limit,
            "This database has declared all the indexes it can number. Export it and import it anew.");
    }
    definition.id = IndexId{current_->next_index_};
    const std::uint32_t id = definition.id.value;
    restoreIndex(std::move(definition));
    items_.push_back({CatalogItem::Kind::Index, id});
    return IndexId{id};
}

void CatalogBuilder::dropIndex(IndexId id) {
    Catalog& catalog = writable();
    std::erase_if(catalog.indexes_, [id](const auto& def) { return def.id == id; });
    rebuildLayouts(catalog);
    items_.push_back({CatalogItem::Kind::IndexDropped, id.value});
}

void CatalogBuilder::makeDictionaryKey(KeyId key) {
    if (current_->dictionaryKey(key)) {
        return;
    }
    Catalog& catalog = writable();
    if (key.value >= catalog.dictionary_keys_.size()) {
        catalog.dictionary_keys_.resize(key.value + 1);
    }
    catalog.dictionary_keys_[key.value] = true;
    items_.push_back({CatalogItem::Kind::DictionaryKey, key.value});
}

void CatalogBuilder::addImplication(LabelId label, LabelId implied) {
    const std::pair pair{label, implied};
    const auto& list = current_->implications_;
    if (std::find(list.begin(), list.end(), pair) != list.end()) {
        return;
    }
    writable().implications_.push_back(pair);
    items_.push_back({CatalogItem::Kind::Implication, static_cast<std::uint32_t>(list.size() - 1)});
}

void CatalogBuilder::restoreName(CatalogItem::Kind kind, std::string name) {
    Catalog& catalog = writable();
    switch (kind) {
    case CatalogItem::Kind::Label:
        catalog.labels_.add(std::move(name));
        break;
    case CatalogItem::Kind::Type:
        catalog.types_.add(std::move(name));
        catalog.layouts_.resize(catalog.types_.size());
        break;
    case CatalogItem::Kind::Key:
        catalog.keys_.add(std::move(name));
        break;
    case CatalogItem::Kind::DictionaryString:
        catalog.dictionary_.add(std::move(name));
        break;
    default:
        XINPU_ASSERT(false);
    }
}

void CatalogBuilder::restoreShape(Shape shape) {
    Catalog& catalog = writable();
    const auto number = static_cast<std::uint32_t>(catalog.shapes_.size());
    catalog.shape_hashes_.emplace(hashOf(shape), number);
    catalog.shapes_.push_back(std::move(shape));
}

void CatalogBuilder::restoreIndex(IndexDefinition definition) {
    Catalog& catalog = writable();
    catalog.next_index_ = std::max(catalog.next_index_, definition.id.value + 1);
    catalog.indexes_.push_back(std::move(definition));
    rebuildLayouts(catalog);
}

void CatalogBuilder::restoreNextIndex(std::uint32_t next) {
    writable().next_index_ = std::max(current_->next_index_, next);
}

void CatalogBuilder::rebuildLayouts(Catalog& catalog) {
    for (AdjacencyLayout& layout : catalog.layouts_) {
        layout = {};
    }
    for (const IndexDefinition& def : catalog.indexes_) {
        if (def.kind != IndexKind::Adjacency) {
            continue;
        }
        if (def.type.value >= catalog.layouts_.size()) {
            catalog.layouts_.resize(def.type.value + 1);
        }
        AdjacencyLayout& layout = catalog.layouts_[def.type.value];
        for (std::size_t d = 0; d < 2; ++d) {
            if (def.direction != Direction::Both && static_cast<std::size_t>(def.direction) != d) {
                continue;
            }
            for (std::size_t i = 0; i < def.keys.size(); ++i) {
                if (layout.slots[d].size() < kCoveredSlotsMax) {
                    layout.slots[d].push_back({def.keys[i], def.codecs[i], def.of_neighbour, def.label});
                    if (layout.hub_order[d] < 0 && def.codecs[i].kind == SlotCodec::Kind::Date) {
                        layout.hub_order[d] = static_cast<int>(layout.slots[d].size()) - 1;
                    }
                }
            }
        }
    }
}

}  // namespace xinpu::engine
