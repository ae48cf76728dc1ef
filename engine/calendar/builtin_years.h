// engine/calendar/builtin_years.h
#pragma once
// The arrangements that come with the program, as plain numbers (for .cpp files of this room).

#include <cstdint>
#include <span>

namespace xinpu::engine::detail {

/// Dates are yyyymmdd, ascending; every year from first to last is complete.
struct BuiltinYears {
    int first;
    int last;
    std::span<const std::int32_t> holidays;
    std::span<const std::int32_t> workdays;
};

BuiltinYears builtinYears() noexcept;

}  // namespace xinpu::engine::detail
