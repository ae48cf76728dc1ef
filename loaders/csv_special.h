// loaders/csv_special.h
#pragma once
// The search for delimiters, quotes and line ends, 16 bytes at a time (for .cpp files of this room).

#include <cstddef>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace xinpu::loaders {

constexpr char kCsvQuote = '"';
/// Bytes that must be readable after the last one that may hold a special character: a block is loaded whole.
constexpr std::size_t kSpecialPadding = 16;

/// Finds what ends a plain stretch of a field.
class CsvSpecialFinder {
public:
    explicit CsvSpecialFinder(char delimiter) noexcept
        : delimiter_(delimiter)
#ifdef __SSE2__
          ,
          delimiters_(_mm_set1_epi8(delimiter)), quotes_(_mm_set1_epi8(kCsvQuote)),
          lines_(_mm_set1_epi8('\n'))
#endif
    {
    }

    /// The first delimiter, quote or line end at or after `p`; there is one, `p` is followed by
    /// kSpecialPadding bytes more. `high` gets a bit set when a byte on the way, or shortly after, is not
    /// ASCII.
    const char* find(const char* p, unsigned& high) const noexcept {
#ifdef __SSE2__
        for (;; p += 16) {
            const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
            const __m128i hit =
                _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, delimiters_), _mm_cmpeq_epi8(block, lines_)),
                             _mm_cmpeq_epi8(block, quotes_));
            high |= static_cast<unsigned>(_mm_movemask_epi8(block));
            const auto hits = static_cast<unsigned>(_mm_movemask_epi8(hit));
            if (hits != 0) {
                return p + __builtin_ctz(hits);
            }
        }
#else
        for (;; ++p) {
            high |= static_cast<unsigned char>(*p) & 0x80U;
            if (*p == delimiter_ || *p == kCsvQuote || *p == '\n') {
                return p;
            }
        }
#endif
    }

    char delimiter() const noexcept {
        return delimiter_;
    }

private:
    char delimiter_;
#ifdef __SSE2__
    __m128i delimiters_;
    __m128i quotes_;
    __m128i lines_;
#endif
};

}  // namespace xinpu::loaders
