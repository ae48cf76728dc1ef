// server/databases.h
#pragma once
// The databases of a data folder: opened once at their first use, kept open, made and removed.

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "query/session/session.h"

namespace xinpu::server {

/// What clients that name no database mean.
inline constexpr std::string_view kUsualDatabase = "credit";

/// A database in use. Whoever runs a statement holds the pointer as long as that takes.
struct OpenDatabase {
    std::string name;
    std::string uuid;  ///< of the file: part of bookmarks
    std::unique_ptr<query::QueryEngine> engine;

    /// "xb:<uuid>:<entry>"; 0 stands for the newest entry.
    std::string bookmark(std::uint64_t entry) const;
    /// Number of the newest journal entry.
    std::uint64_t lastEntry() const { return engine->database()->snapshot()->sequence(); }
};

/// Threads: any.
class Databases {
public:
    Databases(std::filesystem::path data, std::shared_ptr<const query::Registry> registry,
              query::EngineOptions options);
    ~Databases();

    /// Lower case, "neo4j" and nothing become kUsualDatabase.
    /// @throws Error(Usage) for a name that no database can have, and for the reserved "system"
    static std::string canonicalName(std::string_view name);

    /// Nothing if it was not opened yet.
    std::shared_ptr<OpenDatabase> ifOpen(std::string_view canonical_name);
    /// Opens it if that was not done. @throws Error(NotFound, DatabaseNotFound); Error(Locked),
    /// Error(Corrupt)
    std::shared_ptr<OpenDatabase> use(std::string_view canonical_name);
    /// True if it is new. @throws Error(Io)
    bool create(const std::string& canonical_name);
    /// Waits a moment for statements that run. @throws Error(NotFound, DatabaseNotFound);
    /// Error(Conflict, DatabaseInUse)
    void remove(const std::string& canonical_name);
    /// By name.
    std::vector<std::string> names() const;

    const std::filesystem::path& data() const noexcept { return data_; }
    const query::Registry& registry() const noexcept { return *registry_; }

private:
    std::filesystem::path folderOf(std::string_view name) const;
    std::shared_ptr<OpenDatabase> openNow(const std::string& name) const;

    std::filesystem::path data_;
    std::shared_ptr<const query::Registry> registry_;
    query::EngineOptions options_;
    std::mutex changing_;  ///< one opens, makes or removes at a time; taken before `mutex_`
    std::shared_mutex mutex_;
    std::map<std::string, std::shared_ptr<OpenDatabase>, std::less<>> open_;
    std::uint64_t removed_ = 0;
};

}  // namespace xinpu::server
