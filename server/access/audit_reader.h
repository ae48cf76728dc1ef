// server/access/audit_reader.h
#pragma once
// Reads the access log, also beside the server that writes it, and recomputes its chain.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "engine/journal/journal.h"
#include "engine/store/environment.h"
#include "server/access/audit_entry.h"

namespace xinpu::server {

/// Threads: any.
class AuditReader {
public:
    /// @throws Error(NotFound) there is none in this data folder; Error(Corrupt)
    explicit AuditReader(const std::filesystem::path& data);
    explicit AuditReader(std::shared_ptr<const engine::Environment> environment) noexcept;

    /// Entries with numbers above `after`, ascending, at most `most`. @throws Error(Corrupt)
    std::vector<StoredAuditEntry> read(std::uint64_t after, std::size_t most) const;
    /// Number of the newest entry, 0 if there is none.
    std::uint64_t last() const;
    /// Links of the chain that do not hold, at most `most`. @throws Error(Corrupt)
    std::vector<engine::JournalFault> faults(std::size_t most) const;

private:
    std::shared_ptr<const engine::Environment> environment_;
};

/// Where the access log of a data folder lies.
std::filesystem::path auditFolder(const std::filesystem::path& data);
/// What its first entry chains to, or nothing. @throws Error(Corrupt)
std::optional<std::array<std::uint8_t, 16>> auditId(const engine::StoreTxn& txn);
/// The key of it in the table Meta.
inline constexpr std::string_view kAuditIdKey = "audit";

}  // namespace xinpu::server
