// cli/open_database.cpp
// Checks the name and opens.
#include "cli/open_database.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "xinpu/error.h"

namespace xinpu::cli {
namespace {

constexpr std::size_t kNameMin = 3;
constexpr std::size_t kNameMax = 63;

bool isDatabaseName(const std::string& name) noexcept {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    return name.size() >= kNameMin && name.size() <= kNameMax && name.front() >= 'a' && name.front() <= 'z' &&
           std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

std::filesystem::path databaseFolder(const DatabaseOptions& options) {
    std::string name = options.database;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (!isDatabaseName(name)) {
        throw Error(
            ErrorCode::Usage,
            fmt::format(
                "'{}' is no name for a database: 3 to 63 letters, digits and hyphens, a letter first.",
                options.database));
    }
    return engine::databaseFolder(options.data, name);
}

std::shared_ptr<engine::Database> openForReading(const DatabaseOptions& options) {
    return engine::Database::open(databaseFolder(options), {.read_only = true});
}

std::shared_ptr<engine::Database> openForWriting(const DatabaseOptions& options) {
    return engine::Database::open(databaseFolder(options), {.read_only = false});
}

}  // namespace xinpu::cli
