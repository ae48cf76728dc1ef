// include/xinpu/assert.h
#pragma once
// Assertions for our own mistakes. Bytes from outside are checked with `if` and give an Error instead.

#include <cstdio>
#include <cstdlib>

namespace xinpu::detail {
[[noreturn]] inline void assertionFailed(const char* text, const char* file, int line) noexcept {
    std::fprintf(stderr, "xinpu: assertion failed: %s (%s:%d). This is a bug in xinpu; please report it.\n", text,
                 file, line);
    std::abort();
}
}  // namespace xinpu::detail

/// Stays on in release: use where it costs a compare.
#define XINPU_ASSERT(condition)                                                                                       \
    (static_cast<bool>(condition) ? void(0) : ::xinpu::detail::assertionFailed(#condition, __FILE__, __LINE__))

/// Walks a structure: on in the dev, asan, tsan and fuzz presets only.
#ifdef XINPU_SLOW_ASSERTIONS
#define XINPU_ASSERT_SLOW(condition) XINPU_ASSERT(condition)
#else
#define XINPU_ASSERT_SLOW(condition) void(0)
#endif
