// cli/commands/compact.cpp
// `xinpu compact`: merges what is due, copies the database without its free pages, and swaps the copy in.
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/messages.h"
#include "cli/open_database.h"
#include "cli/options.h"
#include "engine/store/writer_lock.h"
#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

namespace fs = std::filesystem;
using engine::FileLock;

/// Makes a compact copy in `copy`, and tells up to which journal entry it goes.
std::uint64_t copyCompact(const DatabaseOptions& options, const fs::path& copy) {
    const auto database = openForWriting(options);
    database->mergeAll();
    database->backup(copy, true);
    return database->snapshot()->sequence();
}

/// Nobody has the files open while the locks of the returned pair live.
std::pair<FileLock, FileLock> takeAlone(const fs::path& folder) {
    auto writer = FileLock::tryTake(folder / "writer.lock", FileLock::Kind::Exclusive);
    auto all = FileLock::tryTake(folder / "open.lock", FileLock::Kind::Exclusive);
    if (!writer || !all) {
        throw Error(ErrorCode::Locked, "Another process has the database open; stop it, then compact again.");
    }
    return {std::move(*writer), std::move(*all)};
}

std::uint64_t sequenceOf(const fs::path& folder) {
    const auto environment = engine::Environment::open(folder, {.read_only = true});
    return engine::loadState(environment->beginRead()).last_entry;
}

void swapIn(const fs::path& folder, const fs::path& copy, std::uint64_t copied_entry) {
    const auto alone = takeAlone(folder);
    if (sequenceOf(folder) != copied_entry) {
        throw Error(ErrorCode::Conflict, "The database was changed meanwhile; compact it again.");
    }
    // The lock file describes the old file's readers; nobody is left. Before the rename: a lock file without
    // its data is made anew, data with another file's lock file would be misread.
    fs::remove(folder / "lock.mdb");
    fs::rename(copy / "data.mdb", folder / "data.mdb");
}

}  // namespace

void addCompact(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "compact", messages::kCompactCommand, messages::kGroupCare,
                                   "xinpu compact --data ./xinpu-data");
    const auto options = std::make_shared<DatabaseOptions>();
    addDatabaseOptions(*command, context, *options);
    command->callback([&context, options] {
        context.action = [&context, options] {
            const auto started = context.clock()();
            const fs::path folder = databaseFolder(*options);
            const fs::path copy = folder / "compact.part";
            fs::remove_all(copy);  // of a run that was cut off
            const std::uint64_t entry = copyCompact(*options, copy);
            const std::uint64_t before = fs::file_size(folder / "data.mdb");
            swapIn(folder, copy, entry);
            fs::remove_all(copy);
            context.out() << context.format(messages::kCompactDone, bytesText(before),
                                            bytesText(fs::file_size(folder / "data.mdb")),
                                            spanText(context.clock()() - started))
                          << '\n';
            return kExitDone;
        };
    });
}

}  // namespace xinpu::cli
