// loaders/row_batch.h
#pragma once
// Batches of rows between the thread that reads and the one that loads: owned texts, and a short queue.

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "loaders/generator_form.h"
#include "loaders/messages.h"

namespace xinpu::loaders {

/// Owns the texts of a batch. Texts stay where they are as long as the arena.
class RowArena {
public:
    std::string_view keep(std::string_view text) {
        if (pieces_.empty() || used_ + text.size() > kPieceBytes) {
            pieces_.push_back(std::make_unique_for_overwrite<char[]>(std::max(kPieceBytes, text.size())));
            used_ = 0;
        }
        char* at = pieces_.back().get() + used_;
        std::memcpy(at, text.data(), text.size());
        used_ += text.size();
        return {at, text.size()};
    }
    /// Gives all texts up; one piece of memory stays for the next ones.
    void clear() {
        pieces_.resize(std::min<std::size_t>(pieces_.size(), 1));
        used_ = 0;
    }
    /// Points `text` into the kept copy of the row where it lies in the row, else keeps it.
    void move(std::string_view& text, std::string_view original, std::string_view kept) {
        if (text.empty()) {
            text = {};
        } else if (text.data() >= original.data() &&
                   text.data() + text.size() <= original.data() + original.size()) {
            text = kept.substr(static_cast<std::size_t>(text.data() - original.data()), text.size());
        } else {
            text = keep(text);
        }
    }

private:
    static constexpr std::size_t kPieceBytes = std::size_t{1} << 17;
    std::vector<std::unique_ptr<char[]>> pieces_;
    std::size_t used_ = 0;
};

/// Calls `visit` for every text of a row that borrows from the file. Words live as long as the program.
template <typename Visit>
void eachText(SubjectRow& row, Visit&& visit) {
    visit(row.uscc);
    visit(row.name);
    visit(row.region);
    visit(row.industry);
}
template <typename Visit>
void eachText(PersonRow& row, Visit&& visit) {
    visit(row.pid);
    visit(row.name_masked);
}
template <typename Visit>
void eachText(CapitalRow& row, Visit&& visit) {
    visit(row.investor);
    visit(row.uscc);
}
template <typename Visit>
void eachText(RoleRow& row, Visit&& visit) {
    visit(row.pid);
    visit(row.uscc);
}
template <typename Visit>
void eachText(PenaltyRow& row, Visit&& visit) {
    visit(row.doc_no);
    visit(row.uscc);
    visit(row.authority_name);
}

/// An error of a row, owning its texts.
struct QuarantineDraft {
    std::uint64_t line = 0;
    std::string column;
    MessageId id = MessageId::Required;
    std::string value;
    std::string expected;
    std::uint64_t n = 0;
    std::uint64_t found = 0;
    std::uint64_t at = 0;
    std::string raw;
    bool last = true;  ///< of its row
};

/// A few batches between two threads.
template <typename Batch>
class BoundedQueue {
public:
    /// False if nobody takes any more.
    bool put(std::unique_ptr<Batch> batch) {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return batches_.size() < kBatchesMax || abandoned_; });
        if (abandoned_) {
            return false;
        }
        batches_.push_back(std::move(batch));
        filled_.notify_one();
        return true;
    }
    /// Empty at the end.
    std::unique_ptr<Batch> take() {
        std::unique_lock lock(mutex_);
        filled_.wait(lock, [this] { return !batches_.empty() || closed_; });
        if (batches_.empty()) {
            return nullptr;
        }
        std::unique_ptr<Batch> batch = std::move(batches_.front());
        batches_.pop_front();
        room_.notify_one();
        return batch;
    }
    /// A batch that was taken, to be filled again, or a new one.
    std::unique_ptr<Batch> used() {
        const std::lock_guard lock(mutex_);
        if (used_.empty()) {
            return std::make_unique<Batch>();
        }
        std::unique_ptr<Batch> batch = std::move(used_.back());
        used_.pop_back();
        return batch;
    }
    void giveBack(std::unique_ptr<Batch> batch) {
        const std::lock_guard lock(mutex_);
        used_.push_back(std::move(batch));
    }
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        filled_.notify_one();
    }
    void abandon() {
        const std::lock_guard lock(mutex_);
        abandoned_ = true;
        room_.notify_one();
    }

private:
    static constexpr std::size_t kBatchesMax = 8;
    std::mutex mutex_;
    std::condition_variable room_;
    std::condition_variable filled_;
    std::deque<std::unique_ptr<Batch>> batches_;
    std::vector<std::unique_ptr<Batch>> used_;
    bool closed_ = false;
    bool abandoned_ = false;
};

}  // namespace xinpu::loaders
