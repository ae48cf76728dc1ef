// server/system_statements.cpp
// Four statements, told by their words: whatever else a text holds makes it none of them.
#include "server/system_statements.h"

#include <algorithm>

#include "xinpu/error.h"

namespace xinpu::server {
namespace {

using engine::Value;

constexpr std::size_t kTextBytesMax = 200;  // of these statements
constexpr std::string_view kShow = "show";

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool isSpace(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// In lower case, without the semicolon at the end and backticks around names.
std::vector<std::string> wordsOf(std::string_view text) {
    while (!text.empty() && (isSpace(text.back()) || text.back() == ';')) {
        text.remove_suffix(1);
    }
    std::vector<std::string> words;
    bool within = false;
    for (const char c : text) {
        if (isSpace(c)) {
            within = false;
            continue;
        }
        if (!within) {
            words.emplace_back();
            within = true;
        }
        words.back() += lower(c);
    }
    for (std::string& word : words) {
        if (word.size() > 2 && word.front() == '`' && word.back() == '`') {
            word = word.substr(1, word.size() - 2);
        }
    }
    return words;
}

/// Which databases are asked for: a name, or all.
struct Asked {
    std::string name;  ///< empty: all
};

std::optional<Asked> askedBy(std::string_view statement) {
    if (statement.size() > kTextBytesMax) {
        return std::nullopt;
    }
    const std::size_t begin = std::min(statement.size(), statement.find_first_not_of(" \t\r\n"));
    const std::string_view start = statement.substr(begin, kShow.size());
    if (!std::equal(start.begin(), start.end(), kShow.begin(), kShow.end(),
                    [](char a, char b) { return lower(a) == b; })) {
        return std::nullopt;
    }
    const std::vector<std::string> words = wordsOf(statement);
    if (words.size() == 2 && (words[1] == "databases" || words[1] == "database")) {
        return Asked{};
    }
    if (words.size() == 3 && (words[1] == "home" || words[1] == "default") && words[2] == "database") {
        return Asked{std::string(kUsualDatabase)};
    }
    if (words.size() == 3 && (words[1] == "database" || words[1] == "databases")) {
        return Asked{words[2] == "neo4j" ? std::string(kUsualDatabase) : words[2]};
    }
    return std::nullopt;
}

std::vector<Value> rowOf(const std::string& name) {
    const bool usual = name == kUsualDatabase;
    std::vector<Value> aliases;
    if (usual) {
        aliases.push_back(Value::of(std::string_view("neo4j")));
    }
    const auto text = [](std::string_view each) { return Value::of(each); };
    return {text(name),
            text(name == kSystemDatabase ? "system" : "standard"),
            Value::of(std::move(aliases)),
            text("read-write"),
            text("primary"),
            Value::of(true),
            text("online"),
            text("online"),
            text(""),
            Value::of(usual),
            Value::of(usual)};
}

}  // namespace

bool isSystem(std::string_view written) noexcept {
    return std::equal(written.begin(), written.end(), kSystemDatabase.begin(), kSystemDatabase.end(),
                      [](char a, char b) { return lower(a) == b; });
}

std::optional<SystemAnswer> answerSystemStatement(Access& access, const Databases& databases,
                                                  const Principal& principal, std::string_view statement) {
    const std::optional<Asked> asked = askedBy(statement);
    if (!asked) {
        return std::nullopt;
    }
    access.require(principal, Operation::ListDatabases);
    SystemAnswer answer;
    answer.fields = {
        "name",          "type",          "aliases", "access", "role", "writer", "requestedStatus",
        "currentStatus", "statusMessage", "default", "home"};
    std::vector<std::string> names = databases.names();
    std::erase_if(
        names, [&](const std::string& name) { return !may(principal.role, Operation::ReadStatement, name); });
    names.emplace_back(kSystemDatabase);
    for (const std::string& name : names) {
        if (asked->name.empty() || asked->name == name) {
            answer.rows.push_back(rowOf(name));
        }
    }
    return answer;
}

}  // namespace xinpu::server
