// engine/store/lmdb_impl.h
#pragma once
// LMDB handles behind the store's public classes. Private to this room.

#include <lmdb.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/store/environment.h"
#include "xinpu/error.h"

namespace xinpu::engine {

struct StoreTxn::Impl {
    std::shared_ptr<const Environment> owner;  ///< a snapshot may outlive its database
    const Environment::Impl* environment = nullptr;
    MDB_txn* txn = nullptr;
    MDB_dbi tree = 0;
    std::uint64_t number = 0;
    bool writable = false;
    ~Impl();
};

struct Environment::Impl {
    MDB_env* env = nullptr;
    MDB_dbi tree = 0;
    std::filesystem::path folder;
    EnvironmentOptions options;
    std::uint32_t page_bytes = 0;
    std::uint64_t map_bytes = 0;
    std::uint64_t device = 0;  ///< of data.mdb, for the registry of open environments
    std::uint64_t inode = 0;

    mutable std::mutex pool_mutex;
    mutable std::vector<MDB_txn*> pool;  ///< reset read transactions, ready to renew

    ~Impl();
    /// Turns an LMDB return code into our error; never returns.
    [[noreturn]] void fail(int code, const std::string& what) const;
};

}  // namespace xinpu::engine
