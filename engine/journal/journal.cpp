// engine/journal/journal.cpp
// Appending, reading and verifying journal entries.

#include "engine/journal/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "engine/value/varint.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

constexpr std::uint8_t kEntryVersion = 1;
/// Part number of a tombstone: stands instead of the parts of a disposed payload.
constexpr std::uint16_t kTombstonePart = 0xffff;

std::string entryKey(std::uint64_t number) {
    return KeyBuilder().u64(number).text();
}
std::string payloadKey(std::uint64_t number, std::uint16_t part) {
    return KeyBuilder().u64(number).u16(part).text();
}

void putDigest(const Digest& digest, std::string& out) {
    out.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}
bool getDigest(ByteReader& in, Digest& digest) noexcept {
    std::span<const std::byte> bytes;
    if (!in.bytes(digest.size(), bytes)) {
        return false;
    }
    std::memcpy(digest.data(), bytes.data(), digest.size());
    return true;
}

/// At most kPrincipalBytesMax bytes of `name`, and no part of a character.
std::string_view principalOf(std::string_view name) noexcept {
    if (name.size() <= kPrincipalBytesMax) {
        return name;
    }
    std::size_t end = kPrincipalBytesMax;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return name.substr(0, end);
}

Digest firstLink(std::span<const std::uint8_t, 16> database_id) {
    Digest link{};
    std::copy(database_id.begin(), database_id.end(), link.begin());
    return link;
}

JournalEntry decoded(Bytes bytes, std::uint64_t number) {
    const auto entry = decodeEntry(bytes);
    if (!entry || entry->number != number) {
        throw Error(ErrorCode::Corrupt,
                    fmt::format("Journal entry {} does not decode. Run `xinpu check`.", number));
    }
    return *entry;
}

}  // namespace

std::string_view entryKindName(EntryKind kind) noexcept {
    switch (kind) {
    case EntryKind::Create:
        return "create";
    case EntryKind::Statement:
        return "statement";
    case EntryKind::Load:
        return "load";
    case EntryKind::Schema:
        return "schema";
    case EntryKind::Maintenance:
        return "maintenance";
    case EntryKind::Restore:
        return "restore";
    }
    return "unknown";
}

std::string encodeEntry(const JournalEntry& entry) {
    std::string out(1, static_cast<char>(kEntryVersion));
    putVarint64(entry.number, out);
    putZigzag64(entry.time_us, out);
    out.push_back(static_cast<char>(entry.kind));
    const std::string_view principal = principalOf(entry.principal);
    out.push_back(static_cast<char>(principal.size()));
    out += principal;
    putDigest(entry.statement, out);
    putVarint64(entry.counts.nodes_created, out);
    putVarint64(entry.counts.nodes_deleted, out);
    putVarint64(entry.counts.relationships_created, out);
    putVarint64(entry.counts.relationships_deleted, out);
    putVarint64(entry.counts.records_changed, out);
    putVarint64(entry.payload_bytes, out);
    putDigest(entry.payload, out);
    putDigest(entry.previous, out);
    return out;
}

std::optional<JournalEntry> decodeEntry(Bytes bytes) noexcept {
    ByteReader in(bytes);
    JournalEntry entry;
    std::uint8_t version = 0, kind = 0, length = 0;
    std::string_view principal;
    if (!in.byte(version) || version != kEntryVersion || !in.varint(entry.number) ||
        !in.zigzag64(entry.time_us) || !in.byte(kind) || kind < 1 ||
        kind > static_cast<std::uint8_t>(EntryKind::Restore) || !in.byte(length) ||
        length > kPrincipalBytesMax || !in.text(length, principal) || !getDigest(in, entry.statement) ||
        !in.varint(entry.counts.nodes_created) || !in.varint(entry.counts.nodes_deleted) ||
        !in.varint(entry.counts.relationships_created) || !in.varint(entry.counts.relationships_deleted) ||
        !in.varint(entry.counts.records_changed) || !in.varint(entry.payload_bytes) ||
        !getDigest(in, entry.payload) || !getDigest(in, entry.previous) || !in.atEnd()) {
        return std::nullopt;
    }
    entry.kind = static_cast<EntryKind>(kind);
    entry.principal = principal;
    return entry;
}

JournalEntry appendEntry(StoreTxn& txn, const EntryDraft& draft, std::string_view payload,
                         std::span<const std::uint8_t, 16> database_id, std::size_t part_max) {
    TableWriter entries(txn, Table::Journal);
    JournalEntry entry;
    static_cast<EntryDraft&>(entry) = draft;
    entry.principal = principalOf(draft.principal);
    if (const auto last = entries.last()) {
        entry.number = keyU64(last->key, 0) + 1;
        entry.previous = sha256(last->value);
    } else {
        entry.number = 1;
        entry.previous = firstLink(database_id);
    }
    entry.payload_bytes = payload.size();
    entry.payload = sha256(payload);
    if ((payload.size() + part_max - 1) / part_max > kTombstonePart) {
        throw Error(ErrorCode::Limit,
                    fmt::format("The transaction is too large for the journal ({} bytes). Commit in "
                                "smaller parts.",
                                payload.size()));
    }
    entries.put(asBytes(entryKey(entry.number)), asBytes(encodeEntry(entry)));
    TableWriter payloads(txn, Table::Payloads);
    for (std::size_t at = 0, part = 0; at < payload.size(); at += part_max, ++part) {
        payloads.put(asBytes(payloadKey(entry.number, static_cast<std::uint16_t>(part))),
                     asBytes(payload.substr(at, part_max)));
    }
    return entry;
}

std::optional<JournalEntry> findEntry(const StoreTxn& txn, std::uint64_t number) {
    const auto value = TableReader(txn, Table::Journal).get(asBytes(entryKey(number)));
    return value ? std::optional(decoded(*value, number)) : std::nullopt;
}

std::optional<std::string> readPayload(const StoreTxn& txn, std::uint64_t number) {
    TableCursor cursor(txn, Table::Payloads);
    std::string payload;
    for (auto part = cursor.seek(asBytes(payloadKey(number, 0)));
         part && part->key.size() == 10 && keyU64(part->key, 0) == number; part = cursor.next()) {
        if (keyU16(part->key, 8) == kTombstonePart) {
            return std::nullopt;
        }
        payload.append(asText(part->value));
    }
    return payload;
}

void eachEntry(const StoreTxn& txn, std::uint64_t from,
               const std::function<bool(const JournalEntry&)>& visit) {
    TableCursor cursor(txn, Table::Journal);
    for (auto entry = cursor.seek(asBytes(entryKey(from))); entry; entry = cursor.next()) {
        if (entry->key.size() != 8) {
            throw Error(ErrorCode::Corrupt,
                        "A journal entry has a key of the wrong length. Run `xinpu check`.");
        }
        if (!visit(decoded(entry->value, keyU64(entry->key, 0)))) {
            return;
        }
    }
}

std::vector<JournalFault> verifyJournal(const StoreTxn& txn, std::uint64_t from, std::uint64_t to,
                                        std::span<const std::uint8_t, 16> database_id, std::size_t most) {
    std::vector<JournalFault> faults;
    std::optional<Digest> expected;
    if (from <= 1) {
        expected = firstLink(database_id);
    } else if (const auto before = TableReader(txn, Table::Journal).get(asBytes(entryKey(from - 1)))) {
        expected = sha256(*before);
    }
    TableCursor cursor(txn, Table::Journal);
    auto at = cursor.seek(asBytes(entryKey(from)));
    for (std::uint64_t number = from; number <= to && faults.size() < most; ++number) {
        if (!at || at->key.size() != 8 || keyU64(at->key, 0) != number) {
            faults.push_back({number, "the entry is missing"});
            expected.reset();
            if (!at) {
                break;
            }
            continue;
        }
        const auto entry = decodeEntry(at->value);
        if (!entry || entry->number != number) {
            faults.push_back({number, "the entry does not decode"});
        } else {
            if (expected && entry->previous != *expected) {
                faults.push_back({number, "its link to the entry before does not match"});
            }
            const auto payload = readPayload(txn, number);
            if (payload && (payload->size() != entry->payload_bytes || sha256(*payload) != entry->payload)) {
                faults.push_back({number, "its payload does not match its digest"});
            }
        }
        expected = sha256(at->value);
        at = cursor.next();
    }
    return faults;
}

bool disposePayload(StoreTxn& txn, std::uint64_t number) {
    if (!findEntry(txn, number)) {
        throw Error(ErrorCode::NotFound, fmt::format("There is no journal entry {}.", number));
    }
    TableWriter payloads(txn, Table::Payloads);
    const std::string tombstone = payloadKey(number, kTombstonePart);
    if (payloads.get(asBytes(tombstone))) {
        return false;
    }
    for (std::uint16_t part = 0; payloads.erase(asBytes(payloadKey(number, part))); ++part) {
    }
    payloads.put(asBytes(tombstone), {});
    return true;
}

}  // namespace xinpu::engine
