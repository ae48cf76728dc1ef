// tests/differential/query/main.cpp
// query_differential [--cases N] [--seed S]: random statements over random graphs, the engine in several
// settings against the naive interpreter.

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <random>

#include "engine/txn/database.h"
#include "generator.h"
#include "interpreter.h"
#include "query/semantics/binder.h"
#include "query/session/session.h"
#include "query/syntax/parser.h"

namespace fs = std::filesystem;

namespace xinpu::naive {

namespace {

constexpr std::size_t kStatementsAGraph = 25;
constexpr std::size_t kGraphsADatabase = 40;
constexpr std::size_t kFailuresMost = 20;

class Lines : public query::ResultSink {
public:
    void begin(std::span<const std::string> names) override {
        fields.assign(names.begin(), names.end());
        rows.clear();
    }
    void row(std::span<const engine::Value> values, const query::GraphView& graph) override {
        std::string& text = rows.emplace_back();
        for (const engine::Value& value : values) {
            text += (text.empty() ? "" : " | ") + logic::canonical(value, graph);
        }
    }
    std::vector<std::string> fields;
    std::vector<std::string> rows;
};

/// What one side says: rows as a bag, or that it refuses.
struct Said {
    bool refused = false;
    std::string message{};
    std::vector<std::string> rows{};
    Changes changes{};
};

std::string same(Said a, Said b, bool changes) {
    if (a.refused || b.refused) {
        return a.refused == b.refused ? "" : "refused by one side: " + a.message + b.message;
    }
    std::sort(a.rows.begin(), a.rows.end());
    std::sort(b.rows.begin(), b.rows.end());
    std::string text;
    if (a.rows != b.rows) {
        const auto part = [&](const char* title, const std::vector<std::string>& rows) {
            text += title + std::to_string(rows.size()) + " rows\n";
            for (std::size_t i = 0; i < rows.size() && i < 12; ++i) {
                text += "    " + rows[i] + "\n";
            }
        };
        part("  expected: ", a.rows);
        part("  got: ", b.rows);
    } else if (changes && !(a.changes == b.changes)) {
        text = "  the counters differ\n";
    }
    return text;
}

/// One database and the engines over it.
class Place {
public:
    Place(fs::path folder, const std::shared_ptr<const query::Registry>& registry, bool indexes)
        : folder_(std::move(folder)) {
        fs::remove_all(folder_);
        engine::Database::create(folder_);
        database_ = engine::Database::open(folder_, {});
        const auto engine = [&](bool optimize, std::size_t batch) {
            query::EngineOptions options;
            options.optimize = optimize;
            options.batch_rows = batch;
            return std::make_unique<query::QueryEngine>(database_, registry, options);
        };
        engines_["as users run it"] = engine(true, 1'024);
        if (indexes) {
            for (const char* statement :
                 {"CREATE INDEX FOR (n:A) ON (n.x)", "CREATE INDEX FOR (n:B) ON (n.x, n.u)",
                  "CREATE TEXT INDEX FOR (n:C) ON (n.s)", "CREATE INDEX FOR (n:C) ON (n.m)"}) {
                const Said said = run("as users run it", statement);
                if (said.refused) {
                    throw std::runtime_error(said.message);
                }
            }
        } else {
            engines_["without the optimizer"] = engine(false, 1'024);
            engines_["batch of one"] = engine(true, 1);
        }
    }
    ~Place() {
        engines_.clear();
        database_.reset();
        fs::remove_all(folder_);
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    std::vector<std::string> names() const {
        std::vector<std::string> all;
        for (const auto& [name, engine] : engines_) {
            all.push_back(name);
        }
        return all;
    }

    Said run(const std::string& engine, const std::string& statement) {
        Said said;
        Lines sink;
        try {
            const query::Summary summary = engines_.at(engine)->run(statement, {}, {}, sink);
            said.rows = sink.rows;
            said.changes = {summary.counters.nodes_created, summary.counters.nodes_deleted,
                            summary.counters.relationships_created, summary.counters.relationships_deleted};
        } catch (const Error& error) {
            said.refused = true;
            said.message = error.message();
        }
        return said;
    }

    std::vector<std::string> content() {
        std::vector<std::string> all = run("as users run it", "MATCH (n) RETURN n").rows;
        for (std::string row : run("as users run it", "MATCH (a)-[r]->(b) RETURN a, r, b").rows) {
            for (std::size_t at = row.find(" | "); at != std::string::npos; at = row.find(" | ")) {
                row.replace(at, 3, " ");
            }
            all.push_back(row);
        }
        return all;
    }

private:
    fs::path folder_;
    std::shared_ptr<engine::Database> database_;
    std::map<std::string, std::unique_ptr<query::QueryEngine>> engines_;
};

class Test {
public:
    explicit Test(std::uint64_t seed) : seed_(seed), random_(seed) {
        auto registry = std::make_shared<query::Registry>();
        query::registerBuiltinFunctions(*registry);
        registry_ = registry;
    }

    int run(std::size_t cases) {
        std::printf("seed %llu, %zu cases\n", static_cast<unsigned long long>(seed_), cases);
        std::fflush(stdout);
        const fs::path scratch =
            fs::temp_directory_path() / ("xinpu-differential-" + std::to_string(::getpid()));
        for (std::size_t graph = 0; passed_ + failed_ < cases && failed_ < kFailuresMost; ++graph) {
            if (graph % kGraphsADatabase == 0) {
                plain_.reset();
                indexed_.reset();
                fs::create_directories(scratch);
                plain_ = std::make_unique<Place>(scratch / "plain", registry_, false);
                indexed_ = std::make_unique<Place>(scratch / "indexed", registry_, true);
            }
            oneGraph(cases);
        }
        plain_.reset();
        indexed_.reset();
        fs::remove_all(scratch);
        std::printf("%zu statements were too much for the interpreter\n%zu passed, %zu failed\n", skipped_,
                    passed_, failed_);
        return failed_ == 0 ? 0 : 1;
    }

private:
    void oneGraph(std::size_t cases) {
        Generator generator(random_());
        created_ = generator.graph();
        history_.clear();
        graph_ = Graph{};
        for (Place* place : {plain_.get(), indexed_.get()}) {
            place->run("as users run it", "MATCH (n) DETACH DELETE n");
            const Said made = place->run("as users run it", created_);
            if (made.refused) {
                throw std::runtime_error(made.message + "\n" + created_);
            }
        }
        naive(created_, graph_);
        for (std::size_t i = 0; i < kStatementsAGraph && passed_ + failed_ < cases && failed_ < kFailuresMost;
             ++i) {
            const bool updates = random_() % 4 == 0;
            const Generated one = updates ? generator.updating() : generator.reading();
            const std::string wrong = updates ? update(one) : read(one);
            if (wrong == "too much") {
                ++skipped_;
                continue;
            }
            if (wrong.empty()) {
                ++passed_;
                continue;
            }
            ++failed_;
            std::printf("FAILED case %zu\n  %s\n", passed_ + failed_, created_.c_str());
            for (const std::string& before : history_) {
                std::printf("  %s\n", before.c_str());
            }
            std::printf("  => %s\n%s\n", one.statement.c_str(), wrong.c_str());
            std::fflush(stdout);
            if (updates) {
                return;  // the graphs are no longer the same
            }
        }
    }

    Said naive(const std::string& statement, Graph& graph) {
        Said said;
        try {
            const std::unique_ptr<query::Statement> parsed = query::parseStatement(statement);
            query::bind(*parsed, *registry_, engine::Catalog{});
            Answer answer = Interpreter(graph, *registry_).run(*parsed);
            said.rows = std::move(answer.rows);
            said.changes = answer.changes;
        } catch (const Error& error) {
            said.refused = true;
            said.message = error.message();
        }
        return said;
    }

    std::string read(const Generated& one) {
        Said expected;
        try {
            Graph copy = graph_;
            expected = naive(one.statement, copy);
        } catch (const TooMuch&) {
            return "too much";
        }
        for (Place* place : {plain_.get(), indexed_.get()}) {
            for (const std::string& name : place->names()) {
                const std::string wrong = same(expected, place->run(name, one.statement), false);
                if (!wrong.empty()) {
                    return "  " + name + (place == indexed_.get() ? ", with indexes" : "") + ":\n" + wrong;
                }
            }
        }
        const std::string wrong = same(expected, plain_->run("as users run it", one.turned), false);
        return wrong.empty() ? "" : "  turned round: " + one.turned + "\n" + wrong;
    }

    std::string update(const Generated& one) {
        Graph copy = graph_;
        Said expected;
        try {
            expected = naive(one.statement, copy);
        } catch (const TooMuch&) {
            return "too much";
        }
        const std::vector<std::string> names = plain_->names();
        const std::string& name = names[random_() % names.size()];
        std::string wrong = same(expected, plain_->run(name, one.statement), true);
        if (wrong.empty()) {
            wrong = same(expected, indexed_->run("as users run it", one.statement), true);
        }
        if (!expected.refused) {
            graph_ = std::move(copy);
        }
        for (Place* place : {plain_.get(), indexed_.get()}) {
            if (wrong.empty()) {
                Said here;
                here.rows = graph_.content();
                Said there;
                there.rows = place->content();
                wrong = same(here, there, false);
                wrong = wrong.empty() ? "" : "  the graph afterwards (" + name + "):\n" + wrong;
            }
        }
        history_.push_back(one.statement);
        return wrong;
    }

    std::uint64_t seed_;
    std::mt19937_64 random_;
    std::shared_ptr<const query::Registry> registry_;
    std::unique_ptr<Place> plain_;
    std::unique_ptr<Place> indexed_;
    Graph graph_;
    std::string created_;
    std::vector<std::string> history_;
    std::size_t passed_ = 0;
    std::size_t failed_ = 0;
    std::size_t skipped_ = 0;
};

}  // namespace

}  // namespace xinpu::naive

int main(int count, char** words) {
    std::size_t cases = std::getenv("XINPU_TEST_LONG") != nullptr ? 100'000 : 2'000;
    std::uint64_t seed = std::random_device{}();
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string option = words[i];
        if (option == "--cases") {
            cases = std::strtoull(words[i + 1], nullptr, 10);
        } else if (option == "--seed") {
            seed = std::strtoull(words[i + 1], nullptr, 10);
        }
    }
    try {
        return xinpu::naive::Test(seed).run(cases);
    } catch (const std::exception& problem) {
        std::printf("%s\n", problem.what());
        return 2;
    }
}
