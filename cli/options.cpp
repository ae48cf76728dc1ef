// cli/options.cpp
// Makes the shared options.
#include "cli/options.h"

#include <charconv>

#include <fmt/format.h>

#include "cli/messages.h"

namespace xinpu::cli {

CLI::App* addCommand(CLI::App& parent, const Context& context, const std::string& name, const Text& sentence,
                     const Text& group, const std::string& example) {
    CLI::App* command = parent.add_subcommand(name, context.text(sentence));
    command->group(context.text(group));
    command->option_defaults()->group(context.text(messages::kOptions));
    command->set_help_flag("-h,--help", context.text(messages::kHelpOption));
    command->get_help_ptr()->group(context.text(messages::kOptions));
    addLanguageOption(*command, context);
    command->footer(context.format(messages::kExample, example));
    return command;
}

void addLanguageOption(CLI::App& command, const Context& context) {
    const std::string description = context.text(messages::kLanguageOption);
    command.add_option("--lang", description)->type_name("zh|en")->check(oneOf(context, {"zh", "en"}));
}

void addDatabaseOptions(CLI::App& command, const Context& context, DatabaseOptions& options) {
    command.add_option("--data", options.data, context.text(messages::kDataOption))
        ->type_name("DIR")
        ->envname("XINPU_DATA")
        ->capture_default_str();
    command.add_option("--database", options.database, context.text(messages::kDatabaseOption))
        ->type_name("NAME")
        ->capture_default_str();
}

void addFormatOption(CLI::App& command, const Context& context, std::string& format) {
    command.add_option("--format", format, context.text(messages::kFormatOption))
        ->type_name("table|json|jsonl|csv")
        ->check(oneOf(context, {"table", "json", "jsonl", "csv"}));
}

CLI::Validator oneOf(const Context& context, std::vector<std::string> choices) {
    return CLI::Validator(
        [&context, choices = std::move(choices)](std::string& value) {
            for (const std::string& choice : choices) {
                if (value == choice) {
                    return std::string();
                }
            }
            return context.format(messages::kNotOneOf, value, fmt::format("{}", fmt::join(choices, ", ")));
        },
        "");
}

CLI::Validator wholeNumberFrom(const Context& context, std::int64_t least, std::int64_t most) {
    return CLI::Validator(
        [&context, least, most](std::string& value) {
            std::int64_t number = 0;
            const auto [end, status] = std::from_chars(value.data(), value.data() + value.size(), number);
            const bool whole_text = status == std::errc() && end == value.data() + value.size();
            if (whole_text && number >= least && number <= most) {
                return std::string();
            }
            return context.format(messages::kNotWhole, value, std::to_string(least), std::to_string(most));
        },
        "");
}

CLI::Validator numberFrom(const Context& context, int least, int most) {
    return CLI::Validator(
        [&context, least, most](std::string& value) {
            double number = 0;
            const auto [end, status] = std::from_chars(value.data(), value.data() + value.size(), number);
            const bool whole_text = status == std::errc() && end == value.data() + value.size();
            if (whole_text && number >= least && number <= most) {
                return std::string();
            }
            return context.format(messages::kNotInRange, value, std::to_string(least), std::to_string(most));
        },
        "");
}

}  // namespace xinpu::cli
