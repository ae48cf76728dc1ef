// tests/unit/semantics/tck_test.cpp
// Binds every statement of the openCypher TCK: errors at compile time must come with the TCK's class and
// detail, all other statements must bind. Left out, and said so, where the TCK does not lie beside the
// project.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>
#include <sstream>

#include <gtest/gtest.h>

#include "query/semantics/binder.h"
#include "query/syntax/parser.h"
#include "tests/unit/semantics/fixtures.h"

namespace xinpu::query {
namespace {

using Row = std::vector<std::string>;
struct Step {
    std::string text;
    std::string doc;
    std::vector<Row> table;
};
struct Scenario {
    std::string name;
    std::vector<Step> steps;
};

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

Row cellsOf(const std::string& line) {
    Row cells;
    std::string cell;
    for (std::size_t i = 1; i < line.size(); ++i) {
        if (line[i] == '\\' && i + 1 < line.size() && (line[i + 1] == '|' || line[i + 1] == '\\')) {
            cell += line[++i];
        } else if (line[i] == '|') {
            cells.push_back(trimmed(cell));
            cell.clear();
        } else {
            cell += line[i];
        }
    }
    return cells;
}

std::string replaced(std::string text, const Row& names, const Row& values) {
    for (std::size_t k = 0; k < names.size() && k < values.size(); ++k) {
        const std::string mark = "<" + names[k] + ">";
        for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += values[k].size()) {
            text.replace(at, mark.size(), values[k]);
        }
    }
    return text;
}

void expand(const Scenario& outline, const std::vector<std::vector<Row>>& examples,
            std::vector<Scenario>& found) {
    if (examples.empty()) {
        found.push_back(outline);
    }
    int number = 0;
    for (const auto& table : examples) {
        for (std::size_t r = 1; r < table.size(); ++r) {
            Scenario scenario{outline.name + " #" + std::to_string(++number), outline.steps};
            for (Step& step : scenario.steps) {
                step.text = replaced(step.text, table[0], table[r]);
                step.doc = replaced(step.doc, table[0], table[r]);
            }
            found.push_back(std::move(scenario));
        }
    }
}

/// The scenarios of a feature file, outlines expanded.
std::vector<Scenario> readFeature(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::vector<Scenario> found;
    std::vector<Step> background;
    Scenario current;
    std::vector<std::vector<Row>> examples;
    bool in_examples = false;
    bool in_background = false;
    const auto finish = [&] {
        if (!current.name.empty()) {
            expand(current, examples, found);
        }
        examples.clear();
        in_examples = false;
    };
    std::string raw;
    while (std::getline(in, raw)) {
        const std::string line = trimmed(raw);
        std::vector<Step>& steps = in_background ? background : current.steps;
        if (line.empty() || line[0] == '#' || line[0] == '@') {
            continue;
        }
        if (line.starts_with("\"\"\"")) {
            while (std::getline(in, raw) && !trimmed(raw).starts_with("\"\"\"")) {
                steps.back().doc += raw + "\n";
            }
        } else if (line[0] == '|') {
            (in_examples ? examples.back() : steps.back().table).push_back(cellsOf(line));
        } else if (line.starts_with("Background:")) {
            in_background = true;
        } else if (line.starts_with("Scenario")) {
            finish();
            in_background = false;
            current = {file.stem().string() + " " + trimmed(line.substr(line.find(':') + 1)), background};
        } else if (line.starts_with("Examples:")) {
            examples.emplace_back();
            in_examples = true;
        } else if (const std::size_t space = line.find(' ');
                   space != std::string::npos && (!current.name.empty() || in_background)) {
            const std::string word = line.substr(0, space);
            if (word == "Given" || word == "When" || word == "Then" || word == "And" || word == "But") {
                steps.push_back({trimmed(line.substr(space)), "", {}});
            }
        }
    }
    finish();
    return found;
}

KindSet kindsOf(std::string type) {
    type.erase(std::remove(type.begin(), type.end(), '?'), type.end());
    if (type == "STRING") {
        return kindBit(engine::Kind::String);
    }
    if (type == "INTEGER") {
        return kindBit(engine::Kind::Integer);
    }
    if (type == "FLOAT") {
        return kindBit(engine::Kind::Float);
    }
    return type == "NUMBER" ? kindBit(engine::Kind::Integer) | kindBit(engine::Kind::Float) : kAnyKind;
}

std::vector<ProcedureField> fieldsOf(const std::string& text) {
    static const std::regex field(R"((\w+)\s*::\s*([\w?]+))");
    std::vector<ProcedureField> fields;
    for (std::sregex_iterator at(text.begin(), text.end(), field), end; at != end; ++at) {
        fields.push_back({(*at)[1], kindsOf((*at)[2]), (*at)[2]});
    }
    return fields;
}

Registry registryFor(const Scenario& scenario) {
    static const std::regex signature(R"(there exists a procedure ([\w.]+)\((.*)\) :: \((.*)\)\s*:)");
    Registry registry;
    registerBuiltinFunctions(registry);
    for (const Step& step : scenario.steps) {
        std::smatch match;
        if (std::regex_match(step.text, match, signature)) {
            registry.add(procedureOf(match[1], fieldsOf(match[2]), fieldsOf(match[3])));
        }
    }
    return registry;
}

const char* className(ErrorCode code) {
    switch (code) {
    case ErrorCode::Syntax:
        return "SyntaxError";
    case ErrorCode::Semantic:
        return "SemanticError";
    case ErrorCode::Type:
        return "TypeError";
    case ErrorCode::Procedure:
        return "ProcedureError";
    case ErrorCode::Parameter:
        return "ParameterMissing";
    default:
        return "another error";
    }
}

/// "" if it binds, else "Class: Detail" and the message.
std::string outcome(const std::string& text, const Registry& registry, const std::vector<Row>& parameters) {
    try {
        const auto statement = parseStatement(text);
        bind(*statement, registry, engine::Catalog{});
        for (const std::string& name : statement->parameters) {
            const bool given = std::any_of(parameters.begin(), parameters.end(),
                                           [&](const Row& row) { return !row.empty() && row[0] == name; });
            if (!given) {
                return "ParameterMissing: MissingParameter";
            }
        }
        return "";
    } catch (const Error& error) {
        return std::string(className(error.code())) + ": " + error.detail() + " (" + error.message() + ")";
    }
}

TEST(Semantics, EveryStatementOfTheTckBindsOrIsRefusedAsItSays) {
    const std::filesystem::path features =
        std::filesystem::path(XINPU_PROJECT).parent_path() / "shared" / "tck" / "features";
    if (!std::filesystem::exists(features)) {
        GTEST_SKIP() << "left out: the TCK does not lie beside the project";
    }
    static const std::regex expected_error(R"(an? (\w+) should be raised at ([\w ]+): (\S+))");
    std::size_t scenarios = 0;
    std::size_t statements = 0;
    std::size_t refused = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(features)) {
        if (entry.path().extension() != ".feature") {
            continue;
        }
        for (const Scenario& scenario : readFeature(entry.path())) {
            ++scenarios;
            const Registry registry = registryFor(scenario);
            std::string error;
            bool any_time = false;
            std::vector<Row> parameters;
            for (const Step& step : scenario.steps) {
                std::smatch match;
                if (std::regex_match(step.text, match, expected_error) && match[2] != "runtime") {
                    error = match[1].str() + ": " + match[3].str();
                    any_time = match[2] == "any time";
                }
                if (step.text.starts_with("parameters are")) {
                    parameters = step.table;
                }
            }
            for (const Step& step : scenario.steps) {
                if (step.doc.empty()) {
                    continue;
                }
                ++statements;
                const bool tested = step.text.starts_with("executing query");
                const std::string result = outcome(step.doc, registry, parameters);
                if (!tested || error.empty()) {
                    EXPECT_EQ(result, "") << scenario.name << "\n" << step.doc;
                } else if (any_time && result.empty()) {
                    continue;
                } else {
                    ++refused;
                    const std::string wanted = error.substr(0, error.find('*'));
                    EXPECT_TRUE(result.starts_with(wanted))
                        << scenario.name << "\n"
                        << step.doc << "wanted " << error << "\ngot " << result;
                }
            }
        }
    }
    std::cout << scenarios << " scenarios, " << statements << " statements, " << refused
              << " refused as expected\n";
    EXPECT_GT(scenarios, 1'000U);
}

}  // namespace
}  // namespace xinpu::query
