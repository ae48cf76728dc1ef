// cli/commands/version.cpp
// `xinpu version`: which program this is.
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/messages.h"
#include "cli/options.h"

namespace xinpu::cli {

void addVersion(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "version", messages::kVersionCommand, messages::kGroupAbout,
                                   "xinpu version");
    command->callback([&context] {
        context.action = [&context] {
            context.out() << "xinpu " XINPU_VERSION "\n";
            return kExitDone;
        };
    });
}

}  // namespace xinpu::cli
