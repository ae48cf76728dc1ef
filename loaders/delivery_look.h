// loaders/delivery_look.h
#pragma once
// The first pass over files that are loaded by key: what must be known before anything is written.

#include <array>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

#include "loaders/load.h"

namespace xinpu::loaders {

struct Delivery {
    /// Keys that occur with different content: none of their rows is taken.
    std::array<std::unordered_set<std::string>, kDatasets> clashes;
    /// With --stub-subjects: subjects that rows name, and neither the database nor the delivery knows.
    std::set<std::string, std::less<>> unknown_subjects;
    std::string digests;  ///< a line a file: its name and SHA-256
    std::uint64_t bytes_read = 0;

    bool clashing(Dataset dataset, const std::string& key) const;
};

/// The key of a row (DOMAIN §2.5). In the generator's form an authority is known by its name alone.
void rowKey(const PenaltyRow& row, std::string& key);
void rowKey(const RoleRow& row, std::string& key);

/// Whether the database has a node for a key of a unique index, named.
using IsKnown = std::function<bool(std::string_view index, std::string_view key)>;

/// @throws Error(Data, "STRICT") under --strict if a row would be quarantined: the reasons then stand in
/// `quarantine_folder`, with a receipt that begins as `head`; Error(Cancelled)
Delivery lookAtDelivery(const LoadRequest& request, const LoadHooks& hooks, const Receipt& head,
                        const std::filesystem::path& quarantine_folder, std::uint64_t bytes_all,
                        const IsKnown& known);

}  // namespace xinpu::loaders
