// engine/check/header_pages.h
#pragma once
// The two header pages of a database file: reading them and what can be wrong with them. Private to this
// room.

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "engine/check/page_layout.h"

namespace xinpu::engine {

/// A file open for reading.
class Descriptor {
public:
    /// @throws Error(Io)
    explicit Descriptor(const std::filesystem::path& file);
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor();
    int get() const noexcept { return number_; }
    std::uint64_t bytes() const noexcept;
    /// False if the file does not have all of it.
    bool read(std::uint64_t at, void* to, std::size_t size) const noexcept;

private:
    int number_;
};

struct HeaderPage {
    page_layout::PageHeader head{};
    page_layout::MetaBody meta{};
};

/// Both pages, from one moment. Nothing if they cannot be read or do not stand still.
std::optional<std::array<HeaderPage, 2>> readHeaderPages(const Descriptor& file);
std::optional<HeaderPage> readHeaderPage(const Descriptor& file, std::uint64_t at);
bool soundPageBytes(std::uint32_t bytes) noexcept;
/// What is wrong with the page `number`, or nothing.
std::optional<std::string> headerFault(const HeaderPage& page, std::uint64_t number,
                                       std::uint32_t page_bytes);
/// Commits alternate between the two: commit n lies on page n % 2, the one before on the other.
std::optional<std::string> pairFault(const std::array<HeaderPage, 2>& pages);

}  // namespace xinpu::engine
