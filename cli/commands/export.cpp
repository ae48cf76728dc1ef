// cli/commands/export.cpp
// `xinpu export`: a whole database as CSV files that `import` reads.
#include "loaders/export.h"

#include <memory>
#include <ostream>
#include <string>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/open_database.h"
#include "cli/options.h"

namespace xinpu::cli {
namespace {

struct ExportOptions {
    DatabaseOptions database;
    std::string destination;
};

int exportAll(Context& context, const ExportOptions& options) {
    const InterruptScope interrupt;
    Progress progress = context.progress();
    progress.start(context.text(messages::kExportStage), context.text(messages::kRowsUnit), 0);
    loaders::LoadHooks hooks;
    hooks.stop = &InterruptScope::stopRequested();
    hooks.progress = [&progress](std::string_view phase, std::uint64_t done, std::uint64_t all,
                                 std::uint64_t rows) {
        progress.rename(phase);
        progress.advance(rows, done, all);
    };
    const loaders::ExportOutcome outcome =
        loaders::exportGraph({.data = options.database.data,
                              .database = databaseFolder(options.database).filename().string(),
                              .destination = options.destination},
                             hooks);
    progress.clear();
    const auto span =
        std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(outcome.seconds));
    context.out() << context.format(messages::kExportDone, grouped(outcome.nodes),
                                    grouped(outcome.relationships), options.destination, spanText(span))
                  << '\n'
                  << context.format(
                         messages::kExportBack,
                         (std::filesystem::path(options.destination) / "import-arguments.txt").string())
                  << '\n';
    return kExitDone;
}

}  // namespace

void addExport(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "export", messages::kExportCommand, messages::kGroupData,
                                   "xinpu export --data ./xinpu-data ./credit-csv");
    const auto options = std::make_shared<ExportOptions>();
    command->add_option("DEST", options->destination, context.text(messages::kExportDestination))
        ->type_name("DIR")
        ->required();
    addDatabaseOptions(*command, context, options->database);
    command->callback([&context, options] {
        context.action = [&context, options] { return exportAll(context, *options); };
    });
}

}  // namespace xinpu::cli
