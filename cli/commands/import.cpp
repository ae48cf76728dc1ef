// cli/commands/import.cpp
// `xinpu import`: general graph CSV into a new database.
#include "loaders/import.h"

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/commands/loading.h"
#include "cli/exit_code.h"
#include "cli/messages.h"
#include "cli/open_database.h"
#include "cli/options.h"
#include "cli/table.h"
#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

struct ImportOptions {
    DatabaseOptions database;
    std::vector<std::string> nodes;
    std::vector<std::string> relationships;
    std::string schema;
    std::string delimiter = ",";
    std::string array_delimiter = ";";
    LoadingOptions loading;
};

/// One character, or TAB by its name.
char delimiterOf(const Context& context, const std::string& option, const std::string& text) {
    if (text == "TAB" || text == "\\t") {
        return '\t';
    }
    const bool fits = text.size() == 1 && static_cast<unsigned char>(text[0]) < 0x80U && text[0] != '"' &&
                      text[0] != '\n' && text[0] != '\r' && text[0] != '\0';
    if (!fits) {
        throw Error(ErrorCode::Usage, context.format(messages::kImportDelimiterWrong, option, text));
    }
    return text[0];
}

loaders::ImportRequest requestOf(const Context& context, const ImportOptions& options) {
    loaders::ImportRequest request;
    request.data = options.database.data;
    request.database = databaseFolder(options.database).filename().string();
    for (const std::string& argument : options.nodes) {
        request.nodes.push_back(loaders::parseImportSource(loaders::HeaderKind::Nodes, argument));
    }
    for (const std::string& argument : options.relationships) {
        request.relationships.push_back(
            loaders::parseImportSource(loaders::HeaderKind::Relationships, argument));
    }
    request.schema = options.schema;
    request.delimiter = delimiterOf(context, "--delimiter", options.delimiter);
    request.array_delimiter = delimiterOf(context, "--array-delimiter", options.array_delimiter);
    request.memory_bytes = options.loading.memoryBytes();
    return request;
}

void tell(Context& context, const loaders::ImportOutcome& outcome) {
    using Kind = TableCell::Kind;
    Table table({context.text(messages::kImportWhat), context.text(messages::kImportCount)});
    for (const auto& [label, count] : outcome.by_label) {
        table.add({{"(:" + label + ")", Kind::Text}, {grouped(count), Kind::Number}});
    }
    for (const auto& [type, count] : outcome.by_type) {
        table.add({{"[:" + type + "]", Kind::Text}, {grouped(count), Kind::Number}});
    }
    table.print(context.out(), std::nullopt);
    const auto span =
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(outcome.seconds));
    context.out() << context.format(messages::kImportDone, grouped(outcome.nodes),
                                    grouped(outcome.relationships), spanText(span),
                                    std::to_string(outcome.journal))
                  << '\n';
    if (!outcome.schema.empty()) {
        context.out() << context.format(messages::kImportSchemaTaken, outcome.schema) << '\n';
    }
}

int import(Context& context, const ImportOptions& options) {
    const InterruptScope interrupt;
    const loaders::ImportRequest request = requestOf(context, options);
    const loaders::ImportOutcome outcome = runLoading(context, [&request](const loaders::LoadHooks& hooks) {
        return loaders::importGraph(request, hooks);
    });
    if (options.loading.format == "json") {
        context.out() << loaders::toJson(outcome) << '\n';
    } else {
        tell(context, outcome);
    }
    return kExitDone;
}

}  // namespace

void addImport(CLI::App& app, Context& context) {
    CLI::App* command =
        addCommand(app, context, "import", messages::kImportCommand, messages::kGroupData,
                   "xinpu import --data ./xinpu-data --nodes Company=company-header.csv,company.csv \\\n"
                   "    --relationships OWNS=shares.csv");
    const auto options = std::make_shared<ImportOptions>();
    command->add_option("--nodes", options->nodes, context.text(messages::kImportNodes))
        ->type_name("[LABEL=][HEADER,]FILE")
        ->required();
    command
        ->add_option("--relationships", options->relationships, context.text(messages::kImportRelationships))
        ->type_name("[TYPE=][HEADER,]FILE");
    addDatabaseOptions(*command, context, options->database);
    command->add_option("--schema", options->schema, context.text(messages::kImportSchema))
        ->type_name("FILE");
    command->add_option("--delimiter", options->delimiter, context.text(messages::kImportDelimiter))
        ->type_name("CHARACTER|TAB")
        ->capture_default_str();
    command
        ->add_option("--array-delimiter", options->array_delimiter,
                     context.text(messages::kImportArrayDelimiter))
        ->type_name("CHARACTER|TAB")
        ->capture_default_str();
    addLoadingOptions(*command, context, options->loading);
    command->callback(
        [&context, options] { context.action = [&context, options] { return import(context, *options); }; });
}

}  // namespace xinpu::cli
