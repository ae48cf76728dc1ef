// tests/fuzz/fuzz_check.h
#pragma once
// What a fuzz target calls when a promise is broken.

#include <cstdio>
#include <cstdlib>

/// Ends the program with the promise that did not hold, in any build.
#define FUZZ_CHECK(condition)                                                                                \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                     \
            std::abort();                                                                                    \
        }                                                                                                    \
    } while (false)
