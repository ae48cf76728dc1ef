// server/tls/certificates.h
#pragma once
// The certificate that new connections are shown, exchanged without dropping those that are there.

#include <cstdint>
#include <memory>
#include <mutex>

#include <boost/asio/ssl/context.hpp>

#include "server/tls/tls_files.h"

namespace xinpu::server {

/// Threads: any.
class Certificates {
public:
    using Context = std::shared_ptr<boost::asio::ssl::context>;

    /// @throws Error(Usage) a file that cannot be read or is no PEM, a key that belongs to another certificate
    explicit Certificates(TlsFiles files);

    /// For one handshake; held as long as the connection lives.
    Context current() const;
    /// Reads both files again. A pair that cannot be used is logged, and the old one stays.
    void reload() noexcept;
    /// Seconds since 1970 at which the certificate ends.
    std::int64_t notAfter() const;

private:
    struct Loaded {
        Context context;
        std::int64_t not_after = 0;
    };
    Loaded load() const;

    TlsFiles files_;
    mutable std::mutex mutex_;
    Loaded loaded_;
};

}  // namespace xinpu::server
