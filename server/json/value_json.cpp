// server/json/value_json.cpp
// Walks a value and writes it; lists and maps nest at most engine::kNestingMax deep, so recursion is bounded.
#include "server/json/value_json.h"

#include <charconv>
#include <cmath>
#include <span>

#include <openssl/evp.h>

#include "engine/value/literal.h"

namespace xinpu::server {
namespace {

using engine::Kind;
using engine::Value;

std::string base64(std::span<const std::byte> bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int written =
        EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                        reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(written));
    return text;
}

/// The name of a kind in typed JSON.
std::string_view typeName(const Value& value) noexcept {
    switch (value.kind()) {
    case Kind::Null:
        return "Null";
    case Kind::Boolean:
        return "Boolean";
    case Kind::Integer:
        return "Integer";
    case Kind::Float:
        return "Float";
    case Kind::Decimal:  // clients have no such type; the digits stay
    case Kind::String:
        return "String";
    case Kind::Bytes:
        return "Base64";
    case Kind::Date:
        return "Date";
    case Kind::LocalTime:
        return "LocalTime";
    case Kind::Time:
        return "Time";
    case Kind::LocalDateTime:
        return "LocalDateTime";
    case Kind::ZonedDateTime:
        return value.zonedDateTime().zone.empty() ? "OffsetDateTime" : "ZonedDateTime";
    case Kind::Duration:
        return "Duration";
    case Kind::List:
        return "List";
    case Kind::Map:
        return "Map";
    case Kind::Node:
        return "Node";
    case Kind::Relationship:
        return "Relationship";
    case Kind::Path:
        return "Path";
    }
    return "Null";
}

/// The members by which both forms name the parts of an entity.
struct EntityNames {
    std::string_view id, labels, properties, start, end, type;
};
constexpr EntityNames kPlainNames{"elementId",          "labels",           "properties",
                                  "startNodeElementId", "endNodeElementId", "type"};
constexpr EntityNames kTypedNames{"_element_id",          "_labels", "_properties", "_start_node_element_id",
                                  "_end_node_element_id", "_type"};

class ValueWriter {
public:
    ValueWriter(JsonWriter& json, ValueForm form, const query::GraphView& graph)
        : json_(json), typed_(form == ValueForm::Typed), names_(typed_ ? kTypedNames : kPlainNames),
          graph_(graph) {}

    void write(const Value& value) {
        if (!typed_) {
            writeBare(value);
            return;
        }
        json_.StartObject();
        putMember(json_, "$type", typeName(value));
        putKey(json_, "_value");
        writeBare(value);
        json_.EndObject();
    }

private:
    void writeBare(const Value& value) {
        switch (value.kind()) {
        case Kind::Null:
            json_.Null();
            return;
        case Kind::Boolean:
            json_.Bool(value.boolean());
            return;
        case Kind::Integer:
            writeInteger(value.integer());
            return;
        case Kind::Float:
            writeFloat(value.floating());
            return;
        case Kind::String:
            putText(json_, value.string());
            return;
        case Kind::List:
            writeList(value.list());
            return;
        case Kind::Map:
            writeMap(value.map());
            return;
        case Kind::Node:
            writeNode(value.node());
            return;
        case Kind::Relationship:
            writeRelationship(value.relationship());
            return;
        case Kind::Path:
            writePath(value.path());
            return;
        default:
            putText(json_, plainText(value));
            return;
        }
    }

    void writeInteger(std::int64_t number) {
        if (!typed_) {
            json_.Int64(number);
            return;
        }
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
        putText(json_, {digits, static_cast<std::size_t>(end - digits)});
    }

    void writeFloat(double number) {
        const std::string text = engine::formatFloat(number);
        if (typed_ || !std::isfinite(number)) {
            putText(json_, text);
        } else {
            putNumber(json_, text);
        }
    }

    void writeList(std::span<const Value> list) {
        json_.StartArray();
        for (const Value& element : list) {
            write(element);
        }
        json_.EndArray();
    }

    void writeMap(std::span<const engine::MapEntry> map) {
        json_.StartObject();
        for (const engine::MapEntry& entry : map) {
            putKey(json_, entry.key);
            write(entry.value);
        }
        json_.EndObject();
    }

    void writeId(std::string_view member, char letter, std::uint32_t number) {
        putKey(json_, member);
        char text[16] = {letter, ':'};
        const auto end = std::to_chars(text + 2, text + sizeof text, number).ptr;
        putText(json_, {text, static_cast<std::size_t>(end - text)});
    }

    void writeProperties(const engine::Properties& properties) {
        putKey(json_, names_.properties);
        json_.StartObject();
        for (const auto& [key, value] : properties) {
            putKey(json_, graph_.catalog().keys().name(key.value));
            write(value);
        }
        json_.EndObject();
    }

    void writeNode(engine::NodeId id) {
        const std::optional<engine::NodeRecord> found = graph_.node(id);
        const engine::NodeRecord record = found ? *found : engine::NodeRecord{};
        json_.StartObject();
        writeId(names_.id, 'n', id.value);
        putKey(json_, names_.labels);
        json_.StartArray();
        for (const engine::LabelId label : record.labels) {
            putText(json_, graph_.catalog().labels().name(label.value));
        }
        json_.EndArray();
        writeProperties(record.properties);
        json_.EndObject();
    }

    void writeRelationship(engine::RelId id) {
        const engine::RelRecord record = graph_.relationshipOrDeleted(id);
        json_.StartObject();
        writeId(names_.id, 'r', id.value);
        writeId(names_.start, 'n', record.start.value);
        writeId(names_.end, 'n', record.end.value);
        putMember(json_, names_.type, graph_.catalog().types().name(record.type.value));
        writeProperties(record.properties);
        json_.EndObject();
    }

    void writePath(const engine::Path& path) {
        json_.StartArray();
        write(Value::of(path.start));
        for (const engine::PathStep& step : path.steps) {
            write(Value::of(step.relationship));
            write(Value::of(step.node));
        }
        json_.EndArray();
    }

    JsonWriter& json_;
    bool typed_;
    const EntityNames& names_;
    const query::GraphView& graph_;
};

}  // namespace

void writeValue(JsonWriter& json, const engine::Value& value, ValueForm form, const query::GraphView& graph) {
    ValueWriter(json, form, graph).write(value);
}

std::string jsonOf(const engine::Value& value, const query::GraphView& graph) {
    JsonBuffer buffer;
    JsonWriter json(buffer);
    writeValue(json, value, ValueForm::Plain, graph);
    return std::string(viewOf(buffer));
}

std::string plainText(const engine::Value& value) {
    switch (value.kind()) {
    case Kind::String:
        return std::string(value.string());
    case Kind::Decimal:
        return value.decimal().toString();
    case Kind::Float:
        return engine::formatFloat(value.floating());
    case Kind::Bytes:
        return base64(value.bytes());
    case Kind::Date:
        return engine::toIso(value.date());
    case Kind::LocalTime:
        return engine::toIso(value.localTime());
    case Kind::Time:
        return engine::toIso(value.time());
    case Kind::LocalDateTime:
        return engine::toIso(value.localDateTime());
    case Kind::ZonedDateTime:
        return engine::toIso(value.zonedDateTime());
    case Kind::Duration:
        return engine::toIso(value.duration());
    default:
        return {};
    }
}

bool isTextInJson(const engine::Value& value) noexcept {
    switch (value.kind()) {
    case Kind::String:
    case Kind::Decimal:
    case Kind::Bytes:
    case Kind::Date:
    case Kind::LocalTime:
    case Kind::Time:
    case Kind::LocalDateTime:
    case Kind::ZonedDateTime:
    case Kind::Duration:
        return true;
    case Kind::Float:
        return !std::isfinite(value.floating());
    default:
        return false;
    }
}

std::string elementId(engine::NodeId node) {
    return "n:" + std::to_string(node.value);
}
std::string elementId(engine::RelId relationship) {
    return "r:" + std::to_string(relationship.value);
}

}  // namespace xinpu::server
