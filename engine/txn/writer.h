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
    struct Job {
        const WriteContext* context = nullptr;
        const std::function<void(WriteTxn&)>* work = nullptr;
        CommitReceipt receipt;
        std::exception_ptr failure;
        bool changed = false;
        bool done = false;
    };
    void loop();
    void commitGroup(const std::vector<Job*>& jobs);
    void tryGroup(const std::vector<Job*>& jobs);
    void maintain();
    MergeRun mergeStep(const Snapshot& base);

    WriterHost host_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable finished_;
    std::deque<Job*> waiting_;
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
