// tests/crash/pairs.h
#pragma once
// What the crash tests write: pairs of nodes with one relationship between them, all or nothing.

#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "engine/txn/database.h"

namespace xinpu::engine {

/// Makes a database with a unique index, a bitmap, a column and covered slots for pairs.
void makePairDatabase(const std::filesystem::path& folder);

/// Creates the pair `key`: nodes "key/a" and "key/b", an edge between them, one edge to a hub shared by all.
/// `weight` bytes of text make it heavier. Returns when it is durable.
void writePair(Database& database, const std::string& key, std::size_t weight);
/// Removes it again. False if there is none.
bool erasePair(Database& database, const std::string& key);

/// Keys of the pairs that are there. Anything that is half a pair is told in `*faults`, one line each.
std::set<std::string> pairsOf(const Snapshot& snapshot, std::string* faults);

}  // namespace xinpu::engine
