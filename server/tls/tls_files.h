// server/tls/tls_files.h
#pragma once
// Where the certificate of a server lies.

#include <filesystem>

namespace xinpu::server {

struct TlsFiles {
    std::filesystem::path certificate;  ///< PEM: the server's own first, then those that lead to its root
    std::filesystem::path key;          ///< PEM, not encrypted
    bool given() const noexcept { return !certificate.empty(); }
};

}  // namespace xinpu::server
