// server/bolt/records.h
#pragma once
// Where a statement's rows go: frames of RECORD messages in the spool of its job.

#include <limits>
#include <span>
#include <string>
#include <utility>

#include "server/bolt/job.h"
#include "server/bolt/structure_tags.h"
#include "server/bolt/structures.h"

namespace xinpu::server::bolt {

inline std::uint64_t millisecondsSince(Job::Clock::time_point start) {
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(Job::Clock::now() - start).count());
}

/// Rows as frames of RECORD messages, put into the spool piece by piece.
class Records final : public query::ResultSink {
public:
    static constexpr std::size_t kPieceBytes = std::size_t{64} << 10;

    /// Thrown by row() beyond what limitTo() allows.
    struct TooLong {};

    Records(Job& job, const WireForm& form) : job_(job), form_(form) {}

    /// The client may see rows before the statement has ended.
    void allowFlow() noexcept { may_flow_ = true; }
    void limitTo(std::size_t bytes) noexcept { bytes_max_ = bytes; }

    void begin(std::span<const std::string> fields) override {
        job_.fields.assign(fields.begin(), fields.end());
        buffer_.clear();
        whole_ = 0;
        job_.any_row = false;
        if (job_.spool.bytesPut() > 0) {
            job_.spool.clear();
        }
    }

    void row(std::span<const engine::Value> values, const query::GraphView& graph) override {
        job_.any_row = true;
        if (job_.discarding.load(std::memory_order_relaxed)) {
            return;
        }
        putMessage(buffer_, tags::kRecord, 1, [&](PackWriter& pack) {
            pack.list(values.size());
            for (const engine::Value& value : values) {
                packValue(pack, value, form_, graph);
            }
        });
        whole_ = buffer_.size();
        if (whole_ > bytes_max_) {
            throw TooLong();
        }
        if (whole_ >= kPieceBytes) {
            letGo();
        }
    }

    /// A row without nodes and relationships.
    void plainRow(std::span<const engine::Value> values) {
        job_.any_row = true;
        putMessage(buffer_, tags::kRecord, 1, [&](PackWriter& pack) {
            pack.list(values.size());
            for (const engine::Value& value : values) {
                packPlainValue(pack, value, form_);
            }
        });
        whole_ = buffer_.size();
    }

    void finish() {
        buffer_.resize(whole_);  // a row that could not be written whole is none
        if (!buffer_.empty()) {
            job_.spool.put(std::move(buffer_));
        }
        job_.spool.finish(false);
    }

private:
    void letGo() {
        job_.spool.put(std::move(buffer_));
        buffer_ = {};
        whole_ = 0;
        if (may_flow_) {
            if (job_.phase() == Job::Phase::Working) {
                job_.available_ms = millisecondsSince(job_.started);
                job_.moveTo(Job::Phase::Flowing);
            } else if (job_.wake) {
                job_.wake();
            }
        }
    }

    Job& job_;
    const WireForm& form_;
    std::string buffer_;
    std::size_t whole_ = 0;
    std::size_t bytes_max_ = std::numeric_limits<std::size_t>::max();
    bool may_flow_ = false;
};

}  // namespace xinpu::server::bolt
