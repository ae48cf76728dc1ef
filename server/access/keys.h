// server/access/keys.h
#pragma once
// Access keys `xk_<id>_<secret>`: made once, stored as salted hashes, checked in constant time, revoked at
// once.

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/access/key_record.h"
#include "server/access/key_rules.h"
#include "server/access/principal.h"

namespace xinpu::server {

inline constexpr std::size_t kKeysMax = 10'000;  ///< of a data folder, revoked ones too

/// A key that was just made.
struct MadeKey {
    KeyRecord record;
    std::string text;  ///< "xk_<id>_<secret>": stands nowhere else
};

/// The keys of a data folder: the file `D/keys`, mode 0600, a JSON object a line
/// (`{"id","role","scopes","name","created","expires"?,"salt","hash"}`, or `{"id","revoked"}`; hash = SHA-256
/// of salt and secret, both hexadecimal). Lines are only ever added. Secrets are random, 256 bits, so one
/// round of hashing is enough. Another process may add lines meanwhile: a file that changed is read anew
/// within kLookEvery.
///
/// Threads: any.
class Keys {
public:
    static constexpr std::chrono::milliseconds kLookEvery{250};

    /// @throws Error(Corrupt) a file that cannot be read as such
    explicit Keys(std::filesystem::path data);
    ~Keys();

    /// Whether a key of an administrator was ever made here.
    bool hadAdmin() const;
    /// Makes a key and stores its hash; `key` must be without fault (key_rules.h).
    /// @throws Error(Limit) kKeysMax are there; Error(Io)
    MadeKey add(const NewKey& key);
    /// In the order in which they were made.
    std::vector<KeyRecord> list();
    /// Ends a key, once for all; does nothing to one that has ended this way. Gives it as it is now.
    /// @throws Error(NotFound); Error(Conflict) it is the last key of an administrator; Error(Io)
    KeyRecord revoke(std::string_view id);
    /// Who the key belongs to; nothing for one that was not made here, has expired or was revoked.
    std::optional<Principal> check(std::string_view key);
    /// Whether the key of this id may still be used.
    bool isActive(std::string_view id);
    /// The part of a key that is not secret; empty if it is no key.
    static std::string_view idOf(std::string_view key) noexcept;

private:
    struct Table;
    std::shared_ptr<const Table> current();
    std::shared_ptr<const Table> reload();

    std::filesystem::path file_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Table> table_;
    std::chrono::steady_clock::time_point looked_at_{};
};

/// Makes the first key of a data folder, for an admin, and writes it to `D/admin.key` (mode 0600).
/// Does nothing if an administrator ever had one: other keys may be made before the first start. @throws Error(Io)
bool makeFirstKey(Keys& keys, const std::filesystem::path& data);

}  // namespace xinpu::server
