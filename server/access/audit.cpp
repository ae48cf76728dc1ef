// server/access/audit.cpp
// The queue of entries and the thread that stores them.
#include "server/access/audit.h"

#include <algorithm>

#include <fmt/format.h>
#include <openssl/rand.h>

#include "engine/journal/journal.h"
#include "engine/store/table.h"
#include "server/log.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

constexpr std::chrono::seconds kFoldLookEvery{1};  // whether the span of a counted denial is over

std::int64_t nowMicros() noexcept {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// The id of the chain; made at the first opening.
std::array<std::uint8_t, 16> idOf(engine::Environment& environment) {
    engine::StoreTxn txn = environment.beginWrite();
    if (const auto stored = auditId(txn)) {
        return *stored;
    }
    std::array<std::uint8_t, 16> id{};
    if (RAND_bytes(id.data(), static_cast<int>(id.size())) != 1) {
        throw Error(ErrorCode::Internal, "The system gives no random bytes.");
    }
    engine::TableWriter(txn, engine::Table::Meta).put(engine::asBytes(kAuditIdKey), std::as_bytes(std::span(id)));
    txn.commit();
    return id;
}

}  // namespace

Audit::Audit(const std::filesystem::path& data)
    : environment_(engine::Environment::open(auditFolder(data), {.create = true})), reader_(environment_) {
    std::filesystem::permissions(auditFolder(data), std::filesystem::perms::owner_all);
    id_ = idOf(*environment_);
    writer_ = std::thread([this] { write(); });
}

Audit::~Audit() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_all();
    writer_.join();
}

std::uint64_t Audit::add(std::unique_lock<std::mutex>&, AuditEntry entry) {
    waiting_.push_back({std::move(entry), nowMicros()});
    return ++taken_;
}

void Audit::note(AuditEntry entry) {
    std::unique_lock lock(mutex_);
    if (!fold_.isFirst(entry, DenialFold::Clock::now())) {
        return;
    }
    if (waiting_.size() >= kWaitingMax) {
        ++lost_;
        return;
    }
    add(lock, std::move(entry));
    wake_.notify_one();
}

void Audit::record(AuditEntry entry) {
    std::unique_lock lock(mutex_);
    const std::uint64_t ticket = add(lock, std::move(entry));
    await(lock, ticket);
    if (ticket <= lost_until_) {
        throw Error(ErrorCode::Io, "The access log cannot be written, so this is refused. Ask an operator.");
    }
}

void Audit::flush() {
    std::unique_lock lock(mutex_);
    await(lock, taken_);
}

void Audit::await(std::unique_lock<std::mutex>& lock, std::uint64_t ticket) {
    urgent_ = true;
    wake_.notify_one();
    stored_.wait(lock, [&] { return done_ >= ticket; });
}

/// The writer's thread.
void Audit::write() {
    std::unique_lock lock(mutex_);
    while (!ending_ || !waiting_.empty() || !fold_.empty()) {
        const auto hurries = [this] { return ending_ || urgent_; };
        const auto has_work = [&] { return hurries() || !waiting_.empty(); };
        if (fold_.empty()) {
            wake_.wait(lock, has_work);
        } else {
            wake_.wait_for(lock, kFoldLookEvery, has_work);
        }
        if (!waiting_.empty()) {
            wake_.wait_for(lock, kFlushEvery, hurries);  // nobody waits for them: let some gather
        }
        urgent_ = false;
        for (AuditEntry& entry : fold_.due(DenialFold::Clock::now(), ending_)) {
            add(lock, std::move(entry));
        }
        if (lost_ > 0) {
            add(lock, {.kind = AuditKind::Denied, .action = "lost", .count = lost_});
            lost_ = 0;
        }
        const std::vector<Waiting> entries = std::exchange(waiting_, {});
        const std::uint64_t until = taken_;
        lock.unlock();
        bool stored = true;
        try {
            store(entries);
        } catch (const std::exception& failed) {
            stored = false;
            logEvent(LogLevel::Error, "access log not written", {{"what", failed.what()}});
        }
        lock.lock();
        done_ = until;
        if (!stored) {
            lost_until_ = until;
            lost_ += ending_ ? 0 : entries.size();
        }
        stored_.notify_all();
    }
}

void Audit::store(const std::vector<Waiting>& entries) {
    if (entries.empty()) {
        return;
    }
    engine::StoreTxn txn = environment_->beginWrite();
    for (const Waiting& waiting : entries) {
        engine::EntryDraft draft;
        draft.time_us = waiting.time_us;
        draft.principal = waiting.entry.principal;
        draft.statement = waiting.entry.statement;
        engine::appendEntry(txn, draft, payloadOf(waiting.entry), id_, environment_->pageValueMin());
    }
    txn.commit();
}

}  // namespace xinpu::server
