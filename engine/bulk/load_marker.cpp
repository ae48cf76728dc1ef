// engine/bulk/load_marker.cpp
// Writing, reading and removing the marker durably.

#include "engine/bulk/load_marker.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "engine/value/crc32c.h"
#include "engine/value/varint.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

void syncPath(const std::filesystem::path& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
    if (descriptor < 0 || ::fsync(descriptor) != 0) {
        const int code = errno;
        if (descriptor >= 0) {
            ::close(descriptor);
        }
        throw Error(ErrorCode::Io, "Cannot make '" + path.string() + "' durable: " + std::strerror(code));
    }
    ::close(descriptor);
}

std::filesystem::path markerOf(const std::filesystem::path& folder) {
    return folder / "LOADING";
}

}  // namespace

void writeLoadMarker(const std::filesystem::path& folder, const std::vector<KeptEntry>& kept) {
    std::string content;
    for (const KeptEntry& entry : kept) {
        content.push_back(static_cast<char>(entry.table));
        putVarint32(static_cast<std::uint32_t>(entry.key.size()), content);
        content += entry.key;
        putVarint32(static_cast<std::uint32_t>(entry.value.size()), content);
        content += entry.value;
    }
    const std::uint32_t sum = crc32c(0, content.data(), content.size());
    const std::filesystem::path part = folder / "LOADING.part";
    {
        std::ofstream out(part, std::ios::binary | std::ios::trunc);
        out.write(reinterpret_cast<const char*>(&sum), sizeof sum);
        out.write(content.data(), static_cast<std::streamsize>(content.size()));
        if (!out.flush()) {
            throw Error(ErrorCode::Io, "Cannot write '" + part.string() + "'.");
        }
    }
    syncPath(part, O_RDONLY);
    std::filesystem::rename(part, markerOf(folder));
    syncPath(folder, O_RDONLY | O_DIRECTORY);
}

std::optional<std::vector<KeptEntry>> readLoadMarker(const std::filesystem::path& folder) {
    std::ifstream file(markerOf(folder), std::ios::binary);
    if (!file) {
        return std::nullopt;
    }
    const std::string all{std::istreambuf_iterator<char>(file), {}};
    ByteReader in(all);
    std::uint32_t sum = 0;
    std::vector<KeptEntry> kept;
    bool sound = in.fixed(sum) && sum == crc32c(0, all.data() + sizeof sum, all.size() - sizeof sum);
    while (sound && !in.atEnd()) {
        std::uint8_t table = 0;
        std::uint32_t length = 0;
        std::string_view key, value;
        sound = in.byte(table) && in.varint(length) && in.text(length, key) && in.varint(length) &&
                in.text(length, value);
        kept.push_back({static_cast<Table>(table), std::string(key), std::string(value)});
    }
    if (!sound) {
        throw Error(ErrorCode::Corrupt,
                    "The marker '" + markerOf(folder).string() +
                        "' of an interrupted load is damaged. Remove the database folder and load "
                        "again.");
    }
    return kept;
}

void removeLoadMarker(const std::filesystem::path& folder) {
    std::filesystem::remove(markerOf(folder));
    syncPath(folder, O_RDONLY | O_DIRECTORY);
}

}  // namespace xinpu::engine
