// server/access/audit.h
#pragma once
// The access log: every denied, administrative and personal-data act, in an environment of its own.

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/store/environment.h"
#include "server/access/audit_entry.h"
#include "server/access/audit_reader.h"
#include "server/access/denial_fold.h"

namespace xinpu::server {

/// Entries are numbered and chained by SHA-256 as those of a journal are (docs/format/journal.md), under
/// `D/audit`. One thread writes what has gathered in one commit: at once if somebody waits for it, else within
/// kFlushEvery. So a view of personal data never waits for a database's writer, and a denial for nothing.
///
/// Threads: any.
class Audit {
public:
    static constexpr std::chrono::milliseconds kFlushEvery{100};
    static constexpr std::size_t kWaitingMax = 10'000;  ///< entries; beyond, denials are lost and counted

    /// @throws Error(Corrupt), Error(Io)
    explicit Audit(const std::filesystem::path& data);
    /// Stores what is left.
    ~Audit();
    Audit(const Audit&) = delete;
    Audit& operator=(const Audit&) = delete;

    /// Takes a denial in; does not wait.
    void note(AuditEntry entry);
    /// Returns when the entry is durable. @throws Error(Io) it is not
    void record(AuditEntry entry);
    /// Returns when all that was taken in before is stored; counted denials stay counted.
    void flush();

    const AuditReader& reader() const noexcept { return reader_; }

private:
    struct Waiting {
        AuditEntry entry;
        std::int64_t time_us = 0;
    };

    std::uint64_t add(std::unique_lock<std::mutex>& lock, AuditEntry entry);
    void await(std::unique_lock<std::mutex>& lock, std::uint64_t ticket);
    void write();
    void store(const std::vector<Waiting>& entries);

    std::shared_ptr<engine::Environment> environment_;
    AuditReader reader_;
    std::array<std::uint8_t, 16> id_{};  ///< what the first entry chains to

    mutable std::mutex mutex_;
    std::condition_variable wake_;    ///< of the writer
    std::condition_variable stored_;  ///< of those who wait
    std::vector<Waiting> waiting_;
    DenialFold fold_;
    std::uint64_t taken_ = 0;       ///< tickets given
    std::uint64_t done_ = 0;        ///< tickets whose entries are stored, or lost
    std::uint64_t lost_until_ = 0;  ///< the last ticket that a failed commit took along
    std::uint64_t lost_ = 0;        ///< entries that are not stored and not told of yet
    bool urgent_ = false;
    bool ending_ = false;
    std::thread writer_;
};

}  // namespace xinpu::server
