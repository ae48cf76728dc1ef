// engine/catalog/personal_class.cpp
// Reads rules and declarations into tables by number.

#include "engine/catalog/personal_class.h"

#include <algorithm>

namespace xinpu::engine {

namespace {

std::uint64_t pairOf(std::uint32_t element, KeyId key) noexcept {
    return std::uint64_t{element} << 32U | key.value;
}

bool holds(const std::vector<std::uint64_t>& pairs, std::uint32_t element, KeyId key) noexcept {
    return std::binary_search(pairs.begin(), pairs.end(), pairOf(element, key));
}

void order(std::vector<std::uint64_t>& pairs) {
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
}

bool marked(const std::vector<bool>& marks, std::uint32_t number) noexcept {
    return number < marks.size() && marks[number];
}

}  // namespace

PersonalClass::PersonalClass(const Catalog& catalog, const PersonalRules& rules)
    : everywhere_(catalog.keys().size()), whole_(catalog.labels().size()), possible_(catalog.keys().size()) {
    for (const std::string& name : rules.keys) {
        if (const auto key = catalog.key(name)) {
            everywhere_[key->value] = true;
            any_ = true;
        }
    }
    bool of_nodes = false;
    for (const std::string& name : rules.labels) {
        if (const auto label = catalog.label(name)) {
            whole_[label->value] = true;
            of_nodes = true;
        }
    }
    for (const IndexDefinition& declared : catalog.indexes()) {
        if ((declared.rules & kRulePersonal) == 0) {
            continue;
        }
        for (const KeyId key : declared.keys) {
            if (declared.type.valid()) {
                of_type_.push_back(pairOf(declared.type.value, key));
            } else {
                of_label_.push_back(pairOf(declared.label.value, key));
                possible_[key.value] = true;
                of_nodes = true;
            }
        }
    }
    order(of_label_);
    order(of_type_);
    any_ = any_ || of_nodes || !of_type_.empty();
    if (!of_nodes) {
        return;
    }
    nodes_unknown_ = catalog.shapeCount() >= kShapesMax;
    for (std::uint32_t number = 0; number < catalog.shapeCount(); ++number) {
        const Shape& shape = *catalog.shape(number);
        for (const KeyId key : shape.keys) {
            if (shape.labels.empty() || !isPersonal(shape.labels, key)) {
                continue;
            }
            possible_[key.value] = true;
            for (const LabelId label : shape.labels) {
                possible_with_.push_back(pairOf(label.value, key));
            }
        }
    }
    order(possible_with_);
}

bool PersonalClass::isWhole(LabelId label) const noexcept {
    return marked(whole_, label.value);
}
bool PersonalClass::isEverywhere(KeyId key) const noexcept {
    return marked(everywhere_, key.value);
}

bool PersonalClass::mayHold(KeyId key) const noexcept {
    return isEverywhere(key) || nodes_unknown_ || marked(possible_, key.value) ||
           std::any_of(of_type_.begin(), of_type_.end(), [key](std::uint64_t pair) {
               return static_cast<std::uint32_t>(pair) == key.value;
           });
}

bool PersonalClass::mayHold(LabelId label, KeyId key) const noexcept {
    const LabelId one[] = {label};
    return isPersonal(one, key) || nodes_unknown_ || holds(possible_with_, label.value, key);
}

bool PersonalClass::mayTell(const IndexDefinition& index) const noexcept {
    const bool of_relationship = index.kind == IndexKind::Adjacency && !index.of_neighbour;
    return std::any_of(index.keys.begin(), index.keys.end(), [&](KeyId key) {
        return of_relationship ? mayHold(index.type, key) : mayHold(index.label, key);
    });
}

bool PersonalClass::isPersonal(std::span<const LabelId> labels, KeyId key) const noexcept {
    return isEverywhere(key) || std::any_of(labels.begin(), labels.end(), [&](LabelId label) {
               return isWhole(label) || holds(of_label_, label.value, key);
           });
}

bool PersonalClass::isPersonal(TypeId type, KeyId key) const noexcept {
    return isEverywhere(key) || holds(of_type_, type.value, key);
}

}  // namespace xinpu::engine
