// engine/txn/writer.cpp
// Group commit: one durable commit for all transactions that waited, each succeeding or failing on its own.

#include "engine/txn/writer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

/// Commits without adjacency changes leave segments too (which chunks they rewrote): a merge takes them away
/// when there are so many, lest opening has to walk over them all.
constexpr std::uint64_t kSegmentsMax = 16'384;
/// A reading process that was killed keeps its slot, and with it every page freed since from being used
/// again: so often the writer looks for such (a microsecond a process).
constexpr std::uint64_t kCommitsPerReaderCheck = 64;
/// Between two looks of a waiting thread at the flag that tells it to give up.
constexpr std::chrono::milliseconds kLookEvery{10};

/// Declarations that WriteTxn::catalogBuilder() took, in the journal's words.
void describeDeclarations(const CatalogBuilder& catalog, std::size_t from, std::vector<std::string>& schema) {
    const auto items = catalog.items();
    for (std::size_t i = from; i < items.size(); ++i) {
        const Catalog& names = catalog.catalog();
        if (items[i].kind == CatalogItem::Kind::DictionaryKey) {
            schema.push_back("DICTIONARY " + std::string(names.keys().name(items[i].id)));
        } else if (items[i].kind == CatalogItem::Kind::Implication) {
            const auto& [label, implied] = names.implications()[items[i].id];
            schema.push_back("IMPLY :" + std::string(names.labels().name(label.value)) + " :" +
                             std::string(names.labels().name(implied.value)));
        }
    }
}

}  // namespace

Writer::Writer(WriterHost host) : host_(std::move(host)), thread_([this] { loop(); }) {}

Writer::~Writer() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void Writer::tune(const WriterTuning& tuning) {
    const std::lock_guard lock(mutex_);
    tuning_ = tuning;
}

Database::Activity Writer::activity() const {
    const std::lock_guard lock(activity_mutex_);
    return activity_;
}

CommitReceipt Writer::run(const WriteContext& context, const std::function<void(WriteTxn&)>& work) {
    const auto job = std::make_shared<Job>();
    job->context = &context;
    job->work = &work;
    std::unique_lock lock(mutex_);
    waiting_.push_back(job);
    wake_.notify_one();
    awaitEnd(lock, job);
    if (job->failure) {
        std::rethrow_exception(job->failure);
    }
    return job->receipt;
}

/// Until the job is done, or given up before it began.
void Writer::awaitEnd(std::unique_lock<std::mutex>& lock, const std::shared_ptr<Job>& job) {
    const WriteContext& context = *job->context;
    const auto moved = [&job] { return job->done || job->begun; };
    while (!moved() && (context.deadline || context.cancelled != nullptr)) {
        if (context.cancelled != nullptr && context.cancelled->load(std::memory_order_relaxed)) {
            giveUp(job);
            throw Error(ErrorCode::Cancelled, "The statement was stopped on request.", "Terminated");
        }
        const auto now = std::chrono::steady_clock::now();
        if (context.deadline && now >= *context.deadline) {
            giveUp(job);
            throw Error(ErrorCode::Limit,
                        "The statement waited for the writer longer than it may and was stopped.",
                        "TransactionTimedOut");
        }
        const auto look = now + (context.cancelled != nullptr ? kLookEvery : *context.deadline - now);
        finished_.wait_until(lock, context.deadline ? std::min(look, *context.deadline) : look, moved);
    }
    finished_.wait(lock, [&job] { return job->done; });
}

void Writer::giveUp(const std::shared_ptr<Job>& job) {
    job->given_up = true;
    const auto place = std::find(waiting_.begin(), waiting_.end(), job);
    if (place != waiting_.end()) {
        waiting_.erase(place);
    }
}

/// False: whoever waited for it is gone, and with it what its pointers point to.
bool Writer::begin(Job& job) {
    const std::lock_guard lock(mutex_);
    job.begun = !job.given_up;
    return job.begun;
}

/// The next ones that wait, in their order.
Writer::Group Writer::takeGroup() {
    Group group;
    while (!waiting_.empty() && group.size() < tuning_.group_max &&
           (group.empty() || !waiting_.front()->context->alone)) {
        group.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
        if (group.back()->context->alone) {
            break;
        }
    }
    return group;
}

void Writer::mergeAll() {
    std::unique_lock lock(mutex_);
    merge_wanted_ = true;
    wake_.notify_one();
    finished_.wait(lock, [this] { return !merge_wanted_; });
}

void Writer::loop() {
    std::unique_lock lock(mutex_);
    for (;;) {
        wake_.wait(lock, [this] { return stop_ || merge_wanted_ || !waiting_.empty(); });
        if (!waiting_.empty()) {
            const Group group = takeGroup();
            lock.unlock();
            commitGroup(group);
            lock.lock();
            for (const auto& job : group) {
                job->done = true;
            }
            finished_.notify_all();
        } else if (merge_wanted_) {
            lock.unlock();
            maintain();
            lock.lock();
            merge_wanted_ = false;
            finished_.notify_all();
        } else if (stop_) {
            return;
        }
    }
}

void Writer::commitGroup(const Group& jobs) {
    try {
        tryGroup(jobs);
        return;
    } catch (...) {
        merge_.reset();
        if (jobs.size() == 1) {
            jobs.front()->failure = std::current_exception();
            return;
        }
    }
    // The group as a whole was refused (disk full, say): each member alone may still fit. One that failed may
    // have failed for what an earlier member did, which is not there any more.
    for (const auto& job : jobs) {
        job->receipt = {};
        job->failure = nullptr;
        try {
            tryGroup({job});
        } catch (...) {
            merge_.reset();
            job->failure = std::current_exception();
        }
    }
}

void Writer::tryGroup(const Group& jobs) {
    const std::shared_ptr<const Snapshot> base = host_.current();
    const ChunkLimits limits = chunkLimits(*host_.environment);
    CatalogBuilder catalog(base->state().catalog);
    IdAllocator ids(loadAllocation(base->txn()));
    ChangeSet group;
    std::vector<PendingEntry> entries;
    Group committed;
    for (const auto& job : jobs) {
        if (job->failure || !begin(*job)) {
            continue;
        }
        const CatalogBuilder before = catalog;
        WriteTxn txn(base, group, catalog, ids);
        try {
            (*job->work)(txn);
            txn.checkRules();
        } catch (...) {
            job->failure = std::current_exception();
            catalog = before;  // names and declarations of a failed transaction go with it
            continue;
        }
        ChangeSet changes = txn.takeChanges();
        describeDeclarations(catalog, before.items().size(), changes.schema);
        if (changes.empty()) {
            continue;
        }
        PendingEntry entry;
        entry.draft.time_us = host_.now_us();
        entry.draft.kind = job->context->kind;
        entry.draft.principal = job->context->principal;
        if (!job->context->statement.empty()) {
            entry.draft.statement = sha256(job->context->statement);
        }
        entry.draft.counts = changes.counts();
        entry.payload = encodeChanges(changes, catalog.catalog());
        job->receipt.counts = entry.draft.counts;
        entries.push_back(std::move(entry));
        committed.push_back(job);
        group.absorb(std::move(changes));
    }
    if (entries.empty()) {
        return;
    }
    StoreTxn store = host_.environment->beginWrite();
    const CommitOutcome outcome =
        applyChanges(store, *base, group, catalog, ids, entries, host_.header, mergeStep(*base), limits);
    store.commit();
    if (merge_ != nullptr && merge_->done()) {
        merge_.reset();
        const std::lock_guard lock(activity_mutex_);
        ++activity_.merges;
    }
    for (std::size_t i = 0; i < committed.size(); ++i) {
        committed[i]->receipt.entry = outcome.first_entry + i;
    }
    host_.publish(outcome, catalog.share());
    const std::lock_guard lock(activity_mutex_);
    if (++activity_.commits % kCommitsPerReaderCheck == 0) {
        host_.environment->clearDeadReaders();
    }
    activity_.transactions += committed.size();
}

MergeRun Writer::mergeStep(const Snapshot& base) {
    WriterTuning tuning;
    {
        const std::lock_guard lock(mutex_);
        tuning = tuning_;
    }
    const FileState& file = base.state().file;
    if (merge_ == nullptr &&
        (file.unmerged >= tuning.merge_at || file.last_entry - file.merged_up_to >= kSegmentsMax)) {
        merge_ =
            std::make_unique<MergeJob>(base.txn(), file.merged_up_to, file.last_entry, base.state().catalog);
    }
    return {merge_.get(), tuning.merge_chunks_per_commit};
}

void Writer::maintain() {
    constexpr std::size_t kChunksPerCommit = 1'024;
    bool merged = false;
    try {
        for (;;) {
            const std::shared_ptr<const Snapshot> base = host_.current();
            const FileState& file = base->state().file;
            if (merge_ == nullptr) {
                // The segment of the last slice itself may stay: it would never end otherwise.
                if (file.unmerged == 0 && (merged || file.last_entry <= file.merged_up_to + 1)) {
                    return;
                }
                merge_ = std::make_unique<MergeJob>(base->txn(), file.merged_up_to, file.last_entry,
                                                    base->state().catalog);
            }
            CatalogBuilder catalog(base->state().catalog);
            const IdAllocator ids(loadAllocation(base->txn()));
            PendingEntry entry;
            entry.draft.time_us = host_.now_us();
            entry.draft.kind = EntryKind::Maintenance;
            entry.draft.principal = "xinpu";
            StoreTxn store = host_.environment->beginWrite();
            const CommitOutcome outcome =
                applyChanges(store, *base, {}, catalog, ids, {entry}, host_.header,
                             {merge_.get(), kChunksPerCommit}, chunkLimits(*host_.environment));
            store.commit();
            if (merge_->done()) {
                merge_.reset();
                merged = true;
                const std::lock_guard lock(activity_mutex_);
                ++activity_.merges;
            }
            host_.publish(outcome, catalog.share());
        }
    } catch (const Error&) {
        merge_.reset();  // tried again by the next commits; nothing of the content depends on it
    }
}

}  // namespace xinpu::engine
