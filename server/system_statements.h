// server/system_statements.h
#pragma once
// What the database `system` answers: which databases there are. Drivers and tools ask it when they connect.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/value/value.h"
#include "server/access/access.h"
#include "server/databases.h"

namespace xinpu::server {

inline constexpr std::string_view kSystemDatabase = "system";

/// Whether a database name as written means `system`.
bool isSystem(std::string_view written) noexcept;

/// A table of scalars and lists of texts.
struct SystemAnswer {
    std::vector<std::string> fields;
    std::vector<std::vector<engine::Value>> rows;
};

/// The answer to SHOW DATABASES, SHOW DATABASE name, SHOW HOME DATABASE and SHOW DEFAULT DATABASE, with those
/// databases that the principal may read and `system`; nothing for every other text.
/// @throws Error(Denied, Forbidden)
std::optional<SystemAnswer> answerSystemStatement(Access& access, const Databases& databases,
                                                  const Principal& principal, std::string_view statement);

}  // namespace xinpu::server
