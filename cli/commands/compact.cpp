// cli/commands/compact.cpp
// `xinpu compact`: merges what is due and rewrites the database without its free pages.
#include <memory>
#include <ostream>

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

int compact(Context& context, const DatabaseOptions& options) {
    const InterruptScope interrupt;
    const auto started = context.clock()();
    StepDisplay display(context);
    const engine::CompactReport report = engine::compactDatabase(
        databaseFolder(options), {.stop = &InterruptScope::stopRequested(), .progress = display.callback()});
    display.clear();
    context.out() << context.format(messages::kCompactDone, bytesText(report.bytes_before),
                                    bytesText(report.bytes_after), grouped(report.free_pages),
                                    grouped(report.merged_changes), spanText(context.clock()() - started))
                  << '\n';
    return kExitDone;
}

}  // namespace

void addCompact(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "compact", messages::kCompactCommand, messages::kGroupCare,
                                   "xinpu compact --data ./xinpu-data");
    const auto options = std::make_shared<DatabaseOptions>();
    addDatabaseOptions(*command, context, *options);
    command->callback(
        [&context, options] { context.action = [&context, options] { return compact(context, *options); }; });
}

}  // namespace xinpu::cli
