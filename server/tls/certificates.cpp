// server/tls/certificates.cpp
// OpenSSL's settings: TLS 1.2 with forward secrecy and authenticated encryption only, and 1.3.
#include "server/tls/certificates.h"

#include <chrono>
#include <cstring>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509err.h>

#include "server/log.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
    "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";
constexpr std::chrono::hours kWarnBefore{14 * 24};

[[noreturn]] void refuse(const std::filesystem::path& file, std::string_view what, const error_code& why) {
    throw Error(ErrorCode::Usage, fmt::format("TLS: {} '{}' cannot be used: {}.", what, file.string(), why.message()));
}

/// Of what the client offers, the one protocol that is spoken here; a client that offers others only goes without.
int chooseProtocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                   unsigned offered_size, void*) {
    static constexpr unsigned char kHttp[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* taken = nullptr;
    if (SSL_select_next_proto(&taken, size, kHttp, sizeof kHttp, offered, offered_size) != OPENSSL_NPN_NEGOTIATED) {
        return SSL_TLSEXT_ERR_NOACK;
    }
    *chosen = taken;
    return SSL_TLSEXT_ERR_OK;
}

/// @throws Error(Usage)
std::int64_t endOf(SSL_CTX* context) {
    std::tm parts{};
    const X509* certificate = SSL_CTX_get0_certificate(context);
    if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) != 1) {
        throw Error(ErrorCode::Usage, "TLS: the certificate does not say how long it holds.");
    }
    return ::timegm(&parts);
}

}  // namespace

Certificates::Certificates(TlsFiles files) : files_(std::move(files)), loaded_(load()) {}

Certificates::Loaded Certificates::load() const {
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    SSL_CTX* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(native, kCiphers);
    SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                    SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);  // of idle connections, of which there are many
    SSL_CTX_set_alpn_select_cb(native, chooseProtocol, nullptr);
    error_code error;
    // Without this OpenSSL would ask the terminal for the password of an encrypted key.
    context->set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); }, error);
    context->use_certificate_chain_file(files_.certificate.string(), error);
    if (error) {
        refuse(files_.certificate, "the certificate", error);
    }
    context->use_private_key_file(files_.key.string(), ssl::context::pem, error);
    if (ERR_GET_REASON(static_cast<unsigned long>(error.value())) == X509_R_KEY_VALUES_MISMATCH) {
        throw Error(ErrorCode::Usage, fmt::format("TLS: the key '{}' belongs to another certificate than '{}'.",
                                                  files_.key.string(), files_.certificate.string()));
    }
    if (error) {
        refuse(files_.key, "the key", error);
    }
    Loaded loaded{std::move(context), endOf(native)};
    const auto left = std::chrono::system_clock::from_time_t(loaded.not_after) - std::chrono::system_clock::now();
    if (left < kWarnBefore) {
        logEvent(LogLevel::Warning, left.count() < 0 ? "certificate has ended" : "certificate ends soon",
                 {{"file", files_.certificate.string()},
                  {"hours", std::to_string(std::chrono::duration_cast<std::chrono::hours>(left).count())}});
    }
    return loaded;
}

Certificates::Context Certificates::current() const {
    const std::lock_guard lock(mutex_);
    return loaded_.context;
}

std::int64_t Certificates::notAfter() const {
    const std::lock_guard lock(mutex_);
    return loaded_.not_after;
}

void Certificates::reload() noexcept {
    try {
        Loaded loaded = load();
        {
            const std::lock_guard lock(mutex_);
            loaded_ = std::move(loaded);
        }
        logEvent(LogLevel::Info, "certificate read", {{"file", files_.certificate.string()}});
    } catch (const std::exception& error) {
        logEvent(LogLevel::Error, "certificate not exchanged: the old one stays", {{"why", error.what()}});
    }
}

}  // namespace xinpu::server
