// engine/bulk/load_marker.h
#pragma once
// The marker of a bulk load in progress, and what it keeps of the empty database that the load replaces.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/store/environment.h"

namespace xinpu::engine {

/// One entry of the old file that the new one takes over: identity, journal, declarations.
struct KeptEntry {
    Table table = Table::Meta;
    std::string key;
    std::string value;
};

/// `folder`/LOADING, written whole and durable before the load touches anything.
void writeLoadMarker(const std::filesystem::path& folder, const std::vector<KeptEntry>& kept);
/// Nothing if there is none. @throws Error(Corrupt) if it does not decode
std::optional<std::vector<KeptEntry>> readLoadMarker(const std::filesystem::path& folder);
void removeLoadMarker(const std::filesystem::path& folder);

}  // namespace xinpu::engine
