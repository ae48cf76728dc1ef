// engine/check/check.cpp
// The order of a check: file, pages and checksums, then contents.

#include "engine/check/check.h"

#include <fmt/format.h>

#include <cstring>

#include "engine/check/checker.h"
#include "engine/check/page_walk.h"
#include "engine/store/writer_lock.h"
#include "engine/txn/database.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

constexpr std::uint64_t kEntriesPerReport = 4'096;

void stopIfAsked(const CheckOptions& options) {
    if (options.stop != nullptr && options.stop->load(std::memory_order_relaxed)) {
        throw Error(ErrorCode::Cancelled, "The check was stopped.");
    }
}

/// Others may read and write meanwhile, but not replace the file. Nothing on a file system for reading only.
std::optional<FileLock> openLock(const std::filesystem::path& folder) {
    try {
        auto lock = FileLock::tryTake(folder / "open.lock", FileLock::Kind::Shared);
        if (!lock) {
            throw Error(
                ErrorCode::Locked,
                fmt::format("The database in '{}' is being compacted or restored; try again when that "
                            "is done.",
                            folder.string()));
        }
        return lock;
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Io) {
            throw;
        }
        return std::nullopt;
    }
}

/// Every value against its checksum, every key for its table.
class EntryCheck {
public:
    explicit EntryCheck(Findings& findings) : findings_(findings) {}

    void entry(std::uint64_t page, Bytes key, Bytes value) {
        const auto number = key.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(key[0]);
        if (number == 0 || number > kTableLast) {
            findings_.add(FindingKind::Table, fmt::format("page {}", page),
                          fmt::format("an entry of the unknown table {}", number));
            return;
        }
        const Bytes inner = key.subspan(1);
        const auto table = static_cast<Table>(number);
        if (value.size() >= kChecksumBytes) {
            const Bytes body = value.first(value.size() - kChecksumBytes);
            std::uint32_t stored = 0;
            std::memcpy(&stored, value.data() + body.size(), kChecksumBytes);
            if (stored == valueChecksum(table, inner, body)) {
                return;
            }
        }
        findings_.add(FindingKind::Checksum, fmt::format("{}, page {}", entryText(table, inner), page),
                      "key and value do not match the checksum");
    }

private:
    Findings& findings_;
};

/// False if there are faults: then nothing that needs LMDB may be done.
bool checkPages(const std::filesystem::path& file, const Environment& environment, StoreTxn& txn,
                const CheckOptions& options, Findings& findings) {
    std::unique_ptr<PageWalk> pages = PageWalk::open(file, txn.number());
    for (int attempt = 0; pages == nullptr && attempt < 1'000; ++attempt) {
        txn = environment.beginRead();  // the writer was twice faster than we: see the newest commit
        pages = PageWalk::open(file, txn.number());
    }
    if (pages == nullptr) {
        findings.add(FindingKind::File, file.filename().string(), "its header pages do not hold together");
        return false;
    }
    EntryCheck entries(findings);
    const bool whole =
        pages->walk({[&](const PageFault& fault) {
                         findings.add(FindingKind::Page, fmt::format("page {}", fault.page), fault.what);
                     },
                     [&](std::uint64_t page, Bytes key, Bytes value) { entries.entry(page, key, value); },
                     [&](std::uint64_t done, std::uint64_t all) {
                         if (options.progress) {
                             options.progress({"pages", done, all});
                         }
                         return options.stop == nullptr || !options.stop->load(std::memory_order_relaxed);
                     }});
    if (!whole) {
        stopIfAsked(options);
    }
    return findings.empty();
}

void checkContents(const Environment& environment, const StoreTxn& txn, const CheckOptions& options,
                   Findings& findings) {
    Checker check(options, txn, chunkLimits(environment), findings);
    FileHeader header;
    try {
        header = loadHeader(txn, environment.pageBytes());
        check.state = loadState(txn);
    } catch (const Error& error) {
        findings.add(FindingKind::State, "table Meta", error.message());
        return;
    }
    try {
        checkState(check, header);
        checkCatalog(check);
        if (check.catalog == nullptr) {
            findings.add(FindingKind::Skipped, "records, indexes and journal",
                         "they cannot be compared without a catalogue");
            return;
        }
        checkNodes(check);
        checkRelationships(check);
        checkAdjacency(check);
        checkCounts(check);
        checkJournal(check, header);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Corrupt) {
            throw;
        }
        findings.add(FindingKind::Layout, "contents", error.message());
    }
}

}  // namespace

void Checker::step(std::string_view name, std::uint64_t done, std::uint64_t all) const {
    if (done % kEntriesPerReport == 0) {
        stopIfAsked(options);
        if (options.progress) {
            options.progress({name, done, all});
        }
    }
}

std::vector<Finding> checkDatabase(const std::filesystem::path& folder, const CheckOptions& options) {
    const std::filesystem::path file = folder / "data.mdb";
    Findings findings(options.most);
    if (loadIncomplete(folder)) {
        findings.add(FindingKind::File, "LOADING", "a load was interrupted: run it again");
        return findings.take();
    }
    if (!std::filesystem::exists(file)) {
        throw Error(
            ErrorCode::NotFound,
            fmt::format("There is no database in '{}'. Make one with `xinpu init`.", folder.string()));
    }
    const std::optional<FileLock> lock = openLock(folder);
    if (const auto fault = PageWalk::fileFault(file)) {
        findings.add(FindingKind::File, "data.mdb", *fault);
        return findings.take();
    }
    std::shared_ptr<Environment> environment;
    try {
        environment = Environment::open(folder, {.read_only = true});
    } catch (const Error& error) {
        if (error.code() != ErrorCode::Corrupt) {
            throw;
        }
        findings.add(FindingKind::File, "data.mdb", error.message());
        return findings.take();
    }
    StoreTxn txn = environment->beginRead();
    if (checkPages(file, *environment, txn, options, findings)) {
        checkContents(*environment, txn, options, findings);
    } else {
        findings.add(FindingKind::Skipped, "records, indexes and journal",
                     "they were not compared with each other, because pages are damaged");
    }
    return findings.take();
}

}  // namespace xinpu::engine
