// loaders/load.h
#pragma once
// `xinpu load`: a city's files into a database, in bulk where it is empty, by key where it is not.

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "loaders/generator_form.h"
#include "loaders/quarantine.h"

namespace xinpu::loaders {

struct LoadRequest {
    std::filesystem::path data;  ///< data folder
    std::string database = "credit";
    std::array<std::optional<std::string>, kDatasets> files;  ///< by Dataset
    bool strict = false;                                      ///< any quarantined row refuses the whole load
    bool stub_subjects = false;        ///< an unknown subject is made instead of quarantining the row
    std::filesystem::path quarantine;  ///< empty: <data>/quarantine/<batch>
    std::string supplier;
    std::string delivered_at;
    DayNumber today = kNoDate;  ///< bounds dates of decisions
    std::size_t memory_bytes = std::size_t{512} << 20;
};

/// What a load tells while it runs.
struct LoadHooks {
    /// Phase, bytes read of all files so far and in all, rows so far. Called often; cheap to ignore.
    std::function<void(std::string_view phase, std::uint64_t bytes, std::uint64_t bytes_all,
                       std::uint64_t rows)>
        progress;
    const std::atomic<bool>* stop = nullptr;  ///< set: the load ends with Error(Cancelled)
};

/// What the load did, with where quarantined rows went.
struct LoadOutcome {
    Receipt receipt;
    bool bulk = false;
    std::filesystem::path quarantine;  ///< empty if nothing was quarantined
};

/// @throws Error(Data) unreadable header, or under `strict` a row that would be quarantined: then nothing was
/// written; Error(Usage) a file is missing; Error(Locked); Error(Cancelled): an interrupted bulk load says
/// "load incomplete" until it is run again
LoadOutcome load(const LoadRequest& request, const LoadHooks& hooks);

/// "20261124T233652Z-1f3c": time and four random hexadecimal digits.
std::string newBatchId(std::int64_t now_us);

}  // namespace xinpu::loaders
