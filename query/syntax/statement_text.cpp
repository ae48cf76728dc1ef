// query/syntax/statement_text.cpp
// Cuts scripts into statements and draws carets under errors.
#include "query/syntax/statement_text.h"

#include <algorithm>

#include "query/syntax/quoted_scan.h"

namespace xinpu::query {
namespace {

constexpr std::size_t kShownBytesMax = 400;  // of a long line, around the place

bool continuesCharacter(char byte) noexcept {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// The line of the statement with that number, without its end.
std::string_view lineAt(std::string_view statement, std::uint32_t line) {
    std::size_t begin = 0;
    for (std::uint32_t i = 1; i < line; ++i) {
        const std::size_t end = statement.find('\n', begin);
        if (end == std::string_view::npos) {
            return {};
        }
        begin = end + 1;
    }
    std::string_view found = statement.substr(begin, statement.find('\n', begin) - begin);
    if (found.ends_with('\r')) {
        found.remove_suffix(1);
    }
    return found;
}

}  // namespace

std::vector<std::string> splitStatements(std::string_view script) {
    std::vector<std::string> statements;
    std::size_t begin = 0;
    bool token = false;  // since `begin`
    const auto finish = [&](std::size_t end) {
        if (token) {
            std::string_view piece = script.substr(begin, end - begin);
            const std::size_t first = piece.find_first_not_of(" \t\r\n");
            piece = piece.substr(first, piece.find_last_not_of(" \t\r\n") - first + 1);
            statements.emplace_back(piece);
        }
        begin = end + 1;
        token = false;
    };
    std::size_t i = 0;
    while (i < script.size()) {
        const char c = script[i];
        if (c == ';') {
            finish(i++);
        } else if (c == '\'' || c == '"' || c == '`') {
            token = true;
            i = std::min(quotedEnd(script, i), script.size());
        } else if (commentBegins(script, i)) {
            const std::size_t end = commentEnd(script, i);
            token = token || end == std::string_view::npos;  // kept, so that the parser says what is wrong
            i = std::min(end, script.size());
        } else {
            token = token || (c != ' ' && c != '\t' && c != '\r' && c != '\n');
            ++i;
        }
    }
    finish(script.size());
    return statements;
}

std::string errorText(const Error& error, std::string_view statement) {
    std::string out = error.message();
    if (const auto at = error.at()) {
        out += " (line " + std::to_string(at->line) + ", column " + std::to_string(at->column) +
               " (offset: " + std::to_string(at->offset) + "))";
        std::string_view line = lineAt(statement, at->line);
        std::size_t column = at->column - 1;  // code points in front of the caret
        std::size_t byte = 0;
        for (std::size_t passed = 0; byte < line.size() && passed < column; ++passed) {
            for (++byte; byte < line.size() && continuesCharacter(line[byte]);) {
                ++byte;
            }
        }
        if (line.size() > kShownBytesMax) {
            std::size_t from = byte > kShownBytesMax / 2 ? byte - kShownBytesMax / 2 : 0;
            while (from < byte && continuesCharacter(line[from])) {
                ++from;
            }
            std::size_t to = std::min(from + kShownBytesMax, line.size());
            while (to < line.size() && continuesCharacter(line[to])) {
                ++to;
            }
            column = static_cast<std::size_t>(std::count_if(line.begin() + static_cast<std::ptrdiff_t>(from),
                                                            line.begin() + static_cast<std::ptrdiff_t>(byte),
                                                            [](char c) { return !continuesCharacter(c); }));
            line = line.substr(from, to - from);
        }
        out += "\n\"" + std::string(line) + "\"\n" + std::string(column + 1, ' ') + '^';
    }
    if (!error.detail().empty()) {
        out += '\n' + error.detail();
    }
    return out;
}

}  // namespace xinpu::query
