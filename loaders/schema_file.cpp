// loaders/schema_file.cpp
// {"xinpu-schema": 1, "dictionary": [keys], "implications": [[label, implied]], "indexes": [{…}]}

#include "loaders/schema_file.h"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <array>
#include <string_view>

#include "xinpu/error.h"

namespace xinpu::loaders {
namespace {

using engine::IndexDefinition;
using engine::IndexKind;
using engine::SlotCodec;
using Writer = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

constexpr const char* kMark = "xinpu-schema";
constexpr int kVersion = 1;

constexpr std::array<std::pair<IndexKind, std::string_view>, 7> kKinds = {
    {{IndexKind::Unique, "unique"},
     {IndexKind::Range, "range"},
     {IndexKind::Bitmap, "bitmap"},
     {IndexKind::DateBitmap, "date-bitmap"},
     {IndexKind::Adjacency, "adjacency"},
     {IndexKind::Column, "column"},
     {IndexKind::Rule, "rule"}}};
constexpr std::array<std::pair<SlotCodec::Kind, std::string_view>, 3> kCodecs = {
    {{SlotCodec::Kind::Date, "date"},
     {SlotCodec::Kind::Integer, "integer"},
     {SlotCodec::Kind::Decimal, "decimal"}}};
constexpr std::array<std::pair<engine::Direction, std::string_view>, 3> kDirections = {
    {{engine::Direction::Out, "out"}, {engine::Direction::In, "in"}, {engine::Direction::Both, "both"}}};

template <typename Table, typename Number>
std::string_view wordOf(const Table& table, Number number) {
    for (const auto& [each, word] : table) {
        if (each == number) {
            return word;
        }
    }
    return {};
}

void text(Writer& writer, std::string_view value) {
    writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}
void member(Writer& writer, const char* name, std::string_view value) {
    writer.Key(name);
    text(writer, value);
}

void writeIndex(Writer& writer, const engine::Catalog& catalog, const IndexDefinition& index) {
    writer.StartObject();
    member(writer, "name", index.name);
    member(writer, "kind", wordOf(kKinds, index.kind));
    if (index.label.valid()) {
        member(writer, "label", catalog.labels().name(index.label.value));
    }
    if (index.type.valid()) {
        member(writer, "type", catalog.types().name(index.type.value));
    }
    writer.Key("keys");
    writer.StartArray();
    for (const engine::KeyId key : index.keys) {
        text(writer, catalog.keys().name(key.value));
    }
    writer.EndArray();
    if (!index.codecs.empty()) {
        writer.Key("slots");
        writer.StartArray();
        for (const SlotCodec& codec : index.codecs) {
            writer.StartObject();
            member(writer, "as", wordOf(kCodecs, codec.kind));
            writer.Key("scale");
            writer.Int(codec.scale);
            writer.EndObject();
        }
        writer.EndArray();
    }
    if ((index.rules & engine::kRuleExists) != 0) {
        writer.Key("exists");
        writer.Bool(true);
    }
    if ((index.rules & engine::kRuleTyped) != 0) {
        member(writer, "typed", engine::kindName(index.value_kind));
    }
    if ((index.rules & engine::kRulePersonal) != 0) {
        writer.Key("personal");
        writer.Bool(true);
    }
    if ((index.rules & engine::kRuleText) != 0) {
        writer.Key("text");
        writer.Bool(true);
    }
    if (index.of_neighbour) {
        writer.Key("ofNeighbour");
        writer.Bool(true);
    }
    if (index.kind == IndexKind::Adjacency) {
        member(writer, "direction", wordOf(kDirections, index.direction));
    }
    writer.EndObject();
}

/// Reads a document whose members are what they should be, or says which is not.
class SchemaReader {
public:
    SchemaReader(const std::string& json, const std::string& file) : file_(file) {
        document_.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
        if (document_.HasParseError() || !document_.IsObject() || !document_.HasMember(kMark)) {
            refuse("it is not a schema of xinpu");
        }
        const auto& version = document_[kMark];
        if (!version.IsInt() || version.GetInt() != kVersion) {
            refuse("its version is not known");
        }
    }

    [[noreturn]] void refuse(std::string_view what) const {
        throw Error(ErrorCode::Data, fmt::format("Schema '{}': {}.", file_, what), "SCHEMA");
    }
    const rapidjson::Value& list(const rapidjson::Value& object, const char* name) const {
        static const rapidjson::Value none(rapidjson::kArrayType);
        if (!object.HasMember(name)) {
            return none;
        }
        if (!object[name].IsArray()) {
            refuse(fmt::format("'{}' is not a list", name));
        }
        return object[name];
    }
    std::string_view string(const rapidjson::Value& value, const char* what) const {
        if (!value.IsString()) {
            refuse(fmt::format("{} is not a text", what));
        }
        return {value.GetString(), value.GetStringLength()};
    }
    std::optional<std::string_view> member(const rapidjson::Value& object, const char* name) const {
        return object.HasMember(name) ? std::optional(string(object[name], name)) : std::nullopt;
    }
    bool flag(const rapidjson::Value& object, const char* name) const {
        return object.HasMember(name) && object[name].IsTrue();
    }
    template <typename Table>
    auto number(const Table& table, std::string_view word, const char* what) const {
        for (const auto& [each, name] : table) {
            if (name == word) {
                return each;
            }
        }
        refuse(fmt::format("{} '{}' is not known", what, word));
    }
    const rapidjson::Value& root() const noexcept { return document_; }

private:
    const std::string& file_;
    rapidjson::Document document_;
};

engine::Kind kindCalled(const SchemaReader& reader, std::string_view name) {
    for (std::size_t i = 0; i < engine::kKindCount; ++i) {
        if (engine::kindName(static_cast<engine::Kind>(i)) == name) {
            return static_cast<engine::Kind>(i);
        }
    }
    reader.refuse(fmt::format("the type '{}' is not known", name));
}

/// Slots lie where they are read without a look at their number: it must be right.
void checkSlots(const SchemaReader& reader, const IndexDefinition& index) {
    const bool slotted = index.kind == IndexKind::Adjacency || index.kind == IndexKind::Column;
    if (index.keys.empty() || index.codecs.size() != (slotted ? index.keys.size() : 0) ||
        (index.kind == IndexKind::Column && index.keys.size() != 1) ||
        index.keys.size() > engine::kCoveredSlotsMax) {
        reader.refuse(fmt::format("the keys or slots of '{}' do not fit its kind", index.name));
    }
    if (index.kind == IndexKind::Adjacency ? !index.type.valid()
                                           : !index.label.valid() && index.kind != IndexKind::Rule) {
        reader.refuse(fmt::format("'{}' says no label or type", index.name));
    }
}

IndexDefinition readIndex(const SchemaReader& reader, const rapidjson::Value& value,
                          engine::CatalogBuilder& catalog) {
    if (!value.IsObject()) {
        reader.refuse("an index is not an object");
    }
    IndexDefinition index;
    index.name = reader.member(value, "name").value_or("");
    if (index.name.empty()) {
        reader.refuse("an index has no name");
    }
    index.kind = reader.number(kKinds, reader.member(value, "kind").value_or(""), "the kind");
    if (const auto label = reader.member(value, "label")) {
        index.label = catalog.label(*label);
    }
    if (const auto type = reader.member(value, "type")) {
        index.type = catalog.type(*type);
    }
    for (const rapidjson::Value& key : reader.list(value, "keys").GetArray()) {
        index.keys.push_back(catalog.key(reader.string(key, "a key")));
    }
    for (const rapidjson::Value& slot : reader.list(value, "slots").GetArray()) {
        SlotCodec codec;
        if (!slot.IsObject() || !slot.HasMember("scale") || !slot["scale"].IsUint() ||
            slot["scale"].GetUint() > engine::Decimal::kScaleMax) {
            reader.refuse(fmt::format("a slot of '{}' is not of the form {{as, scale}}", index.name));
        }
        codec.kind = reader.number(kCodecs, reader.member(slot, "as").value_or(""), "the slot form");
        codec.scale = static_cast<std::uint8_t>(slot["scale"].GetUint());
        index.codecs.push_back(codec);
    }
    if (reader.flag(value, "exists")) {
        index.rules |= engine::kRuleExists;
    }
    if (const auto kind = reader.member(value, "typed")) {
        index.rules |= engine::kRuleTyped;
        index.value_kind = kindCalled(reader, *kind);
    }
    if (reader.flag(value, "personal")) {
        index.rules |= engine::kRulePersonal;
    }
    if (reader.flag(value, "text")) {
        index.rules |= engine::kRuleText;
    }
    index.of_neighbour = reader.flag(value, "ofNeighbour");
    if (const auto direction = reader.member(value, "direction")) {
        index.direction = reader.number(kDirections, *direction, "the direction");
    }
    checkSlots(reader, index);
    return index;
}

}  // namespace

std::string schemaText(const engine::Catalog& catalog) {
    rapidjson::StringBuffer buffer;
    Writer writer(buffer);
    writer.SetIndent(' ', 2);
    writer.StartObject();
    writer.Key(kMark);
    writer.Int(kVersion);
    writer.Key("dictionary");
    writer.StartArray();
    for (std::uint32_t key = 0; key < catalog.keys().size(); ++key) {
        if (catalog.dictionaryKey(engine::KeyId{key})) {
            text(writer, catalog.keys().name(key));
        }
    }
    writer.EndArray();
    writer.Key("implications");
    writer.StartArray();
    for (const auto& [label, implied] : catalog.implications()) {
        writer.StartArray();
        text(writer, catalog.labels().name(label.value));
        text(writer, catalog.labels().name(implied.value));
        writer.EndArray();
    }
    writer.EndArray();
    writer.Key("indexes");
    writer.StartArray();
    for (const IndexDefinition& index : catalog.indexes()) {
        writeIndex(writer, catalog, index);
    }
    writer.EndArray();
    writer.EndObject();
    return std::string(buffer.GetString(), buffer.GetSize()) + '\n';
}

bool isSchemaText(const std::string& json) {
    rapidjson::Document document;
    document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
    return !document.HasParseError() && document.IsObject() && document.HasMember(kMark);
}

void declareSchema(const std::string& json, const std::string& file, engine::CatalogBuilder& catalog,
                   const std::function<engine::IndexId(IndexDefinition)>& declare) {
    const SchemaReader reader(json, file);
    for (const rapidjson::Value& key : reader.list(reader.root(), "dictionary").GetArray()) {
        catalog.makeDictionaryKey(catalog.key(reader.string(key, "a dictionary key")));
    }
    for (const rapidjson::Value& pair : reader.list(reader.root(), "implications").GetArray()) {
        if (!pair.IsArray() || pair.Size() != 2) {
            reader.refuse("an implication is not a pair of labels");
        }
        const engine::LabelId label = catalog.label(reader.string(pair[0], "a label"));
        catalog.addImplication(label, catalog.label(reader.string(pair[1], "a label")));
    }
    for (const rapidjson::Value& value : reader.list(reader.root(), "indexes").GetArray()) {
        IndexDefinition index = readIndex(reader, value, catalog);
        if (catalog.catalog().index(index.name) == nullptr) {
            declare(std::move(index));
        }
    }
}

}  // namespace xinpu::loaders
