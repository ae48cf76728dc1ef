// tests/unit/procedures/database_folder.h
#pragma once
// A database in a folder of its own that is removed with it, and short ways to write into it.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "engine/txn/database.h"

namespace xinpu::test {

class DatabaseFolder {
public:
    DatabaseFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "xinpu-test-XXXXXX").string();
        folder_ = mkdtemp(name.data());
        engine::Database::create(folder_ / "db");
        database_ = engine::Database::open(folder_ / "db", {});
    }
    ~DatabaseFolder() {
        database_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    DatabaseFolder(const DatabaseFolder&) = delete;
    DatabaseFolder& operator=(const DatabaseFolder&) = delete;

    engine::Database* operator->() const noexcept { return database_.get(); }
    void write(const std::function<void(engine::WriteTxn&)>& work) { database_->write({}, work); }

private:
    std::filesystem::path folder_;
    std::shared_ptr<engine::Database> database_;
};

/// Properties in the order that records want; nulls are left out.
inline engine::Properties properties(engine::WriteTxn& txn,
                                     const std::vector<std::pair<const char*, engine::Value>>& named) {
    engine::Properties result;
    for (const auto& [name, value] : named) {
        engine::setProperty(result, txn.key(name), value);
    }
    return result;
}

inline engine::NodeRecord nodeRecord(engine::WriteTxn& txn, const std::vector<const char*>& labels,
                                     const std::vector<std::pair<const char*, engine::Value>>& named) {
    engine::NodeRecord record;
    for (const char* label : labels) {
        record.labels.push_back(txn.label(label));
    }
    std::sort(record.labels.begin(), record.labels.end());
    record.properties = properties(txn, named);
    return record;
}

inline engine::IndexDefinition adjacencyIndex(engine::WriteTxn& txn, const char* type,
                                              const std::vector<const char*>& keys,
                                              std::vector<engine::SlotCodec> codecs) {
    engine::IndexDefinition index;
    index.name = std::string("adjacency_") + type;
    index.kind = engine::IndexKind::Adjacency;
    index.type = txn.type(type);
    for (const char* key : keys) {
        index.keys.push_back(txn.key(key));
    }
    index.codecs = std::move(codecs);
    return index;
}

inline engine::Value decimal(const char* text) {
    return engine::Value::of(*engine::Decimal::parse(text));
}
inline engine::Value day(const char* iso) {
    return engine::Value::of(*engine::parseIsoDate(iso));
}

}  // namespace xinpu::test
