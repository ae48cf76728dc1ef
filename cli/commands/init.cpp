// cli/commands/init.cpp
// `xinpu init`: makes an empty database.
#include <memory>
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/messages.h"
#include "cli/open_database.h"
#include "cli/options.h"

namespace xinpu::cli {

void addInit(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "init", messages::kInitCommand, messages::kGroupData,
                                   "xinpu init --data ./xinpu-data --database credit");
    const auto options = std::make_shared<DatabaseOptions>();
    addDatabaseOptions(*command, context, *options);
    command->callback([&context, options] {
        context.action = [&context, options] {
            const std::filesystem::path folder = databaseFolder(*options);
            engine::Database::create(folder);
            context.out() << context.format(messages::kInitDone, folder.string()) << '\n';
            return kExitDone;
        };
    });
}

}  // namespace xinpu::cli
