// server/gzip.cpp
// zlib's deflate and inflate with gzip's frame.
#include "server/gzip.h"

#include <cstring>

#include <zlib.h>

#include "server/error_status.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

constexpr int kWindowBitsGzip = 15 + 16;  // zlib: the largest window, and gzip's header
constexpr int kLevelFast = 1;
constexpr int kMemoryLevelUsual = 8;
constexpr std::size_t kStep = 64 * 1024;

Bytef* input(std::string_view text) {
    return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib's interface is older than const
}

}  // namespace

struct GzipWriter::Impl {
    z_stream stream{};
    ~Impl() { deflateEnd(&stream); }
};

GzipWriter::GzipWriter() : impl_(std::make_unique<Impl>()) {
    if (deflateInit2(&impl_->stream, kLevelFast, Z_DEFLATED, kWindowBitsGzip, kMemoryLevelUsual,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        throw Error(ErrorCode::Limit, "No memory is left to compress the answer.",
                    "MemoryPoolOutOfMemoryError");
    }
}
GzipWriter::~GzipWriter() = default;
GzipWriter::GzipWriter(GzipWriter&& other) noexcept = default;

std::string GzipWriter::write(std::string_view piece, bool last) {
    z_stream& stream = impl_->stream;
    stream.next_in = input(piece);
    stream.avail_in = static_cast<uInt>(piece.size());
    std::string out;
    do {
        const std::size_t before = out.size();
        out.resize(before + kStep);
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
        stream.avail_out = static_cast<uInt>(kStep);
        deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH);
        out.resize(before + kStep - stream.avail_out);
    } while (stream.avail_out == 0);
    return out;
}

std::string gunzip(std::string_view compressed, std::size_t bytes_max) {
    z_stream stream{};
    if (inflateInit2(&stream, kWindowBitsGzip) != Z_OK) {
        throw Error(ErrorCode::Limit, "No memory is left to unpack the body.", "MemoryPoolOutOfMemoryError");
    }
    const std::unique_ptr<z_stream, decltype(&inflateEnd)> end(&stream, inflateEnd);
    stream.next_in = input(compressed);
    stream.avail_in = static_cast<uInt>(compressed.size());
    std::string out;
    int status = Z_OK;
    while (status == Z_OK) {
        const std::size_t before = out.size();
        if (before > bytes_max) {
            throw Error(ErrorCode::Limit, "The body unpacks to more than is taken.", details::kTooLarge);
        }
        out.resize(before + kStep);
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
        stream.avail_out = static_cast<uInt>(kStep);
        status = inflate(&stream, Z_NO_FLUSH);
        out.resize(before + kStep - stream.avail_out);
    }
    if (status != Z_STREAM_END || stream.avail_in != 0) {
        throw Error(ErrorCode::Usage, "The body is said to be gzip but does not unpack.",
                    details::kMalformed);
    }
    if (out.size() > bytes_max) {
        throw Error(ErrorCode::Limit, "The body unpacks to more than is taken.", details::kTooLarge);
    }
    return out;
}

}  // namespace xinpu::server
