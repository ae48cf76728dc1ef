// cli/commands/serve.cpp
// `xinpu serve`: the query server in the foreground. Its options are those of server/config, and no others.
#include "server/server.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "cli/today.h"
#include "server/config/settings.h"
#include "server/language.h"
#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

/// What the command line says. Addresses of the values stay: CLI11 writes to them.
struct Asked {
    std::optional<std::string> config;
    bool check_config = false;
    std::vector<std::optional<std::string>> values;  ///< in the order of server::allOptions()
};

std::optional<std::string> environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value != nullptr ? std::optional<std::string>(value) : std::nullopt;
}

int runServer(Context& context, const Asked& asked) {
    server::Settings::Given given;
    for (std::size_t i = 0; i < asked.values.size(); ++i) {
        if (asked.values[i]) {
            given.emplace(server::allOptions()[i].name, *asked.values[i]);
        }
    }
    std::optional<std::filesystem::path> file;
    if (asked.config) {
        file = *asked.config;
    }
    const server::Settings settings(file, environment, given);
    const server::ServerOptions options = settings.options();
    dayIn(options.timezone, std::chrono::system_clock::now());  // a zone that does not exist is told at once
    if (asked.check_config) {
        server::checkListening(options);
        context.out() << settings.asToml();
        return kExitDone;
    }
    server::serve(options, server::wholeLanguage(), [&context](const server::Reached& reached) {
        context.out() << "listening on " << reached.http << std::endl;  // the words that scripts wait for
        if (!reached.bolt.empty()) {
            context.out() << "bolt on " << reached.bolt << std::endl;
        }
        if (!reached.metrics.empty()) {
            context.out() << "metrics on " << reached.metrics << std::endl;
        }
    });
    return kExitDone;
}

/// Refuses what server/config would refuse, in the language of the command line.
CLI::Validator checked(const Context& context, const server::OptionSpec& option) {
    switch (option.kind) {
    case server::OptionKind::Whole:
        return wholeNumberFrom(context, option.least, option.most);
    case server::OptionKind::Choice: {
        std::vector<std::string> words;
        for (std::string_view rest = option.type; !rest.empty();) {
            const std::string_view word = rest.substr(0, rest.find('|'));
            words.emplace_back(word);
            rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        }
        return oneOf(context, std::move(words));
    }
    case server::OptionKind::Address:
    case server::OptionKind::AddressOrOff:
        return CLI::Validator(
            [&context, &option](std::string& value) {
                return server::problemOf(option, value) ? context.format(messages::kListenWrong, value) : std::string();
            },
            "");
    default:
        return CLI::Validator(
            [&option](std::string& value) { return server::problemOf(option, value).value_or(std::string()); }, "");
    }
}

void addOption(CLI::App& command, const Context& context, const server::OptionSpec& option,
               std::optional<std::string>& value) {
    const std::string name = "--" + std::string(option.flag);
    const std::string about(context.language() == Language::Chinese ? option.about_chinese : option.about);
    if (option.kind == server::OptionKind::Flag) {
        command.add_flag_callback(
            name, [&value] { value = "true"; }, about);
        return;
    }
    command.add_option(name, value, about)
        ->type_name(std::string(option.type))
        ->check(checked(context, option))
        ->default_str(std::string(option.usual));
}

}  // namespace

void addServe(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "serve", messages::kServeCommand, messages::kGroupQuestions,
                                   "xinpu serve --data ./xinpu-data --dev");
    const auto asked = std::make_shared<Asked>();
    command->add_option("--config", asked->config, context.text(messages::kServeConfig))
        ->type_name("FILE")
        ->envname("XINPU_CONFIG");
    command->add_flag("--check-config", asked->check_config, context.text(messages::kServeCheckConfig));
    asked->values.resize(server::allOptions().size());
    for (std::size_t i = 0; i < asked->values.size(); ++i) {
        addOption(*command, context, server::allOptions()[i], asked->values[i]);
    }
    command->callback([&context, asked] {
        context.action = [&context, asked] { return runServer(context, *asked); };
    });
}

}  // namespace xinpu::cli
