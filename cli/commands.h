// cli/commands.h
#pragma once
// One function a command: it adds the command's options, and the action that they choose, to the program.

namespace CLI {
class App;
}

namespace xinpu::cli {

class Context;

// Each keeps a reference to `app` or `context` in what it adds: both must outlive the run.
void addAccessLog(CLI::App& app, Context& context);
void addBackup(CLI::App& app, Context& context);
void addCheck(CLI::App& app, Context& context);
void addCompact(CLI::App& app, Context& context);
void addCompletion(CLI::App& app, Context& context);
void addExport(CLI::App& app, Context& context);
void addImport(CLI::App& app, Context& context);
void addInit(CLI::App& app, Context& context);
void addJournal(CLI::App& app, Context& context);
void addKeys(CLI::App& app, Context& context);
void addLoad(CLI::App& app, Context& context);
void addNotBuiltYet(CLI::App& app, Context& context);
void addQuery(CLI::App& app, Context& context);
void addRelatedViolations(CLI::App& app, Context& context);
void addRestore(CLI::App& app, Context& context);
void addServe(CLI::App& app, Context& context);
void addShell(CLI::App& app, Context& context);
void addVersion(CLI::App& app, Context& context);

}  // namespace xinpu::cli
