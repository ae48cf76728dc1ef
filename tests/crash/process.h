// tests/crash/process.h
#pragma once
// Child processes of the crash tests: started, listened to, killed.

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace xinpu::engine {

/// A running xinpu-crash-writer. Killed when the object ends.
class CrashWriter {
public:
    explicit CrashWriter(const std::vector<std::string>& arguments);
    ~CrashWriter();
    CrashWriter(const CrashWriter&) = delete;
    CrashWriter& operator=(const CrashWriter&) = delete;

    /// The next line of its output; nothing once it has ended and everything is read.
    std::optional<std::string> line();
    /// SIGKILL, now.
    void kill();
    /// Waits for its end; the status of waitpid.
    int wait();
    pid_t process() const noexcept { return process_; }

private:
    pid_t process_ = 0;
    int pipe_ = -1;
    std::string buffer_;
};

/// A folder that goes away with the test.
class CrashFolder {
public:
    CrashFolder();
    ~CrashFolder();
    CrashFolder(const CrashFolder&) = delete;
    CrashFolder& operator=(const CrashFolder&) = delete;
    std::filesystem::path path;
};

/// --rounds of the command line, else `quick`, or `lasting` under XINPU_TEST_LONG.
std::uint64_t roundsWanted(std::uint64_t quick, std::uint64_t lasting);
/// --seed of the command line, else a new one; printed first.
std::uint64_t seedWanted();

/// Findings of a check in a child process, one a line.
std::string checkText(const std::filesystem::path& folder);

}  // namespace xinpu::engine
