// tests/unit/index/store_folder.h
#pragma once
// A store in a folder of its own that is removed with it.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>

#include "engine/store/environment.h"

namespace xinpu::engine {

class StoreFolder {
public:
    StoreFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "xinpu-test-XXXXXX").string();
        folder_ = mkdtemp(name.data());
        environment_ = Environment::open(folder_, {.read_only = false, .create = true});
    }
    ~StoreFolder() {
        environment_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    StoreFolder(const StoreFolder&) = delete;
    StoreFolder& operator=(const StoreFolder&) = delete;

    Environment& operator*() const noexcept { return *environment_; }
    Environment* operator->() const noexcept { return environment_.get(); }

private:
    std::filesystem::path folder_;
    std::shared_ptr<Environment> environment_;
};

}  // namespace xinpu::engine
