// cli/commands/journal.cpp
// `xinpu journal tail|verify|export`: who changed what and when, and whether the record of it is whole.
#include "engine/journal/journal.h"

#include <algorithm>
#include <fstream>
#include <memory>
#include <ostream>
#include <string>

#include <rapidjson/ostreamwrapper.h>
#include <rapidjson/writer.h>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/open_database.h"
#include "cli/options.h"
#include "cli/value_cell.h"
#include "engine/journal/payload.h"
#include "engine/value/temporal.h"
#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

using engine::JournalChange;
using engine::JournalEntry;

struct JournalOptions {
    DatabaseOptions database;
    std::string format;
    std::uint64_t count = 20;
    std::uint64_t from = 0;  ///< 0: not given
    std::string destination = "-";
};

std::string timeText(std::int64_t time_us) {
    constexpr std::int64_t kMicrosPerSecond = 1'000'000;
    std::int64_t seconds = time_us / kMicrosPerSecond;
    std::int64_t micros = time_us % kMicrosPerSecond;
    if (micros < 0) {
        micros += kMicrosPerSecond;
        --seconds;
    }
    engine::ZonedDateTime when;
    when.epochSeconds = seconds;
    when.nanos = static_cast<std::int32_t>(micros * 1000);
    return engine::toIso(when);
}

Cell counted(std::uint64_t number) {
    return Cell::ofNumber(static_cast<std::int64_t>(number));
}

int tail(Context& context, const JournalOptions& options) {
    const auto database = openForReading(options.database);
    const auto snapshot = database->snapshot();
    const std::uint64_t last = snapshot->sequence();
    const std::uint64_t from = options.from > 0 ? options.from : last - std::min(last, options.count) + 1;
    const auto writer = context.resultWriter(context.formatOr(options.format),
                                             {"entry", "time", "kind", "principal", "nodesCreated",
                                              "nodesDeleted", "relationshipsCreated", "relationshipsDeleted",
                                              "recordsChanged", "payloadBytes"});
    std::uint64_t left = options.count;
    engine::eachEntry(snapshot->txn(), from, [&](const JournalEntry& entry) {
        if (left == 0) {
            return false;
        }
        --left;
        const Cell cells[] = {counted(entry.number),
                              Cell::ofText(timeText(entry.time_us)),
                              Cell::ofText(std::string(engine::entryKindName(entry.kind))),
                              Cell::ofText(entry.principal),
                              counted(entry.counts.nodes_created),
                              counted(entry.counts.nodes_deleted),
                              counted(entry.counts.relationships_created),
                              counted(entry.counts.relationships_deleted),
                              counted(entry.counts.records_changed),
                              counted(entry.payload_bytes)};
        writer->row(cells);
        return true;
    });
    writer->finish({});
    return kExitDone;
}

int verify(Context& context, const JournalOptions& options) {
    constexpr std::uint64_t kStep = 1'000;  // entries between two looks at Ctrl-C and the clock
    constexpr std::size_t kFaultsMax = 100;
    const InterruptScope interrupt;
    const auto database = openForReading(options.database);
    const auto snapshot = database->snapshot();
    const std::uint64_t last = snapshot->sequence();
    Progress progress = context.progress();
    progress.start(context.text(messages::kJournalStage), context.text(messages::kEntriesUnit), last);
    std::size_t faults = 0;
    for (std::uint64_t from = 1; from <= last && faults < kFaultsMax; from += kStep) {
        InterruptScope::throwIfRequested();
        const std::uint64_t to = std::min(last, from + kStep - 1);
        for (const engine::JournalFault& fault : engine::verifyJournal(
                 snapshot->txn(), from, to, database->header().database_id, kFaultsMax - faults)) {
            context.out() << context.format(messages::kJournalFault, std::to_string(fault.number), fault.what)
                          << '\n';
            ++faults;
        }
        progress.advance(to);
    }
    if (faults > 0) {
        return kExitUnavailable;
    }
    context.out() << context.format(messages::kJournalWhole, std::to_string(last)) << '\n';
    return kExitDone;
}

using JsonWriter = rapidjson::Writer<rapidjson::OStreamWrapper>;

void member(JsonWriter& json, const char* name, const std::string& text) {
    json.Key(name);
    json.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void member(JsonWriter& json, const char* name, std::uint64_t number) {
    json.Key(name);
    json.Uint64(number);
}

const char* changeName(JournalChange::Kind kind) noexcept {
    switch (kind) {
    case JournalChange::Kind::PutNode:
        return "putNode";
    case JournalChange::Kind::DeleteNode:
        return "deleteNode";
    case JournalChange::Kind::PutRelationship:
        return "putRelationship";
    case JournalChange::Kind::DeleteRelationship:
        return "deleteRelationship";
    case JournalChange::Kind::Schema:
        return "schema";
    case JournalChange::Kind::File:
        return "file";
    }
    return "unknown";
}

void writeProperties(JsonWriter& json, const JournalChange& change) {
    json.Key("properties");
    json.StartObject();
    for (const auto& [name, value] : change.properties) {
        json.Key(name.c_str());
        const std::string text = jsonOf(value);
        json.RawValue(text.data(), text.size(), rapidjson::kObjectType);
    }
    json.EndObject();
}

void writeChange(JsonWriter& json, const JournalChange& change) {
    json.StartObject();
    member(json, "change", std::string(changeName(change.kind)));
    switch (change.kind) {
    case JournalChange::Kind::PutNode:
        member(json, "elementId", "n:" + std::to_string(change.id));
        json.Key("labels");
        json.StartArray();
        for (const std::string& label : change.labels) {
            json.String(label.c_str());
        }
        json.EndArray();
        writeProperties(json, change);
        break;
    case JournalChange::Kind::PutRelationship:
        member(json, "elementId", "r:" + std::to_string(change.id));
        member(json, "startNodeElementId", "n:" + std::to_string(change.start));
        member(json, "endNodeElementId", "n:" + std::to_string(change.end));
        member(json, "type", change.type);
        writeProperties(json, change);
        break;
    case JournalChange::Kind::DeleteNode:
        member(json, "elementId", "n:" + std::to_string(change.id));
        break;
    case JournalChange::Kind::DeleteRelationship:
        member(json, "elementId", "r:" + std::to_string(change.id));
        break;
    case JournalChange::Kind::Schema:
        member(json, "text", change.text);
        break;
    case JournalChange::Kind::File:
        member(json, "name", change.text);
        member(json, "sha256", engine::hexOf(change.digest));
        break;
    }
    json.EndObject();
}

void writeChanges(JsonWriter& json, const JournalEntry& entry, const std::optional<std::string>& payload) {
    json.Key("changes");
    if (!payload) {
        json.Null();  // disposed of; its digest stays in the chain
        return;
    }
    const auto changes = engine::decodePayload(engine::asBytes(*payload));
    if (!changes && entry.payload_bytes > 0) {
        throw Error(ErrorCode::Corrupt, "The payload of journal entry " + std::to_string(entry.number) +
                                            " does not decode; run `xinpu check`.");
    }
    json.StartArray();
    if (changes) {
        for (const JournalChange& change : *changes) {
            writeChange(json, change);
        }
    }
    json.EndArray();
}

void exportEntry(std::ostream& out, const JournalEntry& entry, const std::optional<std::string>& payload) {
    rapidjson::OStreamWrapper stream(out);
    JsonWriter json(stream);
    json.StartObject();
    member(json, "entry", entry.number);
    member(json, "time", timeText(entry.time_us));
    member(json, "kind", std::string(engine::entryKindName(entry.kind)));
    member(json, "principal", entry.principal);
    member(json, "statement", engine::hexOf(entry.statement));
    member(json, "nodesCreated", entry.counts.nodes_created);
    member(json, "nodesDeleted", entry.counts.nodes_deleted);
    member(json, "relationshipsCreated", entry.counts.relationships_created);
    member(json, "relationshipsDeleted", entry.counts.relationships_deleted);
    member(json, "recordsChanged", entry.counts.records_changed);
    member(json, "payloadBytes", entry.payload_bytes);
    member(json, "payload", engine::hexOf(entry.payload));
    member(json, "previous", engine::hexOf(entry.previous));
    writeChanges(json, entry, payload);
    json.EndObject();
    out << '\n';
}

int exportJournal(Context& context, const JournalOptions& options) {
    const InterruptScope interrupt;
    const auto database = openForReading(options.database);
    const auto snapshot = database->snapshot();
    std::ofstream file;
    if (options.destination != "-") {
        file.open(options.destination, std::ios::binary | std::ios::trunc);
        if (!file) {
            throw Error(ErrorCode::Io, "'" + options.destination + "' cannot be written.");
        }
    }
    std::ostream& out = options.destination == "-" ? context.out() : file;
    const std::uint64_t from = std::max<std::uint64_t>(options.from, 1);
    const std::uint64_t last = snapshot->sequence();
    Progress progress = context.progress();
    progress.start(context.text(messages::kJournalStage), context.text(messages::kEntriesUnit),
                   last >= from ? last - from + 1 : 0);
    engine::eachEntry(snapshot->txn(), from, [&](const JournalEntry& entry) {
        InterruptScope::throwIfRequested();
        exportEntry(out, entry, engine::readPayload(snapshot->txn(), entry.number));
        progress.advance(entry.number - from + 1);
        return static_cast<bool>(out);
    });
    out.flush();
    if (!out) {
        throw Error(ErrorCode::Io, context.text(messages::kOutputFailed));
    }
    return kExitDone;
}

}  // namespace

void addJournal(CLI::App& app, Context& context) {
    CLI::App* command = addCommand(app, context, "journal", messages::kJournalCommand, messages::kGroupCare,
                                   "xinpu journal tail --data ./xinpu-data");
    const auto options = std::make_shared<JournalOptions>();
    const auto add = [&](const char* name, const Text& sentence, const char* example,
                         int (*act)(Context&, const JournalOptions&)) {
        CLI::App* child = addCommand(*command, context, name, sentence, messages::kJournalCommand, example);
        addDatabaseOptions(*child, context, options->database);
        child->callback([&context, options, act] {
            context.action = [&context, options, act] { return act(context, *options); };
        });
        return child;
    };

    CLI::App* tail_command =
        add("tail", messages::kJournalTail, "xinpu journal tail -n 5 --format jsonl", tail);
    tail_command->add_option("-n,--count", options->count, context.text(messages::kJournalCount))
        ->type_name("N")
        ->check(wholeNumberFrom(context, 1, 1'000'000))
        ->capture_default_str();
    tail_command->add_option("--from", options->from, context.text(messages::kJournalFrom))
        ->type_name("ENTRY");
    addFormatOption(*tail_command, context, options->format);

    add("verify", messages::kJournalVerify, "xinpu journal verify --data ./xinpu-data", verify);

    CLI::App* export_command = add("export", messages::kJournalExport,
                                   "xinpu journal export --from 100 journal.jsonl", exportJournal);
    export_command->add_option("DEST", options->destination, context.text(messages::kJournalDestination))
        ->type_name("FILE")
        ->capture_default_str();
    export_command->add_option("--from", options->from, context.text(messages::kJournalFrom))
        ->type_name("ENTRY");
    command->require_subcommand(1);
}

}  // namespace xinpu::cli
