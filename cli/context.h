// cli/context.h
#pragma once
// What a command knows of the process it runs in: language, outputs, clock; and what it shall do.

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "cli/language.h"
#include "cli/progress.h"
#include "cli/result_format.h"

namespace xinpu::cli {

/// Everything of the outside that commands use, so that tests can give their own.
struct Surroundings {
    std::ostream& out;
    std::ostream& err;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    std::optional<unsigned> out_columns;
    std::optional<unsigned> err_columns;
    Clock clock;
};

/// One run of the program. The arguments are read first; they set `action`, which is run afterwards.
class Context {
public:
    Context(Surroundings surroundings, Language language);

    Language language() const noexcept { return language_; }
    std::ostream& out() noexcept { return surroundings_.out; }
    std::ostream& err() noexcept { return surroundings_.err; }
    std::string text(const Text& text) const { return std::string(text.in(language_)); }
    template <typename... Arguments>
    std::string format(const Text& text, const Arguments&... arguments) const;

    /// What --format asks for; if it asks nothing, a table on a terminal, else JSON.
    Format formatOr(const std::string& asked) const;
    /// The writer of a result for standard output.
    std::unique_ptr<ResultWriter> resultWriter(Format format, std::vector<std::string> fields);
    /// A progress display on standard error.
    Progress progress();
    const Clock& clock() const noexcept { return surroundings_.clock; }

    /// Set by the command that the arguments chose; gives the exit code.
    std::function<int()> action;

private:
    std::string formatAll(std::string_view pattern, std::vector<std::string> arguments) const;

    Surroundings surroundings_;
    Language language_;
};

template <typename... Arguments>
std::string Context::format(const Text& text, const Arguments&... arguments) const {
    return formatAll(text.in(language_), {std::string(arguments)...});
}

}  // namespace xinpu::cli
