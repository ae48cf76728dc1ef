// engine/txn/writer.h
#pragma once
// The writer thread: takes waiting transactions, runs each over the group so far, commits them with one sync.

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/txn/commit.h"
#include "engine/txn/database.h"

namespace xinpu::engine {

/// What the writer needs of its database.
struct WriterHost {
    std::shared_ptr<Environment> environment;
    FileHeader header;
    std::function<std::shared_ptr<const Snapshot>()> current;
    /// Makes the committed state the current one.
    std::function<void(const CommitOutcome&, std::shared_ptr<const Catalog>)> publish;
    std::function<std::int64_t()> now_us;
};

class Writer {
public:
    explicit Writer(WriterHost host);
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    CommitReceipt run(const WriteContext& context, const std::function<void(WriteTxn&)>& work);
    void mergeAll();
    void tune(const WriterTuning& tuning);
    Database::Activity activity() const;

private:
    /// Shared by the thread that waits and the writer, since the former may give up.
    struct Job {
        const WriteContext* context = nullptr;
        const std::function<void(WriteTxn&)>* work = nullptr;
        CommitReceipt receipt;
        std::exception_ptr failure;
        bool begun = false;     ///< under mutex_: from then on context and work are used
        bool given_up = false;  ///< under mutex_: never begun
        bool done = false;      ///< under mutex_
    };
    using Group = std::vector<std::shared_ptr<Job>>;
    void loop();
    Group takeGroup();
    bool begin(Job& job);
    void awaitEnd(std::unique_lock<std::mutex>& lock, const std::shared_ptr<Job>& job);
    void giveUp(const std::shared_ptr<Job>& job);
    void commitGroup(const Group& jobs);
    void tryGroup(const Group& jobs);
    void maintain();
    MergeRun mergeStep(const Snapshot& base);

    WriterHost host_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable finished_;
    std::deque<std::shared_ptr<Job>> waiting_;
    bool stop_ = false;
    bool merge_wanted_ = false;
    WriterTuning tuning_;
    Database::Activity activity_;
    mutable std::mutex activity_mutex_;

    // Owned by the writer thread.
    std::unique_ptr<MergeJob> merge_;
    std::thread thread_;
};

}  // namespace xinpu::engine
