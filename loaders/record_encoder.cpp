// loaders/record_encoder.cpp
// What a commit derives from a record, for the bulk path.

#include "loaders/record_encoder.h"

#include <algorithm>

#include "engine/txn/bitmap_values.h"
#include "engine/txn/snapshot.h"
#include "engine/value/ordered_key.h"
#include "engine/value/varint.h"

namespace xinpu::loaders {
namespace {

/// Records of a load have few shapes; beyond so many the oldest is looked up again.
constexpr std::size_t kHeadsMax = 32;

bool sameShape(const engine::Shape& shape, const std::vector<engine::LabelId>& labels, engine::TypeId type,
               const engine::Properties& properties) {
    return shape.type == type && shape.labels == labels &&
           std::equal(shape.keys.begin(), shape.keys.end(), properties.begin(), properties.end(),
                      [](engine::KeyId key, const auto& property) { return key == property.first; });
}

std::uint32_t size32(std::size_t size) noexcept {
    return static_cast<std::uint32_t>(size);
}

}  // namespace

void EncodedNodes::clear() {
    nodes_.clear();
    text_.clear();
    labels_.clear();
    keys_.clear();
    bits_.clear();
    slots_.clear();
}

RecordEncoder::RecordEncoder(engine::BulkGraph& graph) : graph_(graph) {
    for (const engine::IndexDefinition& definition : graph_.catalog().catalog().indexes()) {
        if (definition.label.valid()) {
            indexes_.push_back(definition);
        }
        if (definition.kind == engine::IndexKind::Bitmap ||
            definition.kind == engine::IndexKind::DateBitmap) {
            graph_.openBitmap(definition.id);
        }
    }
    values_.resize(indexes_.size());
}

void RecordEncoder::head(const std::vector<engine::LabelId>& labels, engine::TypeId type,
                         const engine::Properties& properties, std::string& out) {
    const auto known = std::find_if(heads_.begin(), heads_.end(), [&](const Head& each) {
        return sameShape(each.shape, labels, type, properties);
    });
    if (known != heads_.end()) {
        out += known->bytes;
        return;
    }
    Head fresh{{labels, type, {}}, {}};
    for (const auto& property : properties) {
        fresh.shape.keys.push_back(property.first);
    }
    engine::encodeRowHead(fresh.shape, graph_.catalog(), fresh.bytes);
    out += fresh.bytes;
    heads_.push_front(std::move(fresh));
    if (heads_.size() > kHeadsMax) {
        heads_.pop_back();
    }
}

void RecordEncoder::encode(engine::LabelId primary, const engine::NodeRecord& record, EncodedNodes& nodes) {
    nodes.labels_.insert(nodes.labels_.end(), record.labels.begin(), record.labels.end());
    head(record.labels, engine::TypeId{}, record.properties, nodes.text_);
    engine::encodeRowValues(record.properties, graph_.catalog(), nodes.text_);
    EncodedNodes::Node node;
    node.primary = primary;
    node.row = size32(nodes.text_.size());
    for (std::size_t i = 0; i < indexes_.size(); ++i) {
        if (std::binary_search(record.labels.begin(), record.labels.end(), indexes_[i].label)) {
            index(indexes_[i], record.properties, nodes);
        }
    }
    node.text = size32(nodes.text_.size());
    node.labels = size32(nodes.labels_.size());
    node.keys = size32(nodes.keys_.size());
    node.bits = size32(nodes.bits_.size());
    node.slots = size32(nodes.slots_.size());
    nodes.nodes_.push_back(node);
}

void RecordEncoder::index(const engine::IndexDefinition& definition, const engine::Properties& properties,
                          EncodedNodes& nodes) {
    switch (definition.kind) {
    case engine::IndexKind::Unique:
    case engine::IndexKind::Range:
        if (const auto key = engine::indexKey(definition, properties)) {
            nodes.text_ += *key;
            nodes.keys_.push_back({definition.id, size32(nodes.text_.size())});
        }
        break;
    case engine::IndexKind::Bitmap:
    case engine::IndexKind::DateBitmap:
        bits(definition, engine::propertyOf(properties, definition.keys.front()), nodes);
        break;
    case engine::IndexKind::Column:
        if (const std::int32_t slot =
                engine::slotOf(engine::propertyOf(properties, definition.keys[0]), definition.codecs[0]);
            slot != engine::kSlotAbsent) {
            nodes.slots_.push_back({definition.id, slot});
        }
        break;
    case engine::IndexKind::Adjacency:
    case engine::IndexKind::Rule:
        break;
    }
}

void RecordEncoder::bits(const engine::IndexDefinition& definition, const engine::Value& value,
                         EncodedNodes& nodes) {
    if (value.isNull()) {
        return;
    }
    const bool dates = definition.kind == engine::IndexKind::DateBitmap;
    if (dates && value.kind() != engine::Kind::Date) {
        return;
    }
    Values& known = values_[static_cast<std::size_t>(&definition - indexes_.data())];
    if (dates) {
        std::vector<std::uint32_t>& numbers = known.of_day[value.date().days];
        if (numbers.empty()) {
            for (const std::string& each : engine::DateBitmaps::valuesOf(value.date())) {
                numbers.push_back(graph_.bitmapNumber(definition.id, each));
            }
        }
        for (const std::uint32_t number : numbers) {
            nodes.bits_.push_back({definition.id, number});
        }
        return;
    }
    if (value.kind() != engine::Kind::String) {
        nodes.bits_.push_back(
            {definition.id, graph_.bitmapNumber(definition.id, engine::bitmapValue(value))});
        return;
    }
    auto found = known.of_text.find(value.string());
    if (found == known.of_text.end()) {
        found = known.of_text
                    .emplace(value.string(), graph_.bitmapNumber(definition.id, engine::bitmapValue(value)))
                    .first;
    }
    nodes.bits_.push_back({definition.id, found->second});
}

void RecordEncoder::encode(const engine::RelRecord& record, std::string& row) {
    static const std::vector<engine::LabelId> kNoLabels;
    head(kNoLabels, record.type, record.properties, row);
    engine::putVarint32(record.start.value, row);
    engine::putVarint32(record.end.value, row);
    engine::encodeRowValues(record.properties, graph_.catalog(), row);
}

engine::NodeId RecordEncoder::add(const EncodedNodes& nodes, std::size_t i) const {
    const EncodedNodes::Node& to = nodes.nodes_[i];
    const EncodedNodes::Node from = i == 0 ? EncodedNodes::Node{} : nodes.nodes_[i - 1];
    const std::string_view text = nodes.text_;
    const engine::NodeId id =
        graph_.addNode(to.primary, std::span(nodes.labels_).subspan(from.labels, to.labels - from.labels),
                       text.substr(from.text, to.row - from.text));
    std::size_t at = to.row;
    for (std::size_t k = from.keys; k < to.keys; ++k) {
        graph_.addKey(nodes.keys_[k].index, text.substr(at, nodes.keys_[k].text_end - at), id);
        at = nodes.keys_[k].text_end;
    }
    for (std::size_t k = from.bits; k < to.bits; ++k) {
        graph_.addBitmap(nodes.bits_[k].index, nodes.bits_[k].value, id);
    }
    for (std::size_t k = from.slots; k < to.slots; ++k) {
        graph_.addSlot(nodes.slots_[k].column, id, nodes.slots_[k].slot);
    }
    return id;
}

}  // namespace xinpu::loaders
