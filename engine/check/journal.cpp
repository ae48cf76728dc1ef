// engine/check/journal.cpp
// The journal: the chain of entries, their payloads, and the number of the last one.

#include "engine/journal/journal.h"

#include <fmt/format.h>

#include "engine/check/checker.h"
#include "engine/journal/payload.h"

namespace xinpu::engine {
namespace {

constexpr std::uint64_t kEntriesPerStep = 1'024;
constexpr std::size_t kFaultsPerStepMax = 100;

/// Payload parts that belong to no entry.
void checkPayloads(Checker& check) {
    TableCursor cursor(check.txn, Table::Payloads);
    for (auto part = cursor.seek({}); part; part = cursor.next()) {
        const std::string where = entryText(Table::Payloads, part->key);
        if (part->key.size() != 10) {
            check.add(FindingKind::Table, where, "the key has a wrong length");
        } else if (const std::uint64_t number = keyU64(part->key, 0);
                   number == 0 || number > check.state.last_entry) {
            check.add(FindingKind::Journal, where,
                      fmt::format("a payload of entry {}, which does not exist", number));
        }
    }
}

}  // namespace

void checkJournal(Checker& check, const FileHeader& header) {
    const std::uint64_t last = check.state.last_entry;
    for (std::uint64_t from = 1; from <= last; from += kEntriesPerStep) {
        check.step("journal", (from - 1) / kEntriesPerStep * kEntriesPerStep * 4, last * 4);
        const std::uint64_t to = std::min(last, from + kEntriesPerStep - 1);
        for (const JournalFault& fault :
             verifyJournal(check.txn, from, to, header.database_id, kFaultsPerStepMax)) {
            check.add(FindingKind::Journal, fmt::format("entry {}", fault.number), fault.what);
        }
    }
    const auto entry = TableReader(check.txn, Table::Journal).last();
    if (entry && entry->key.size() == 8 && keyU64(entry->key, 0) != last) {
        check.add(FindingKind::Journal, fmt::format("entry {}", keyU64(entry->key, 0)),
                  fmt::format("the state of the file says that entry {} is the last one", last));
    }
    checkPayloads(check);
}

}  // namespace xinpu::engine
