// server/access/private_file.h
#pragma once
// Files that only their owner may read, to which lines are added.

#include <filesystem>
#include <string_view>

namespace xinpu::server {

/// Appends durably; makes the file with mode 0600. @throws Error(Io)
void appendPrivately(const std::filesystem::path& file, std::string_view text);

/// Cuts off what stands behind the last end of a line: the rest of a writer that died. Does nothing where
/// there is no file. @throws Error(Io)
void cutTornLine(const std::filesystem::path& file);

}  // namespace xinpu::server
