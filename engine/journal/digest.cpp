// engine/journal/digest.cpp
// SHA-256 through OpenSSL's EVP interface.

#include "engine/journal/digest.h"

#include <openssl/evp.h>

#include "xinpu/error.h"

namespace xinpu::engine {

struct DigestStream::Impl {
    struct Free {
        void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
};

DigestStream::DigestStream() : impl_(std::make_unique<Impl>()) {
    if (impl_->context == nullptr || EVP_DigestInit_ex(impl_->context.get(), EVP_sha256(), nullptr) != 1) {
        throw Error(ErrorCode::Internal, "OpenSSL gives no SHA-256.");
    }
}
DigestStream::~DigestStream() = default;

void DigestStream::add(std::span<const std::byte> bytes) {
    if (EVP_DigestUpdate(impl_->context.get(), bytes.data(), bytes.size()) != 1) {
        throw Error(ErrorCode::Internal, "OpenSSL failed to digest.");
    }
}

Digest DigestStream::finish() {
    Digest digest{};
    if (EVP_DigestFinal_ex(impl_->context.get(), digest.data(), nullptr) != 1) {
        throw Error(ErrorCode::Internal, "OpenSSL failed to digest.");
    }
    return digest;
}

Digest sha256(std::span<const std::byte> bytes) {
    DigestStream stream;
    stream.add(bytes);
    return stream.finish();
}

Digest sha256(std::string_view text) {
    return sha256(std::as_bytes(std::span(text)));
}

std::string hexOf(const Digest& digest) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const std::uint8_t byte : digest) {
        text.push_back(kDigits[byte >> 4]);
        text.push_back(kDigits[byte & 15]);
    }
    return text;
}

}  // namespace xinpu::engine
