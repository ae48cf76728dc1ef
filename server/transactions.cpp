// server/transactions.cpp
// A map of ids to transactions; ids are random, so that they cannot be guessed.
#include "server/transactions.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <openssl/rand.h>

#include "engine/value/temporal.h"
#include "server/error_status.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

std::string randomId() {
    std::array<unsigned char, 8> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw Error(ErrorCode::Internal, "The system gives no random bytes.");
    }
    std::string id;
    for (const unsigned char byte : bytes) {
        id += fmt::format("{:02x}", byte);
    }
    return id;
}

}  // namespace

std::string Transactions::Held::expires() const {
    const bool writes = entry_->transaction->wrote();
    const auto at = std::min(entry_->begun + kTotalMax, Clock::now() + (writes ? kIdleWritingMax : kIdleMax));
    const auto wall = std::chrono::system_clock::now() + (at - Clock::now());
    engine::ZonedDateTime when;
    when.epochSeconds = std::chrono::duration_cast<std::chrono::seconds>(wall.time_since_epoch()).count();
    return engine::toIso(when);
}

Transactions::Held Transactions::add(std::shared_ptr<OpenDatabase> database, std::string principal,
                                     std::unique_ptr<query::SessionTransaction> transaction) {
    auto entry = std::make_shared<Entry>();
    entry->id = randomId();
    entry->database = std::move(database);
    entry->principal = std::move(principal);
    entry->transaction = std::move(transaction);
    const std::lock_guard lock(mutex_);
    if (open_.size() >= kOpenMax) {
        throw Error(ErrorCode::Limit, fmt::format("{} transactions are open; try again later.", kOpenMax),
                    details::kBusy);
    }
    open_.emplace(entry->id, entry);
    return {*this, std::move(entry)};
}

Transactions::Held Transactions::hold(const std::string& id, std::string_view database,
                                      std::string_view principal) {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(id);
    if (found == open_.end() || found->second->database->name != database ||
        found->second->principal != principal || found->second->terminated) {
        throw Error(
            ErrorCode::NotFound,
            fmt::format("Transaction with Id: \"{:.40}\" was not found. It may have timed out and therefore "
                        "been rolled back or the routing was wrong.",
                        id),
            details::kTransactionNotFound);
    }
    if (found->second->busy) {
        throw Error(ErrorCode::Conflict, fmt::format("Transaction {:.40} is busy with another request.", id),
                    details::kTransactionBusy);
    }
    found->second->busy = true;
    return {*this, found->second};
}

void Transactions::giveBack(const std::shared_ptr<Entry>& entry, bool ended) {
    bool over = ended || !entry->transaction->open();
    const bool wrote = entry->transaction->wrote();
    // Let go of outside the lock, the transaction before its database: one that was not committed rolls back.
    std::shared_ptr<OpenDatabase> database;
    std::unique_ptr<query::SessionTransaction> transaction;
    const std::lock_guard lock(mutex_);
    over = over || entry->terminated;
    if (over) {
        database = std::move(entry->database);
        transaction = std::move(entry->transaction);
        open_.erase(entry->id);
        return;
    }
    entry->wrote = wrote;
    entry->used = Clock::now();
    entry->busy = false;
}

bool Transactions::holdsWriter(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(id);
    return found != open_.end() && found->second->wrote;
}

std::size_t Transactions::openOn(std::string_view database) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::count_if(open_.begin(), open_.end(), [&](const auto& item) {
        return item.second->database != nullptr && item.second->database->name == database;
    }));
}

std::vector<OpenTransaction> Transactions::list() const {
    const Clock::time_point now = Clock::now();
    std::vector<OpenTransaction> all;
    const std::lock_guard lock(mutex_);
    all.reserve(open_.size());
    for (const auto& [id, entry] : open_) {
        if (!entry->terminated) {
            all.push_back({.id = id,
                           .database = entry->database->name,
                           .principal = entry->principal,
                           .age = now - entry->begun,
                           .left = std::max(entry->expiresAt() - now, Clock::duration::zero()),
                           .busy = entry->busy,
                           .holds_writer = entry->wrote});
        }
    }
    return all;
}

std::optional<std::string> Transactions::terminate(const std::string& id, std::string_view principal) {
    std::shared_ptr<Entry> ended;  // let go of outside the lock: its end rolls it back
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(id);
    if (found == open_.end() || (!principal.empty() && found->second->principal != principal)) {
        return std::nullopt;
    }
    found->second->terminated = true;
    std::string whose = found->second->principal;
    if (!found->second->busy) {
        ended = std::move(found->second);
        open_.erase(found);
    }
    return whose;
}

std::size_t Transactions::expire(Clock::time_point now) {
    std::vector<std::shared_ptr<Entry>> over;
    {
        const std::lock_guard lock(mutex_);
        for (auto item = open_.begin(); item != open_.end();) {
            if (!item->second->busy && item->second->expiresAt() <= now) {
                over.push_back(std::move(item->second));
                item = open_.erase(item);
            } else {
                ++item;
            }
        }
    }
    return over.size();  // their end rolls them back
}

void Transactions::rollbackAll() {
    std::map<std::string, std::shared_ptr<Entry>> all;
    const std::lock_guard lock(mutex_);
    all.swap(open_);
}

}  // namespace xinpu::server
