// engine/check/check_child.cpp
// A check in a process of its own: findings come through a pipe; a child that dies is a finding.

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "engine/check/check.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

constexpr int kPollMilliseconds = 100;  ///< how long a request to stop may wait
constexpr std::uint32_t kMessageBytesMax = 1U << 20;

/// First byte of a message; then its length (u32), then its fields.
enum class Message : std::uint8_t { Progress = 1, Found = 2, Failed = 3, Done = 4 };

void putText(std::string_view text, std::string& out) {
    const auto size = static_cast<std::uint32_t>(text.size());
    out.append(reinterpret_cast<const char*>(&size), sizeof size).append(text);
}
void putNumber(std::uint64_t number, std::string& out) {
    out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

/// Takes fields off a message that our own child wrote.
class Fields {
public:
    explicit Fields(std::string_view bytes) : rest_(bytes) {}
    std::uint64_t number() {
        std::uint64_t value = 0;
        take(&value, sizeof value);
        return value;
    }
    std::string text() {
        std::uint32_t size = 0;
        take(&size, sizeof size);
        const std::string value(rest_.substr(0, size));
        rest_.remove_prefix(value.size());
        return value;
    }

private:
    void take(void* to, std::size_t size) {
        if (rest_.size() >= size) {
            std::memcpy(to, rest_.data(), size);
            rest_.remove_prefix(size);
        }
    }
    std::string_view rest_;
};

class PipeWriter {
public:
    explicit PipeWriter(int descriptor) : descriptor_(descriptor) {}

    void send(Message message, std::string_view fields) const {
        std::string bytes(1, static_cast<char>(message));
        putText(fields.substr(0, kMessageBytesMax), bytes);
        std::string_view rest = bytes;
        while (!rest.empty()) {
            const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
            if (written < 0 && errno != EINTR) {
                ::_exit(1);  // the parent is gone
            }
            rest.remove_prefix(written < 0 ? 0 : static_cast<std::size_t>(written));
        }
    }

private:
    int descriptor_;
};

/// Only the pipe goes on: a lock file kept open by the child would keep the parent's lock.
void closeOthers(int keep) {
    const auto close_range = [](unsigned first, unsigned last) {
        ::syscall(SYS_close_range, first, last, 0U);
    };
    const auto kept = static_cast<unsigned>(keep);
    if (kept > 3) {
        close_range(3, kept - 1);
    }
    close_range(kept + 1, ~0U);
}

[[noreturn]] void runChild(const std::filesystem::path& folder, const CheckOptions& options, int descriptor) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    closeOthers(descriptor);
    for (const int number : {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTERM}) {
        ::signal(number, SIG_DFL);  // the parent's handlers are about the parent
    }
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGINT, SIG_IGN);  // the parent takes Ctrl-C and ends us
    const PipeWriter out(descriptor);
    CheckOptions mine;
    mine.most = options.most;
    mine.progress = [&out](const CheckProgress& progress) {
        std::string fields;
        putText(progress.step, fields);
        putNumber(progress.done, fields);
        putNumber(progress.all, fields);
        out.send(Message::Progress, fields);
    };
    std::string fields;
    try {
        for (const Finding& finding : checkDatabase(folder, mine)) {
            fields.clear();
            putNumber(static_cast<std::uint64_t>(finding.kind), fields);
            putText(finding.where, fields);
            putText(finding.detail, fields);
            out.send(Message::Found, fields);
        }
        out.send(Message::Done, {});
    } catch (const Error& error) {
        putNumber(static_cast<std::uint64_t>(error.code()), fields);
        putText(error.message(), fields);
        putText(error.detail(), fields);
        out.send(Message::Failed, fields);
    } catch (const std::exception& error) {
        putNumber(static_cast<std::uint64_t>(ErrorCode::Internal), fields);
        putText(error.what(), fields);
        putText({}, fields);
        out.send(Message::Failed, fields);
    }
    ::_exit(0);
}

/// What came through the pipe so far.
struct Received {
    std::vector<Finding> findings;
    std::optional<Error> failure;
    std::string step = "header";
    bool done = false;

    /// Takes in one message.
    void take(Message message, std::string_view bytes, const CheckOptions& options) {
        Fields fields(bytes);
        switch (message) {
        case Message::Progress: {
            step = fields.text();
            const std::uint64_t so_far = fields.number();
            const std::uint64_t all = fields.number();
            if (options.progress) {
                options.progress({step, so_far, all});
            }
            return;
        }
        case Message::Found: {
            const auto kind = static_cast<FindingKind>(fields.number());
            const std::string where = fields.text();
            findings.push_back({kind, where, fields.text()});
            return;
        }
        case Message::Failed: {
            const auto code = static_cast<ErrorCode>(fields.number());
            const std::string text = fields.text();
            failure.emplace(code, text, fields.text());
            return;
        }
        case Message::Done:
            done = true;
            return;
        }
    }
};

/// The child and the reading end of its pipe. Ends the child if it still runs.
class Child {
public:
    Child(const std::filesystem::path& folder, const CheckOptions& options) {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) {
            throw Error(ErrorCode::Io, fmt::format("Cannot make a pipe: {}", std::strerror(errno)));
        }
        process_ = ::fork();
        if (process_ == 0) {
            runChild(folder, options, ends[1]);
        }
        ::close(ends[1]);
        pipe_ = ends[0];
        if (process_ < 0) {
            const int reason = errno;
            ::close(pipe_);
            throw Error(ErrorCode::Io, fmt::format("Cannot start a process: {}", std::strerror(reason)));
        }
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        ::close(pipe_);
        if (process_ > 0) {
            ::kill(process_, SIGKILL);
            wait();
        }
    }

    /// Reads what is there. False at the end of the pipe.
    bool read(std::string& buffer) {
        pollfd waiting{pipe_, POLLIN, 0};
        if (::poll(&waiting, 1, kPollMilliseconds) <= 0) {
            return true;
        }
        char bytes[16'384];
        const ssize_t count = ::read(pipe_, bytes, sizeof bytes);
        if (count > 0) {
            buffer.append(bytes, static_cast<std::size_t>(count));
        }
        return count > 0 || (count < 0 && errno == EINTR);
    }

    int wait() {
        int status = 0;
        while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
        }
        process_ = 0;
        return status;
    }

private:
    pid_t process_ = 0;
    int pipe_ = -1;
};

/// Takes whole messages off the front of `buffer`.
void takeMessages(std::string& buffer, Received& received, const CheckOptions& options) {
    constexpr std::size_t kHead = 5;
    std::size_t at = 0;
    while (buffer.size() - at >= kHead) {
        std::uint32_t size = 0;
        std::memcpy(&size, buffer.data() + at + 1, sizeof size);
        if (buffer.size() - at - kHead < size) {
            break;
        }
        received.take(static_cast<Message>(buffer[at]), std::string_view(buffer).substr(at + kHead, size),
                      options);
        at += kHead + size;
    }
    buffer.erase(0, at);
}

}  // namespace

std::vector<Finding> checkInChild(const std::filesystem::path& folder, const CheckOptions& options) {
    Child child(folder, options);
    Received received;
    std::string buffer;
    while (child.read(buffer)) {
        takeMessages(buffer, received, options);
        if (options.stop != nullptr && options.stop->load(std::memory_order_relaxed)) {
            throw Error(ErrorCode::Cancelled, "The check was stopped.");
        }
    }
    takeMessages(buffer, received, options);
    const int status = child.wait();
    if (received.failure) {
        throw *received.failure;
    }
    if (!received.done) {
        const std::string how = WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                                                    : fmt::format("exit code {}", WEXITSTATUS(status));
        received.findings.push_back(
            {FindingKind::Ended, received.step,
             fmt::format("damaged: the check itself was ended by {} while reading {}", how, received.step)});
    }
    return std::move(received.findings);
}

}  // namespace xinpu::engine
