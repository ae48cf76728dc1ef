// tests/logic/runner/main.cpp
// logic_test [--variant FILE] [--program xinpu] [files or folders…]: runs test files, prints what differs and
// `N passed, N failed`.

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "notation.h"
#include "query/syntax/statement_text.h"
#include "target.h"
#include "test_file.h"

namespace fs = std::filesystem;

namespace xinpu::logic {

namespace {

std::string textOf(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        throw BadTest(path.string() + " cannot be read");
    }
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) {
        text += (text.empty() ? "" : " | ") + part;
    }
    return text;
}

class Run {
public:
    Run(Target& target, const Variant& variant, fs::path fixtures)
        : target_(target), variant_(variant), fixtures_(std::move(fixtures)) {}

    std::size_t passed = 0;
    std::size_t failed = 0;

    void file(const fs::path& path) {
        const TestFile file = readTestFile(path);
        if (file.sections.empty() || file.sections.front().kind != SectionKind::Database) {
            database("empty");
        }
        for (const Section& section : file.sections) {
            this->section(file, section);
        }
    }

private:
    void section(const TestFile& file, const Section& section) {
        std::string wrong;
        switch (section.kind) {
        case SectionKind::Database:
            database(section.title);
            return;
        case SectionKind::Reopen:
            target_.reopen();
            return;
        case SectionKind::As:
            target_.actAs(section.title);
            return;
        case SectionKind::PlanContains:
        case SectionKind::PlanLacks:
            if (!variant_.plans) {
                return;
            }
            wrong = plan(section);
            break;
        case SectionKind::Error:
            wrong = error(section, target_.run(section.statement, section.parameters));
            break;
        default:
            wrong = answer(section, target_.run(section.statement, section.parameters));
            if (wrong.empty() && section.kind == SectionKind::Update && !section.counters_given &&
                !section.rows_given) {
                return;  // it only prepares what follows
            }
            break;
        }
        if (wrong.empty()) {
            ++passed;
            return;
        }
        ++failed;
        std::printf("FAILED %s:%u: %s\n%s\n", file.name.c_str(), section.line, section.title.c_str(),
                    section.statement.c_str());
        if (!section.parameters.empty()) {
            std::printf("params %s\n", section.parameters.c_str());
        }
        std::printf("%s\n", wrong.c_str());
        std::fflush(stdout);
    }

    void database(const std::string& name) {
        std::vector<std::string> statements;
        if (name != "empty") {
            statements = query::splitStatements(textOf(fixtures_ / (name + ".cypher")));
        }
        target_.actAs("admin");
        target_.fresh(name, statements);
    }

    static std::string told(const Failure& failure) {
        std::string text =
            failure.text ? "error: " + failure.error_class : failure.error_class + " " + failure.detail;
        if (failure.at) {
            text += " at " + std::to_string(failure.at->first) + ":" + std::to_string(failure.at->second);
        }
        return failure.text ? text : text + ": " + failure.message;
    }

    static std::string table(const std::vector<std::string>& header, const std::vector<std::string>& rows) {
        std::string text = joined(header);
        for (const std::string& row : rows) {
            text += "\n  " + row;
        }
        return text;
    }

    std::string answer(const Section& section, const Outcome& outcome) const {
        if (outcome.failure) {
            return "  got " + told(*outcome.failure);
        }
        std::string wrong;
        if (section.counters_given) {
            for (const auto& [name, count] : outcome.counters) {
                const auto wanted = section.counters.find(name);
                const std::uint64_t expected = wanted == section.counters.end() ? 0 : wanted->second;
                if (expected != count) {
                    wrong += "  " + name + " is " + std::to_string(count) + ", expected " +
                             std::to_string(expected) + "\n";
                }
            }
            for (const auto& [name, count] : section.counters) {
                if (!outcome.counters.contains(name)) {
                    wrong += "  there is no counter " + name + "\n";
                }
            }
        }
        if (!section.rows_given) {
            return wrong;
        }
        std::vector<std::string> expected;
        std::vector<std::string> actual;
        for (const std::string& row : section.rows) {
            std::vector<std::string> values = cells(row);
            for (std::string& value : values) {
                value = canonical(value, variant_.http || variant_.bolt ? Decimals::AsStrings
                                                                        : Decimals::AsDecimals);
            }
            expected.push_back(joined(values));
        }
        for (const std::vector<std::string>& row : outcome.rows) {
            actual.push_back(joined(row));
        }
        if (!section.ordered) {
            std::sort(expected.begin(), expected.end());
            std::sort(actual.begin(), actual.end());
        }
        // `----` with nothing below it: no rows, whatever the columns.
        const bool same_header = section.header.empty() || section.header == outcome.fields;
        if (!same_header || expected != actual) {
            wrong += "  expected: " + table(section.header, expected) +
                     "\n  got:      " + table(outcome.fields, actual) + "\n";
        }
        return wrong;
    }

    static std::string error(const Section& section, const Outcome& outcome) {
        if (!outcome.failure) {
            std::vector<std::string> rows;
            for (const std::vector<std::string>& row : outcome.rows) {
                rows.push_back(joined(row));
            }
            return "  expected an error, got: " + table(outcome.fields, rows);
        }
        const Failure& failure = *outcome.failure;
        const auto holds = [&](const std::string& text, const std::string& word) {
            return word == "*" || (failure.text ? text.find(word) != std::string::npos : text == word);
        };
        const bool right = holds(failure.error_class, section.error_class) &&
                           holds(failure.detail, section.error_detail) &&
                           (!section.error_at || section.error_at == failure.at);
        return right ? "" : "  got " + told(failure);
    }

    std::string plan(const Section& section) {
        const Outcome outcome = target_.run("EXPLAIN " + section.statement, section.parameters);
        if (outcome.failure) {
            return "  got " + told(*outcome.failure);
        }
        const bool there = std::find(outcome.operators.begin(), outcome.operators.end(), section.title) !=
                           outcome.operators.end();
        if (there == (section.kind == SectionKind::PlanContains)) {
            return "";
        }
        return "  the plan has: " + joined(outcome.operators);
    }

    Target& target_;
    const Variant& variant_;
    fs::path fixtures_;
};

std::vector<fs::path> testFiles(const std::vector<fs::path>& asked) {
    std::vector<fs::path> files;
    for (const fs::path& path : asked) {
        if (!fs::is_directory(path)) {
            files.push_back(path);
            continue;
        }
        for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
            if (entry.path().extension() == ".test") {
                files.push_back(entry.path());
            }
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

Variant readVariant(const fs::path& path) {
    Variant variant;
    variant.name = path.stem().string();
    std::ifstream file(path);
    if (!file) {
        throw BadTest(path.string() + " cannot be read");
    }
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line[0] == '#') {
            continue;
        }
        const std::size_t equal = line.find('=');
        const std::string key = line.substr(0, equal);
        const std::string value = equal == std::string::npos ? "" : line.substr(equal + 1);
        if (key == "reopen" && value == "each") {
            variant.reopen_each = true;
        } else if (key == "merge_at") {
            variant.merge_at = value == "never" ? UINT64_MAX : std::stoull(value);
        } else if (key == "batch_rows") {
            variant.batch_rows = std::stoull(value);
        } else if (key == "optimize" && value == "off") {
            variant.optimize = false;
        } else if (key == "plan_cache" && value == "off") {
            variant.plan_cache = false;
        } else if (key == "through" && value == "http") {
            variant.http = true;
        } else if (key == "through" && value == "bolt") {
            variant.bolt = true;
        } else if (key == "plans" && value == "off") {
            variant.plans = false;
        } else {
            throw BadTest(path.string() + ": '" + line + "' is no setting");
        }
    }
    return variant;
}

int runAll(const std::vector<std::string>& arguments) {
    fs::path root = fs::path(XINPU_LOGIC_TESTS);
    fs::path program;
    Variant variant;
    std::vector<fs::path> asked;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == "--variant" && i + 1 < arguments.size()) {
            variant = readVariant(arguments[++i]);
        } else if (arguments[i] == "--program" && i + 1 < arguments.size()) {
            program = arguments[++i];
        } else {
            asked.emplace_back(arguments[i]);
        }
    }
    if (asked.empty()) {
        asked.push_back(root);
    }
    const fs::path scratch = fs::temp_directory_path() / ("xinpu-logic-" + std::to_string(::getpid()));
    if ((variant.http || variant.bolt) && !fs::exists(program)) {
        std::printf("the variant needs the server: --program build/…/xinpu\n0 passed, 1 failed\n");
        return 1;
    }
    const std::unique_ptr<Target> target = variant.http   ? openServer(program, scratch)
                                           : variant.bolt ? openBoltServer(program, scratch)
                                                          : openEmbedded(variant, scratch);
    Run run(*target, variant, root / "fixtures");
    for (const fs::path& file : testFiles(asked)) {
        try {
            run.file(file);
        } catch (const std::exception& problem) {
            ++run.failed;
            std::printf("FAILED %s: %s\n", file.c_str(), problem.what());
        }
    }
    std::printf("variant %s\n%zu passed, %zu failed\n", variant.name.c_str(), run.passed, run.failed);
    return run.failed == 0 ? 0 : 1;
}

}  // namespace xinpu::logic

int main(int count, char** words) {
    try {
        return xinpu::logic::runAll(std::vector<std::string>(words + 1, words + count));
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "%s\n", problem.what());
        return 2;
    }
}
