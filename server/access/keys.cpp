// server/access/keys.cpp
// The file of keys and its image in memory.
#include "server/access/keys.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <thread>
#include <unordered_map>

#include <sys/stat.h>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "engine/store/writer_lock.h"
#include "server/access/private_file.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

constexpr std::string_view kPrefix = "xk_";
constexpr std::size_t kIdBytes = 6;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kKeyTextMax = 200;

std::string hexOf(const unsigned char* bytes, std::size_t size) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text(2 * size, '0');
    for (std::size_t i = 0; i < size; ++i) {
        text[2 * i] = kDigits[bytes[i] >> 4];
        text[2 * i + 1] = kDigits[bytes[i] & 15];
    }
    return text;
}

std::string randomHex(std::size_t size) {
    std::array<unsigned char, 64> bytes{};
    if (size > bytes.size() || RAND_bytes(bytes.data(), static_cast<int>(size)) != 1) {
        throw Error(ErrorCode::Internal, "The system gives no random bytes.");
    }
    return hexOf(bytes.data(), size);
}

std::string hashOf(std::string_view salt, std::string_view secret) {
    const std::string text = std::string(salt) + std::string(secret);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
    return hexOf(digest.data(), size);
}

/// Held while the file is changed: what is decided from it (which key is the last one) must stay true.
engine::FileLock lockForChange(const std::filesystem::path& file) {
    constexpr auto kWaitMax = std::chrono::seconds(5);
    const std::filesystem::path lock_file = file.string() + ".lock";
    const auto until = std::chrono::steady_clock::now() + kWaitMax;
    for (;;) {
        if (auto lock = engine::FileLock::tryTake(lock_file, engine::FileLock::Kind::Exclusive)) {
            return std::move(*lock);
        }
        if (std::chrono::steady_clock::now() > until) {
            throw Error(ErrorCode::Locked, fmt::format("The keys in '{}' are being changed by process {}.",
                                                       file.string(), engine::FileLock::holder(lock_file)));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

/// What changes whenever the file does.
struct FileStamp {
    std::int64_t seconds = 0;
    std::int64_t nanos = 0;
    std::int64_t size = -1;
    friend bool operator==(const FileStamp&, const FileStamp&) = default;
};
FileStamp stampOf(const std::filesystem::path& file) noexcept {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) {
        return {};
    }
    return {status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_size};
}

}  // namespace

struct Keys::Table {
    FileStamp stamp;
    std::vector<KeyRecord> keys;
    std::unordered_map<std::string, std::size_t> places;  ///< by id

    const KeyRecord* find(const std::string& id) const {
        const auto found = places.find(id);
        return found != places.end() ? &keys[found->second] : nullptr;
    }

    static std::shared_ptr<const Table> load(const std::filesystem::path& file) {
        auto table = std::make_shared<Table>();
        table->stamp = stampOf(file);  // before it is read: what comes meanwhile is seen the next time
        std::ifstream stream(file);
        std::string line;
        while (std::getline(stream, line)) {
            if (stream.eof()) {
                break;  // no end of line yet: another process is writing it
            }
            if (line.empty()) {
                continue;
            }
            std::optional<KeyRecord> key = recordOf(line);
            const auto known = key ? table->places.find(key->id) : table->places.end();
            if (!key || (!key->revoked.empty() && known == table->places.end())) {
                throw Error(ErrorCode::Corrupt,
                            fmt::format("'{}' has a line that is no key.", file.string()));
            }
            if (!key->revoked.empty()) {
                table->keys[known->second].revoked = std::move(key->revoked);
            } else if (table->places.emplace(key->id, table->keys.size()).second) {
                table->keys.push_back(std::move(*key));
            }
        }
        return table;
    }
};

Keys::Keys(std::filesystem::path data) : file_(std::move(data) / "keys"), table_(Table::load(file_)) {}
Keys::~Keys() = default;

std::shared_ptr<const Keys::Table> Keys::current() {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (now - looked_at_ > kLookEvery) {
        looked_at_ = now;
        if (stampOf(file_) != table_->stamp) {
            table_ = Table::load(file_);
        }
    }
    return table_;
}

std::shared_ptr<const Keys::Table> Keys::reload() {
    const std::lock_guard lock(mutex_);
    table_ = Table::load(file_);
    return table_;
}

bool Keys::hadAdmin() const {
    const std::lock_guard lock(mutex_);
    return std::any_of(table_->keys.begin(), table_->keys.end(),
                       [](const KeyRecord& key) { return key.role == Role::Admin; });
}

MadeKey Keys::add(const NewKey& key) {
    const std::string secret = randomHex(kSecretBytes);
    MadeKey made;
    made.record = {.id = randomHex(kIdBytes),
                   .role = key.role,
                   .scopes = key.scopes,
                   .name = key.name,
                   .created = instantText(nowSeconds()),
                   .expires = key.expires,
                   .revoked = {},
                   .salt = randomHex(kSaltBytes),
                   .hash = {}};
    made.record.hash = hashOf(made.record.salt, secret);
    made.text = fmt::format("{}{}_{}", kPrefix, made.record.id, secret);
    const engine::FileLock lock = lockForChange(file_);
    cutTornLine(file_);
    if (reload()->keys.size() >= kKeysMax) {
        throw Error(ErrorCode::Limit, fmt::format("There are {} keys, and no more can be made.", kKeysMax));
    }
    appendPrivately(file_, lineOf(made.record) + "\n");
    reload();
    return made;
}

std::vector<KeyRecord> Keys::list() {
    return reload()->keys;
}

KeyRecord Keys::revoke(std::string_view id) {
    const engine::FileLock lock = lockForChange(file_);
    cutTornLine(file_);
    const auto table = reload();
    const KeyRecord* key = table->find(std::string(id));
    if (key == nullptr) {
        throw Error(ErrorCode::NotFound, fmt::format("There is no key '{:.40}'.", id));
    }
    if (!key->revoked.empty()) {
        return *key;
    }
    const std::int64_t now = nowSeconds();
    const auto other_admin = [&](const KeyRecord& other) {
        return other.role == Role::Admin && other.id != key->id && other.activeAt(now);
    };
    if (key->role == Role::Admin && std::none_of(table->keys.begin(), table->keys.end(), other_admin)) {
        throw Error(ErrorCode::Conflict,
                    fmt::format("'{}' is the last key of an administrator: make another one first.", id));
    }
    appendPrivately(file_, revocationLine(id, instantText(now)) + "\n");
    return *reload()->find(key->id);
}

std::string_view Keys::idOf(std::string_view key) noexcept {
    if (!key.starts_with(kPrefix) || key.size() > kKeyTextMax) {
        return {};
    }
    key.remove_prefix(kPrefix.size());
    return key.substr(0, key.find('_'));
}

std::optional<Principal> Keys::check(std::string_view key) {
    const std::string id(idOf(key));
    if (id.empty()) {
        return std::nullopt;
    }
    const std::string_view secret = key.substr(std::min(kPrefix.size() + id.size() + 1, key.size()));
    const auto table = current();
    const KeyRecord* found = table->find(id);
    // An unknown id costs the same as a wrong secret, so that ids cannot be found out by timing.
    const std::string hash = hashOf(found != nullptr ? std::string_view(found->salt) : "-", secret);
    if (found == nullptr || CRYPTO_memcmp(hash.data(), found->hash.data(), hash.size()) != 0 ||
        !found->activeAt(nowSeconds())) {
        return std::nullopt;
    }
    return Principal{.id = found->id, .role = found->role, .scopes = found->scopes, .expires = found->expires};
}

bool Keys::isActive(std::string_view id) {
    const auto table = current();
    const KeyRecord* found = table->find(std::string(id));
    return found != nullptr && found->activeAt(nowSeconds());
}

bool makeFirstKey(Keys& keys, const std::filesystem::path& data) {
    if (keys.hadAdmin()) {
        return false;
    }
    const MadeKey key = keys.add({.role = Role::Admin, .scopes = {}, .name = "first admin"});
    std::filesystem::remove(data / "admin.key");
    appendPrivately(data / "admin.key", key.text + "\n");
    return true;
}

}  // namespace xinpu::server
