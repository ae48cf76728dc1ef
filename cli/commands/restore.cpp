// cli/commands/restore.cpp
// `xinpu restore`: puts a backup in place as a database.
#include <memory>
#include <ostream>
#include <string>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/interrupt.h"
#include "cli/long_work.h"
#include "cli/messages.h"
#include "cli/open_database.h"
#include "cli/options.h"
#include "engine/check/maintenance.h"

namespace xinpu::cli {
namespace {

struct RestoreOptions {
    DatabaseOptions database;
    std::string source;
    bool replace = false;
};

int restore(Context& context, const RestoreOptions& options) {
    const InterruptScope interrupt;
    StepDisplay display(context);
    const std::filesystem::path folder = databaseFolder(options.database);
    const auto mode = options.replace ? engine::RestoreMode::Replace : engine::RestoreMode::IntoAbsent;
    const engine::RestoreReport report =
        engine::restoreDatabase(options.source, folder, mode,
                                {.stop = &InterruptScope::stopRequested(), .progress = display.callback()});
    display.clear();
    context.out() << context.format(messages::kRestoreDone, folder.string(),
                                    std::to_string(report.restored_entry),
                                    std::to_string(report.journal_entry))
                  << '\n';
    return kExitDone;
}

}  // namespace

void addRestore(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "restore", messages::kRestoreCommand, messages::kGroupCare,
                                   "xinpu restore --data ./xinpu-data /var/backups/xinpu/credit-2026-11-24");
    const auto options = std::make_shared<RestoreOptions>();
    command->add_option("SOURCE", options->source, context.text(messages::kRestoreSource))
        ->type_name("DIR")
        ->required();
    command->add_flag("--replace", options->replace, context.text(messages::kRestoreReplace));
    addDatabaseOptions(*command, context, options->database);
    command->callback(
        [&context, options] { context.action = [&context, options] { return restore(context, *options); }; });
}

}  // namespace xinpu::cli
