// engine/graph/segment.cpp
// Encoding of segments: blocks of rows with a common head, cut into page-sized parts.

#include "engine/graph/segment.h"

#include <algorithm>

#include "engine/value/varint.h"
#include "xinpu/assert.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

constexpr std::uint8_t kSegmentVersion = 1;
constexpr std::uint8_t kChangesBlock = 1;
constexpr std::uint8_t kTouchedBlock = 2;
constexpr std::uint8_t kHubsBlock = 3;
constexpr std::size_t kBlockHeadBytes = 12;

struct BlockHead {
    std::uint8_t kind;
    std::uint8_t a;  ///< changes: direction; touched: table
    std::uint8_t b;  ///< changes: op; touched: chunk kind
    std::uint8_t c;  ///< changes: slots; touched: prefix length
    std::uint32_t type;
    std::uint32_t count;
};
static_assert(sizeof(BlockHead) == kBlockHeadBytes);

/// Cuts rows of one block into parts.
class PartWriter {
public:
    explicit PartWriter(std::size_t part_max) : part_max_(part_max) { start(); }

    void begin(BlockHead head, std::string_view prefix) {
        head_ = head;
        prefix_ = prefix;
        open_ = false;
    }
    void row(std::string_view bytes) {
        if (open_ && part().size() + bytes.size() > part_max_) {
            start();
        }
        if (!open_) {
            if (part().size() + kBlockHeadBytes + prefix_.size() + bytes.size() > part_max_) {
                start();
            }
            head_.count = 0;
            head_at_ = part().size();
            part().append(reinterpret_cast<const char*>(&head_), kBlockHeadBytes).append(prefix_);
            open_ = true;
        }
        part().append(bytes);
        ++head_.count;
        std::memcpy(part().data() + head_at_, &head_, kBlockHeadBytes);
    }
    std::vector<std::string> take() { return std::move(parts_); }

private:
    std::string& part() { return parts_.back(); }
    void start() {
        parts_.emplace_back(1, static_cast<char>(kSegmentVersion));
        open_ = false;
    }
    std::size_t part_max_;
    std::vector<std::string> parts_;
    BlockHead head_{};
    std::string prefix_;
    std::size_t head_at_ = 0;
    bool open_ = false;
};

bool decodeChanges(ByteReader& in, const BlockHead& head, Segment& segment) {
    if (head.a > 1 || head.b < 1 || head.b > 3 || head.c > kCoveredSlotsMax) {
        return false;
    }
    const std::uint32_t stride = static_cast<std::uint32_t>(kEntryFixedBytes) + 4U * head.c;
    if (head.count > in.left() / (4 + stride)) {
        return false;
    }
    for (std::uint32_t i = 0; i < head.count; ++i) {
        EdgeChange change{
            TypeId{head.type}, {}, static_cast<Direction>(head.a), static_cast<EdgeOp>(head.b), {}};
        Bytes entry;
        if (!in.fixed(change.node.value) || !in.bytes(stride, entry)) {
            return false;
        }
        change.entry = readEntry(entry.data(), stride);
        segment.changes.push_back(change);
    }
    return true;
}

bool decodeTouched(ByteReader& in, const BlockHead& head, Segment& segment) {
    std::string_view prefix;
    const auto table = static_cast<Table>(head.a);
    const bool records = table == Table::Nodes || table == Table::Relationships;
    const bool numbered = table == Table::Adjacency || table == Table::Columns;  // by type or column
    if ((!records && !numbered) || head.c != (numbered ? 4 : 0) || head.b < 1 || head.b > 3 ||
        !in.text(head.c, prefix) || head.count > in.left() / 8) {
        return false;
    }
    TouchedChunks touched{{table, static_cast<ChunkKind>(head.b), std::string(prefix)}, {}};
    for (std::uint32_t i = 0; i < head.count; ++i) {
        GroupRange range;
        if (!in.fixed(range.first) || !in.fixed(range.last) || range.first > range.last) {
            return false;
        }
        touched.ranges.push_back(range);
    }
    segment.touched.push_back(std::move(touched));
    return true;
}

}  // namespace

std::vector<std::string> encodeSegment(Segment& segment, const StrideOf& stride, std::size_t part_max) {
    std::sort(segment.changes.begin(), segment.changes.end(), [](const EdgeChange& a, const EdgeChange& b) {
        return std::tie(a.type, a.direction, a.op, a.node, a.entry.relationship) <
               std::tie(b.type, b.direction, b.op, b.node, b.entry.relationship);
    });
    PartWriter writer(part_max);
    std::string row;
    for (std::size_t i = 0; i < segment.changes.size(); ++i) {
        const EdgeChange& change = segment.changes[i];
        const std::uint32_t bytes = stride(change.type, change.direction);
        if (i == 0 || segment.changes[i - 1].type != change.type || segment.changes[i - 1].op != change.op ||
            segment.changes[i - 1].direction != change.direction) {
            writer.begin({kChangesBlock, static_cast<std::uint8_t>(change.direction),
                          static_cast<std::uint8_t>(change.op),
                          static_cast<std::uint8_t>((bytes - kEntryFixedBytes) / 4), change.type.value, 0},
                         {});
        }
        row.assign(reinterpret_cast<const char*>(&change.node.value), 4);
        appendEntry(change.entry, bytes, row);
        writer.row(row);
    }
    for (const TouchedChunks& touched : segment.touched) {
        writer.begin({kTouchedBlock, static_cast<std::uint8_t>(touched.space.table),
                      static_cast<std::uint8_t>(touched.space.kind),
                      static_cast<std::uint8_t>(touched.space.prefix.size()), 0, 0},
                     touched.space.prefix);
        for (const GroupRange& range : touched.ranges) {
            row.assign(reinterpret_cast<const char*>(&range.first), 4);
            row.append(reinterpret_cast<const char*>(&range.last), 4);
            writer.row(row);
        }
    }
    writer.begin({kHubsBlock, 0, 0, 0, 0, 0}, {});
    for (const TypeId type : segment.touched_hubs) {
        row.assign(reinterpret_cast<const char*>(&type.value), 4);
        writer.row(row);
    }
    return writer.take();
}

bool decodeSegmentPart(Bytes part, Segment& segment) noexcept {
    ByteReader in(part);
    std::uint8_t version = 0;
    if (!in.byte(version) || version != kSegmentVersion) {
        return false;
    }
    while (!in.atEnd()) {
        BlockHead head{};
        if (!in.fixed(head)) {
            return false;
        }
        if (head.kind == kChangesBlock) {
            if (!decodeChanges(in, head, segment)) {
                return false;
            }
        } else if (head.kind == kTouchedBlock) {
            if (!decodeTouched(in, head, segment)) {
                return false;
            }
        } else if (head.kind == kHubsBlock && head.count <= in.left() / 4) {
            for (std::uint32_t i = 0; i < head.count; ++i) {
                TypeId type;
                if (!in.fixed(type.value)) {
                    return false;
                }
                segment.touched_hubs.push_back(type);
            }
        } else {
            return false;
        }
    }
    return true;
}

std::string segmentKey(std::uint64_t sequence, std::uint16_t part) {
    return KeyBuilder().u64(sequence).u16(part).text();
}

void storeSegment(StoreTxn& txn, Segment& segment, const StrideOf& stride, std::size_t part_max) {
    TableWriter table(txn, Table::Segments);
    const std::vector<std::string> parts = encodeSegment(segment, stride, part_max);
    if (parts.size() > 0xffff) {
        throw Error(ErrorCode::Limit,
                    "The transaction changes too many relationships at once. Commit in smaller parts.");
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        table.put(asBytes(segmentKey(segment.sequence, static_cast<std::uint16_t>(i))), asBytes(parts[i]));
    }
}

void eachSegment(const StoreTxn& txn, std::uint64_t after, const std::function<void(const Segment&)>& visit) {
    TableCursor cursor(txn, Table::Segments);
    Segment segment;
    const auto flush = [&] {
        if (segment.sequence != 0) {
            visit(segment);
        }
        segment = {};
    };
    for (auto entry = cursor.seek(asBytes(segmentKey(after + 1, 0))); entry; entry = cursor.next()) {
        if (entry->key.size() != 10) {
            throw Error(ErrorCode::Corrupt, "A segment has a key of the wrong length. Run `xinpu check`.");
        }
        const std::uint64_t sequence = keyU64(entry->key, 0);
        if (sequence != segment.sequence) {
            flush();
            segment.sequence = sequence;
        }
        if (!decodeSegmentPart(entry->value, segment)) {
            throw Error(ErrorCode::Corrupt,
                        "Segment " + std::to_string(sequence) + " does not decode. Run `xinpu check`.");
        }
    }
    flush();
}

std::size_t eraseSegments(StoreTxn& txn, std::uint64_t sequence) {
    TableWriter table(txn, Table::Segments);
    std::size_t erased = 0;
    for (auto entry = table.atOrAfter({});
         entry && entry->key.size() == 10 && keyU64(entry->key, 0) <= sequence; entry = table.atOrAfter({})) {
        const std::string key(asText(entry->key));
        table.erase(asBytes(key));
        ++erased;
    }
    return erased;
}

}  // namespace xinpu::engine
