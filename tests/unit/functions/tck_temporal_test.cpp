// tests/unit/functions/tck_temporal_test.cpp
// Every example of the public openCypher TCK whose statement is a call of temporal functions alone.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "expression.h"

namespace xinpu::query::test {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(XINPU_SOURCE_DIR) / ".." / "shared" / "tck" /
                                      "features" / "expressions" / "temporal";

std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string_view::npos
               ? std::string()
               : std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

std::vector<std::string> cellsOf(std::string_view line) {
    std::vector<std::string> cells;
    std::size_t from = line.find('|') + 1;
    for (std::size_t bar = line.find('|', from); bar != std::string_view::npos; bar = line.find('|', from)) {
        cells.push_back(trimmed(line.substr(from, bar - from)));
        from = bar + 1;
    }
    return cells;
}

void replaceAll(std::string& text, const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

/// "a AS x, b AS y" in parts; commas inside brackets do not part.
std::vector<std::pair<std::string, std::string>> itemsOf(const std::string& text) {
    std::vector<std::pair<std::string, std::string>> items;
    int depth = 0;
    std::string item;
    for (const char c : text + ",") {
        depth += c == '(' || c == '{' || c == '[' ? 1 : (c == ')' || c == '}' || c == ']' ? -1 : 0);
        if (c == ',' && depth == 0) {
            const std::size_t as = item.rfind(" AS ");
            items.emplace_back(trimmed(item.substr(0, as)),
                               as == std::string::npos ? std::string() : trimmed(item.substr(as + 4)));
            item.clear();
        } else {
            item += c;
        }
    }
    return items;
}

struct Scenario {
    std::string with;
    std::string returns;
    std::vector<std::string> names;
};

/// Runs the example rows of one file; the number of rows that were run.
int runFile(const std::filesystem::path& path) {
    std::ifstream file(path);
    Scenario scenario;
    bool examples = false;
    int rows = 0;
    for (std::string line; std::getline(file, line);) {
        const std::string text = trimmed(line);
        if (text.starts_with("Scenario")) {
            scenario = {};
            examples = false;
        } else if (text.starts_with("WITH ")) {
            scenario.with = text.substr(5);
        } else if (text.starts_with("RETURN ")) {
            scenario.returns = text.substr(7);
        } else if (text.starts_with("MATCH")) {
            scenario.returns = "MATCH";
        } else if (text.starts_with("Examples:")) {
            examples = true;
            scenario.names.clear();
        } else if (examples && text.starts_with("|")) {
            const std::vector<std::string> cells = cellsOf(text);
            if (scenario.names.empty()) {
                scenario.names = cells;
                continue;
            }
            if (scenario.names.back() != "result") {
                continue;
            }
            std::string with = scenario.with;
            std::string returns = scenario.returns;
            for (std::size_t i = 0; i < cells.size(); ++i) {
                replaceAll(with, "<" + scenario.names[i] + ">", cells[i]);
                replaceAll(returns, "<" + scenario.names[i] + ">", cells[i]);
            }
            Bindings bindings;
            if (!with.empty()) {
                for (const auto& [expression, name] : itemsOf(with)) {
                    bindings[name] = evaluated(expression);
                }
            }
            EXPECT_EQ(resultOf(itemsOf(returns).front().first, bindings), cells.back())
                << path.filename() << ": WITH " << with << " RETURN " << returns;
            ++rows;
        }
    }
    return rows;
}

TEST(TckTemporal, Examples) {
    if (!std::filesystem::exists(kFolder)) {
        GTEST_SKIP() << "left out: no ../shared/tck/features";
    }
    EXPECT_GE(runFile(kFolder / "Temporal1.feature"), 200);
    EXPECT_GE(runFile(kFolder / "Temporal3.feature"), 183);
    EXPECT_GE(runFile(kFolder / "Temporal9.feature"), 300);
}

}  // namespace
}  // namespace xinpu::query::test
