// tests/model/naive_graph.cpp
// Answers by looking at everything.

#include "naive_graph.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/index/bitmap_index.h"
#include "engine/index/key_index.h"
#include "engine/txn/bitmap_values.h"
#include "engine/value/codec.h"
#include "engine/value/crc32c.h"
#include "engine/value/literal.h"
#include "engine/value/ordered_key.h"

namespace xinpu::engine::model {
namespace {

Value valueOf(const NamedProperties& properties, const std::string& key) {
    const auto found = properties.find(key);
    return found == properties.end() ? Value::null() : found->second;
}

/// The covered slots of a type's entries in one direction, in the order of declaration.
struct Covered {
    std::string key;
    SlotCodec codec;
    bool of_neighbour;
    std::string label;
};
std::vector<Covered> coveredBy(const std::vector<NaiveIndex>& indexes, const std::string& type,
                               Direction direction) {
    std::vector<Covered> covered;
    for (const NaiveIndex& index : indexes) {
        if (index.kind == IndexKind::Adjacency && index.type == type &&
            (index.direction == Direction::Both || index.direction == direction)) {
            for (std::size_t i = 0; i < index.keys.size(); ++i) {
                covered.push_back({index.keys[i], index.codecs[i], index.of_neighbour, index.label});
            }
        }
    }
    return covered;
}

std::string indexText(const NaiveGraph& graph, const NaiveIndex& index) {
    std::string out;
    std::map<std::string, std::set<std::uint32_t>> by_key;
    std::vector<std::pair<std::uint32_t, Value>> values;
    for (const auto& [id, node] : graph.nodes) {
        if (!node->labels.contains(index.label)) {
            continue;
        }
        if (index.kind == IndexKind::Unique || index.kind == IndexKind::Range) {
            if (const auto key = orderedKeyOf(index, node->properties)) {
                by_key[storedKey(*key)].insert(id);
            }
            continue;
        }
        const Value value = valueOf(node->properties, index.keys.front());
        values.emplace_back(id, value);
        if (index.kind == IndexKind::Bitmap && !value.isNull()) {
            by_key[bitmapValue(value)].insert(id);
        } else if (index.kind == IndexKind::DateBitmap && value.kind() == Kind::Date) {
            for (const std::string& one : DateBitmaps::valuesOf(value.date())) {
                by_key[one].insert(id);
            }
        } else if (index.kind == IndexKind::Column) {
            if (const std::int32_t slot = slotOf(value, index.codecs.front()); slot != kSlotAbsent) {
                out += fmt::format("{} {} {}\n", index.name, id, slot);
            }
        }
    }
    for (const auto& [key, ids] : by_key) {
        out += line::ids(index.name + " " + keyText(key), ids);
    }
    if (index.kind == IndexKind::DateBitmap) {
        for (const auto& [from, to] : dateSpans()) {
            std::set<std::uint32_t> ids;
            for (const auto& [id, value] : values) {
                if (value.kind() == Kind::Date && value.date() >= from && value.date() <= to) {
                    ids.insert(id);
                }
            }
            out += line::ids(fmt::format("{} {}..{}", index.name, from.days, to.days), ids);
        }
    }
    return out;
}

using Entries = std::map<std::uint32_t, std::pair<std::uint32_t, std::vector<std::int32_t>>>;

std::string adjacencyText(const NaiveGraph& graph) {
    std::map<std::tuple<std::string, std::uint32_t, Direction>, Entries> lists;
    std::map<std::pair<std::string, Direction>, std::vector<Covered>> covered;
    for (const auto& [id, rel] : graph.relationships) {
        for (const Direction direction : {Direction::Out, Direction::In}) {
            const auto [at, fresh] = covered.try_emplace({rel->type, direction});
            if (fresh) {
                at->second = coveredBy(graph.indexes, rel->type, direction);
            }
            const std::uint32_t node = direction == Direction::Out ? rel->start : rel->end;
            const std::uint32_t neighbour = direction == Direction::Out ? rel->end : rel->start;
            std::vector<std::int32_t> slots;
            for (const Covered& slot : at->second) {
                const NaiveNode& other = *graph.nodes.at(neighbour);
                if (!slot.of_neighbour) {
                    slots.push_back(slotOf(valueOf(rel->properties, slot.key), slot.codec));
                } else if (other.labels.contains(slot.label)) {
                    slots.push_back(slotOf(valueOf(other.properties, slot.key), slot.codec));
                } else {
                    slots.push_back(kSlotSeeRecord);
                }
            }
            lists[{rel->type, node, direction}][id] = {neighbour, std::move(slots)};
        }
    }
    std::string out;
    for (const auto& [key, entries] : lists) {
        out += line::entries(std::get<0>(key), std::get<1>(key), std::get<2>(key), entries);
    }
    return out;
}

}  // namespace

std::vector<std::uint32_t> NaiveGraph::relationshipsOf(std::uint32_t node) const {
    std::vector<std::uint32_t> found;
    for (const auto& [id, rel] : relationships) {
        if (rel->start == node || rel->end == node) {
            found.push_back(id);
        }
    }
    return found;
}

const NaiveIndex* NaiveGraph::index(const std::string& name) const {
    const auto found =
        std::find_if(indexes.begin(), indexes.end(), [&name](const auto& one) { return one.name == name; });
    return found == indexes.end() ? nullptr : &*found;
}

bool NaiveGraph::violated() const {
    for (const NaiveIndex& index : indexes) {
        std::set<std::string> seen;
        const auto broken = [&index](const NamedProperties& properties) {
            return std::any_of(index.keys.begin(), index.keys.end(), [&](const std::string& key) {
                const Value value = valueOf(properties, key);
                return ((index.rules & kRuleExists) != 0 && value.isNull()) ||
                       ((index.rules & kRuleTyped) != 0 && !value.isNull() &&
                        value.kind() != index.value_kind);
            });
        };
        for (const auto& [id, node] : nodes) {
            if (index.label.empty() || !node->labels.contains(index.label)) {
                continue;
            }
            if (broken(node->properties)) {
                return true;
            }
            const auto key = orderedKeyOf(index, node->properties);
            if (index.kind == IndexKind::Unique && key && !seen.insert(*key).second) {
                return true;
            }
        }
        for (const auto& [id, rel] : relationships) {
            if (index.label.empty() && rel->type == index.type && broken(rel->properties)) {
                return true;
            }
        }
    }
    return false;
}

std::string NaiveGraph::text() const {
    std::string out = line::count("nodes", nodes.size()) + line::count("relationships", relationships.size());
    std::map<std::string, std::set<std::uint32_t>> labels;
    std::map<std::string, std::uint64_t> types;
    for (const auto& [id, node] : nodes) {
        out += line::node(id, node->labels, node->properties);
        for (const std::string& label : node->labels) {
            labels[label].insert(id);
        }
    }
    for (const auto& [id, rel] : relationships) {
        out += line::relationship(id, *rel);
        ++types[rel->type];
    }
    for (const auto& [label, ids] : labels) {
        out += line::count("label " + label, ids.size()) + line::ids("labelled " + label, ids);
    }
    for (const auto& [type, count] : types) {
        out += line::count("type " + type, count);
    }
    out += adjacencyText(*this);
    std::map<std::string, std::string> by_name;
    for (const NaiveIndex& index : indexes) {
        by_name[index.name] = indexText(*this, index);
    }
    for (const auto& [name, lines] : by_name) {
        out += "index " + name + "\n" + lines;
    }
    return out;
}

std::optional<std::string> orderedKeyOf(const NaiveIndex& index, const NamedProperties& properties) {
    std::string key;
    for (const std::string& name : index.keys) {
        const Value value = valueOf(properties, name);
        if (value.isNull()) {
            return std::nullopt;
        }
        encodeOrderedKey(value, key);
    }
    return key;
}

std::string valueText(const Value& value) {
    std::string bytes;
    encodeValue(value, bytes);
    return fmt::format("{}:{:x}:{:08x}{}", kindName(value.kind()), bytes.size(),
                       crc32c(0, bytes.data(), bytes.size()),
                       bytes.size() < 12 ? ":" + toCypherText(value) : std::string());
}

std::string propertiesText(const NamedProperties& properties) {
    std::string out;
    for (const auto& [key, value] : properties) {
        out += " " + key + "=" + valueText(value);
    }
    return out;
}

std::string keyText(std::string_view key) {
    if (key.size() > 40) {
        return fmt::format("#{}:{:08x}", key.size(), crc32c(0, key.data(), key.size()));
    }
    std::string out;
    for (const char c : key) {
        out += fmt::format("{:02x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
    return out;
}

std::array<std::pair<Date, Date>, 3> dateSpans() {
    return {{{Date{19'990}, Date{20'010}}, {Date{20'001}, Date{20'001}}, {Date{-100'000}, Date{40'000}}}};
}

namespace line {

std::string node(std::uint32_t id, const std::set<std::string>& labels, const NamedProperties& properties) {
    std::string out = fmt::format("n {} ", id);
    for (const std::string& label : labels) {
        out += ":" + label;
    }
    return out + propertiesText(properties) + "\n";
}
std::string relationship(std::uint32_t id, const NaiveRel& rel) {
    return fmt::format("r {} :{} {}>{}{}\n", id, rel.type, rel.start, rel.end,
                       propertiesText(rel.properties));
}
std::string entries(const std::string& type, std::uint32_t node, Direction direction, const Entries& by_rel) {
    std::string out = fmt::format("a {} {} {}", type, node, direction == Direction::Out ? "out" : "in");
    for (const auto& [rel, entry] : by_rel) {
        fmt::format_to(std::back_inserter(out), " {}:{}", rel, entry.first);
        for (const std::int32_t slot : entry.second) {
            fmt::format_to(std::back_inserter(out), "/{}", slot);
        }
    }
    return out + "\n";
}
std::string ids(const std::string& what, const std::set<std::uint32_t>& ids) {
    std::string out = what + ":";
    for (const std::uint32_t id : ids) {
        fmt::format_to(std::back_inserter(out), " {}", id);
    }
    return out + "\n";
}
std::string count(const std::string& what, std::uint64_t count) {
    return fmt::format("{} {}\n", what, count);
}

}  // namespace line
}  // namespace xinpu::engine::model
