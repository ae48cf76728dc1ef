// tests/logic/runner/embedded.cpp
// Statements against a QueryEngine in this process, with the settings of a variant.

#include <chrono>
#include <limits>

#include "credit/language/words.h"
#include "engine/txn/database.h"
#include "notation.h"
#include "query/procedures/builtin.h"
#include "query/session/session.h"
#include "server/json/json_input.h"
#include "target.h"

namespace xinpu::logic {

namespace fs = std::filesystem;
using query::QueryEngine;

namespace {

/// A statement that runs longer is stuck.
constexpr std::chrono::seconds kStatementMost{60};

const char* className(ErrorCode code) {
    switch (code) {
    case ErrorCode::Syntax:
        return "SyntaxError";
    case ErrorCode::Semantic:
        return "SemanticError";
    case ErrorCode::Type:
        return "TypeError";
    case ErrorCode::Argument:
        return "ArgumentError";
    case ErrorCode::Arithmetic:
        return "ArithmeticError";
    case ErrorCode::Parameter:
        return "ParameterMissing";
    case ErrorCode::Procedure:
        return "ProcedureError";
    case ErrorCode::NotFound:
        return "EntityNotFound";
    case ErrorCode::Constraint:
        return "ConstraintVerificationFailed";
    case ErrorCode::Conflict:
        return "Conflict";
    case ErrorCode::Limit:
        return "Limit";
    case ErrorCode::Denied:
        return "Denied";
    default:
        return "Other";
    }
}

class RowsAsText : public query::ResultSink {
public:
    void begin(std::span<const std::string> names) override {
        fields.assign(names.begin(), names.end());
        rows.clear();
    }
    void row(std::span<const engine::Value> values, const query::GraphView& graph) override {
        std::vector<std::string>& texts = rows.emplace_back();
        for (const engine::Value& value : values) {
            texts.push_back(canonical(value, graph));
        }
    }
    std::vector<std::string> fields;
    std::vector<std::vector<std::string>> rows;
};

std::map<std::string, std::uint64_t> named(const query::Counters& counters) {
    return {{"nodesCreated", counters.nodes_created},
            {"nodesDeleted", counters.nodes_deleted},
            {"relationshipsCreated", counters.relationships_created},
            {"relationshipsDeleted", counters.relationships_deleted},
            {"propertiesSet", counters.properties_set},
            {"labelsAdded", counters.labels_added},
            {"labelsRemoved", counters.labels_removed},
            {"indexesAdded", counters.indexes_added},
            {"indexesRemoved", counters.indexes_removed},
            {"constraintsAdded", counters.constraints_added},
            {"constraintsRemoved", counters.constraints_removed}};
}

void operatorsOf(const query::PlanDescription& plan, std::vector<std::string>& out) {
    out.push_back(plan.op);
    for (const query::PlanDescription& child : plan.children) {
        operatorsOf(child, out);
    }
}

std::shared_ptr<const query::Registry> fullRegistry() {
    auto registry = std::make_shared<query::Registry>();
    query::registerBuiltinFunctions(*registry);
    query::registerBuiltinProcedures(*registry);
    credit::registerCreditWords(*registry);
    return registry;
}

class Embedded : public Target {
public:
    Embedded(const Variant& variant, fs::path scratch)
        : variant_(variant), scratch_(std::move(scratch)), registry_(fullRegistry()) {
        fs::create_directories(scratch_);
    }
    ~Embedded() override {
        close();
        fs::remove_all(scratch_);
    }

    void fresh(const std::string& fixture, const std::vector<std::string>& statements) override {
        if (engine_ && fixture == fixture_ && !changed_) {
            return;
        }
        close();
        const fs::path made = scratch_ / ("fixture-" + fixture);
        if (!fs::exists(made)) {
            folder_ = made;
            filling_ = true;
            engine::Database::create(folder_);
            open();
            for (const std::string& statement : statements) {
                const Outcome outcome = run(statement, "");
                if (outcome.failure) {
                    throw BadTest("fixture " + fixture + ": " + outcome.failure->message + "\n" + statement);
                }
            }
            close();
            filling_ = false;
        }
        folder_ = scratch_ / "used";
        fs::remove_all(folder_);
        fs::copy(made, folder_, fs::copy_options::recursive);
        fixture_ = fixture;
        changed_ = false;
        open();
    }

    Outcome run(const std::string& statement, const std::string& parameters) override {
        Outcome outcome;
        RowsAsText sink;
        try {
            query::RunOptions options;
            options.mask_personal = masked_;
            options.limits.deadline = std::chrono::steady_clock::now() + kStatementMost;
            const std::shared_ptr<const query::Prepared> prepared = engine_->prepare(statement);
            changed_ = changed_ || query::updatesGraph(*prepared);
            const query::Summary summary = engine_->run(prepared, parametersOf(parameters), options, sink);
            outcome.fields = std::move(sink.fields);
            outcome.rows = std::move(sink.rows);
            outcome.counters = named(summary.counters);
            if (summary.plan) {
                operatorsOf(*summary.plan, outcome.operators);
            }
        } catch (const Error& error) {
            outcome.failure = Failure{className(error.code()), error.detail(), {}, error.message()};
            if (const std::optional<Position> at = error.at()) {
                outcome.failure->at = {at->line, at->column};
            }
        }
        if (variant_.reopen_each && !filling_) {
            reopen();
        }
        return outcome;
    }

    void reopen() override {
        close();
        open();
    }
    void actAs(const std::string& role) override { masked_ = role == "analyst"; }

private:
    void close() { engine_.reset(); }
    void open() {
        std::shared_ptr<engine::Database> database = engine::Database::open(folder_, {});
        if (variant_.merge_at) {
            database->tune({.merge_at = *variant_.merge_at});
        }
        query::EngineOptions options;
        options.plan_cache = variant_.plan_cache;
        options.optimize = variant_.optimize;
        options.batch_rows = variant_.batch_rows;
        engine_ = std::make_unique<QueryEngine>(std::move(database), registry_, options);
    }
    query::Parameters parametersOf(const std::string& text) const {
        query::Parameters parameters;
        if (text.empty()) {
            return parameters;
        }
        const engine::Value all = server::parseJson(text);
        for (const engine::MapEntry& entry : all.map()) {
            const bool typed =
                entry.value.kind() == engine::Kind::Map && entry.value.find("$type") != nullptr;
            parameters.push_back(
                {entry.key, typed ? server::fromTyped(entry.value, entry.key, *registry_) : entry.value});
        }
        return parameters;
    }

    Variant variant_;
    fs::path scratch_;
    std::shared_ptr<const query::Registry> registry_;
    std::unique_ptr<QueryEngine> engine_;
    fs::path folder_;
    std::string fixture_;
    bool changed_ = false;
    bool masked_ = false;
    bool filling_ = false;  ///< with a fixture, which is the same in all variants
};

}  // namespace

std::unique_ptr<Target> openEmbedded(const Variant& variant, const fs::path& scratch) {
    return std::make_unique<Embedded>(variant, scratch);
}

}  // namespace xinpu::logic
