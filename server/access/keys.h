// server/access/keys.h
#pragma once
// Access keys `xk_<id>_<secret>`: made once, stored as salted hashes, checked in constant time.

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/access/principal.h"

namespace xinpu::server {

/// The keys of a data folder: the file `D/keys`, mode 0600, a JSON object a line
/// (`{"id","role","scopes","name","created","salt","hash"}`; hash = SHA-256 of salt and secret, both
/// hexadecimal). Secrets are random, 256 bits, so one round of hashing is enough. Another process may add
/// keys meanwhile: a file that changed is read anew.
///
/// Threads: any.
class Keys {
public:
    /// @throws Error(Corrupt) a file that cannot be read as such
    explicit Keys(std::filesystem::path data);
    ~Keys();

    bool empty() const;
    /// Makes a key and stores its hash. The text that is returned stands nowhere else.
    /// @throws Error(Io)
    std::string add(Role role, const std::vector<std::string>& scopes, const std::string& name);
    /// Who the key belongs to; nothing for one that was not made here.
    std::optional<Principal> check(std::string_view key);

private:
    struct Table;
    std::shared_ptr<const Table> current();
    std::filesystem::path file_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Table> table_;
    std::chrono::steady_clock::time_point looked_at_{};
};

/// Makes the first key of a data folder, for an admin, and writes it to `D/admin.key` (mode 0600).
/// Does nothing if there are keys. @throws Error(Io)
bool makeFirstKey(Keys& keys, const std::filesystem::path& data);

}  // namespace xinpu::server
