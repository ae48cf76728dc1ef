// cli/commands/backup.cpp
// `xinpu backup`: a consistent copy of a database, while others read and write it.
#include <memory>
#include <ostream>
#include <string>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/messages.h"
#include "cli/open_database.h"
#include "cli/options.h"

namespace xinpu::cli {
namespace {

struct BackupOptions {
    DatabaseOptions database;
    std::string destination;
    bool compact = false;
};

}  // namespace

void addBackup(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "backup", messages::kBackupCommand, messages::kGroupCare,
                                   "xinpu backup --data ./xinpu-data /var/backups/xinpu/credit-2026-11-24");
    const auto options = std::make_shared<BackupOptions>();
    command->add_option("DEST", options->destination, context.text(messages::kBackupDestination))->required();
    command->add_flag("--compact", options->compact, context.text(messages::kBackupCompact));
    addDatabaseOptions(*command, context, options->database);
    command->callback([&context, options] {
        context.action = [&context, options] {
            const auto started = context.clock()();
            const auto database = openForReading(options->database);
            database->backup(options->destination, options->compact);
            const auto bytes =
                std::filesystem::file_size(std::filesystem::path(options->destination) / "data.mdb");
            context.out() << context.format(messages::kBackupDone, options->destination, bytesText(bytes),
                                            spanText(context.clock()() - started))
                          << '\n';
            return kExitDone;
        };
    });
}

}  // namespace xinpu::cli
