// tests/crash/process.cpp
// Starting and killing; the command line of the tests.

#include "process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <stdexcept>

#include "engine/check/check.h"

namespace xinpu::engine {
namespace {

std::uint64_t rounds_given = 0;
std::optional<std::uint64_t> seed_given;

}  // namespace

CrashWriter::CrashWriter(const std::vector<std::string>& arguments) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        throw std::runtime_error("cannot make a pipe");
    }
    const std::filesystem::path program =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "xinpu-crash-writer";
    std::vector<std::string> words{program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    process_ = ::fork();
    if (process_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(ends[1], STDOUT_FILENO);
        ::execv(program.c_str(), pointers.data());
        ::_exit(127);
    }
    ::close(ends[1]);
    pipe_ = ends[0];
}

CrashWriter::~CrashWriter() {
    if (process_ > 0) {
        kill();
        wait();
    }
    ::close(pipe_);
}

std::optional<std::string> CrashWriter::line() {
    for (;;) {
        if (const auto end = buffer_.find('\n'); end != std::string::npos) {
            std::string text = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            return text;
        }
        char bytes[65'536];
        const ssize_t count = ::read(pipe_, bytes, sizeof bytes);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return std::nullopt;
        }
        buffer_.append(bytes, static_cast<std::size_t>(count));
    }
}

void CrashWriter::kill() {
    ::kill(process_, SIGKILL);
}

int CrashWriter::wait() {
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = 0;
    return status;
}

CrashFolder::CrashFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "xinpu-crash-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw std::runtime_error("cannot make a folder for the test");
    }
    path = pattern;
}

CrashFolder::~CrashFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
}

std::uint64_t roundsWanted(std::uint64_t quick, std::uint64_t lasting) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    lasting /= 10;  // these programs are so much slower
#endif
    return rounds_given != 0 ? rounds_given : ::getenv("XINPU_TEST_LONG") != nullptr ? lasting : quick;
}

std::uint64_t seedWanted() {
    const std::uint64_t seed = seed_given ? *seed_given : std::random_device{}();
    std::printf("seed %llu (--seed repeats it)\n", static_cast<unsigned long long>(seed));
    std::fflush(stdout);
    return seed;
}

std::string checkText(const std::filesystem::path& folder) {
    std::string text;
    for (const Finding& finding : checkInChild(folder, {})) {
        text += findingText(finding) + '\n';
    }
    return text;
}

}  // namespace xinpu::engine

int main(int count, char** arguments) {
    testing::InitGoogleTest(&count, arguments);
    for (int i = 1; i + 1 < count; i += 2) {
        const std::uint64_t number = std::strtoull(arguments[i + 1], nullptr, 10);
        if (std::strcmp(arguments[i], "--rounds") == 0) {
            xinpu::engine::rounds_given = number;
        } else if (std::strcmp(arguments[i], "--seed") == 0) {
            xinpu::engine::seed_given = number;
        }
    }
    return RUN_ALL_TESTS();
}
