// engine/check/staging.h
#pragma once
// A database file in the making, beside its place: made, checked, synced, then renamed. Private to this room.

#include <filesystem>

#include "engine/check/maintenance.h"
#include "engine/journal/digest.h"

namespace xinpu::engine {

/// A folder for one unfinished file; emptied when made and removed when the object ends.
class Staging {
public:
    /// Removes what a run that was cut off left there. @throws Error(Io)
    explicit Staging(std::filesystem::path folder);
    ~Staging();
    Staging(const Staging&) = delete;
    Staging& operator=(const Staging&) = delete;

    const std::filesystem::path& folder() const noexcept { return folder_; }
    std::filesystem::path file() const { return folder_ / "data.mdb"; }
    /// Renames the file to `target` and makes that last. @throws Error(Io)
    void moveTo(const std::filesystem::path& target) const;

private:
    std::filesystem::path folder_;
};

/// @throws Error(Corrupt) with the first finding, if there is any
void requireSound(const std::filesystem::path& folder, const char* what, const MaintenanceOptions& options);
/// SHA-256 of a file. @throws Error(Io), Error(Cancelled)
Digest digestOfFile(const std::filesystem::path& file, const MaintenanceOptions& options);
/// Makes content and entries of a file or folder last. @throws Error(Io)
void syncPath(const std::filesystem::path& path);
/// @throws Error(Cancelled)
void stopIfAsked(const MaintenanceOptions& options);
void report(const MaintenanceOptions& options, std::string_view step, std::uint64_t done, std::uint64_t all);

/// @throws Error(Limit) if the disk of `folder` has fewer than `bytes` free
void requireRoom(const std::filesystem::path& folder, std::uint64_t bytes);

}  // namespace xinpu::engine
