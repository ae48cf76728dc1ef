// tests/unit/cli/exit_code_test.cpp
// The exit code of each kind of error, as docs/cli.md promises it.
#include "cli/exit_code.h"

#include <gtest/gtest.h>

namespace xinpu::cli {
namespace {

struct Code {
    const char* name;
    ErrorCode code;
    int exit_code;
};
constexpr Code kCodes[] = {
    {"syntax", ErrorCode::Syntax, 1},
    {"semantic", ErrorCode::Semantic, 1},
    {"type", ErrorCode::Type, 1},
    {"argument", ErrorCode::Argument, 1},
    {"arithmetic", ErrorCode::Arithmetic, 1},
    {"parameter", ErrorCode::Parameter, 1},
    {"procedure", ErrorCode::Procedure, 1},
    {"not_found", ErrorCode::NotFound, 1},
    {"constraint", ErrorCode::Constraint, 1},
    {"conflict", ErrorCode::Conflict, 1},
    {"validation", ErrorCode::Validation, 2},
    {"data", ErrorCode::Data, 3},
    {"usage", ErrorCode::Usage, 2},
    {"denied", ErrorCode::Denied, 1},
    {"limit", ErrorCode::Limit, 1},
    {"cancelled", ErrorCode::Cancelled, 1},
    {"corrupt", ErrorCode::Corrupt, 4},
    {"locked", ErrorCode::Locked, 4},
    {"io", ErrorCode::Io, 1},
    {"internal", ErrorCode::Internal, 1},
};
class ExitCode : public testing::TestWithParam<Code> {};
TEST_P(ExitCode, IsThePromisedOne) {
    EXPECT_EQ(exitCodeOf(GetParam().code), GetParam().exit_code);
}
INSTANTIATE_TEST_SUITE_P(Cli, ExitCode, testing::ValuesIn(kCodes),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace xinpu::cli
