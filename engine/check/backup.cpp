// engine/check/backup.cpp
// A copy of a running database, checked, with a note of what it is.

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <chrono>
#include <fstream>
#include <sstream>

#include "engine/check/staging.h"
#include "engine/store/writer_lock.h"
#include "engine/txn/database.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

constexpr int kBackupFormat = 1;
constexpr const char* kNote = "backup.json";

std::int64_t nowMicroseconds() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// "2026-11-24T12:31:14Z".
std::string utcText(std::int64_t time_us) {
    const std::chrono::sys_seconds seconds{std::chrono::seconds(time_us / 1'000'000)};
    const auto day = std::chrono::floor<std::chrono::days>(seconds);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{seconds - day};
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count());
}

void writeNote(const std::filesystem::path& folder, const BackupReport& report) {
    rapidjson::StringBuffer text;
    rapidjson::PrettyWriter<rapidjson::StringBuffer> json(text);
    json.StartObject();
    json.Key("format");
    json.Int(kBackupFormat);
    json.Key("databaseId");
    json.String(report.database_id.c_str());
    json.Key("lastEntry");
    json.Uint64(report.last_entry);
    json.Key("bytes");
    json.Uint64(report.bytes);
    json.Key("sha256");
    json.String(report.sha256.c_str());
    json.Key("created");
    json.String(utcText(report.created_us).c_str());
    json.Key("createdMicroseconds");
    json.Int64(report.created_us);
    json.EndObject();
    const std::filesystem::path part = folder / "backup.json.part";
    {
        std::ofstream out(part, std::ios::trunc | std::ios::binary);
        out << text.GetString() << '\n';
        out.flush();
        if (!out) {
            throw Error(ErrorCode::Io, fmt::format("Cannot write '{}'.", part.string()));
        }
    }
    syncPath(part);
    std::filesystem::rename(part, folder / kNote);
    syncPath(folder);
}

[[noreturn]] void noteDamaged(const std::filesystem::path& backup, const char* why) {
    throw Error(ErrorCode::Corrupt, fmt::format("'{}' {}: it is not a backup that can be trusted.",
                                                (backup / kNote).string(), why));
}

}  // namespace

BackupReport backupDatabase(const std::filesystem::path& folder, const std::filesystem::path& destination,
                            bool compact, const MaintenanceOptions& options) {
    if (std::filesystem::exists(destination / "data.mdb")) {
        throw Error(ErrorCode::Conflict,
                    fmt::format("'{}' holds a database or a backup already; choose another folder.",
                                destination.string()));
    }
    // Opening as every reader does: takes the lock, refuses an unfinished load.
    const std::shared_ptr<Database> database = Database::open(folder, {.read_only = true});
    database->releaseIdle();
    BackupReport backup;
    backup.created_us = nowMicroseconds();
    const Staging staging(destination / "unfinished");
    requireRoom(destination, compact ? 0 : std::filesystem::file_size(folder / "data.mdb"));
    report(options, "copy", 0, 0);
    database->environment().copyTo(staging.file(), compact);
    stopIfAsked(options);
    // Digest and check are of the same bytes: nothing writes into the copy.
    backup.sha256 = hexOf(digestOfFile(staging.file(), options));
    backup.bytes = std::filesystem::file_size(staging.file());
    {
        const auto copy = Environment::open(staging.folder(), {.read_only = true});
        const StoreTxn txn = copy->beginRead();
        backup.database_id = databaseIdText(loadHeader(txn, copy->pageBytes()));
        backup.last_entry = loadState(txn).last_entry;
    }
    requireSound(staging.folder(), "copy", options);
    staging.moveTo(destination / "data.mdb");
    writeNote(destination, backup);
    return backup;
}

BackupReport readBackup(const std::filesystem::path& backup) {
    std::ifstream in(backup / kNote, std::ios::binary);
    if (!in) {
        throw Error(ErrorCode::NotFound, fmt::format("There is no finished backup in '{}': '{}' is missing.",
                                                     backup.string(), kNote));
    }
    std::stringstream text;
    text << in.rdbuf();
    rapidjson::Document json;
    json.Parse<rapidjson::kParseIterativeFlag>(text.str().c_str());
    const auto is = [&json](const char* name, bool (rapidjson::Value::*kind)() const) {
        return json.HasMember(name) && (json[name].*kind)();
    };
    if (json.HasParseError() || !json.IsObject() || !is("format", &rapidjson::Value::IsInt) ||
        !is("databaseId", &rapidjson::Value::IsString) || !is("lastEntry", &rapidjson::Value::IsUint64) ||
        !is("bytes", &rapidjson::Value::IsUint64) || !is("sha256", &rapidjson::Value::IsString)) {
        noteDamaged(backup, "does not decode");
    }
    if (json["format"].GetInt() != kBackupFormat) {
        noteDamaged(backup, "has an unknown format");
    }
    BackupReport report;
    report.database_id = json["databaseId"].GetString();
    report.last_entry = json["lastEntry"].GetUint64();
    report.bytes = json["bytes"].GetUint64();
    report.sha256 = json["sha256"].GetString();
    report.created_us =
        is("createdMicroseconds", &rapidjson::Value::IsInt64) ? json["createdMicroseconds"].GetInt64() : 0;
    std::error_code missing;
    if (std::filesystem::file_size(backup / "data.mdb", missing) != report.bytes || missing) {
        noteDamaged(backup, "does not fit the length of data.mdb");
    }
    return report;
}

}  // namespace xinpu::engine
