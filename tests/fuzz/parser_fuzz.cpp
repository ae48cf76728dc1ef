// tests/fuzz/parser_fuzz.cpp
// Any text as a statement: it parses or fails with an error that names its place; what parses prints as text
// that parses to the same again, and its copy is the same.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz_check.h"
#include "query/syntax/parser.h"
#include "query/syntax/printer.h"
#include "query/syntax/statement_text.h"

using namespace xinpu;
using namespace xinpu::query;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const std::string& one : splitStatements(text)) {
        FUZZ_CHECK(!one.empty());
    }
    std::unique_ptr<Statement> statement;
    try {
        statement = parseStatement(text);
    } catch (const Error& error) {
        FUZZ_CHECK(error.code() == ErrorCode::Syntax || error.code() == ErrorCode::Limit);
        FUZZ_CHECK(!error.detail().empty());
        FUZZ_CHECK(errorText(error, text).size() > error.message().size());
        return 0;
    }
    const std::string printed = toText(*statement);
    if (statement->query) {
        FUZZ_CHECK(toText(*cloneQuery(*statement->query)) == toText(*statement->query));
    }
    std::string again;
    try {
        again = toText(*parseStatement(printed));
    } catch (const Error& error) {
        FUZZ_CHECK(error.code() == ErrorCode::Limit);  // longer than it was, or with more brackets
        return 0;
    }
    FUZZ_CHECK(again == printed);
    return 0;
}
