// tests/fuzz/token_fuzz.cpp
// Any bytes as what a stranger shows to be let in: a header, a key, a token, a provider's keys. A first line is the
// token, the rest the JWK set.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fuzz_check.h"
#include "server/access/credentials.h"
#include "server/access/key_record.h"
#include "server/access/keys.h"
#include "server/oidc/jwt.h"
#include "server/oidc/key_set.h"
#include "xinpu/error.h"

using namespace xinpu::server;

namespace {

void fuzz(std::string_view bytes) {
    const std::string_view token = bytes.substr(0, bytes.find('\n'));
    const std::string_view keys = bytes.substr(std::min(token.size() + 1, bytes.size()));
    FUZZ_CHECK(Keys::idOf(token).size() <= token.size());
    secretOf(token);
    if (const auto record = recordOf(token); record && record->revoked.empty()) {
        const auto again = recordOf(lineOf(*record));
        FUZZ_CHECK(again && again->id == record->id && again->role == record->role &&
                   again->scopes == record->scopes && again->expires == record->expires);
    }
    if (const auto decoded = fromBase64Url(token)) {
        FUZZ_CHECK(decoded->size() == token.size() * 3 / 4);
    }
    const auto jwt = jwtOf(token);
    FUZZ_CHECK(!jwt || jwt->signed_text.size() < token.size());
    try {
        const KeySet set = KeySet::of(keys);
        FUZZ_CHECK(set.size() <= KeySet::kKeysMax);
        if (jwt) {
            set.verifies(*jwt);
        }
    } catch (const xinpu::Error&) {
        return;  // no JWK set
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz({reinterpret_cast<const char*>(data), size});
    return 0;
}
