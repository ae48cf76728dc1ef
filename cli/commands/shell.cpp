// cli/commands/shell.cpp
// `xinpu shell`: statements as they are typed, over several lines, each ended by `;`.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <unistd.h>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/interrupt.h"
#include "cli/line_editor.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "cli/statement_session.h"
#include "cli/terminal.h"
#include "cli/today.h"
#include "engine/value/literal.h"
#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

constexpr const char* kKeywords[] = {
    "ALL SHORTEST",  "ANY",      "ASC",         "CALL",          "CASE",         "COLLECT",
    "CONSTRAINT",    "CONTAINS", "COUNT",       "CREATE",        "DELETE",       "DESC",
    "DETACH DELETE", "DISTINCT", "DROP",        "ELSE",          "END",          "ENDS WITH",
    "EXISTS",        "EXPLAIN",  "FOREACH",     "IN WINDOW",     "INDEX",        "LIMIT",
    "LOAD CSV",      "MATCH",    "MERGE",       "ON CREATE SET", "ON MATCH SET", "OPTIONAL MATCH",
    "ORDER BY",      "PROFILE",  "REMOVE",      "RETURN",        "SET",          "SHOW CONSTRAINTS",
    "SHOW INDEXES",  "SKIP",     "STARTS WITH", "THEN",          "UNION ALL",    "UNWIND",
    "USE",           "VALID ON", "WHEN",        "WHERE",         "WITH",         "WORKING DAYS BEFORE",
    "YIELD"};
constexpr const char* kColonCommands[] = {":help", ":schema", ":param", ":clear", ":exit"};

struct ShellOptions {
    DatabaseOptions database;
    std::string timezone = kTimezoneUsual;
    std::string csv_folder;
    std::string format;
};

std::string historyFile() {
    const char* state = std::getenv("XDG_STATE_HOME");
    const char* home = std::getenv("HOME");
    if (state != nullptr && *state != '\0') {
        return std::string(state) + "/xinpu/history";
    }
    return home != nullptr && *home != '\0' ? std::string(home) + "/.local/state/xinpu/history"
                                            : std::string();
}

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first == std::string::npos ? std::string()
                                      : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool beginsIgnoringCase(std::string_view word, std::string_view beginning) noexcept {
    const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; };
    return word.size() >= beginning.size() &&
           std::equal(beginning.begin(), beginning.end(), word.begin(),
                      [&](char a, char b) { return upper(a) == upper(b); });
}

/// What Tab offers, taken from the newest schema.
std::vector<std::string> completionsOf(StatementSession& session, std::string_view beginning) {
    std::vector<std::string> words;
    const auto offer = [&](std::string word) {
        if (beginsIgnoringCase(word, beginning)) {
            words.push_back(std::move(word));
        }
    };
    for (const char* command : kColonCommands) {
        offer(command);
    }
    const auto snapshot = session.database().snapshot();
    const engine::Catalog& catalog = snapshot->catalog();
    for (std::uint32_t id = 0; id < catalog.labels().size(); ++id) {
        offer(":" + std::string(catalog.labels().name(id)));
    }
    for (std::uint32_t id = 0; id < catalog.types().size(); ++id) {
        offer(":" + std::string(catalog.types().name(id)));
    }
    if (!beginning.empty()) {
        const std::size_t point = beginning.rfind('.');
        const std::string before(point == std::string_view::npos ? beginning.substr(0, 0)
                                                                 : beginning.substr(0, point + 1));
        for (std::uint32_t id = 0; id < catalog.keys().size(); ++id) {
            offer(before + std::string(catalog.keys().name(id)));
        }
        for (const char* keyword : kKeywords) {
            offer(keyword);
        }
        for (const query::Function* function : session.registry().functions()) {
            offer(function->name);
        }
        for (const query::Procedure* procedure : session.registry().procedures()) {
            offer(procedure->name);
        }
    }
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    return words;
}

class Shell {
public:
    Shell(Context& context, const ShellOptions& options, bool terminal)
        : context_(context), terminal_(terminal),
          session_(context, {.database = options.database,
                             .timezone = options.timezone,
                             .csv_folder = options.csv_folder,
                             .format = terminal && options.format.empty() ? Format::Table
                                                                          : context.formatOr(options.format),
                             .keep_writing = false}),
          editor_(terminal, terminal ? historyFile() : std::string(),
                  [this](std::string_view beginning) { return completions(beginning); }) {}

    int run() {
        const std::string prompt = "xinpu> ";
        const std::string more = "     > ";
        session_.database();  // a database that cannot be opened is told at once
        if (terminal_) {
            context_.out() << context_.text(messages::kShellGreeting) << '\n';
        }
        while (!ended_) {
            const auto line = editor_.read(typed_.empty() ? prompt : more);
            if (!line) {
                break;
            }
            if (line->dropped) {
                typed_.clear();
                continue;
            }
            if (!take(line->text)) {
                return failed_code_;
            }
        }
        // What stands at the end without `;` is meant too, if it came from a file.
        return terminal_ || runTyped() ? kExitDone : failed_code_;
    }

private:
    /// False: it failed, and nobody is there to go on.
    bool take(const std::string& line) {
        if (typed_.empty() && trimmed(line).starts_with(':')) {
            editor_.remember(trimmed(line));
            return guarded([&] { command(trimmed(line)); });
        }
        if (typed_.empty() && trimmed(line).empty()) {
            return true;
        }
        typed_ += line + "\n";
        return !endsStatement() || runTyped();
    }

    /// Whether the text ends with a `;` that ends a statement: then a further word is a statement of its own.
    bool endsStatement() const {
        return trimmed(typed_).ends_with(';') &&
               query::splitStatements(typed_ + " x").size() > query::splitStatements(typed_).size();
    }

    bool runTyped() {
        const std::vector<std::string> statements = query::splitStatements(typed_);
        editor_.remember(trimmed(typed_));
        typed_.clear();
        for (const std::string& statement : statements) {
            if (!guarded([&] { session_.run(statement); })) {
                return false;
            }
        }
        return true;
    }

    template <typename Action>
    bool guarded(const Action& action) {
        try {
            const InterruptScope interrupt;
            action();
            context_.out().flush();
            return true;
        } catch (const Error& error) {
            context_.out().flush();
            context_.err() << "xinpu: " << context_.text(messages::headline(error.code())) << error.message()
                           << std::endl;
            failed_code_ = exitCodeOf(error.code());
        }
        return terminal_;  // a script stops at its first error
    }

    void command(const std::string& line) {
        const std::size_t blank = line.find_first_of(" \t");
        const std::string word = line.substr(0, blank);
        const std::string rest = blank == std::string::npos ? std::string() : trimmed(line.substr(blank));
        if (word == ":help") {
            context_.out() << context_.text(messages::kShellHelp);
        } else if (word == ":schema") {
            showSchema();
        } else if (word == ":param") {
            if (rest.empty()) {
                showParameters();
            } else {
                session_.setParameter(rest);
            }
        } else if (word == ":clear") {
            session_.clearParameters();
        } else if (word == ":exit" || word == ":quit") {
            ended_ = true;
        } else {
            throw Error(ErrorCode::Usage, context_.format(messages::kShellUnknown, word));
        }
    }

    void showParameters() {
        const auto writer = context_.resultWriter(Format::Table, {"name", "value"});
        for (const engine::MapEntry& entry : session_.parameters()) {
            const Cell cells[] = {Cell::ofText(entry.key), Cell::ofText(engine::toCypherText(entry.value))};
            writer->row(cells);
        }
        writer->finish({});
    }

    void showSchema() {
        const auto snapshot = session_.database().snapshot();
        const engine::Catalog& catalog = snapshot->catalog();
        const auto writer = context_.resultWriter(Format::Table, {"kind", "name", "count"});
        const auto list = [&](const char* kind, const char* before, const engine::NameTable& names,
                              const std::map<std::uint32_t, std::uint64_t>& counts) {
            for (std::uint32_t id = 0; id < names.size(); ++id) {
                const auto found = counts.find(id);
                const std::uint64_t count = found == counts.end() ? 0 : found->second;
                const Cell cells[] = {Cell::ofText(kind), Cell::ofText(before + std::string(names.name(id))),
                                      Cell::ofNumber(static_cast<std::int64_t>(count))};
                writer->row(cells);
            }
        };
        list("label", ":", catalog.labels(), snapshot->counts().by_label);
        list("type", ":", catalog.types(), snapshot->counts().by_type);
        writer->finish({});
        context_.out() << '\n';
        session_.run("SHOW INDEXES");
        context_.out() << '\n';
        session_.run("SHOW CONSTRAINTS");
    }

    std::vector<std::string> completions(std::string_view beginning) {
        try {
            return completionsOf(session_, beginning);
        } catch (const Error&) {
            return {};  // a Tab is no place for an error; the statement will tell it
        }
    }

    Context& context_;
    bool terminal_;
    StatementSession session_;
    LineEditor editor_;
    std::string typed_;
    bool ended_ = false;
    int failed_code_ = kExitFailed;
};

}  // namespace

void addShell(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "shell", messages::kShellCommand, messages::kGroupQuestions,
                                   "xinpu shell --data ./xinpu-data");
    const auto options = std::make_shared<ShellOptions>();
    addDatabaseOptions(*command, context, options->database);
    command->add_option("--csv-folder", options->csv_folder, context.text(messages::kQueryCsvFolder))
        ->type_name("DIR");
    command->add_option("--timezone", options->timezone, context.text(messages::kTimezoneOption))
        ->type_name("ZONE")
        ->capture_default_str();
    addFormatOption(*command, context, options->format);
    command->callback([&context, options] {
        context.action = [&context, options] {
            return Shell(context, *options, isTerminal(STDIN_FILENO) && isTerminal(STDOUT_FILENO)).run();
        };
    });
}

}  // namespace xinpu::cli
