// engine/check/check.h
#pragma once
// Walks everything of a database and names each fault in one line.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace xinpu::engine {

/// What kind of fault it is: the first word of its line, stable for scripts.
enum class FindingKind : std::uint8_t {
    File,        ///< truncated, not a database, a load that was interrupted
    Page,        ///< structure of the pages: order, separators, use, free list
    Checksum,    ///< a value or key that does not match the checksum behind the value
    Table,       ///< an entry of a table that does not exist, or a key of an impossible form
    State,       ///< header and state of the file
    Catalog,     ///< names, shapes, definitions
    Allocation,  ///< an id beyond what was given out
    Layout,      ///< a chunk, group or block whose bytes do not hold together
    Record,      ///< a record that does not decode, names what does not exist, or breaks a declared rule
    Adjacency,   ///< an entry without its relationship, a relationship without entries, order, hub blocks
    Mirror,      ///< an entry at one end of a relationship only
    Slot,        ///< covered slots that differ from what the records say
    Index,       ///< unique and range indexes against records
    Bitmap,      ///< bitmaps of labels, values and dates against records
    Column,      ///< column chunks against records
    Count,       ///< counts of the catalogue against records
    Segment,     ///< adjacency changes that are not merged yet
    Journal,     ///< links, payloads, numbers
    Ended,       ///< the check itself was ended by a signal
    Skipped,     ///< what was not compared because of the faults before
};
inline constexpr std::uint8_t kFindingKinds = 20;
std::string_view findingKindName(FindingKind kind) noexcept;

struct Finding {
    FindingKind kind = FindingKind::File;
    std::string where;   ///< table, index, node or relationship, page; no personal data
    std::string detail;  ///< what is wrong
};
/// "mirror: relationship r:7 of type 0: it has an entry at its start n:3 only".
std::string findingText(const Finding& finding);

/// How far a check is.
struct CheckProgress {
    std::string_view step;  ///< e.g. "pages", "nodes"
    std::uint64_t done = 0;
    std::uint64_t all = 0;  ///< 0: not known
};

struct CheckOptions {
    const std::atomic<bool>* stop = nullptr;             ///< set by another thread or a signal handler
    std::function<void(const CheckProgress&)> progress;  ///< at most a few hundred calls a second
    std::size_t most = 100;                              ///< findings of one kind; further ones are counted
};

/// Checks the database in `folder` as of its newest commit; others may read and write beside it. Empty:
/// sound. Memory at 3.5 million nodes and 3.7 million relationships: below 1 GiB.
///
/// Pages first, by a walk that needs no LMDB, each value against its checksum; if these are sound: state,
/// catalogue, records, then every structure that follows from records, recomputed and compared in both
/// directions; counts; journal. Not found: a changed byte in unused space, in the separator keys of branch
/// pages where it changes the way to no key, and in the size of the map that the header pages note.
/// @throws Error(NotFound) no database; Error(Cancelled); Error(Io); Error(Locked) it is being replaced
std::vector<Finding> checkDatabase(const std::filesystem::path& folder, const CheckOptions& options);

/// The same in a child process, so that nothing that lies in the file can end the caller: a check that dies
/// is a finding. The caller may have other threads and this very database open; the child uses nothing of it.
std::vector<Finding> checkInChild(const std::filesystem::path& folder, const CheckOptions& options);

}  // namespace xinpu::engine
