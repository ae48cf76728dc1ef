// tests/model/follower.cpp
// Both sides of the second process.

#include "follower.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>
#include <stdexcept>

#include "engine/journal/digest.h"
#include "engine/txn/database.h"
#include "snapshot_text.h"

namespace xinpu::engine::model {

std::string digestOf(const std::string& text) {
    std::string out;
    for (const std::uint8_t byte : sha256(text)) {
        out += fmt::format("{:02x}", byte);
    }
    return out;
}

Follower::Follower() {
    int down[2], up[2];
    if (::pipe2(down, O_CLOEXEC) != 0 || ::pipe2(up, O_CLOEXEC) != 0) {
        throw std::runtime_error("no pipe");
    }
    process_ = ::fork();
    if (process_ == 0) {
        ::dup2(down[0], 0);
        ::dup2(up[1], 1);
        ::execl("/proc/self/exe", "model_test", "--follow", nullptr);
        ::_exit(127);
    }
    ::close(down[0]);
    ::close(up[1]);
    to_ = ::fdopen(down[1], "w");
    from_ = ::fdopen(up[0], "r");
}

Follower::~Follower() {
    std::fclose(to_);
    std::fclose(from_);
    ::waitpid(process_, nullptr, 0);
}

std::string Follower::ask(const std::string& line) {
    std::fputs((line + "\n").c_str(), to_);
    std::fflush(to_);
    std::string answer;
    for (int c = std::fgetc(from_); c != '\n'; c = std::fgetc(from_)) {
        if (c == EOF) {
            return "the second process ended";
        }
        answer.push_back(static_cast<char>(c));
    }
    return answer;
}

void Follower::open(const std::filesystem::path& database) {
    ask("open " + database.string());
}
std::string Follower::digest() {
    return ask("digest");
}
void Follower::close() {
    ask("close");
}

int follow() {
    std::shared_ptr<Database> database;
    std::string line;
    while (std::getline(std::cin, line)) {
        try {
            if (line.starts_with("open ")) {
                database = Database::open(line.substr(5), {.read_only = true, .map_bytes = 1ULL << 30});
                std::cout << "open" << std::endl;
            } else if (line == "digest") {
                std::cout << digestOf(snapshotText(*database->snapshot())) << std::endl;
            } else {
                database.reset();
                std::cout << "closed" << std::endl;
            }
        } catch (const std::exception& error) {
            std::cout << "error: " << error.what() << std::endl;
        }
    }
    return 0;
}

}  // namespace xinpu::engine::model
