// tests/model/runner.cpp
// Steps on both sides, and the comparison.

#include "runner.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "engine/txn/database.h"
#include "operations.h"
#include "snapshot_text.h"

namespace xinpu::engine::model {
namespace {

constexpr std::size_t kHeldMax = 4;

std::filesystem::path newFolder() {
    const bool memory = std::filesystem::is_directory("/dev/shm");  // no disk: syncs cost nothing
    std::string name =
        ((memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) /
         "xinpu-model-XXXXXX")
            .string();
    return mkdtemp(name.data());
}

/// The first line in which two texts differ.
std::string firstDifference(const std::string& expected, const std::string& found) {
    const auto [a, b] = std::mismatch(expected.begin(), expected.end(), found.begin(), found.end());
    const auto lineOf = [](const std::string& text, std::string::const_iterator at) {
        const std::size_t offset = static_cast<std::size_t>(at - text.begin());
        const std::size_t begin = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
        return text.substr(begin, std::min<std::size_t>(text.find('\n', offset) - begin, 600));
    };
    return "expected: " + lineOf(expected, a) + "\n   found: " + lineOf(found, b);
}

class Run {
public:
    Run(const Sequence& sequence, Follower* follower)
        : sequence_(sequence), follower_(sequence.follow ? follower : nullptr), folder_(newFolder()) {
        Database::create(folder_ / "db");
        open();
        if (follower_ != nullptr) {
            follower_->open(folder_ / "db");
        }
    }
    ~Run() {
        held_.clear();
        database_.reset();
        if (follower_ != nullptr) {
            follower_->close();
        }
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    void all() {
        for (std::size_t i = 0; i < sequence_.steps.size(); ++i) {
            try {
                step(sequence_.steps[i]);
                if (sequence_.reopen_always) {
                    reopen();
                }
                compare(database_->snapshot(), graph_.text(), "now");
            } catch (const std::exception& error) {
                throw Disagreement(fmt::format("step {}: {}", i, error.what()));
            }
        }
        releaseAll();
        const auto snapshot = database_->snapshot();
        const auto faults =
            verifyJournal(snapshot->txn(), 1, snapshot->sequence(), database_->header().database_id, 1);
        if (!faults.empty()) {
            throw Disagreement(fmt::format("journal entry {}: {}", faults[0].number, faults[0].what));
        }
    }

private:
    struct Held {
        std::shared_ptr<const Snapshot> snapshot;
        std::string text;
    };
    /// One transaction on its way through the writer.
    struct Pending {
        const std::vector<Op>* ops = nullptr;
        Expectation expected;
        std::string disagreement;
        std::optional<CommitReceipt> receipt;
        std::optional<ErrorCode> error;
        bool accident = false;
        std::string message;
    };

    void open() {
        database_ = Database::open(folder_ / "db", {.read_only = false, .map_bytes = 1ULL << 30});
        database_->tune({.merge_at = sequence_.merge_at, .merge_chunks_per_commit = sequence_.merge_chunks});
    }

    void reopen() {
        releaseAll();
        database_.reset();
        open();
    }

    void releaseAll() {
        for (const Held& held : held_) {
            compare(held.snapshot, held.text, "held");
        }
        held_.clear();
    }

    static void compare(const std::shared_ptr<const Snapshot>& snapshot, const std::string& expected,
                        const char* which) {
        const std::string found = snapshotText(*snapshot);
        if (found != expected) {
            throw Disagreement(fmt::format("the snapshot ({}, entry {}) differs\n{}", which,
                                           snapshot->sequence(), firstDifference(expected, found)));
        }
    }

    /// Runs on the writer's thread, one transaction after the other: the graph needs no lock.
    void work(Pending& pending, WriteTxn& txn) {
        pending.expected = {};
        NaiveGraph draft = graph_;
        draft.types_stored.clear();
        for (const auto& [id, rel] : draft.relationships) {
            draft.types_stored.insert(rel->type);
        }
        try {
            for (const Op& op : *pending.ops) {
                applyOp(op, draft, txn, pending.expected);
            }
            compareInside(draft, txn);
        } catch (const Disagreement& error) {
            pending.disagreement = error.what();
            throw;
        }
        if (draft.violated()) {
            pending.expected.error = ErrorCode::Constraint;
            return;
        }
        graph_ = std::move(draft);
    }

    void submit(Pending& pending) {
        try {
            pending.receipt =
                database_->write({.principal = "model"}, [&](WriteTxn& txn) { work(pending, txn); });
        } catch (const Error& error) {
            pending.error = error.code();
            pending.message = error.what();
        } catch (const Accident&) {
            pending.accident = true;
        } catch (const std::exception& error) {
            pending.message = error.what();
        }
    }

    void judge(const Pending& pending) {
        if (!pending.disagreement.empty()) {
            throw Disagreement(pending.disagreement);
        }
        if (pending.expected.error) {
            if (pending.error != pending.expected.error) {
                throw Disagreement(fmt::format("error {} was expected: {}", int(*pending.expected.error),
                                               pending.receipt ? "it was committed" : pending.message));
            }
            return;
        }
        if (pending.expected.accident != pending.accident || (!pending.accident && !pending.receipt)) {
            throw Disagreement("the transaction failed: " + pending.message);
        }
        if (pending.receipt && pending.expected.changed != (pending.receipt->entry != 0)) {
            throw Disagreement("the receipt names no entry, or one too many");
        }
    }

    void checkEntries(const std::vector<Pending>& list) {
        const auto snapshot = database_->snapshot();
        std::set<std::uint64_t> numbers;
        for (const Pending& pending : list) {
            if (pending.receipt && pending.receipt->entry != 0) {
                const auto entry = findEntry(snapshot->txn(), pending.receipt->entry);
                if (!entry || !(entry->counts == pending.receipt->counts) ||
                    !numbers.insert(pending.receipt->entry).second) {
                    throw Disagreement("a receipt does not agree with the journal");
                }
            }
        }
        entries_ += numbers.size();
        if (snapshot->sequence() != entries_) {
            throw Disagreement(
                fmt::format("{} entries are expected, the journal has {}", entries_, snapshot->sequence()));
        }
    }

    void step(const Step& step) {
        switch (step.kind) {
        case StepKind::Write:
        case StepKind::Group:
            write(step);
            break;
        case StepKind::Reopen:
            reopen();
            break;
        case StepKind::MergeAll:
            database_->mergeAll();
            if (database_->snapshot()->state().file.unmerged != 0) {
                throw Disagreement("mergeAll left changes unmerged");
            }
            entries_ = database_->snapshot()->sequence();
            break;
        case StepKind::Hold:
            if (held_.size() < kHeldMax) {
                held_.push_back({database_->snapshot(), graph_.text()});
            }
            break;
        case StepKind::Release:
            releaseAll();
            break;
        case StepKind::Count:
            break;
        }
        if (follower_ != nullptr) {
            if (const std::string digest = follower_->digest(); digest != digestOf(graph_.text())) {
                throw Disagreement("the second process reads differently: " + digest);
            }
        }
    }

    void write(const Step& step) {
        std::vector<Pending> list(step.transactions.size());
        for (std::size_t i = 0; i < list.size(); ++i) {
            list[i].ops = &step.transactions[i];
        }
        if (list.size() == 1) {
            submit(list[0]);
        } else {
            group(list);
        }
        for (const Pending& pending : list) {
            judge(pending);
        }
        checkEntries(list);
    }

    /// A transaction that changes nothing keeps the writer busy until the others wait, so that they become a
    /// group.
    void group(std::vector<Pending>& list) {
        std::atomic<std::size_t> coming{0};
        std::vector<std::thread> threads;
        std::thread gate([&] {
            database_->write({}, [&](WriteTxn&) {
                while (coming.load() != list.size()) {
                    std::this_thread::yield();
                }
                for (int i = 0; i < 20; ++i) {
                    std::this_thread::yield();
                }
            });
        });
        for (Pending& pending : list) {
            threads.emplace_back([&] {
                ++coming;
                submit(pending);
            });
        }
        gate.join();
        for (std::thread& thread : threads) {
            thread.join();
        }
    }

    const Sequence& sequence_;
    Follower* follower_;
    std::filesystem::path folder_;
    std::shared_ptr<Database> database_;
    NaiveGraph graph_;
    std::vector<Held> held_;
    std::uint64_t entries_ = 1;
};

}  // namespace

std::optional<std::string> runSequence(const Sequence& sequence, Follower* follower) {
    try {
        Run(sequence, follower).all();
        return std::nullopt;
    } catch (const std::exception& error) {
        return error.what();
    }
}

std::optional<std::string> runApart(const Sequence& sequence) {
    int pipe[2];
    if (::pipe(pipe) != 0) {
        return "no pipe";
    }
    const pid_t process = ::fork();
    if (process == 0) {
        ::close(pipe[0]);
        std::optional<std::string> failure;
        if (sequence.follow) {
            Follower follower;
            failure = runSequence(sequence, &follower);
        } else {
            failure = runSequence(sequence, nullptr);
        }
        if (failure && ::write(pipe[1], failure->data(), failure->size()) < 0) {
            ::_exit(3);
        }
        ::_exit(failure ? 1 : 0);
    }
    ::close(pipe[1]);
    std::string message;
    char part[4096];
    for (ssize_t n = ::read(pipe[0], part, sizeof part); n > 0; n = ::read(pipe[0], part, sizeof part)) {
        message.append(part, static_cast<std::size_t>(n));
    }
    ::close(pipe[0]);
    int status = 0;
    ::waitpid(process, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return std::nullopt;
    }
    return message.empty() ? fmt::format("ended with status {}", status) : message;
}

Sequence shrunk(Sequence sequence) {
    const auto stillFails = [](const Sequence& candidate) { return runApart(candidate).has_value(); };
    for (bool smaller = true; smaller;) {
        smaller = false;
        for (std::size_t size = std::max<std::size_t>(sequence.steps.size() / 2, 1); size > 0; size /= 2) {
            for (std::size_t at = 0; at + size <= sequence.steps.size();) {
                Sequence candidate = sequence;
                const auto first = candidate.steps.begin() + static_cast<std::ptrdiff_t>(at);
                candidate.steps.erase(first, first + static_cast<std::ptrdiff_t>(size));
                if (stillFails(candidate)) {
                    sequence = std::move(candidate);
                    smaller = true;
                } else {
                    at += size;
                }
            }
        }
        for (std::size_t s = 0; s < sequence.steps.size(); ++s) {
            for (std::size_t t = 0; t < sequence.steps[s].transactions.size(); ++t) {
                for (std::size_t o = sequence.steps[s].transactions[t].size(); o-- > 0;) {
                    Sequence candidate = sequence;
                    auto& ops = candidate.steps[s].transactions[t];
                    ops.erase(ops.begin() + static_cast<std::ptrdiff_t>(o));
                    if (stillFails(candidate)) {
                        sequence = std::move(candidate);
                        smaller = true;
                    }
                }
            }
        }
    }
    return sequence;
}

}  // namespace xinpu::engine::model
