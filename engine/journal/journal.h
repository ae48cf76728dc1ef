// engine/journal/journal.h
#pragma once
// The journal: one numbered, hash-chained entry per statement transaction (docs/format/journal.md).

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/journal/digest.h"
#include "engine/store/environment.h"

namespace xinpu::engine {

enum class EntryKind : std::uint8_t {
    Create = 1,     ///< the database was made
    Statement = 2,  ///< a statement or a program's transaction
    Load = 3,       ///< files were loaded: the payload has their digests (bulk) or the changes (incremental)
    Schema = 4,     ///< constraints or indexes were declared or dropped
    Maintenance = 5,  ///< merges or clean-up: nothing of the content changed
    Restore = 6,
};
std::string_view entryKindName(EntryKind kind) noexcept;

/// What an entry's transaction did.
struct EntryCounts {
    std::uint64_t nodes_created = 0;
    std::uint64_t nodes_deleted = 0;
    std::uint64_t relationships_created = 0;
    std::uint64_t relationships_deleted = 0;
    std::uint64_t records_changed = 0;
    friend bool operator==(const EntryCounts&, const EntryCounts&) = default;
};

inline constexpr std::size_t kPrincipalBytesMax = 64;

/// What the writer of an entry gives.
struct EntryDraft {
    std::int64_t time_us = 0;  ///< since 1970, UTC
    EntryKind kind = EntryKind::Statement;
    std::string principal;  ///< who; longer ones are cut to kPrincipalBytesMax
    Digest statement{};     ///< of the statement's text; zeros if there is none
    EntryCounts counts;
};

struct JournalEntry : EntryDraft {
    std::uint64_t number = 0;
    std::uint64_t payload_bytes = 0;
    Digest payload{};   ///< SHA-256 of the payload
    Digest previous{};  ///< SHA-256 of the previous entry's bytes; of the first: the database id, then zeros
};

/// Appends one entry behind the last one; the payload is stored in parts of at most `part_max` bytes.
/// The first entry chains to `database_id`. @throws Error(Corrupt), Error(Limit) disk full
JournalEntry appendEntry(StoreTxn& txn, const EntryDraft& draft, std::string_view payload,
                         std::span<const std::uint8_t, 16> database_id, std::size_t part_max);

/// Nothing if there is no such entry. @throws Error(Corrupt)
std::optional<JournalEntry> findEntry(const StoreTxn& txn, std::uint64_t number);
/// The payload, or nothing if it was disposed of. @throws Error(Corrupt)
std::optional<std::string> readPayload(const StoreTxn& txn, std::uint64_t number);
/// Calls `visit` for entries `from`, `from`+1, … as long as it returns true.
void eachEntry(const StoreTxn& txn, std::uint64_t from,
               const std::function<bool(const JournalEntry&)>& visit);

/// A link of the chain that does not hold.
struct JournalFault {
    std::uint64_t number = 0;
    std::string what;
};
/// Recomputes the chain over [from, to]; up to `most` faults, in order. Disposed payloads are not faults.
/// With from = 1 the first link is checked against `database_id`.
std::vector<JournalFault> verifyJournal(const StoreTxn& txn, std::uint64_t from, std::uint64_t to,
                                        std::span<const std::uint8_t, 16> database_id, std::size_t most);

/// Removes an entry's payload and leaves a tombstone; the chain stays whole. False if it was disposed of
/// already. @throws Error(NotFound) if there is no such entry
bool disposePayload(StoreTxn& txn, std::uint64_t number);

/// The bytes of an entry, as they are hashed; and back. Nothing on damage.
std::string encodeEntry(const JournalEntry& entry);
std::optional<JournalEntry> decodeEntry(Bytes bytes) noexcept;

}  // namespace xinpu::engine
