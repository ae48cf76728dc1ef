// server/databases.cpp
// A map of open databases over the folders of D/databases.
#include "server/databases.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "server/error_status.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

constexpr std::size_t kNameMin = 3;
constexpr std::size_t kNameMax = 63;
constexpr std::string_view kRemovedPrefix = ".removed-";

bool isName(std::string_view name) noexcept {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    return name.size() >= kNameMin && name.size() <= kNameMax && name.front() >= 'a' && name.front() <= 'z' &&
           std::all_of(name.begin(), name.end(), allowed);
}

std::string uuidText(const std::array<std::uint8_t, 16>& id) {
    std::string text;
    for (std::size_t i = 0; i < id.size(); ++i) {
        text += (i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "");
        text += fmt::format("{:02x}", id[i]);
    }
    return text;
}

}  // namespace

std::string OpenDatabase::bookmark(std::uint64_t entry) const {
    return fmt::format("xb:{}:{}", uuid, entry > 0 ? entry : lastEntry());
}

Databases::Databases(std::filesystem::path data, std::shared_ptr<const query::Registry> registry,
                     query::EngineOptions options)
    : data_(std::move(data)), registry_(std::move(registry)), options_(options) {
    std::filesystem::create_directories(data_ / "databases");
    for (const auto& entry : std::filesystem::directory_iterator(data_ / "databases")) {
        if (entry.path().filename().string().starts_with(kRemovedPrefix)) {
            std::filesystem::remove_all(entry.path());  // a removal that did not come to its end
        }
    }
}

Databases::~Databases() = default;

std::string Databases::canonicalName(std::string_view name) {
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (lower.empty() || lower == "neo4j") {
        return std::string(kUsualDatabase);
    }
    if (lower == "system") {
        throw Error(ErrorCode::Usage, "The name 'system' is reserved.", details::kMalformed);
    }
    if (!isName(lower)) {
        throw Error(
            ErrorCode::Usage,
            fmt::format(
                "'{:.80}' is no name for a database: 3 to 63 letters, digits and hyphens, a letter first.",
                name),
            details::kMalformed);
    }
    return lower;
}

std::filesystem::path Databases::folderOf(std::string_view name) const {
    return engine::databaseFolder(data_, name);
}

std::shared_ptr<OpenDatabase> Databases::openNow(const std::string& name) const {
    const std::filesystem::path folder = folderOf(name);
    if (!std::filesystem::exists(folder / "data.mdb") && !engine::loadIncomplete(folder)) {
        throw Error(ErrorCode::NotFound, fmt::format("Graph not found: {}", name),
                    details::kDatabaseNotFound);
    }
    auto database = engine::Database::open(folder, {.read_only = false});
    auto opened = std::make_shared<OpenDatabase>();
    opened->name = name;
    opened->uuid = uuidText(database->header().database_id);
    opened->engine = std::make_unique<query::QueryEngine>(std::move(database), registry_, options_);
    return opened;
}

std::shared_ptr<OpenDatabase> Databases::ifOpen(std::string_view canonical_name) {
    const std::shared_lock lock(mutex_);
    const auto found = open_.find(canonical_name);
    return found != open_.end() ? found->second : nullptr;
}

std::shared_ptr<OpenDatabase> Databases::use(std::string_view canonical_name) {
    if (auto opened = ifOpen(canonical_name)) {
        return opened;
    }
    const std::lock_guard changing(changing_);
    if (auto opened = ifOpen(canonical_name)) {
        return opened;  // another thread was first
    }
    const std::string name(canonical_name);
    std::shared_ptr<OpenDatabase> opened = openNow(name);
    const std::unique_lock lock(mutex_);
    open_.emplace(name, opened);
    return opened;
}

bool Databases::create(const std::string& canonical_name) {
    const std::lock_guard changing(changing_);
    const std::filesystem::path folder = folderOf(canonical_name);
    if (std::filesystem::exists(folder / "data.mdb") || engine::loadIncomplete(folder)) {
        return false;
    }
    engine::Database::create(folder);
    return true;
}

void Databases::remove(const std::string& canonical_name) {
    constexpr auto kWaitMax = std::chrono::seconds(2);
    const std::lock_guard changing(changing_);
    std::shared_ptr<OpenDatabase> removed;
    {
        const std::unique_lock lock(mutex_);
        const auto found = open_.find(canonical_name);
        if (found != open_.end()) {
            removed = std::move(found->second);
            open_.erase(found);
        }
    }
    if (removed == nullptr) {
        removed = openNow(canonical_name);  // takes the writer's lock: nobody else uses it
    }
    const auto until = std::chrono::steady_clock::now() + kWaitMax;
    while (removed.use_count() > 1) {
        if (std::chrono::steady_clock::now() > until) {
            const std::unique_lock lock(mutex_);
            open_.emplace(canonical_name, std::move(removed));
            throw Error(ErrorCode::Conflict, fmt::format("Database '{}' is in use.", canonical_name),
                        details::kDatabaseInUse);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    const std::filesystem::path folder = folderOf(canonical_name);
    const std::filesystem::path aside =
        folder.parent_path() / fmt::format("{}{}-{}", kRemovedPrefix, ::getpid(), ++removed_);
    // Moved away while it is still locked, so that nobody opens what is about to go.
    std::filesystem::rename(folder, aside);
    removed.reset();
    std::filesystem::remove_all(aside);
}

std::vector<std::string> Databases::names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(data_ / "databases")) {
        std::string name = entry.path().filename().string();
        if (isName(name) && std::filesystem::exists(entry.path() / "data.mdb")) {
            names.push_back(std::move(name));
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace xinpu::server
