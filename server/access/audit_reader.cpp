// server/access/audit_reader.cpp
// Entries of the access log from their bytes.
#include "server/access/audit_reader.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "engine/store/table.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

std::shared_ptr<const engine::Environment> openedForReading(const std::filesystem::path& data) {
    const std::filesystem::path folder = auditFolder(data);
    if (!std::filesystem::exists(folder / "data.mdb")) {
        throw Error(ErrorCode::NotFound,
                    fmt::format("There is no access log in '{}': a server makes it.", data.string()));
    }
    return engine::Environment::open(folder, {.read_only = true});
}

}  // namespace

std::filesystem::path auditFolder(const std::filesystem::path& data) {
    return data / "audit";
}

std::optional<std::array<std::uint8_t, 16>> auditId(const engine::StoreTxn& txn) {
    const auto stored = engine::TableReader(txn, engine::Table::Meta).get(engine::asBytes(kAuditIdKey));
    if (!stored) {
        return std::nullopt;
    }
    std::array<std::uint8_t, 16> id{};
    if (stored->size() != id.size()) {
        throw Error(ErrorCode::Corrupt, "The access log has no sound header: restore `audit` from a backup.");
    }
    std::transform(stored->begin(), stored->end(), id.begin(),
                   [](std::byte byte) { return static_cast<std::uint8_t>(byte); });
    return id;
}

AuditReader::AuditReader(const std::filesystem::path& data) : environment_(openedForReading(data)) {}

AuditReader::AuditReader(std::shared_ptr<const engine::Environment> environment) noexcept
    : environment_(std::move(environment)) {}

std::vector<StoredAuditEntry> AuditReader::read(std::uint64_t after, std::size_t most) const {
    std::vector<StoredAuditEntry> entries;
    const engine::StoreTxn txn = environment_->beginRead();
    engine::eachEntry(txn, after + 1, [&](const engine::JournalEntry& stored) {
        if (entries.size() >= most) {
            return false;
        }
        const auto payload = engine::readPayload(txn, stored.number);
        const auto entry = payload ? auditEntryOf(*payload) : std::nullopt;
        if (!entry) {
            throw Error(ErrorCode::Corrupt,
                        fmt::format("Entry {} of the access log does not decode.", stored.number));
        }
        StoredAuditEntry& read = entries.emplace_back();
        static_cast<AuditEntry&>(read) = *entry;
        read.principal = stored.principal;
        read.statement = stored.statement;
        read.number = stored.number;
        read.time_us = stored.time_us;
        return true;
    });
    return entries;
}

std::uint64_t AuditReader::last() const {
    const engine::StoreTxn txn = environment_->beginRead();
    const auto last = engine::TableReader(txn, engine::Table::Journal).last();
    return last ? engine::keyU64(last->key, 0) : 0;
}

std::vector<engine::JournalFault> AuditReader::faults(std::size_t most) const {
    const engine::StoreTxn txn = environment_->beginRead();
    const auto id = auditId(txn);
    const auto newest = engine::TableReader(txn, engine::Table::Journal).last();
    if (!newest) {
        return {};
    }
    if (!id) {
        return {{1, "the log has no header"}};
    }
    return engine::verifyJournal(txn, 1, engine::keyU64(newest->key, 0), *id, most);
}

}  // namespace xinpu::server
