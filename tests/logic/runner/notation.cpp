// tests/logic/runner/notation.cpp
// Reads the notation of test files, and writes values and typed JSON in its canonical form.

#include "notation.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>

#include "engine/value/literal.h"
#include "server/json/value_json.h"

namespace xinpu::logic {

using engine::Kind;
using engine::Value;

namespace {

using Members = std::map<std::string, std::string>;

std::string listText(const std::vector<std::string>& items) {
    std::string text = "[";
    for (const std::string& item : items) {
        text += (text.size() > 1 ? ", " : "") + item;
    }
    return text + "]";
}

std::string mapText(const Members& members) {
    std::string text = "{";
    for (const auto& [key, value] : members) {
        text += (text.size() > 1 ? ", " : "") + key + ": " + value;
    }
    return text + "}";
}

std::string nodeText(std::vector<std::string> labels, const Members& properties) {
    std::sort(labels.begin(), labels.end());
    std::string text = "(";
    for (const std::string& label : labels) {
        text += ":" + label;
    }
    if (!properties.empty()) {
        text += (text.size() > 1 ? " " : "") + mapText(properties);
    }
    return text + ")";
}

std::string relationshipText(const std::string& type, const Members& properties) {
    return "[:" + type + (properties.empty() ? "" : " " + mapText(properties)) + "]";
}

std::string stepText(const std::string& relationship, bool forward) {
    return forward ? "-" + relationship + "->" : "<-" + relationship + "-";
}

class Reader {
public:
    Reader(std::string_view text, Decimals decimals) : text_(text), decimals_(decimals) {}

    std::string whole() {
        std::string value = this->value();
        space();
        if (at_ != text_.size()) {
            fail("something follows the value");
        }
        return value;
    }

private:
    [[noreturn]] void fail(const std::string& why) const {
        throw BadTest("'" + std::string(text_) + "' is no value: " + why + " at " + std::to_string(at_));
    }
    void space() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) {
            ++at_;
        }
    }
    char peek() {
        space();
        return at_ < text_.size() ? text_[at_] : '\0';
    }
    bool take(std::string_view sign) {
        space();
        if (text_.substr(at_, sign.size()) != sign) {
            return false;
        }
        at_ += sign.size();
        return true;
    }
    void need(std::string_view sign) {
        if (!take(sign)) {
            fail("'" + std::string(sign) + "' is expected");
        }
    }

    std::string name() {
        space();
        std::string found;
        if (peek() == '`') {
            const std::size_t end = text_.find('`', at_ + 1);
            if (end == std::string_view::npos) {
                fail("a back quote is open");
            }
            found = text_.substr(at_ + 1, end - at_ - 1);
            at_ = end + 1;
            return found;
        }
        while (at_ < text_.size()) {
            const auto byte = static_cast<unsigned char>(text_[at_]);
            if (std::isalnum(byte) == 0 && byte != '_' && byte < 0x80) {
                break;
            }
            found += text_[at_++];
        }
        if (found.empty()) {
            fail("a name is expected");
        }
        return found;
    }

    std::string string() {
        std::string found;
        need("'");
        for (;; ++at_) {
            if (at_ >= text_.size()) {
                fail("a quote is open");
            }
            if (text_[at_] == '\'') {
                ++at_;
                return found;
            }
            if (text_[at_] != '\\' || at_ + 1 == text_.size()) {
                found += text_[at_];
                continue;
            }
            const char escaped = text_[++at_];
            static constexpr std::string_view kLetters = "ntrbf";
            static constexpr std::string_view kBytes = "\n\t\r\b\f";
            const std::size_t which = kLetters.find(escaped);
            found += which == std::string_view::npos ? escaped : kBytes[which];
        }
    }

    Members map() {
        Members members;
        need("{");
        while (!take("}")) {
            std::string key = name();
            need(":");
            members[key] = value();
            if (peek() != '}') {
                need(",");
            }
        }
        return members;
    }

    std::string node() {
        need("(");
        std::vector<std::string> labels;
        while (take(":")) {
            labels.push_back(name());
        }
        Members properties = peek() == '{' ? map() : Members{};
        need(")");
        return nodeText(labels, properties);
    }

    std::string relationship() {
        need("[");
        need(":");
        const std::string type = name();
        Members properties = peek() == '{' ? map() : Members{};
        need("]");
        return relationshipText(type, properties);
    }

    std::string path() {
        need("<");
        std::string text = "<" + node();
        while (!take(">")) {
            const bool forward = !take("<-");
            if (forward) {
                need("-");
            }
            text += stepText(relationship(), forward);
            need(forward ? "->" : "-");
            text += node();
        }
        return text + ">";
    }

    std::string list() {
        const std::size_t start = at_;
        need("[");
        if (peek() == ':') {
            at_ = start;
            return relationship();
        }
        std::vector<std::string> items;
        while (!take("]")) {
            items.push_back(value());
            if (peek() != ']') {
                need(",");
            }
        }
        return listText(items);
    }

    std::string number() {
        const std::size_t start = at_;
        while (at_ < text_.size() &&
               std::string_view("+-.0123456789eE").find(text_[at_]) != std::string_view::npos) {
            ++at_;
        }
        const std::string digits(text_.substr(start, at_ - start));
        if (digits.empty()) {
            fail("a value is expected");
        }
        if (digits.find_first_of(".eE") == std::string::npos) {
            return std::to_string(std::strtoll(digits.c_str(), nullptr, 10));
        }
        return engine::formatFloat(std::strtod(digits.c_str(), nullptr));
    }

    std::string value() {
        switch (peek()) {
        case '\'':
            return engine::quoted(string());
        case '{':
            return mapText(map());
        case '[':
            return list();
        case '(':
            return node();
        case '<':
            return path();
        default:
            break;
        }
        for (const std::string_view word : {"null", "true", "false", "NaN", "Infinity", "-Infinity"}) {
            if (take(word)) {
                return std::string(word);
            }
        }
        if (take("decimal(")) {
            const std::string digits = string();
            need(")");
            return decimals_ == Decimals::AsStrings ? engine::quoted(digits) : "decimal('" + digits + "')";
        }
        return number();
    }

    std::string_view text_;
    Decimals decimals_;
    std::size_t at_ = 0;
};

class Writer {
public:
    explicit Writer(const Entities& entities) : entities_(entities) {}

    std::string text(const Value& value) const {
        switch (value.kind()) {
        case Kind::Null:
        case Kind::Boolean:
        case Kind::Integer:
        case Kind::Float:
        case Kind::Decimal:
        case Kind::Bytes:
        case Kind::String:
            return engine::toCypherText(value);
        case Kind::List: {
            std::vector<std::string> items;
            for (const Value& item : value.list()) {
                items.push_back(text(item));
            }
            return listText(items);
        }
        case Kind::Map: {
            Members members;
            for (const engine::MapEntry& entry : value.map()) {
                members[entry.key] = text(entry.value);
            }
            return mapText(members);
        }
        case Kind::Node:
            return node(value.node());
        case Kind::Relationship:
            return relationship(value.relationship());
        case Kind::Path: {
            std::string path = "<" + node(value.path().start);
            for (const engine::PathStep& step : value.path().steps) {
                path += stepText(relationship(step.relationship), step.direction == engine::Direction::Out);
                path += node(step.node);
            }
            return path + ">";
        }
        default:
            return engine::quoted(server::plainText(value));  // temporal values
        }
    }

private:
    Members members(const Entity& entity) const {
        Members named;
        for (const auto& [key, value] : entity.properties) {
            named[key] = text(value);
        }
        return named;
    }
    std::string node(engine::NodeId id) const {
        const Entity entity = entities_.node(id);
        return nodeText(entity.labels, members(entity));
    }
    std::string relationship(engine::RelId id) const {
        const Entity entity = entities_.relationship(id);
        return relationshipText(entity.labels.front(), members(entity));
    }

    const Entities& entities_;
};

class EntitiesOfView : public Entities {
public:
    explicit EntitiesOfView(const query::GraphView& graph) : graph_(graph) {}

    Entity node(engine::NodeId id) const override {
        Entity entity;
        if (const std::optional<engine::NodeRecord> record = graph_.node(id)) {
            for (const engine::LabelId label : record->labels) {
                entity.labels.emplace_back(graph_.catalog().labels().name(label.value));
            }
            entity.properties = named(record->properties);
        }
        return entity;
    }
    Entity relationship(engine::RelId id) const override {
        const std::optional<engine::RelRecord> record = graph_.relationship(id);
        const engine::TypeId type = record ? record->type : graph_.relationshipOrDeleted(id).type;
        Entity entity;
        entity.labels.emplace_back(graph_.catalog().types().name(type.value));
        if (record) {
            entity.properties = named(record->properties);
        }
        return entity;
    }

private:
    std::vector<std::pair<std::string, Value>> named(const engine::Properties& properties) const {
        std::vector<std::pair<std::string, Value>> list;
        for (const auto& [key, value] : properties) {
            list.emplace_back(graph_.catalog().keys().name(key.value), value);
        }
        return list;
    }

    const query::GraphView& graph_;
};

const Value& member(const Value& of, std::string_view name) {
    const Value* found = of.kind() == Kind::Map ? of.find(name) : nullptr;
    if (found == nullptr) {
        throw BadTest("the answer lacks '" + std::string(name) + "'");
    }
    return *found;
}

Members typedMembers(const Value& properties) {
    Members named;
    for (const engine::MapEntry& entry : properties.map()) {
        named[entry.key] = canonicalTyped(entry.value);
    }
    return named;
}

std::string typedPath(const Value& parts) {
    std::string text = "<";
    std::string before;  // element id of the node that was left
    for (std::size_t i = 0; i < parts.list().size(); ++i) {
        const Value& part = member(parts.list()[i], "_value");
        const std::string here = canonicalTyped(parts.list()[i]);
        if (i % 2 == 0) {
            text += here;
            before = member(part, "_element_id").string();
        } else {
            text += stepText(here, member(part, "_start_node_element_id").string() == before);
        }
    }
    return text + ">";
}

}  // namespace

std::string canonical(std::string_view written, Decimals decimals) {
    return Reader(written, decimals).whole();
}

std::string canonical(const Value& value, const Entities& entities) {
    return Writer(entities).text(value);
}

std::string canonical(const Value& value, const query::GraphView& graph) {
    return canonical(value, EntitiesOfView(graph));
}

std::string canonicalTyped(const Value& typed) {
    const std::string_view type = member(typed, "$type").string();
    const Value& value = member(typed, "_value");
    if (type == "Null" || type == "Boolean") {
        return engine::toCypherText(value);
    }
    if (type == "Integer") {
        return std::string(value.string());
    }
    if (type == "Float") {
        const std::string digits(value.string());
        return engine::formatFloat(std::strtod(digits.c_str(), nullptr));
    }
    if (type == "List") {
        std::vector<std::string> items;
        for (const Value& item : value.list()) {
            items.push_back(canonicalTyped(item));
        }
        return listText(items);
    }
    if (type == "Map") {
        return mapText(typedMembers(value));
    }
    if (type == "Node") {
        std::vector<std::string> labels;
        for (const Value& label : member(value, "_labels").list()) {
            labels.emplace_back(label.string());
        }
        return nodeText(labels, typedMembers(member(value, "_properties")));
    }
    if (type == "Relationship") {
        return relationshipText(std::string(member(value, "_type").string()),
                                typedMembers(member(value, "_properties")));
    }
    if (type == "Path") {
        return typedPath(value);
    }
    return engine::quoted(value.string());
}

std::vector<std::string> cells(std::string_view line) {
    std::vector<std::string> found(1);
    char quote = '\0';
    int depth = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char byte = line[i];
        if (quote != '\0') {
            if (byte == '\\' && quote == '\'' && i + 1 < line.size()) {
                found.back() += line[i++];
            } else if (byte == quote) {
                quote = '\0';
            }
        } else if (byte == '\'' || byte == '`' || byte == '"') {
            quote = byte;
        } else if (byte == '(' || byte == '[' || byte == '{') {
            ++depth;
        } else if (byte == ')' || byte == ']' || byte == '}') {
            --depth;
        } else if (byte == '|' && depth == 0) {
            found.emplace_back();
            continue;
        }
        found.back() += line[i];
    }
    for (std::string& cell : found) {
        const std::size_t first = cell.find_first_not_of(" \t");
        cell = first == std::string::npos ? "" : cell.substr(first, cell.find_last_not_of(" \t") - first + 1);
    }
    if (found.size() > 1 && found.front().empty()) {
        found.erase(found.begin());
    }
    if (found.size() > 1 && found.back().empty()) {
        found.pop_back();
    }
    return found;
}

}  // namespace xinpu::logic
