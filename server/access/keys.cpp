// server/access/keys.cpp
// The file of keys and its image in memory.
#include "server/access/keys.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <unordered_map>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "engine/value/temporal.h"
#include "server/json/json_input.h"
#include "server/json/json_writer.h"
#include "server/negotiation.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

using engine::Kind;
using engine::Value;

constexpr std::string_view kPrefix = "xk_";
constexpr std::size_t kIdBytes = 6;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kKeyTextMax = 200;

std::string hexOf(const unsigned char* bytes, std::size_t size) {
    std::string text;
    text.reserve(2 * size);
    for (std::size_t i = 0; i < size; ++i) {
        text += fmt::format("{:02x}", bytes[i]);
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

std::string nowText() {
    engine::ZonedDateTime now;
    now.epochSeconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    return engine::toIso(now);
}

struct StoredKey {
    Principal principal;
    std::string salt;
    std::string hash;
};

std::string textMember(const Value& object, std::string_view name) {
    const Value* member = object.kind() == Kind::Map ? object.find(name) : nullptr;
    return member != nullptr && member->kind() == Kind::String ? std::string(member->string())
                                                               : std::string();
}

std::optional<StoredKey> storedKeyOf(std::string_view line) {
    const Value object = parseJson(line);
    const std::optional<Role> role = roleOf(textMember(object, "role"));
    StoredKey key{{textMember(object, "id"), role.value_or(Role::Subject), {}},
                  textMember(object, "salt"),
                  textMember(object, "hash")};
    const Value* scopes = object.kind() == Kind::Map ? object.find("scopes") : nullptr;
    if (scopes != nullptr && scopes->kind() == Kind::List) {
        for (const Value& scope : scopes->list()) {
            if (scope.kind() == Kind::String) {
                key.principal.scopes.emplace_back(scope.string());
            }
        }
    }
    const bool sound = !key.principal.id.empty() && role.has_value() && key.hash.size() == 64;
    return sound ? std::optional(std::move(key)) : std::nullopt;
}

/// Appends with a sync, to a file that only its owner may read.
void appendPrivately(const std::filesystem::path& file, std::string_view text) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
    const bool written = descriptor >= 0 &&
                         ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ::fsync(descriptor) == 0;
    const int reason = errno;
    if (descriptor >= 0) {
        ::close(descriptor);
    }
    if (!written) {
        throw Error(ErrorCode::Io,
                    fmt::format("'{}' cannot be written: {}.", file.string(), std::strerror(reason)));
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
    std::unordered_map<std::string, StoredKey> keys;

    static std::shared_ptr<const Table> load(const std::filesystem::path& file) {
        auto table = std::make_shared<Table>();
        table->stamp = stampOf(file);
        std::ifstream stream(file);
        std::string line;
        while (std::getline(stream, line)) {
            std::optional<StoredKey> key;
            try {
                key = line.empty() ? std::nullopt : storedKeyOf(line);
            } catch (const Error&) {
                key.reset();
            }
            if (!key && !line.empty()) {
                throw Error(ErrorCode::Corrupt,
                            fmt::format("'{}' has a line that is no key.", file.string()));
            }
            if (key) {
                std::string id = key->principal.id;
                table->keys.insert_or_assign(std::move(id), std::move(*key));
            }
        }
        return table;
    }
};

Keys::Keys(std::filesystem::path data) : file_(std::move(data) / "keys"), table_(Table::load(file_)) {}
Keys::~Keys() = default;

std::shared_ptr<const Keys::Table> Keys::current() {
    constexpr std::chrono::seconds kLookEvery{1};
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

bool Keys::empty() const {
    const std::lock_guard lock(mutex_);
    return table_->keys.empty();
}

std::string Keys::add(Role role, const std::vector<std::string>& scopes, const std::string& name) {
    const std::string id = randomHex(kIdBytes);
    const std::string salt = randomHex(kSaltBytes);
    const std::string secret = randomHex(kSecretBytes);
    JsonBuffer buffer;
    JsonWriter json(buffer);
    json.StartObject();
    putMember(json, "id", std::string_view(id));
    putMember(json, "role", nameOf(role));
    putKey(json, "scopes");
    json.StartArray();
    for (const std::string& scope : scopes) {
        putText(json, scope);
    }
    json.EndArray();
    putMember(json, "name", std::string_view(name));
    putMember(json, "created", std::string_view(nowText()));
    putMember(json, "salt", std::string_view(salt));
    putMember(json, "hash", std::string_view(hashOf(salt, secret)));
    json.EndObject();
    buffer.Put('\n');
    appendPrivately(file_, viewOf(buffer));
    const std::lock_guard lock(mutex_);
    table_ = Table::load(file_);
    return fmt::format("{}{}_{}", kPrefix, id, secret);
}

std::optional<Principal> Keys::check(std::string_view key) {
    if (!key.starts_with(kPrefix) || key.size() > kKeyTextMax) {
        return std::nullopt;
    }
    key.remove_prefix(kPrefix.size());
    const std::size_t end = std::min(key.find('_'), key.size());
    const std::string id(key.substr(0, end));
    const std::string_view secret = key.substr(std::min(end + 1, key.size()));
    const auto table = current();
    const auto found = table->keys.find(id);
    // An unknown id costs the same as a wrong secret, so that ids cannot be found out by timing.
    const std::string hash =
        hashOf(found != table->keys.end() ? std::string_view(found->second.salt) : "-", secret);
    if (found == table->keys.end() ||
        CRYPTO_memcmp(hash.data(), found->second.hash.data(), hash.size()) != 0) {
        return std::nullopt;
    }
    return found->second.principal;
}

bool makeFirstKey(Keys& keys, const std::filesystem::path& data) {
    if (!keys.empty()) {
        return false;
    }
    const std::string key = keys.add(Role::Admin, {}, "first admin");
    std::filesystem::remove(data / "admin.key");
    appendPrivately(data / "admin.key", key + "\n");
    return true;
}

}  // namespace xinpu::server
