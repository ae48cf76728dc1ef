// cli/commands/completion.cpp
// `xinpu completion bash|zsh`: the completion scripts.
#include "cli/completion.h"

#include <ostream>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/messages.h"
#include "cli/options.h"

namespace xinpu::cli {

void addCompletion(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "completion", messages::kCompletionCommand,
                                   messages::kGroupAbout, "source <(xinpu completion bash)");
    const auto add = [&](const char* shell, const Text& sentence, std::string (*script)(const CLI::App&)) {
        const std::string example = std::string("source <(xinpu completion ") + shell + ")";
        CLI::App* choice =
            addCommand(*command, context, shell, sentence, messages::kCompletionCommand, example);
        choice->callback([&app, &context, script] {
            context.action = [&app, &context, script] {
                context.out() << script(app);
                return kExitDone;
            };
        });
    };
    add("bash", messages::kCompletionBash, bashCompletion);
    add("zsh", messages::kCompletionZsh, zshCompletion);
    command->require_subcommand(1);
}

}  // namespace xinpu::cli
