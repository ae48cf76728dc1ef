// server/content_coding.cpp
// zlib and libzstd as streams, and which of them a header asks for.
#include "server/content_coding.h"

#include <algorithm>

#include <zlib.h>
#include <zstd.h>

#include <fmt/format.h>

#include "server/error_status.h"
#include "server/negotiation.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

constexpr int kWindowBitsGzip = 15 + 16;  // zlib: the largest window, and gzip's header
constexpr int kLevelFast = 1;
constexpr int kMemoryLevelUsual = 8;
constexpr int kZstdWindowLogMax =
    23;  // 8 MiB, what RFC 8878 wants every reader to take; more is memory for nothing
constexpr std::size_t kStep = 64 * 1024;

Bytef* input(std::string_view text) {
    return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));  // zlib's interface is older than const
}

[[noreturn]] void failForMemory() {
    throw Error(ErrorCode::Limit, "No memory is left to pack or unpack the body.",
                "MemoryPoolOutOfMemoryError");
}

[[noreturn]] void refuseBody(Coding coding) {
    throw Error(ErrorCode::Usage,
                fmt::format("The body is said to be {} but does not unpack.", nameOf(coding)),
                details::kMalformed);
}

void demandSize(std::size_t size, std::size_t bytes_max) {
    if (size > bytes_max) {
        throw Error(ErrorCode::Limit, fmt::format("The body unpacks to more than {} MiB.", bytes_max >> 20),
                    details::kTooLarge);
    }
}

std::string gunzip(std::string_view packed, std::size_t bytes_max) {
    z_stream stream{};
    if (inflateInit2(&stream, kWindowBitsGzip) != Z_OK) {
        failForMemory();
    }
    const std::unique_ptr<z_stream, decltype(&inflateEnd)> end(&stream, inflateEnd);
    stream.next_in = input(packed);
    stream.avail_in = static_cast<uInt>(packed.size());
    std::string out;
    int status = Z_OK;
    while (status == Z_OK) {
        const std::size_t before = out.size();
        demandSize(before, bytes_max);
        out.resize(before + kStep);
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
        stream.avail_out = static_cast<uInt>(kStep);
        status = inflate(&stream, Z_NO_FLUSH);
        out.resize(before + kStep - stream.avail_out);
    }
    if (status != Z_STREAM_END || stream.avail_in != 0) {
        refuseBody(Coding::Gzip);
    }
    return out;
}

std::string unzstd(std::string_view packed, std::size_t bytes_max) {
    const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), ZSTD_freeDCtx);
    if (context == nullptr) {
        failForMemory();
    }
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kZstdWindowLogMax);
    ZSTD_inBuffer in{packed.data(), packed.size(), 0};
    std::string out;
    std::size_t left = 1;  // 0: at the end of a frame
    while (left != 0) {
        const std::size_t before = out.size();
        demandSize(before, bytes_max);
        out.resize(before + kStep);
        ZSTD_outBuffer to{out.data() + before, kStep, 0};
        const std::size_t taken = in.pos;
        left = ZSTD_decompressStream(context.get(), &to, &in);
        out.resize(before + to.pos);
        const bool stuck = in.pos == taken && to.pos == 0;  // it wants more, and there is none
        if (ZSTD_isError(left) != 0 || (left != 0 && stuck)) {
            refuseBody(Coding::Zstd);
        }
    }
    if (in.pos != in.size) {
        refuseBody(Coding::Zstd);
    }
    return out;
}

}  // namespace

/// One of the two libraries' streams.
class BodyPacker::Stream {
public:
    virtual ~Stream() = default;
    virtual std::string write(std::string_view piece, bool last) = 0;
};

namespace {

class GzipStream final : public BodyPacker::Stream {
public:
    GzipStream() {
        if (deflateInit2(&stream_, kLevelFast, Z_DEFLATED, kWindowBitsGzip, kMemoryLevelUsual,
                         Z_DEFAULT_STRATEGY) != Z_OK) {
            failForMemory();
        }
    }
    ~GzipStream() override { deflateEnd(&stream_); }
    GzipStream(const GzipStream&) = delete;
    GzipStream& operator=(const GzipStream&) = delete;

    std::string write(std::string_view piece, bool last) override {
        stream_.next_in = input(piece);
        stream_.avail_in = static_cast<uInt>(piece.size());
        std::string out;
        do {
            const std::size_t before = out.size();
            out.resize(before + kStep);
            stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
            stream_.avail_out = static_cast<uInt>(kStep);
            deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
            out.resize(before + kStep - stream_.avail_out);
        } while (stream_.avail_out == 0);
        return out;
    }

private:
    z_stream stream_{};
};

class ZstdStream final : public BodyPacker::Stream {
public:
    ZstdStream() : context_(ZSTD_createCCtx(), ZSTD_freeCCtx) {
        if (context_ == nullptr) {
            failForMemory();
        }
        ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, kLevelFast);
    }

    std::string write(std::string_view piece, bool last) override {
        ZSTD_inBuffer in{piece.data(), piece.size(), 0};
        std::string out;
        std::size_t left = 1;
        while (last ? left != 0 : in.pos < in.size) {
            const std::size_t before = out.size();
            out.resize(before + kStep);
            ZSTD_outBuffer to{out.data() + before, kStep, 0};
            left = ZSTD_compressStream2(context_.get(), &to, &in, last ? ZSTD_e_end : ZSTD_e_continue);
            out.resize(before + to.pos);
            if (ZSTD_isError(left) != 0) {
                failForMemory();  // the only way in which packing fails
            }
        }
        return out;
    }

private:
    std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context_;
};

std::unique_ptr<BodyPacker::Stream> streamOf(Coding coding) {
    if (coding == Coding::Zstd) {
        return std::make_unique<ZstdStream>();
    }
    return std::make_unique<GzipStream>();
}

}  // namespace

BodyPacker::BodyPacker(Coding coding) : stream_(streamOf(coding)) {}
BodyPacker::~BodyPacker() = default;
BodyPacker::BodyPacker(BodyPacker&& other) noexcept = default;

std::string BodyPacker::write(std::string_view piece, bool last) {
    return stream_->write(piece, last);
}

std::string unpacked(Coding coding, std::string_view body, std::size_t bytes_max) {
    std::string text = coding == Coding::Zstd ? unzstd(body, bytes_max) : gunzip(body, bytes_max);
    demandSize(text.size(), bytes_max);
    return text;
}

std::string_view nameOf(Coding coding) noexcept {
    switch (coding) {
    case Coding::Gzip:
        return "gzip";
    case Coding::Zstd:
        return "zstd";
    case Coding::Identity:
        break;
    }
    return "identity";
}

std::optional<Coding> bodyCoding(std::string_view content_encoding) noexcept {
    if (content_encoding.empty() || equalIgnoringCase(content_encoding, "identity")) {
        return Coding::Identity;
    }
    if (equalIgnoringCase(content_encoding, "gzip") || equalIgnoringCase(content_encoding, "x-gzip")) {
        return Coding::Gzip;
    }
    return equalIgnoringCase(content_encoding, "zstd") ? std::optional(Coding::Zstd) : std::nullopt;
}

Coding answerCoding(std::string_view accept_encoding) noexcept {
    const int zstd = qualityIn(accept_encoding, "zstd");
    const int gzip = std::max(qualityIn(accept_encoding, "gzip"), qualityIn(accept_encoding, "x-gzip"));
    const int plain = qualityIn(accept_encoding, "identity");
    if (zstd > 0 && zstd >= gzip && zstd >= plain) {
        return Coding::Zstd;
    }
    return gzip > 0 && gzip >= plain ? Coding::Gzip : Coding::Identity;
}

}  // namespace xinpu::server
