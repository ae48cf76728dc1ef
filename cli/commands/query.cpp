// cli/commands/query.cpp
// `xinpu query`: runs one or more statements in process, each as a transaction of its own.
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "cli/statement_session.h"
#include "cli/today.h"
#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

constexpr std::size_t kScriptBytesMax = std::size_t{256} << 20;

struct QueryOptions {
    DatabaseOptions database;
    std::vector<std::string> parameters;
    std::string parameters_file;
    std::string timezone = kTimezoneUsual;
    std::string csv_folder;
    std::string format;
    std::string file;
    std::string statement;
};

std::string readAll(std::istream& stream, const Context& context, const std::string& name) {
    std::string text;
    std::vector<char> piece(64 * 1024);
    while (stream.read(piece.data(), static_cast<std::streamsize>(piece.size())) || stream.gcount() > 0) {
        text.append(piece.data(), static_cast<std::size_t>(stream.gcount()));
        if (text.size() > kScriptBytesMax) {
            throw Error(ErrorCode::Usage, context.format(messages::kScriptTooLong, name));
        }
    }
    if (stream.bad()) {
        throw Error(ErrorCode::Io, context.format(messages::kFileUnreadable, name));
    }
    return text;
}

std::string scriptOf(const Context& context, const QueryOptions& options) {
    if (!options.file.empty() && !options.statement.empty()) {
        throw Error(ErrorCode::Usage, context.text(messages::kStatementTwice));
    }
    if (options.file.empty() && !options.statement.empty() && options.statement != "-") {
        return options.statement;
    }
    if (options.file.empty() || options.file == "-") {
        return readAll(std::cin, context, "-");
    }
    std::ifstream stream(options.file, std::ios::binary);
    if (!stream) {
        throw Error(ErrorCode::Io, context.format(messages::kFileUnreadable, options.file));
    }
    return readAll(stream, context, options.file);
}

int runQuery(Context& context, const QueryOptions& options) {
    const InterruptScope interrupt;
    const std::vector<std::string> statements = query::splitStatements(scriptOf(context, options));
    if (statements.empty()) {
        throw Error(ErrorCode::Usage, context.text(messages::kStatementMissing));
    }
    StatementSession session(context, {.database = options.database,
                                       .timezone = options.timezone,
                                       .csv_folder = options.csv_folder,
                                       .format = context.formatOr(options.format),
                                       .keep_writing = true});
    if (!options.parameters_file.empty()) {
        session.setParametersFromFile(options.parameters_file);
    }
    for (const std::string& parameter : options.parameters) {
        session.setParameter(parameter);
    }
    if (statements.size() == 1) {
        session.run(statements.front());
        return kExitDone;
    }
    session.beginSeveral();
    try {
        for (const std::string& statement : statements) {
            session.run(statement);
        }
    } catch (const Error&) {
        session.endSeveral();  // the results that there are stay readable
        throw;
    }
    session.endSeveral();
    return kExitDone;
}

}  // namespace

void addQuery(CLI::App& app, Context& context) {
    CLI::App* command =
        addCommand(app, context, "query", messages::kQueryCommand, messages::kGroupQuestions,
                   "xinpu query --param name=东莞 'MATCH (c:Company {name: $name}) RETURN c.uscc'");
    const auto options = std::make_shared<QueryOptions>();
    addDatabaseOptions(*command, context, options->database);
    command->add_option("STATEMENT", options->statement, context.text(messages::kQueryStatement))
        ->type_name("TEXT|-");
    command->add_option("-f,--file", options->file, context.text(messages::kQueryFile))->type_name("FILE");
    command->add_option("--param", options->parameters, context.text(messages::kQueryParameter))
        ->type_name("NAME=TEXT|NAME:=EXPRESSION")
        ->allow_extra_args(false);
    command
        ->add_option("--params-file", options->parameters_file, context.text(messages::kQueryParametersFile))
        ->type_name("FILE");
    command->add_option("--csv-folder", options->csv_folder, context.text(messages::kQueryCsvFolder))
        ->type_name("DIR");
    command->add_option("--timezone", options->timezone, context.text(messages::kTimezoneOption))
        ->type_name("ZONE")
        ->capture_default_str();
    addFormatOption(*command, context, options->format);
    command->callback([&context, options] {
        context.action = [&context, options] { return runQuery(context, *options); };
    });
}

}  // namespace xinpu::cli
