// tests/fuzz/statement_fuzz.cpp
// Statements on a small graph. Bytes that begin with '#' grow statements by the generator of the differential tests:
// the engine must give the same rows with rewrites, without, and in batches of one. Any other input is a statement as
// text: it runs or is refused with an error of its own, and under the mask it never shows what is personal.

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "credit/language/words.h"
#include "engine/value/literal.h"
#include "fuzz_check.h"
#include "generator.h"
#include "query/procedures/builtin.h"
#include "query/session/session.h"
#include "xinpu/error.h"

using namespace xinpu;
using namespace xinpu::query;

namespace {

constexpr const char* kFirstSecret = "龘";  // behind a first character, so that no masked text shows them
constexpr const char* kSecondSecret = "靐";
constexpr const char* kGraph =
    "CREATE (p:Person {pid: 'k龘靐', nameMasked: '张*', age: 7401, code: ['龘靐']}), "
    "(s:A:Subject {u: 1, x: 2, s: 'a', uscc: 'S', legalRepresentative: '李龘靐'}), "
    "(t:B:Subject {u: 2, x: 3, s: 'b', uscc: 'T', legalRepresentative: '王龘靐'}), "
    "(o:Subject:Person {uscc: 'o龘靐'}), (p)-[:R {w: 1, u: 100}]->(s), (s)-[:S {w: 2, u: 101}]->(t), "
    "(t)-[:R {w: 0, u: 102}]->(s), (o)-[:T {u: 103}]->(p)";
constexpr std::size_t kStatementsGrown = 8;

class Texts final : public ResultSink {
public:
    void begin(std::span<const std::string>) override { rows.clear(); }
    void row(std::span<const engine::Value> values, const GraphView& graph) override {
        std::string& text = rows.emplace_back();
        for (const engine::Value& value : values) {
            put(value, graph, text);
        }
    }
    std::vector<std::string> rows;

private:
    static void put(const engine::Value& value, const GraphView& graph, std::string& text) {
        text += engine::toCypherText(value) + ' ';
        // As a server does, which sends what entities hold.
        if (value.kind() == engine::Kind::Node) {
            if (const auto record = graph.node(value.node())) {
                putAll(record->properties, text);
            }
        } else if (value.kind() == engine::Kind::Relationship) {
            if (const auto record = graph.relationship(value.relationship())) {
                putAll(record->properties, text);
            }
        } else if (value.kind() == engine::Kind::List) {
            for (const engine::Value& one : value.list()) {
                put(one, graph, text);
            }
        }
    }
    static void putAll(const engine::Properties& properties, std::string& text) {
        for (const auto& [key, value] : properties) {
            text += engine::toCypherText(value) + ' ';
        }
    }
};

/// What a run ends with: its rows, or the words of its error.
struct Outcome {
    bool refused = false;
    std::string message;
    std::vector<std::string> rows;
};

class Place {
public:
    Place() : folder_(std::filesystem::temp_directory_path() / ("xinpu-fuzz-" + std::to_string(::getpid()))) {
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        engine::Database::create(folder_ / "db");
        auto registry = std::make_shared<Registry>();
        registerBuiltinFunctions(*registry);
        registerBuiltinProcedures(*registry);
        credit::registerCreditWords(*registry);
        database_ = engine::Database::open(folder_ / "db", {});
        const auto engine = [&](bool optimize, std::size_t batch) {
            return std::make_unique<QueryEngine>(
                database_, registry,
                EngineOptions{.statements_cached_max = 16, .optimize = optimize, .batch_rows = batch});
        };
        usual = engine(true, 1'024);
        plain = engine(false, 1'024);
        single = engine(true, 1);
        for (const char* statement :
             {"CREATE CONSTRAINT FOR (p:Person) REQUIRE p.pid IS UNIQUE", "CREATE INDEX FOR (n:A) ON (n.x)",
              "CREATE INDEX FOR (n:Subject) ON (n.legalRepresentative)"}) {
            run(*usual, statement, {});
        }
    }
    ~Place() {
        single.reset();
        plain.reset();
        usual.reset();
        database_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    void fill(const std::string& graph) {
        run(*usual, "MATCH (n) DETACH DELETE n", {});
        FUZZ_CHECK(!run(*usual, graph, {}).refused);
    }

    static Outcome run(QueryEngine& engine, const std::string& statement, RunOptions options) {
        options.limits.rows_max = 2'000;
        options.limits.memory_bytes_max = 32U << 20;
        options.limits.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(1);
        Outcome outcome;
        Texts sink;
        try {
            engine.run(statement, {}, options, sink);
            outcome.rows = std::move(sink.rows);
            std::sort(outcome.rows.begin(), outcome.rows.end());
        } catch (const Error& error) {
            outcome.refused = true;
            outcome.message = error.message();
            FUZZ_CHECK(error.code() != ErrorCode::Internal && error.code() != ErrorCode::Corrupt &&
                       error.code() != ErrorCode::Io);
        }
        return outcome;
    }

    std::unique_ptr<QueryEngine> usual;
    std::unique_ptr<QueryEngine> plain;
    std::unique_ptr<QueryEngine> single;

private:
    std::filesystem::path folder_;
    std::shared_ptr<engine::Database> database_;
};

bool holds(std::string_view text, std::string_view word) noexcept {
    return text.find(word) != std::string_view::npos;
}

/// Whether the statement could make the secret itself.
bool mayMake(std::string_view statement) noexcept {
    return holds(statement, kFirstSecret) || holds(statement, kSecondSecret) || holds(statement, "\\");
}

void runText(Place& place, const std::string& statement) {
    place.fill(kGraph);
    const RunOptions masked{.mask_personal = true};
    for (QueryEngine* engine : {place.usual.get(), place.plain.get()}) {
        const Outcome seen = Place::run(*engine, statement, masked);
        if (!mayMake(statement)) {
            FUZZ_CHECK(!holds(seen.message, kSecondSecret));
            for (const std::string& row : seen.rows) {
                FUZZ_CHECK(!holds(row, kFirstSecret) && !holds(row, kSecondSecret));
            }
        }
    }
    Place::run(*place.usual, statement, {});
}

void runGrown(Place& place, const std::uint8_t* data, std::size_t size) {
    std::size_t at = 0;
    const auto bytes = [&]() -> std::uint64_t {
        if (at + 2 > size) {
            return at < size ? data[at++] : 0;
        }
        at += 2;
        return static_cast<std::uint64_t>(data[at - 2]) | static_cast<std::uint64_t>(data[at - 1]) << 8U;
    };
    naive::Generator generator{std::function<std::uint64_t()>(bytes)};
    place.fill(generator.graph());
    for (std::size_t i = 0; i < kStatementsGrown && at < size; ++i) {
        if (bytes() % 4 == 0) {
            Place::run(*place.single, generator.updating().statement, {});
            continue;
        }
        const std::string statement = generator.reading().statement;
        const Outcome usual = Place::run(*place.usual, statement, {});
        for (QueryEngine* engine : {place.plain.get(), place.single.get()}) {
            const Outcome other = Place::run(*engine, statement, {});
            // A budget may end one and not the other.
            FUZZ_CHECK(usual.refused || other.refused || usual.rows == other.rows);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static Place place;
    if (size > 0 && data[0] == '#') {
        runGrown(place, data + 1, size - 1);
    } else {
        runText(place, std::string(reinterpret_cast<const char*>(data), size));
    }
    return 0;
}
