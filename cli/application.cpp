// cli/application.cpp
// Builds the tree of commands, reads the arguments, runs the chosen command and turns what fails into words.
#include "cli/application.h"

#include <algorithm>
#include <exception>
#include <ostream>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "server/config/suggestion.h"
#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

constexpr const char* kFirstQuestion =
    "xinpu related-violations --data ./xinpu-data --uscc 91441900MA4W8GP42C";

std::shared_ptr<CLI::Formatter> helpFormatter(const Context& context) {
    auto formatter = std::make_shared<CLI::Formatter>();
    formatter->label("Usage", context.text(messages::kUsage));
    formatter->label("OPTIONS", context.text(messages::kOptionsBadge));
    formatter->label("SUBCOMMAND", context.text(messages::kCommandBadge));
    formatter->label("SUBCOMMANDS", context.text(messages::kCommandBadge));
    formatter->label("Positionals", context.text(messages::kArguments));
    formatter->label("REQUIRED", context.text(messages::kRequired));
    formatter->label("Env", context.text(messages::kEnvironment));
    formatter->column_width(38);
    return formatter;
}

void buildTree(CLI::App& app, Context& context) {
    app.name("xinpu");
    app.description(context.text(messages::kProgram));
    app.formatter(helpFormatter(context));
    app.option_defaults()->group(context.text(messages::kOptions));
    app.set_help_flag("-h,--help", context.text(messages::kHelpOption));
    app.get_help_ptr()->group(context.text(messages::kOptions));
    app.set_version_flag("--version", "xinpu " XINPU_VERSION, context.text(messages::kVersionOption));
    addLanguageOption(app, context);
    app.footer(context.format(messages::kProgramExample, kFirstQuestion));
    app.require_subcommand(0, 1);

    addRelatedViolations(app, context);
    addQuery(app, context);
    addShell(app, context);
    addServe(app, context);
    addInit(app, context);
    addLoad(app, context);
    addImport(app, context);
    addExport(app, context);
    addCheck(app, context);
    addBackup(app, context);
    addRestore(app, context);
    addCompact(app, context);
    addJournal(app, context);
    addAccessLog(app, context);
    addKeys(app, context);
    addVersion(app, context);
    addCompletion(app, context);
    addNotBuiltYet(app, context);
}

/// The command that the arguments named, as deep as they went.
const CLI::App& chosenCommand(const CLI::App& app) {
    const CLI::App* chosen = &app;
    while (true) {
        const auto deeper = chosen->get_subcommands();
        if (deeper.empty()) {
            return *chosen;
        }
        chosen = deeper.back();
    }
}

std::string pathOf(const CLI::App& command) {
    std::string path = command.get_name();
    for (const CLI::App* above = command.get_parent(); above != nullptr; above = above->get_parent()) {
        path = above->get_name() + " " + path;
    }
    return path;
}

std::vector<std::string> optionNames(const CLI::App& command) {
    std::vector<std::string> names;
    for (const CLI::Option* option : command.get_options({})) {
        for (const std::string& name : option->get_lnames()) {
            names.push_back("--" + name);
        }
    }
    return names;
}

std::vector<std::string> commandNames(const CLI::App& command) {
    std::vector<std::string> names;
    for (const CLI::App* child : command.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(child->get_name());
    }
    return names;
}

std::string unexpectedArgument(const CLI::App& app, const Context& context) {
    const CLI::App& command = chosenCommand(app);
    const std::vector<std::string> extras = app.remaining(true);
    const std::string first = extras.empty() ? std::string() : extras.front();
    const bool is_option = first.starts_with("-");
    const bool is_command = !is_option && !commandNames(command).empty();
    std::string message =
        context.format(is_command ? messages::kUnknownCommand : messages::kUnknownArgument, first);
    const std::string word = first.substr(0, first.find('='));
    const std::string meant = server::closestWord(word, is_command ? commandNames(command) : optionNames(command));
    if (!meant.empty()) {
        message += context.format(messages::kDidYouMean, meant);
    }
    return message;
}

/// CLI11's message begins with the name of the option: "--data: 1 required DIR missing".
std::string nameIn(const CLI::ParseError& error) {
    const std::string text = error.what();
    return text.substr(0, text.find_first_of(": "));
}

std::string usageMessage(const CLI::App& app, const Context& context, const CLI::ParseError& error) {
    const CLI::App& command = chosenCommand(app);
    std::string message;
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
        message = unexpectedArgument(app, context);
    } else if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
        const bool command_missing = !commandNames(command).empty();
        message = !command_missing              ? context.format(messages::kMissingArgument, nameIn(error))
                  : app.remaining(true).empty() ? context.text(messages::kNoCommand)
                                                : unexpectedArgument(app, context);
    } else if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
        message = context.format(messages::kMissingValue, nameIn(error));
    } else {
        message = context.format(messages::kBadValue, std::string(error.what()));
    }
    return message + context.format(messages::kSeeHelp, pathOf(command));
}

void tell(Context& context, ErrorCode code, const std::string& message) {
    context.err() << "xinpu: " << context.text(messages::headline(code)) << message << std::endl;
}

int runAction(Context& context) {
    const int exit_code = context.action();
    context.out().flush();
    if (!context.out()) {
        throw Error(ErrorCode::Io, context.text(messages::kOutputFailed));
    }
    return exit_code;
}

int parseAndRun(std::vector<std::string> arguments, Context& context) {
    CLI::App app;
    buildTree(app, context);
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    try {
        app.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
        context.action = [&] {
            context.out() << app.help();
            return kExitDone;
        };
    } catch (const CLI::CallForVersion& version) {
        context.action = [&context, text = std::string(version.what())] {
            context.out() << text << '\n';
            return kExitDone;
        };
    } catch (const CLI::ParseError& error) {
        throw Error(ErrorCode::Usage, usageMessage(app, context, error));
    }
    if (!context.action) {
        throw Error(ErrorCode::Usage,
                    context.text(messages::kNoCommand) + context.format(messages::kSeeHelp, "xinpu"));
    }
    return runAction(context);
}

}  // namespace

Language languageAsked(const std::vector<std::string>& arguments, Language locale) noexcept {
    const auto named = [locale](std::string_view name) {
        return name == "zh" ? Language::Chinese : name == "en" ? Language::English : locale;
    };
    constexpr std::string_view kOption = "--lang";
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view argument = arguments[i];
        if (argument == kOption && i + 1 < arguments.size()) {
            return named(arguments[i + 1]);
        }
        if (argument.starts_with(kOption) && argument.substr(kOption.size()).starts_with("=")) {
            return named(argument.substr(kOption.size() + 1));
        }
    }
    return locale;
}

int run(std::vector<std::string> arguments, Context& context) noexcept {
    try {
        return parseAndRun(std::move(arguments), context);
    } catch (const Error& error) {
        tell(context, error.code(), error.message());
        return exitCodeOf(error.code());
    } catch (const std::exception& unexpected) {
        tell(context, ErrorCode::Internal,
             context.format(messages::kUnexpected, std::string(unexpected.what())));
        return exitCodeOf(ErrorCode::Internal);
    }
}

}  // namespace xinpu::cli
