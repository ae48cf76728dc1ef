// cli/commands/backup.cpp
// `xinpu backup`: a consistent, checked copy of a database, while others read and write it.
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

struct BackupOptions {
    DatabaseOptions database;
    std::string destination;
    bool compact = false;
};

int backup(Context& context, const BackupOptions& options) {
    const InterruptScope interrupt;
    const auto started = context.clock()();
    StepDisplay display(context);
    const engine::BackupReport report =
        engine::backupDatabase(databaseFolder(options.database), options.destination, options.compact,
                               {.stop = &InterruptScope::stopRequested(), .progress = display.callback()});
    display.clear();
    context.out() << context.format(messages::kBackupDone, options.destination,
                                    std::to_string(report.last_entry), bytesText(report.bytes),
                                    spanText(context.clock()() - started))
                  << '\n'
                  << "sha256 " << report.sha256 << '\n';
    return kExitDone;
}

}  // namespace

void addBackup(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "backup", messages::kBackupCommand, messages::kGroupCare,
                                   "xinpu backup --data ./xinpu-data /var/backups/xinpu/credit-2026-11-24");
    const auto options = std::make_shared<BackupOptions>();
    command->add_option("DEST", options->destination, context.text(messages::kBackupDestination))
        ->type_name("DIR")
        ->required();
    command->add_flag("--compact", options->compact, context.text(messages::kBackupCompact));
    addDatabaseOptions(*command, context, options->database);
    command->callback(
        [&context, options] { context.action = [&context, options] { return backup(context, *options); }; });
}

}  // namespace xinpu::cli
