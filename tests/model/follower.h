// tests/model/follower.h
#pragma once
// A second process that reads along: LMDB handles do not survive a fork, so this program starts itself anew.

#include <sys/types.h>

#include <cstdio>
#include <filesystem>
#include <string>

namespace xinpu::engine::model {

class Follower {
public:
    Follower();
    ~Follower();
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;

    void open(const std::filesystem::path& database);
    /// Digest of the text of the newest snapshot, or what went wrong.
    std::string digest();
    void close();

private:
    std::string ask(const std::string& line);
    pid_t process_ = -1;
    std::FILE* to_ = nullptr;
    std::FILE* from_ = nullptr;
};

std::string digestOf(const std::string& text);
/// The other side: answers lines of standard input until it ends.
int follow();

}  // namespace xinpu::engine::model
