// cli/main.cpp
// The binary `xinpu`: gives the process's arguments, environment and outputs to the program.
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include "cli/application.h"
#include "cli/terminal.h"

namespace {

std::string_view environmentVariable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

int main(int count, char** words) {
    using namespace xinpu::cli;
    std::ios::sync_with_stdio(false);
    const std::vector<std::string> arguments(words + (count > 0 ? 1 : 0), words + count);
    const Language locale = languageOfLocale(environmentVariable("LC_ALL"),
                                             environmentVariable("LC_MESSAGES"), environmentVariable("LANG"));
    Context context({.out = std::cout,
                     .err = std::cerr,
                     .out_is_terminal = isTerminal(STDOUT_FILENO),
                     .err_is_terminal = isTerminal(STDERR_FILENO),
                     .out_columns = terminalColumns(STDOUT_FILENO),
                     .err_columns = terminalColumns(STDERR_FILENO),
                     .clock = std::chrono::steady_clock::now},
                    languageAsked(arguments, locale));
    return run(arguments, context);
}
