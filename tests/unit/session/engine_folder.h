// tests/unit/session/engine_folder.h
#pragma once
// An engine on a fresh database in a folder that goes away with it; rows as texts.

#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "credit/language/words.h"
#include "engine/value/literal.h"
#include "query/procedures/builtin.h"
#include "query/session/session.h"
#include "xinpu/error.h"

namespace xinpu::query {

class RowsAsText final : public ResultSink {
public:
    void begin(std::span<const std::string>) override { rows.clear(); }
    void row(std::span<const engine::Value> values, const GraphView& graph) override {
        std::string text;
        for (const engine::Value& value : values) {
            text += (text.empty() ? "" : " | ") + engine::toCypherText(value);
            // A sink reads what it is given, as the server's do.
            if (value.kind() == engine::Kind::Node) {
                const auto record = graph.node(value.node());
                for (const auto& [key, of] : record->properties) {
                    text += " " + engine::toCypherText(of);
                }
            }
        }
        rows.push_back(text);
    }
    std::vector<std::string> rows;
};

class EngineFolder {
public:
    explicit EngineFolder(const std::string& name)
        : path_(std::filesystem::temp_directory_path() / ("xinpu-" + name + "-" + std::to_string(::getpid()))) {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
        engine::Database::create(path_ / "db");
        auto registry = std::make_shared<Registry>();
        registerBuiltinFunctions(*registry);
        registerBuiltinProcedures(*registry);
        credit::registerCreditWords(*registry);
        engine_ = std::make_unique<QueryEngine>(engine::Database::open(path_ / "db", {}), registry, EngineOptions{});
    }
    ~EngineFolder() {
        engine_.reset();
        std::filesystem::remove_all(path_);
    }
    EngineFolder(const EngineFolder&) = delete;
    EngineFolder& operator=(const EngineFolder&) = delete;

    QueryEngine& operator*() const noexcept { return *engine_; }
    QueryEngine* operator->() const noexcept { return engine_.get(); }

    struct Answer {
        std::vector<std::string> rows;
        Summary summary;
    };
    Answer run(const std::string& statement, const RunOptions& options = {}) const {
        RowsAsText sink;
        Summary summary = engine_->run(statement, {}, options, sink);
        return {std::move(sink.rows), std::move(summary)};
    }
    /// The error that a statement ends with; an empty one if it runs.
    Error errorOf(const std::string& statement, const RunOptions& options = {}) const {
        try {
            run(statement, options);
        } catch (const Error& error) {
            return error;
        }
        return {ErrorCode::Internal, ""};
    }

private:
    std::filesystem::path path_;
    std::unique_ptr<QueryEngine> engine_;
};

}  // namespace xinpu::query
