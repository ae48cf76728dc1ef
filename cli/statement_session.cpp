// cli/statement_session.cpp
// One engine at a time: for reading until a statement writes.
#include "cli/statement_session.h"

#include <chrono>
#include <fstream>
#include <ostream>
#include <sstream>

#include <fmt/format.h>

#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/open_database.h"
#include "cli/statement_cell.h"
#include "cli/today.h"
#include "server/json/json_input.h"
#include "server/language.h"
#include "server/summary_json.h"
#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

/// The same error with the line and the caret, which the frame prints as it stands.
Error shown(const Error& error, std::string_view statement) {
    return Error(error.code(), query::errorText(error, statement), error.detail());
}

std::string planJson(const query::PlanDescription& plan) {
    server::JsonBuffer buffer;
    server::JsonWriter json(buffer);
    server::putPlan(json, plan, server::ValueForm::Plain);
    return std::string(server::viewOf(buffer));
}

void setIn(query::Parameters& parameters, std::string name, engine::Value value) {
    for (engine::MapEntry& entry : parameters) {
        if (entry.key == name) {
            entry.value = std::move(value);
            return;
        }
    }
    parameters.push_back({std::move(name), std::move(value)});
}

/// Takes the one value of a row.
class OneValue final : public query::ResultSink {
public:
    void begin(std::span<const std::string>) override {}
    void row(std::span<const engine::Value> values, const query::GraphView&) override {
        value = values.front();
    }
    engine::Value value;
};

}  // namespace

/// Holds rows back until the statement has ended, or until there are so many that memory would not do.
class StatementSession::Output final : public query::ResultSink {
public:
    Output(StatementSession& session, bool may_flow) : session_(session), may_flow_(may_flow) {}

    void begin(std::span<const std::string> fields) override {
        fields_.assign(fields.begin(), fields.end());
        rows_.clear();
        count_ = 0;
    }
    void row(std::span<const engine::Value> values, const query::GraphView& graph) override {
        std::vector<Cell> cells;
        cells.reserve(values.size());
        for (const engine::Value& value : values) {
            cells.push_back(statementCell(value, graph, session_.settings_.format));
        }
        ++count_;
        if (writer_ != nullptr) {
            writer_->row(cells);
            return;
        }
        rows_.push_back(std::move(cells));
        if (may_flow_ && rows_.size() >= kRowsHeld) {
            flow();
        }
    }
    void finish(const query::Summary& summary) {
        if (writer_ == nullptr) {
            flow();
        }
        Summary members;
        if (const query::PlanDescription* plan = planOf(summary)) {
            members.emplace_back("plan", Cell::ofJson(planJson(*plan)));
        }
        writer_->finish(members);
    }
    static const query::PlanDescription* planOf(const query::Summary& summary) noexcept {
        return summary.profile ? &*summary.profile : summary.plan ? &*summary.plan : nullptr;
    }
    std::uint64_t count() const noexcept { return count_; }
    bool hasFields() const noexcept { return !fields_.empty(); }

private:
    static constexpr std::size_t kRowsHeld = 10'000;

    void flow() {
        if (session_.several_ && session_.settings_.format == Format::Json) {
            session_.context_.out() << (session_.any_result_ ? "," : "[");
        }
        session_.any_result_ = true;
        writer_ = session_.context_.resultWriter(session_.settings_.format, fields_);
        for (const std::vector<Cell>& cells : rows_) {
            writer_->row(cells);
        }
        rows_.clear();
    }

    StatementSession& session_;
    bool may_flow_;
    std::vector<std::string> fields_;
    std::vector<std::vector<Cell>> rows_;
    std::unique_ptr<ResultWriter> writer_;
    std::uint64_t count_ = 0;
};

StatementSession::StatementSession(Context& context, StatementSettings settings)
    : context_(context), settings_(std::move(settings)), registry_(server::wholeLanguage()) {
    dayIn(settings_.timezone,
          std::chrono::system_clock::now());  // a zone that does not exist is told at once
}
StatementSession::~StatementSession() = default;

query::QueryEngine& StatementSession::reading() {
    if (engine_ == nullptr) {
        engine_ = std::make_unique<query::QueryEngine>(openForReading(settings_.database), registry_,
                                                       query::EngineOptions{});
    }
    return *engine_;
}

query::QueryEngine& StatementSession::writing() {
    if (!writes_) {
        engine_.reset();  // a process opens a file of LMDB once
        engine_ = std::make_unique<query::QueryEngine>(openForWriting(settings_.database), registry_,
                                                       query::EngineOptions{});
        writes_ = true;
    }
    return *engine_;
}

engine::Database& StatementSession::database() {
    return *reading().database();
}

query::RunOptions StatementSession::runOptions() const {
    query::RunOptions options;
    options.timezone = settings_.timezone;
    options.limits.cancelled = &InterruptScope::stopRequested();
    if (!settings_.csv_folder.empty()) {
        options.csv_folder = settings_.csv_folder;
    }
    return options;
}

engine::Value StatementSession::evaluate(const std::string& expression) {
    const std::string statement = "RETURN (" + expression + ") AS value";
    OneValue sink;
    query::RunOptions options = runOptions();
    options.access = query::AccessMode::Read;
    try {
        reading().run(statement, parameters_, options, sink);
    } catch (const Error& error) {
        throw shown(error, statement);
    }
    return sink.value;
}

void StatementSession::setParameter(std::string_view assignment) {
    const std::size_t equals = assignment.find('=');
    std::string_view name = assignment.substr(0, std::min(equals, assignment.size()));
    const bool expression = name.ends_with(':');
    name.remove_suffix(expression ? 1 : 0);
    name = name.substr(0, name.find_last_not_of(' ') + 1);
    if (equals == std::string_view::npos || name.empty()) {
        throw Error(ErrorCode::Usage, context_.format(messages::kParameterWrong, std::string(assignment)));
    }
    const std::string text(assignment.substr(equals + 1));
    setIn(parameters_, std::string(name), expression ? evaluate(text) : engine::Value::of(text));
}

void StatementSession::setParametersFromFile(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream) {
        throw Error(ErrorCode::Io, context_.format(messages::kFileUnreadable, file));
    }
    const engine::Value value = server::parseJson(text.view());
    if (value.kind() != engine::Kind::Map) {
        throw Error(ErrorCode::Usage, context_.format(messages::kParametersNoObject, file));
    }
    for (const engine::MapEntry& entry : value.map()) {
        setIn(parameters_, entry.key, entry.value);
    }
}

void StatementSession::run(const std::string& statement) {
    const auto started = context_.clock()();
    try {
        query::QueryEngine* engine = &reading();
        auto prepared = engine->prepare(statement);
        const bool updates = query::updatesGraph(*prepared);
        if (updates && !writes_) {
            prepared.reset();
            engine = &writing();
            prepared = engine->prepare(statement);
        }
        Output output(*this, !updates);
        const query::Summary summary = engine->run(prepared, parameters_, runOptions(), output);
        output.finish(summary);
        tell(summary, output.count(), context_.clock()() - started);
        prepared.reset();
    } catch (const Error& error) {
        if (!settings_.keep_writing && writes_) {
            engine_.reset();
            writes_ = false;
        }
        throw shown(error, statement);
    }
    if (!settings_.keep_writing && writes_) {
        engine_.reset();
        writes_ = false;
    }
}

void StatementSession::beginSeveral() {
    several_ = true;
    any_result_ = false;
}

void StatementSession::endSeveral() {
    if (several_ && settings_.format == Format::Json) {
        context_.out() << (any_result_ ? "]\n" : "[]\n");
    }
    several_ = false;
}

void StatementSession::tell(const query::Summary& summary, std::uint64_t rows,
                            std::chrono::nanoseconds span) {
    const bool table = settings_.format == Format::Table;
    for (const auto& notification : summary.notifications) {
        context_.err() << context_.format(messages::kNotification, notification.description) << '\n';
    }
    if (const query::PlanDescription* plan = Output::planOf(summary); plan != nullptr && table) {
        context_.out() << query::planAsText(*plan) << '\n';
    }
    if (!table) {
        return;
    }
    const query::Counters& counters = summary.counters;
    const std::pair<const Text&, std::uint64_t> changes[] = {
        {messages::kNodesCreated, counters.nodes_created},
        {messages::kNodesDeleted, counters.nodes_deleted},
        {messages::kRelationshipsCreated, counters.relationships_created},
        {messages::kRelationshipsDeleted, counters.relationships_deleted},
        {messages::kPropertiesSet, counters.properties_set},
        {messages::kLabelsAdded, counters.labels_added},
        {messages::kLabelsRemoved, counters.labels_removed},
        {messages::kIndexesAdded, counters.indexes_added},
        {messages::kIndexesRemoved, counters.indexes_removed},
        {messages::kConstraintsAdded, counters.constraints_added},
        {messages::kConstraintsRemoved, counters.constraints_removed},
    };
    std::string line = context_.format(messages::kRowsIn, grouped(rows), spanText(span));
    for (const auto& [text, count] : changes) {
        if (count > 0) {
            line += context_.format(messages::kAndChange, context_.format(text, grouped(count)));
        }
    }
    context_.out() << line << '\n';
}

}  // namespace xinpu::cli
