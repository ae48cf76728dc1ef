// server/gzip.h
#pragma once
// gzip of bodies in both directions (RFC 1952), bounded in what it may unpack to.

#include <memory>
#include <string>
#include <string_view>

namespace xinpu::server {

/// Compresses a body piece by piece. Fast rather than small: the network is near.
class GzipWriter {
public:
    GzipWriter();
    ~GzipWriter();
    GzipWriter(const GzipWriter&) = delete;
    GzipWriter& operator=(const GzipWriter&) = delete;
    GzipWriter(GzipWriter&& other) noexcept;

    /// The compressed bytes that are ready; `last`: all that is left.
    std::string write(std::string_view piece, bool last);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// @throws Error(Usage, RequestMalformed) not gzip, or cut; Error(Limit, ContentTooLarge) more than
/// `bytes_max`
std::string gunzip(std::string_view compressed, std::size_t bytes_max);

}  // namespace xinpu::server
