// bench/peers/sha_load.cpp
// xinpu-sha-load: one thread that computes SHA-256 and nothing else for SECONDS. The control of Q8: what a
// reader's p99 does beside it is what the machine does to any reader beside one busy thread.
//
//   xinpu-sha-load SECONDS

#include <openssl/sha.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr std::size_t kBlockBytes = 64 << 10;

}  // namespace

int main(int argc, char** argv) {
    const double seconds = argc == 2 ? std::atof(argv[1]) : 0;
    if (!(seconds > 0)) {
        std::fputs("usage: xinpu-sha-load SECONDS\n", stderr);
        return 2;
    }
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    static std::array<unsigned char, kBlockBytes> block{};
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    unsigned long long blocks = 0;
    for (; Clock::now() < end; ++blocks) {
        SHA256(block.data(), block.size(), digest.data());
        std::memcpy(block.data(), digest.data(),
                    digest.size());  // each block depends on the last: nothing to leave out
    }
    std::printf("{\"peer\":\"sha_load\",\"mb\":%llu,\"last\":\"%02x\"}\n", blocks * kBlockBytes >> 20,
                digest[0]);
    return 0;
}
