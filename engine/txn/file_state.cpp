// engine/txn/file_state.cpp
// Encoding of header and state.

#include "engine/txn/file_state.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include "engine/graph/chunk.h"
#include "engine/value/varint.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

constexpr std::string_view kHeaderKey = "header";
constexpr std::string_view kStateKey = "state";
constexpr std::string_view kMagic = "XINPUDB\x01";

template <typename Number>
void putFixed(Number number, std::string& out) {
    out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

}  // namespace

std::string databaseIdText(const FileHeader& header) {
    std::string text;
    for (std::size_t i = 0; i < header.database_id.size(); ++i) {
        text += fmt::format("{:02x}", header.database_id[i]);
        if (i == 3 || i == 5 || i == 7 || i == 9) {
            text.push_back('-');
        }
    }
    return text;
}

std::array<std::uint8_t, 16> newDatabaseId() {
    std::array<std::uint8_t, 16> id{};
    if (RAND_bytes(id.data(), static_cast<int>(id.size())) != 1) {
        throw Error(ErrorCode::Io, "The operating system gives no random numbers.");
    }
    id[6] = static_cast<std::uint8_t>((id[6] & 0x0f) | 0x40);
    id[8] = static_cast<std::uint8_t>((id[8] & 0x3f) | 0x80);
    return id;
}

FileHeader loadHeader(const StoreTxn& txn, std::uint32_t page_bytes) {
    const auto value = TableReader(txn, Table::Meta).get(asBytes(kHeaderKey));
    if (!value) {
        throw Error(ErrorCode::Corrupt,
                    "The file has no xinpu header: it is not a xinpu database, or making it was "
                    "interrupted. Run `xinpu init` in a new folder.");
    }
    ByteReader in(*value);
    std::string_view magic;
    Bytes id;
    FileHeader header;
    if (!in.text(kMagic.size(), magic) || magic != kMagic || !in.bytes(16, id) ||
        !in.fixed(header.format_version) || !in.fixed(header.page_bytes) || !in.fixed(header.group_ids) ||
        !in.fixed(header.created_us)) {
        throw Error(ErrorCode::Corrupt,
                    "The xinpu header of the file does not decode. Restore it from a backup.");
    }
    std::memcpy(header.database_id.data(), id.data(), id.size());
    if (header.format_version != kFormatVersion || header.group_ids != kGroupIds) {
        throw Error(ErrorCode::Corrupt,
                    fmt::format("The file has format version {} (groups of {}); this xinpu reads "
                                "version {} (groups of {}). Export it with the xinpu that wrote it.",
                                header.format_version, header.group_ids, kFormatVersion, kGroupIds));
    }
    if (header.page_bytes != page_bytes) {
        throw Error(ErrorCode::Corrupt,
                    fmt::format("The file was written with pages of {} bytes, this machine uses {}. "
                                "Move it by `xinpu export` and `xinpu import`.",
                                header.page_bytes, page_bytes));
    }
    return header;
}

void storeHeader(StoreTxn& txn, const FileHeader& header) {
    std::string out(kMagic);
    out.append(reinterpret_cast<const char*>(header.database_id.data()), header.database_id.size());
    putFixed(header.format_version, out);
    putFixed(header.page_bytes, out);
    putFixed(header.group_ids, out);
    putFixed(header.created_us, out);
    TableWriter(txn, Table::Meta).put(asBytes(kHeaderKey), asBytes(out));
}

FileState loadState(const StoreTxn& txn) {
    const auto value = TableReader(txn, Table::Meta).get(asBytes(kStateKey));
    FileState state;
    if (value) {
        ByteReader in(*value);
        if (in.fixed(state.last_entry) && in.fixed(state.merged_up_to) && in.fixed(state.catalog_entry) &&
            in.fixed(state.unmerged)) {
            return state;
        }
    }
    throw Error(ErrorCode::Corrupt, "The state of the file does not decode. Restore it from a backup.");
}

void storeState(StoreTxn& txn, const FileState& state) {
    std::string out;
    putFixed(state.last_entry, out);
    putFixed(state.merged_up_to, out);
    putFixed(state.catalog_entry, out);
    putFixed(state.unmerged, out);
    TableWriter(txn, Table::Meta).put(asBytes(kStateKey), asBytes(out));
}

}  // namespace xinpu::engine
