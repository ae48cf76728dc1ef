// cli/commands/restore.cpp
// `xinpu restore`: puts a backup in place as a database that does not exist yet.
#include <memory>
#include <ostream>
#include <string>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/messages.h"
#include "cli/open_database.h"
#include "cli/options.h"
#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

struct RestoreOptions {
    DatabaseOptions database;
    std::string source;
};

}  // namespace

void addRestore(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "restore", messages::kRestoreCommand, messages::kGroupCare,
                                   "xinpu restore --data ./xinpu-data /var/backups/xinpu/credit-2026-11-24");
    const auto options = std::make_shared<RestoreOptions>();
    command->add_option("SOURCE", options->source, context.text(messages::kRestoreSource))
        ->type_name("DIR")
        ->required();
    addDatabaseOptions(*command, context, options->database);
    command->callback([&context, options] {
        context.action = [&context, options] {
            const std::filesystem::path folder = databaseFolder(options->database);
            if (engine::loadIncomplete(folder)) {
                throw Error(ErrorCode::Conflict,
                            fmt::format("'{}' holds a load that is incomplete; move it away first.",
                                        folder.string()));
            }
            // Copied by the database itself: what is damaged or not ours is refused, and a copy that was cut
            // off is never taken for a database.
            const auto source = engine::Database::open(options->source, {.read_only = true});
            const std::uint64_t entry = source->snapshot()->sequence();
            source->backup(folder, false);
            context.out() << context.format(messages::kRestoreDone, folder.string(), std::to_string(entry))
                          << '\n';
            return kExitDone;
        };
    });
}

}  // namespace xinpu::cli
