// tests/logic/runner/http_server.cpp
// Statements through a real `xinpu serve --dev`: typed JSON over loopback.

#include <array>
#include <cstdio>

#include "engine/value/literal.h"
#include "notation.h"
#include "server/json/json_input.h"
#include "server_process.h"
#include "target.h"

namespace xinpu::logic {

namespace fs = std::filesystem;
using engine::Kind;
using engine::Value;

namespace {

std::string jsonString(std::string_view text) {
    std::string quoted = "\"";
    for (const char byte : text) {
        if (byte == '"' || byte == '\\') {
            quoted += '\\';
            quoted += byte;
        } else if (static_cast<unsigned char>(byte) < 0x20) {
            std::array<char, 8> code{};
            std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(byte));
            quoted += code.data();
        } else {
            quoted += byte;
        }
    }
    return quoted + "\"";
}

const Value* find(const Value& of, std::string_view name) {
    return of.kind() == Kind::Map ? of.find(name) : nullptr;
}

void operatorsOf(const Value& plan, std::vector<std::string>& out) {
    if (const Value* type = find(plan, "operatorType")) {
        const std::string_view name = type->string();
        out.emplace_back(name.substr(0, name.find('@')));
    }
    if (const Value* children = find(plan, "children")) {
        for (const Value& child : children->list()) {
            operatorsOf(child, out);
        }
    }
}

class Server : public Target {
public:
    Server(const fs::path& program, const fs::path& scratch)
        : scratch_((fs::create_directories(scratch), scratch)),
          process_(program, scratch / "data", {"--dev"}), client_(process_.port) {}
    ~Server() override {
        std::error_code ignored;
        fs::remove_all(scratch_, ignored);
    }

    void fresh(const std::string& fixture, const std::vector<std::string>& statements) override {
        if (fixture == fixture_ && !changed_) {
            return;
        }
        client_.send("DELETE", "/db/" + database_);
        fixture_ = fixture;
        const HttpAnswer made = client_.send("PUT", "/db/" + database_);
        if (made.status != 201) {
            throw BadTest("PUT /db/" + database_ + " answered " + std::to_string(made.status) + ": " +
                          made.body);
        }
        for (const std::string& statement : statements) {
            const Outcome outcome = run(statement, "");
            if (outcome.failure) {
                throw BadTest("fixture " + fixture + ": " + outcome.failure->message + "\n" + statement);
            }
        }
        changed_ = false;
    }

    Outcome run(const std::string& statement, const std::string& parameters) override {
        std::string body = "{\"statement\":" + jsonString(statement) + ",\"includeCounters\":true";
        if (!parameters.empty()) {
            body += ",\"parameters\":" + typedParameters(parameters);
        }
        body += "}";
        const HttpAnswer answer = client_.send("POST", "/db/" + database_ + "/query/v2", body);
        Outcome outcome;
        const Value all = server::parseJson(answer.body);
        if (const Value* type = find(all, "queryType"); type == nullptr || type->string() != "r") {
            changed_ = true;
        }
        if (const Value* errors = find(all, "errors"); errors != nullptr && !errors->list().empty()) {
            outcome.failure = failureOf(errors->list()[0]);
            return outcome;
        }
        const Value* data = find(all, "data");
        if (answer.status != 202 || data == nullptr) {
            throw BadTest("status " + std::to_string(answer.status) + ": " + answer.body);
        }
        for (const Value& field : find(*data, "fields")->list()) {
            outcome.fields.emplace_back(field.string());
        }
        for (const Value& row : find(*data, "values")->list()) {
            std::vector<std::string>& texts = outcome.rows.emplace_back();
            for (const Value& value : row.list()) {
                texts.push_back(canonicalTyped(value));
            }
        }
        if (const Value* counters = find(all, "counters")) {
            for (const engine::MapEntry& counter : counters->map()) {
                if (counter.value.kind() == Kind::Integer && counter.key != "systemUpdates") {
                    outcome.counters[counter.key] = static_cast<std::uint64_t>(counter.value.integer());
                }
            }
        }
        if (const Value* plan = find(all, "queryPlan")) {
            operatorsOf(*plan, outcome.operators);
        }
        return outcome;
    }

    void reopen() override {}  // restarting the server is a matter of its own tests
    void actAs(const std::string& role) override { client_.act_as = role == "admin" ? "" : role; }

private:
    /// Every parameter typed, as a typed request must be.
    static std::string typedParameters(const std::string& text) {
        const Value all = server::parseJson(text);
        std::string typed = "{";
        for (const engine::MapEntry& entry : all.map()) {
            typed += (typed.size() > 1 ? "," : "") + jsonString(entry.key) + ":" + typedJson(entry.value);
        }
        return typed + "}";
    }
    static std::string typedJson(const Value& value) {
        const auto wrapped = [](std::string_view type, const std::string& json) {
            return "{\"$type\":\"" + std::string(type) + "\",\"_value\":" + json + "}";
        };
        switch (value.kind()) {
        case Kind::Null:
            return wrapped("Null", "null");
        case Kind::Boolean:
            return wrapped("Boolean", value.boolean() ? "true" : "false");
        case Kind::Integer:
            return wrapped("Integer", jsonString(std::to_string(value.integer())));
        case Kind::Float:
            return wrapped("Float", jsonString(engine::formatFloat(value.floating())));
        case Kind::String:
            return wrapped("String", jsonString(value.string()));
        case Kind::List: {
            std::string items;
            for (const Value& item : value.list()) {
                items += (items.empty() ? "" : ",") + typedJson(item);
            }
            return wrapped("List", "[" + items + "]");
        }
        default:
            break;
        }
        if (const Value* type = value.find("$type")) {
            return wrapped(type->string(), rawJson(*value.find("_value")));
        }
        std::string members;
        for (const engine::MapEntry& entry : value.map()) {
            members += (members.empty() ? "" : ",") + jsonString(entry.key) + ":" + typedJson(entry.value);
        }
        return wrapped("Map", "{" + members + "}");
    }
    /// The inside of what is typed already.
    static std::string rawJson(const Value& value) {
        switch (value.kind()) {
        case Kind::String:
            return jsonString(value.string());
        case Kind::List: {
            std::string items;
            for (const Value& item : value.list()) {
                items += (items.empty() ? "" : ",") + typedJson(item);
            }
            return "[" + items + "]";
        }
        case Kind::Map: {
            std::string members;
            for (const engine::MapEntry& entry : value.map()) {
                members +=
                    (members.empty() ? "" : ",") + jsonString(entry.key) + ":" + typedJson(entry.value);
            }
            return "{" + members + "}";
        }
        default:
            return engine::toCypherText(value);
        }
    }

    /// "… (line 1, column 7 (offset: 6))" in the message is the place.
    static Failure failureOf(const Value& error) {
        Failure failure;
        failure.message = std::string(find(error, "message")->string());
        failure.error_class = std::string(find(error, "code")->string()) + " " + failure.message;
        failure.detail = failure.message;
        failure.text = true;
        unsigned line = 0;
        unsigned column = 0;
        const std::size_t at = failure.message.find("(line ");
        if (at != std::string::npos &&
            std::sscanf(failure.message.c_str() + at, "(line %u, column %u", &line, &column) == 2) {
            failure.at = {line, column};
        }
        return failure;
    }

    fs::path scratch_;
    ServerProcess process_;
    HttpClient client_;
    std::string fixture_;
    const std::string database_ = "credit";  // the only one that an analyst may read
    bool changed_ = false;
};

}  // namespace

std::unique_ptr<Target> openServer(const fs::path& program, const fs::path& scratch) {
    return std::make_unique<Server>(program, scratch);
}

}  // namespace xinpu::logic
