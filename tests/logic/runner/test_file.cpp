// tests/logic/runner/test_file.cpp
// Cuts a test file into sections: a first line that says what is asked, then the statement, then the answer.

#include "test_file.h"

#include <cstdio>
#include <fstream>
#include <sstream>

#include "notation.h"

namespace xinpu::logic {

namespace {

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\r");
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// The line without a comment that two spaces and `#` begin.
std::string withoutComment(const std::string& line) {
    return trimmed(line.substr(0, line.find("  #")));
}

std::string firstWord(std::string& rest) {
    const std::size_t end = rest.find_first_of(" \t");
    const std::string word = rest.substr(0, end);
    rest = end == std::string::npos ? "" : trimmed(rest.substr(end));
    return word;
}

class FileReader {
public:
    explicit FileReader(const std::filesystem::path& path) : name_(path.string()) {
        std::ifstream file(path);
        if (!file) {
            throw BadTest(name_ + " cannot be read");
        }
        for (std::string line; std::getline(file, line);) {
            lines_.push_back(line);
        }
    }

    TestFile read() {
        TestFile file{.name = name_, .sections = {}};
        while (at_ < lines_.size()) {
            if (skipped(lines_[at_])) {
                ++at_;
                continue;
            }
            file.sections.push_back(section());
        }
        return file;
    }

private:
    static bool skipped(const std::string& line) { return trimmed(line).empty() || line[0] == '#'; }

    [[noreturn]] void fail(const std::string& why) const {
        throw BadTest(name_ + ":" + std::to_string(at_ + 1) + ": " + why);
    }

    Section section() {
        Section section;
        section.line = static_cast<std::uint32_t>(at_ + 1);
        std::string rest = withoutComment(lines_[at_]);
        const std::string word = firstWord(rest);
        if (word == "database" || word == "reopen" || word == "as") {
            section.kind = word == "database" ? SectionKind::Database
                           : word == "as"     ? SectionKind::As
                                              : SectionKind::Reopen;
            section.title = rest;
            if (word == "database" && rest.empty()) {
                fail("which database?");
            }
            if (word == "as" && rest != "admin" && rest != "analyst") {
                fail("statements are sent as admin or as analyst");
            }
            ++at_;
            return section;
        }
        if (word == "query") {
            section.kind = SectionKind::Query;
            if (rest.rfind("ordered", 0) == 0 && (rest.size() == 7 || rest[7] == ' ')) {
                section.ordered = true;
                firstWord(rest);
            }
            section.title = rest;
        } else if (word == "update") {
            section.kind = SectionKind::Update;
            counters(section, rest);
        } else if (word == "error") {
            section.kind = SectionKind::Error;
            error(section, rest);
        } else if (word == "plan") {
            const std::string verb = firstWord(rest);
            if ((verb != "contains" && verb != "lacks") || rest.empty()) {
                fail("a plan contains or lacks an operator");
            }
            section.kind = verb == "contains" ? SectionKind::PlanContains : SectionKind::PlanLacks;
            section.title = rest;
        } else {
            fail("'" + word + "' begins no section");
        }
        ++at_;
        body(section);
        return section;
    }

    void counters(Section& section, std::string rest) {
        while (!rest.empty()) {
            const std::string word = firstWord(rest);
            if (word == "counters") {
                section.counters_given = true;
            } else if (!section.counters_given) {
                section.title += (section.title.empty() ? "" : " ") + word;
            } else if (const std::size_t equal = word.find('='); equal != std::string::npos) {
                section.counters[word.substr(0, equal)] = std::stoull(word.substr(equal + 1));
            } else if (word != "none") {
                fail("a counter is written name=value");
            }
        }
    }

    void error(Section& section, std::string rest) {
        section.error_class = firstWord(rest);
        section.error_detail = firstWord(rest);
        section.title = section.error_class + " " + section.error_detail;
        if (section.error_detail.empty()) {
            fail("an error is written: error Class Detail [at line:column]");
        }
        if (!rest.empty()) {
            unsigned line = 0;
            unsigned column = 0;
            if (std::sscanf(rest.c_str(), "at %u:%u", &line, &column) != 2) {
                fail("a place is written: at line:column");
            }
            section.error_at = {line, column};
        }
    }

    void body(Section& section) {
        bool answer = false;
        for (; at_ < lines_.size() && !trimmed(lines_[at_]).empty(); ++at_) {
            const std::string& line = lines_[at_];
            if (line[0] == '#') {
                continue;
            }
            if (answer) {
                if (section.header.empty()) {
                    section.header = cells(line);
                } else {
                    section.rows.push_back(line);
                }
            } else if (line.rfind("----", 0) == 0) {
                answer = section.rows_given = true;
            } else if (line.rfind("params ", 0) == 0) {
                section.parameters = line.substr(7);
            } else {
                section.statement += (section.statement.empty() ? "" : "\n") + line;
            }
        }
        if (section.statement.empty()) {
            fail("a statement is expected");
        }
        if (section.kind == SectionKind::Query && !answer) {
            fail("a query needs its answer behind ----");
        }
    }

    std::string name_;
    std::vector<std::string> lines_;
    std::size_t at_ = 0;
};

}  // namespace

TestFile readTestFile(const std::filesystem::path& path) {
    return FileReader(path).read();
}

}  // namespace xinpu::logic
