// server/schema_view.cpp
// The schema is asked for in the language itself, so what a role may not see is not in it.
#include "server/schema_view.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "server/access/statement_access.h"
#include "server/json/json_writer.h"
#include "server/json/value_json.h"
#include "server/service.h"
#include "server/statement_answer.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

using engine::Kind;
using engine::Value;

/// Of each label and type so many entities are looked at: their properties stand for those of all.
constexpr std::size_t kSchemaSample = 1'000;
/// Labels and types beyond so many are named and counted, not looked into.
constexpr std::size_t kSchemaNamesSampledMax = 500;
constexpr std::chrono::seconds kSchemaTimeMax{10};

/// Keeps the rows of a short result.
class Rows final : public query::ResultSink {
public:
    void begin(std::span<const std::string> fields) override {
        fields_.assign(fields.begin(), fields.end());
        rows_.clear();
    }
    void row(std::span<const Value> values, const query::GraphView&) override {
        rows_.emplace_back(values.begin(), values.end());
    }
    const std::vector<std::string>& fields() const noexcept { return fields_; }
    const std::vector<std::vector<Value>>& rows() const noexcept { return rows_; }

private:
    std::vector<std::string> fields_;
    std::vector<std::vector<Value>> rows_;
};

/// A name between backticks.
std::string inBackticks(std::string_view name) {
    std::string text = "`";
    for (const char c : name) {
        text += c;
        if (c == '`') {
            text += c;
        }
    }
    return text + "`";
}

/// "STRING NOT NULL" as "STRING": a value that is there is not null.
std::string_view withoutNotNull(std::string_view type) noexcept {
    constexpr std::string_view kEnd = " NOT NULL";
    return type.ends_with(kEnd) ? type.substr(0, type.size() - kEnd.size()) : type;
}

struct Property {
    std::set<std::string> types;
    std::uint64_t count = 0;  ///< entities of the sample that have it
};
using Properties = std::map<std::string, Property>;

struct Named {
    std::string name;
    std::uint64_t count = 0;
};

class SchemaView {
public:
    SchemaView(OpenDatabase& database, query::RunOptions options)
        : database_(database), options_(std::move(options)) {}

    void write(JsonBuffer& out) {
        const auto snapshot = database_.engine->database()->snapshot();
        JsonWriter json(out);
        json.StartObject();
        putMember(json, "database", std::string_view(database_.name));
        putMember(json, "nodes", snapshot->counts().nodes);
        putMember(json, "relationships", snapshot->counts().relationships);
        const auto& catalog = snapshot->catalog();
        putLabels(json, named(catalog.labels(), snapshot->counts().by_label));
        const std::vector<Named> types = named(catalog.types(), snapshot->counts().by_type);
        putTypes(json, types);
        putPatterns(json, types);
        putList(json, "indexes", "SHOW INDEXES");
        putList(json, "constraints", "SHOW CONSTRAINTS");
        putMember(json, "complete", complete_);
        json.EndObject();
    }

private:
    /// Those of which there are any, by name.
    static std::vector<Named> named(const engine::NameTable& names,
                                    const std::map<std::uint32_t, std::uint64_t>& counts) {
        std::vector<Named> all;
        for (const auto& [id, count] : counts) {
            if (count > 0 && id < names.size()) {
                all.push_back({std::string(names.name(id)), count});
            }
        }
        std::sort(all.begin(), all.end(), [](const Named& a, const Named& b) { return a.name < b.name; });
        return all;
    }

    std::vector<std::vector<Value>> ask(const std::string& statement) {
        Rows rows;
        database_.engine->run(statement, {}, options_, rows);
        return rows.rows();
    }

    /// As ask(), but nothing once there is no time or too much to look at.
    std::vector<std::vector<Value>> sample(const std::string& statement) {
        if (looked_at_ >= kSchemaNamesSampledMax || timeIsOver()) {
            complete_ = false;
            return {};
        }
        ++looked_at_;
        try {
            return ask(statement);
        } catch (const Error& error) {
            if (error.detail() != details::kTimedOut) {
                throw;
            }
            complete_ = false;
            return {};
        }
    }

    bool timeIsOver() const { return std::chrono::steady_clock::now() >= *options_.limits.deadline; }

    /// Of entities that `match` binds to x.
    Properties propertiesOf(const std::string& match) {
        Properties properties;
        for (const auto& row :
             sample(fmt::format("MATCH {} WITH x LIMIT {} WITH properties(x) AS p UNWIND keys(p) AS key "
                                "RETURN key, valueType(p[key]) AS type, count(*) AS count",
                                match, kSchemaSample))) {
            Property& property = properties[std::string(row[0].string())];
            property.types.emplace(withoutNotNull(row[1].string()));
            property.count += static_cast<std::uint64_t>(row[2].integer());
        }
        return properties;
    }

    static void putProperties(JsonWriter& json, const Properties& properties) {
        putKey(json, "properties");
        json.StartArray();
        for (const auto& [name, property] : properties) {
            json.StartObject();
            putMember(json, "name", std::string_view(name));
            putKey(json, "types");
            json.StartArray();
            for (const std::string& type : property.types) {
                putText(json, type);
            }
            json.EndArray();
            putMember(json, "count", property.count);
            json.EndObject();
        }
        json.EndArray();
    }

    void putOne(JsonWriter& json, const Named& item, const std::string& match) {
        json.StartObject();
        putMember(json, "name", std::string_view(item.name));
        putMember(json, "count", item.count);
        putMember(json, "sampled", std::min<std::uint64_t>(item.count, kSchemaSample));
        putProperties(json, propertiesOf(match));
        json.EndObject();
    }

    void putLabels(JsonWriter& json, const std::vector<Named>& labels) {
        putKey(json, "labels");
        json.StartArray();
        for (const Named& label : labels) {
            putOne(json, label, fmt::format("(x:{})", inBackticks(label.name)));
        }
        json.EndArray();
    }

    void putTypes(JsonWriter& json, const std::vector<Named>& types) {
        putKey(json, "relationshipTypes");
        json.StartArray();
        for (const Named& type : types) {
            putOne(json, type, fmt::format("()-[x:{}]->()", inBackticks(type.name)));
        }
        json.EndArray();
    }

    void putPatterns(JsonWriter& json, const std::vector<Named>& types) {
        putKey(json, "patterns");
        json.StartArray();
        for (const Named& type : types) {
            for (const auto& row : sample(fmt::format(
                     "MATCH (a)-[:{}]->(b) WITH a, b LIMIT {} UNWIND labels(a) AS f UNWIND labels(b) AS t "
                     "RETURN f, t, count(*) AS count ORDER BY f, t",
                     inBackticks(type.name), kSchemaSample))) {
                json.StartObject();
                putMember(json, "from", row[0].string());
                putMember(json, "type", std::string_view(type.name));
                putMember(json, "to", row[1].string());
                putMember(json, "count", static_cast<std::uint64_t>(row[2].integer()));
                putMember(json, "sampled", std::min<std::uint64_t>(type.count, kSchemaSample));
                json.EndObject();
            }
        }
        json.EndArray();
    }

    /// The rows of a SHOW statement as objects.
    void putList(JsonWriter& json, std::string_view name, const std::string& statement) {
        struct Objects final : query::ResultSink {
            explicit Objects(JsonWriter& to) : json(to) {}
            void begin(std::span<const std::string> names) override {
                fields.assign(names.begin(), names.end());
            }
            void row(std::span<const Value> values, const query::GraphView& graph) override {
                json.StartObject();
                for (std::size_t i = 0; i < values.size(); ++i) {
                    putKey(json, fields[i]);
                    writeValue(json, values[i], ValueForm::Plain, graph);
                }
                json.EndObject();
            }
            JsonWriter& json;
            std::vector<std::string> fields;
        } objects(json);
        putKey(json, name);
        json.StartArray();
        database_.engine->run(statement, {}, options_, objects);
        json.EndArray();
    }

    OpenDatabase& database_;
    query::RunOptions options_;
    std::size_t looked_at_ = 0;
    bool complete_ = true;
};

}  // namespace

void replySchema(Service& service, Exchange& exchange, Work& work) {
    const auto database = service.databases().use(work.database);
    query::RunOptions options;
    options.access = query::AccessMode::Read;
    options.principal = work.principal.id;
    options.timezone = service.options().timezone;
    options.limits = service.statementLimits();
    options.limits.cancelled = &exchange.cancelled;
    options.limits.deadline = std::chrono::steady_clock::now() + kSchemaTimeMax;
    limitTo(work.principal, options);
    SchemaView(*database, std::move(options)).write(exchange.buffer);
    replyJson(exchange, 200);
}

}  // namespace xinpu::server
