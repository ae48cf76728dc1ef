// tests/fuzz/value_text_fuzz.cpp
// Any text as a decimal and as a date: what is accepted prints as text that reads back the same.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/value/decimal.h"
#include "engine/value/temporal.h"
#include "fuzz_check.h"

using namespace xinpu::engine;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto number = Decimal::parse(text)) {
        const auto back = Decimal::parse(number->toString());
        FUZZ_CHECK(back.has_value());
        FUZZ_CHECK(*back == *number);
        FUZZ_CHECK(back->scale() == number->scale());
        FUZZ_CHECK(number->normalised() == *number);
        // The nearest double is within the doubles on either side; comparing is exact, so this cannot be off.
        const auto shortest = Decimal::fromDouble(number->toDouble());
        FUZZ_CHECK(!shortest || shortest->toDouble() == number->toDouble());
    }
    if (const auto date = parseIsoDate(text)) {
        FUZZ_CHECK(toIso(*date) == text);
    }
    return 0;
}
