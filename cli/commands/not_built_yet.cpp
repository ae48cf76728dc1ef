// cli/commands/not_built_yet.cpp
// Names the commands that are designed but not built, so that nobody takes them for a typing error.
#include <array>
#include <string>

#include "cli/commands.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

struct Planned {
    const char* name;
    const Text* sentence;
};
constexpr std::array<Planned, 5> kPlanned = {{
    {"users", &messages::kUsersCommand},
    {"report", &messages::kReportCommand},
    {"verify", &messages::kVerifyCommand},
    {"quality", &messages::kQualityCommand},
    {"watch", &messages::kWatchCommand},
}};

}  // namespace

void addNotBuiltYet(CLI::App& app, Context& context) {
    for (const Planned& planned : kPlanned) {
        const std::string name = planned.name;
        CLI::App* command =
            addCommand(app, context, name, *planned.sentence, messages::kGroupNotBuilt, "xinpu " + name);
        command->allow_extras();  // whatever options it will have, the answer is the same
        command->callback([&context, name] {
            context.action = [&context, name]() -> int {
                throw Error(ErrorCode::Usage, context.format(messages::kNotBuiltYet, "xinpu " + name));
            };
        });
    }
}

}  // namespace xinpu::cli
