// cli/context.cpp
// Chooses formats and makes the writers for one run.
#include "cli/context.h"

#include <fmt/args.h>
#include <fmt/format.h>

namespace xinpu::cli {
namespace {

constexpr unsigned kColumnsUsual = 80;  // of a terminal that does not say

}  // namespace

Context::Context(Surroundings surroundings, Language language)
    : surroundings_(std::move(surroundings)), language_(language) {}

Format Context::formatOr(const std::string& asked) const {
    if (const auto format = formatOf(asked)) {
        return *format;
    }
    return surroundings_.out_is_terminal ? Format::Table : Format::Json;
}

std::unique_ptr<ResultWriter> Context::resultWriter(Format format, std::vector<std::string> fields) {
    std::optional<unsigned> columns;
    if (surroundings_.out_is_terminal) {
        columns = surroundings_.out_columns.value_or(kColumnsUsual);
    }
    return makeResultWriter(format, std::move(fields), surroundings_.out, columns);
}

Progress Context::progress() {
    return Progress(surroundings_.err,
                    surroundings_.err_is_terminal ? Progress::Target::Terminal : Progress::Target::Log,
                    surroundings_.err_columns.value_or(kColumnsUsual), language_, surroundings_.clock);
}

std::string Context::formatAll(std::string_view pattern, std::vector<std::string> arguments) const {
    fmt::dynamic_format_arg_store<fmt::format_context> store;
    for (std::string& argument : arguments) {
        store.push_back(std::move(argument));
    }
    return fmt::vformat(pattern, store);
}

}  // namespace xinpu::cli
