// cli/commands/load.cpp
// `xinpu load`: files of the domain into a database.
#include "loaders/load.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/commands/loading.h"
#include "cli/exit_code.h"
#include "cli/messages.h"
#include "cli/open_database.h"
#include "cli/options.h"
#include "cli/table.h"
#include "cli/today.h"
#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

struct LoadOptions {
    DatabaseOptions database;
    std::vector<std::string> files;  ///< "companies=path"
    bool strict = false;
    bool stub_subjects = false;
    std::string quarantine;
    std::string supplier;
    std::string delivered_at;
    std::string today;
    std::string timezone = kTimezoneUsual;
    LoadingOptions loading;
};

std::string lowerCase(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

/// Arguments of this command that later versions take.
bool isPlannedDataset(const std::string& name) noexcept {
    return name == "licences" || name == "records";
}
bool isPlannedFile(const std::string& file) {
    const std::string extension = lowerCase(std::filesystem::path(file).extension().string());
    return extension == ".xlsx" || extension == ".jsonl" || extension == ".json";
}

std::optional<std::size_t> datasetCalled(const std::string& name) noexcept {
    for (std::size_t i = 0; i < loaders::kDatasets; ++i) {
        if (loaders::argumentOf(static_cast<loaders::Dataset>(i)) == name) {
            return i;
        }
    }
    return std::nullopt;
}

void takeFile(const Context& context, const std::string& argument, loaders::LoadRequest& request) {
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const std::string file = equals == std::string::npos ? std::string() : argument.substr(equals + 1);
    if (isPlannedDataset(name) || isPlannedFile(file)) {
        throw Error(ErrorCode::Usage, context.format(messages::kNotBuiltYet, argument));
    }
    const auto dataset = datasetCalled(name);
    if (!dataset || file.empty()) {
        throw Error(ErrorCode::Usage, context.format(messages::kLoadArgument, argument));
    }
    if (request.files[*dataset]) {
        throw Error(ErrorCode::Usage, context.format(messages::kLoadTwice, name));
    }
    request.files[*dataset] = file;
}

loaders::LoadRequest requestOf(const Context& context, const LoadOptions& options) {
    loaders::LoadRequest request;
    request.data = options.database.data;
    request.database = databaseFolder(options.database).filename().string();
    for (const std::string& argument : options.files) {
        takeFile(context, argument, request);
    }
    request.strict = options.strict;
    request.stub_subjects = options.stub_subjects;
    request.quarantine = options.quarantine;
    request.supplier = options.supplier;
    request.delivered_at = options.delivered_at;
    if (!options.delivered_at.empty()) {
        dayOrToday("--delivered-at", options.delivered_at.substr(0, 10),
                   options.timezone);  // refuses what is no day
    }
    request.today =
        static_cast<loaders::DayNumber>(dayOrToday("--today", options.today, options.timezone).days);
    request.memory_bytes = options.loading.memoryBytes();
    return request;
}

void tell(Context& context, const loaders::LoadOutcome& outcome) {
    using Kind = TableCell::Kind;
    Table table({context.text(messages::kLoadDataset), context.text(messages::kLoadRows),
                 context.text(messages::kLoadAccepted), context.text(messages::kLoadUnchanged),
                 context.text(messages::kLoadWarned), context.text(messages::kLoadQuarantined)});
    for (const loaders::DatasetReceipt& dataset : outcome.receipt.datasets) {
        table.add({{phaseText(context, dataset.name), Kind::Text},
                   {grouped(dataset.rows), Kind::Number},
                   {grouped(dataset.accepted), Kind::Number},
                   {grouped(dataset.unchanged), Kind::Number},
                   {grouped(dataset.warned), Kind::Number},
                   {grouped(dataset.quarantined), Kind::Number}});
    }
    table.print(context.out(), std::nullopt);
    const auto span = std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(outcome.receipt.seconds));
    if (outcome.receipt.journal == 0) {
        context.out() << context.format(messages::kLoadNothing, spanText(span)) << '\n';
    } else {
        context.out() << context.format(messages::kLoadDone, spanText(span),
                                        std::to_string(outcome.receipt.journal))
                      << '\n';
    }
    if (!outcome.quarantine.empty()) {
        context.out() << context.format(messages::kLoadQuarantine, outcome.quarantine.string()) << '\n';
    }
}

int load(Context& context, const LoadOptions& options) {
    const InterruptScope interrupt;
    const loaders::LoadRequest request = requestOf(context, options);
    const loaders::LoadOutcome outcome = runLoading(
        context, [&request](const loaders::LoadHooks& hooks) { return loaders::load(request, hooks); });
    if (options.loading.format == "json") {
        context.out() << loaders::toJson(outcome.receipt) << '\n';
    } else {
        tell(context, outcome);
    }
    return kExitDone;
}

}  // namespace

void addLoad(CLI::App& app, Context& context) {
    CLI::App* command =
        addCommand(app, context, "load", messages::kLoadCommand, messages::kGroupData,
                   "xinpu load --data ./xinpu-data companies=companies.csv persons=persons.csv \\\n"
                   "    investments=investments.csv roles=roles.csv penalties=penalties.csv");
    const auto options = std::make_shared<LoadOptions>();
    command->add_option("DATASET=FILE", options->files, context.text(messages::kLoadFiles))
        ->type_name("")
        ->required();
    addDatabaseOptions(*command, context, options->database);
    command->add_flag("--strict", options->strict, context.text(messages::kLoadStrict));
    command->add_flag("--stub-subjects", options->stub_subjects, context.text(messages::kLoadStubs));
    command->add_option("--quarantine", options->quarantine, context.text(messages::kLoadQuarantineOption))
        ->type_name("DIR");
    command->add_option("--supplier", options->supplier, context.text(messages::kLoadSupplier))
        ->type_name("CODE");
    command->add_option("--delivered-at", options->delivered_at, context.text(messages::kLoadDelivered))
        ->type_name("TIME");
    command->add_option("--today", options->today, context.text(messages::kLoadToday))
        ->type_name("YYYY-MM-DD");
    command->add_option("--timezone", options->timezone, context.text(messages::kTimezoneOption))
        ->type_name("ZONE")
        ->capture_default_str();
    addLoadingOptions(*command, context, options->loading);
    command->callback(
        [&context, options] { context.action = [&context, options] { return load(context, *options); }; });
}

}  // namespace xinpu::cli
