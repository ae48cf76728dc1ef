// cli/commands/access_log.cpp
// `xinpu access-log tail|verify`: who did, or was refused, what; beside a running server.
#include <algorithm>
#include <memory>
#include <ostream>
#include <string>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/messages.h"
#include "cli/messages_keys.h"
#include "cli/options.h"
#include "engine/journal/digest.h"
#include "engine/value/temporal.h"
#include "server/access/audit_reader.h"

namespace xinpu::cli {
namespace {

struct AccessLogOptions {
    std::string data = "./xinpu-data";
    std::string format;
    std::uint64_t count = 20;
    std::uint64_t from = 0;  ///< 0: not given
};

std::string timeText(std::int64_t time_us) {
    constexpr std::int64_t kMicros = 1'000'000;
    engine::ZonedDateTime when;
    when.epochSeconds = time_us / kMicros;
    when.nanos = static_cast<std::int32_t>(time_us % kMicros * 1'000);
    return engine::toIso(when);
}

Cell textOrNull(const std::string& text) {
    return text.empty() ? Cell::null() : Cell::ofText(text);
}

int tail(Context& context, const AccessLogOptions& options) {
    const server::AuditReader log(options.data);
    const std::uint64_t last = log.last();
    const std::uint64_t after = options.from > 0 ? options.from - 1 : last - std::min(last, options.count);
    const auto writer = context.resultWriter(context.formatOr(options.format),
                                             {"entry", "time", "kind", "principal", "role", "action",
                                              "database", "subject", "peer", "reason", "masked", "statement",
                                              "count"});
    for (const server::StoredAuditEntry& entry : log.read(after, options.count)) {
        const bool personal = entry.kind == server::AuditKind::PersonalData;
        const Cell cells[] = {
            Cell::ofNumber(static_cast<std::int64_t>(entry.number)),
            Cell::ofText(timeText(entry.time_us)),
            Cell::ofText(std::string(server::nameOf(entry.kind))),
            textOrNull(entry.principal),
            textOrNull(entry.role),
            textOrNull(entry.action),
            textOrNull(entry.database),
            textOrNull(entry.subject),
            textOrNull(entry.peer),
            textOrNull(entry.reason),
            personal ? Cell::ofJson(entry.masked ? "true" : "false") : Cell::null(),
            entry.statement != engine::Digest{} ? Cell::ofText(engine::hexOf(entry.statement)) : Cell::null(),
            Cell::ofNumber(static_cast<std::int64_t>(entry.count))};
        writer->row(cells);
    }
    writer->finish({});
    return kExitDone;
}

int verify(Context& context, const AccessLogOptions& options) {
    constexpr std::size_t kFaultsMax = 100;
    const server::AuditReader log(options.data);
    const std::uint64_t last = log.last();
    const auto faults = log.faults(kFaultsMax);
    for (const engine::JournalFault& fault : faults) {
        context.out() << context.format(messages::kJournalFault, std::to_string(fault.number), fault.what)
                      << '\n';
    }
    if (!faults.empty()) {
        return kExitUnavailable;
    }
    context.out() << context.format(messages::kJournalWhole, std::to_string(last)) << '\n';
    return kExitDone;
}

}  // namespace

void addAccessLog(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "access-log", messages::kAccessLogCommand,
                                   messages::kGroupCare, "xinpu access-log tail --data ./xinpu-data");
    const auto options = std::make_shared<AccessLogOptions>();
    const auto add = [&](const char* name, const Text& sentence, const char* example,
                         int (*act)(Context&, const AccessLogOptions&)) {
        CLI::App* child =
            addCommand(*command, context, name, sentence, messages::kAccessLogCommand, example);
        child->add_option("--data", options->data, context.text(messages::kDataOption))
            ->type_name("DIR")
            ->envname("XINPU_DATA")
            ->capture_default_str();
        child->callback([&context, options, act] {
            context.action = [&context, options, act] { return act(context, *options); };
        });
        return child;
    };
    CLI::App* tailing =
        add("tail", messages::kAccessLogTail, "xinpu access-log tail -n 5 --format jsonl", tail);
    tailing->add_option("-n,--count", options->count, context.text(messages::kJournalCount))
        ->type_name("N")
        ->check(wholeNumberFrom(context, 1, 1'000'000))
        ->capture_default_str();
    tailing->add_option("--from", options->from, context.text(messages::kJournalFrom))->type_name("ENTRY");
    addFormatOption(*tailing, context, options->format);
    add("verify", messages::kJournalVerify, "xinpu access-log verify --data ./xinpu-data", verify);
    command->require_subcommand(1);
}

}  // namespace xinpu::cli
