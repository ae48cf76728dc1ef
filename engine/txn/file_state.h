// engine/txn/file_state.h
#pragma once
// What stands in Table::Meta: the file's identity and how far journal, merges and catalogue are.

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/store/environment.h"

namespace xinpu::engine {

inline constexpr std::uint32_t kFormatVersion = 1;

/// Written once, when the database is made.
struct FileHeader {
    std::array<std::uint8_t, 16> database_id{};  ///< random, RFC 4122 version 4
    std::uint32_t format_version = kFormatVersion;
    std::uint32_t page_bytes = 0;
    std::uint32_t group_ids = 0;
    std::int64_t created_us = 0;  ///< since 1970, UTC
};

/// Rewritten by every commit.
struct FileState {
    std::uint64_t last_entry = 0;     ///< number of the last journal entry; a commit's sequence
    std::uint64_t merged_up_to = 0;   ///< segments up to here are merged and gone
    std::uint64_t catalog_entry = 0;  ///< last commit that changed the catalogue
    std::uint64_t unmerged = 0;       ///< adjacency changes in the segments that are left
};

/// "xxxxxxxx-xxxx-…" as bookmarks carry it.
std::string databaseIdText(const FileHeader& header);
std::array<std::uint8_t, 16> newDatabaseId();

/// @throws Error(Corrupt) missing, damaged, of another format version or page size
FileHeader loadHeader(const StoreTxn& txn, std::uint32_t page_bytes);
void storeHeader(StoreTxn& txn, const FileHeader& header);
FileState loadState(const StoreTxn& txn);
void storeState(StoreTxn& txn, const FileState& state);

}  // namespace xinpu::engine
