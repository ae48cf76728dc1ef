// tests/unit/syntax/tck_texts_test.cpp
// Every statement of the openCypher test kit's public half parses, prints and parses to the same again; what
// the kit wants refused at compile time for its form is refused with its detail code. Left out where
// ../shared is absent.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "query/syntax/parser.h"
#include "query/syntax/printer.h"

namespace xinpu::query {
namespace {

namespace fs = std::filesystem;

struct Scenario {
    std::string place;
    std::vector<std::string> statements;
    std::vector<std::string> set_up;
    std::string error;  // detail code of the SyntaxError at compile time, or empty
    bool fails = false;
};

std::string trimmed(const std::string& line) {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    return begin == std::string::npos ? "" : line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
}

std::vector<std::string> cells(const std::string& row) {
    std::vector<std::string> out;
    std::string cell;
    for (std::size_t i = 1; i < row.size(); ++i) {
        if (row[i] == '\\' && i + 1 < row.size()) {
            cell += row[++i] == 'n' ? '\n' : row[i];
        } else if (row[i] == '|') {
            out.push_back(trimmed(cell));
            cell.clear();
        } else {
            cell += row[i];
        }
    }
    return out;
}

std::string filled(std::string text, const std::map<std::string, std::string>& values) {
    for (const auto& [name, value] : values) {
        const std::string place = '<' + name + '>';
        for (std::size_t at = text.find(place); at != std::string::npos;
             at = text.find(place, at + value.size())) {
            text.replace(at, place.size(), value);
        }
    }
    return text;
}

// One entry for each row of Examples.
std::vector<Scenario> scenariosOf(const fs::path& file) {
    std::ifstream in(file);
    std::vector<Scenario> out;
    Scenario current;
    std::vector<std::map<std::string, std::string>> examples;
    std::vector<std::string> header;
    bool outline = false;
    bool in_examples = false;
    const auto finish = [&] {
        if (current.place.empty()) {
            return;
        }
        if (!outline) {
            out.push_back(current);
        }
        for (const auto& values : examples) {
            Scenario copy = current;
            for (auto* list : {&copy.statements, &copy.set_up}) {
                for (std::string& statement : *list) {
                    statement = filled(statement, values);
                }
            }
            copy.error = filled(copy.error, values);
            out.push_back(std::move(copy));
        }
    };
    const std::string name = file.filename().string();
    std::string line;
    std::string last;
    bool in_text = false;
    std::string text;
    while (std::getline(in, line)) {
        const std::string word = trimmed(line);
        if (in_text) {
            if (word == "\"\"\"") {
                in_text = false;
                (last.starts_with("When executing query") ? current.statements : current.set_up)
                    .push_back(text);
            } else {
                text += line + '\n';
            }
            continue;
        }
        if (word == "\"\"\"") {
            in_text = true;
            text.clear();
        } else if (word.starts_with("Scenario")) {
            finish();
            current = {
                .place = name + ' ' + word, .statements = {}, .set_up = {}, .error = {}, .fails = false};
            examples.clear();
            header.clear();
            outline = word.starts_with("Scenario Outline");
            in_examples = false;
        } else if (word.starts_with("Examples")) {
            in_examples = true;
            header.clear();
        } else if (in_examples && word.starts_with("|")) {
            const auto row = cells(word);
            if (header.empty()) {
                header = row;
            } else {
                auto& values = examples.emplace_back();
                for (std::size_t i = 0; i < row.size(); ++i) {
                    values[header[i]] = row[i];
                }
            }
        } else if (word.starts_with("Then a SyntaxError should be raised at compile time")) {
            current.fails = true;
            current.error = word.substr(word.rfind(':') + 2);
        } else if (!word.starts_with("#")) {
            last = word.empty() ? last : word;
        }
    }
    finish();
    return out;
}

// Details that need no names: the parser must find them.
constexpr std::array kOfTheParser{"UnexpectedSyntax",
                                  "InvalidNumberLiteral",
                                  "IntegerOverflow",
                                  "FloatingPointOverflow",
                                  "InvalidUnicodeLiteral",
                                  "InvalidUnicodeCharacter",
                                  "InvalidDelete",
                                  "InvalidRelationshipPattern",
                                  "CreatingVarLength",
                                  "RequiresDirectedRelationship",
                                  "NoExpressionAlias",
                                  "InvalidParameterUse",
                                  "InvalidClauseComposition",
                                  "InvalidArgumentPassingMode"};

// Empty if all is well.
std::string problemOf(const std::string& statement, const Scenario& scenario, bool may_fail) {
    const bool must_fail =
        may_fail && std::find(kOfTheParser.begin(), kOfTheParser.end(), scenario.error) != kOfTheParser.end();
    try {
        const std::string printed = toText(*parseStatement(statement));
        if (must_fail) {
            return "parsed, though " + scenario.error + " was expected";
        }
        const std::string again = toText(*parseStatement(printed));
        return printed == again ? "" : "prints as " + printed + " and that as " + again;
    } catch (const Error& error) {
        if (!may_fail || error.detail() != scenario.error || error.code() != ErrorCode::Syntax) {
            return error.detail() + ": " + error.message();
        }
    }
    return "";
}

TEST(TckTexts, AllParse) {
    const fs::path features = fs::path(XINPU_SOURCE_DIR) / ".." / "shared" / "tck" / "features";
    if (!fs::exists(features)) {
        GTEST_SKIP() << "left out: no ../shared/tck/features";
    }
    std::size_t statements = 0;
    for (const auto& entry : fs::recursive_directory_iterator(features)) {
        if (entry.path().extension() != ".feature") {
            continue;
        }
        for (const Scenario& scenario : scenariosOf(entry.path())) {
            for (const std::string& statement : scenario.set_up) {
                ++statements;
                const std::string problem = problemOf(statement, scenario, false);
                EXPECT_EQ(problem, "") << scenario.place << '\n' << statement;
            }
            for (const std::string& statement : scenario.statements) {
                ++statements;
                const std::string problem = problemOf(statement, scenario, scenario.fails);
                EXPECT_EQ(problem, "") << scenario.place << '\n' << statement;
            }
        }
    }
    EXPECT_GT(statements, 1'500U);
    RecordProperty("statements", static_cast<int>(statements));
}

}  // namespace
}  // namespace xinpu::query
