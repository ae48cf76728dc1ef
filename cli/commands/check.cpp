// cli/commands/check.cpp
// `xinpu check`: whether everything in a database holds together, a line a finding.
#include "engine/check/check.h"

#include <filesystem>
#include <memory>
#include <ostream>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/interrupt.h"
#include "cli/long_work.h"
#include "cli/messages.h"
#include "cli/open_database.h"
#include "cli/options.h"
#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

int check(Context& context, const DatabaseOptions& options) {
    const std::filesystem::path folder = databaseFolder(options);
    if (engine::loadIncomplete(folder)) {  // the same words as everywhere; there is nothing to check yet
        throw Error(ErrorCode::Corrupt, "load incomplete: run it again", "LOAD_INCOMPLETE");
    }
    const InterruptScope interrupt;
    StepDisplay display(context);
    engine::CheckOptions how;
    how.stop = &InterruptScope::stopRequested();
    how.progress = display.callback();
    const auto findings = engine::checkInChild(folder, how);
    display.clear();
    for (const engine::Finding& finding : findings) {
        context.out() << engine::findingText(finding) << '\n';
    }
    if (!findings.empty()) {
        return kExitUnavailable;
    }
    context.out() << "ok\n";
    return kExitDone;
}

}  // namespace

void addCheck(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "check", messages::kCheckCommand, messages::kGroupCare,
                                   "xinpu check --data ./xinpu-data");
    const auto options = std::make_shared<DatabaseOptions>();
    addDatabaseOptions(*command, context, *options);
    command->callback(
        [&context, options] { context.action = [&context, options] { return check(context, *options); }; });
}

}  // namespace xinpu::cli
