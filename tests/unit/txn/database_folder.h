// tests/unit/txn/database_folder.h
#pragma once
// A database in a folder of its own that is removed with it.

#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/txn/database.h"

namespace xinpu::engine {

class DatabaseFolder {
public:
    DatabaseFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "xinpu-test-XXXXXX").string();
        folder_ = mkdtemp(name.data());
        Database::create(path());
        open();
    }
    ~DatabaseFolder() {
        database_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    DatabaseFolder(const DatabaseFolder&) = delete;
    DatabaseFolder& operator=(const DatabaseFolder&) = delete;

    std::filesystem::path path() const { return databaseFolder(folder_, "test"); }
    void open() { database_ = Database::open(path(), {.read_only = false, .map_bytes = 1ULL << 30}); }
    void reopen() {
        database_.reset();
        open();
    }
    Database& operator*() const noexcept { return *database_; }
    Database* operator->() const noexcept { return database_.get(); }

private:
    std::filesystem::path folder_;
    std::shared_ptr<Database> database_;
};

/// Properties from names, in any order.
inline Properties propertiesOf(WriteTxn& txn, const std::vector<std::pair<std::string_view, Value>>& list) {
    Properties properties;
    for (const auto& [key, value] : list) {
        setProperty(properties, txn.key(key), value);
    }
    return properties;
}

}  // namespace xinpu::engine
