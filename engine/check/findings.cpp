// engine/check/findings.cpp
// Collecting findings and putting them into words.

#include <fmt/format.h>

#include "engine/check/checker.h"

namespace xinpu::engine {
namespace {

constexpr std::array<std::string_view, kFindingKinds> kKindNames = {
    "file",   "page",   "checksum",  "table",   "state", "catalog", "allocation",
    "layout", "record", "adjacency", "mirror",  "slot",  "index",   "bitmap",
    "column", "count",  "segment",   "journal", "ended", "skipped"};
static_assert(static_cast<std::uint8_t>(FindingKind::Skipped) + 1 == kFindingKinds);

constexpr std::array<std::string_view, kTableLast + 1> kTableNames = {
    "",     "Nodes",   "BigNodes", "Relationships", "BigRelationships", "Adjacency", "Hubs",    "Columns",
    "Keys", "Bitmaps", "History",  "Segments",      "Journal",          "Payloads",  "Catalog", "Meta"};

}  // namespace

std::string_view findingKindName(FindingKind kind) noexcept {
    return kKindNames[static_cast<std::size_t>(kind) % kFindingKinds];
}

std::string findingText(const Finding& finding) {
    return fmt::format("{}: {}: {}", findingKindName(finding.kind), finding.where, finding.detail);
}

void Findings::add(FindingKind kind, std::string where, std::string detail) {
    if (counts_[static_cast<std::size_t>(kind)]++ < most_) {
        list_.push_back({kind, std::move(where), std::move(detail)});
    }
}

std::vector<Finding> Findings::take() {
    for (std::uint8_t kind = 0; kind < kFindingKinds; ++kind) {
        if (counts_[kind] > most_) {
            list_.push_back({static_cast<FindingKind>(kind), "others",
                             fmt::format("{} more findings of this kind", counts_[kind] - most_)});
        }
    }
    return std::move(list_);
}

std::string nodeText(std::uint32_t id) {
    return fmt::format("n:{}", id);
}
std::string relationshipText(std::uint32_t id) {
    return fmt::format("r:{}", id);
}

std::string entryText(Table table, Bytes key) {
    std::string text =
        fmt::format("table {}", kTableNames[static_cast<std::size_t>(table) % kTableNames.size()]);
    switch (table) {
    case Table::Keys:  // the rest of such a key is a value of a record
    case Table::Bitmaps:
        return key.size() < 2 ? text : fmt::format("{}, number {}", text, keyU16(key, 0));
    case Table::Meta:
        return text;
    default:
        break;
    }
    text += ", key ";
    for (const std::byte byte : key.first(std::min<std::size_t>(key.size(), 24))) {
        text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
    }
    return text;
}

std::optional<ChunkView> checkedChunk(const Checker& check, const TableEntry& entry, Table table,
                                      ChunkKind kind, std::size_t prefix_bytes, std::int64_t* last_group) {
    if (entry.key.size() != prefix_bytes + 4) {
        check.add(FindingKind::Table, entryText(table, entry.key), "the key has a wrong length");
        return std::nullopt;
    }
    const auto view = ChunkView::parse(entry.value, kind);
    if (!view) {
        check.add(FindingKind::Layout, entryText(table, entry.key), "the chunk cannot be read");
        return std::nullopt;
    }
    if (view->lastGroup() != keyU32(entry.key, prefix_bytes)) {
        check.add(
            FindingKind::Layout, entryText(table, entry.key),
            fmt::format("the chunk ends with group {}, not with the one of its key", view->lastGroup()));
    }
    if (std::int64_t{view->firstGroup()} <= *last_group) {
        check.add(FindingKind::Layout, entryText(table, entry.key), "the chunk overlaps the one before");
    }
    if (entry.value.size() < check.limits.value_min || entry.value.size() > check.limits.value_max) {
        check.add(FindingKind::Layout, entryText(table, entry.key),
                  fmt::format("the chunk has {} bytes: it does not lie on one page of its own",
                              entry.value.size()));
    }
    *last_group = view->lastGroup();
    return view;
}

}  // namespace xinpu::engine
