// tests/unit/value/decimal_test.cpp
// Exact decimals: text, arithmetic, rounding, comparison with other numbers.

#include "engine/value/decimal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "samples.h"
#include "xinpu/error.h"

namespace xinpu::engine {
namespace {

using test::dec;

constexpr const char* kLargest = "99999999999999999999999999999999999999";
constexpr const char* kSmallest = "0.00000000000000000000000000000000000001";

TEST(Decimal, ReadsAndPrintsText) {
    struct Case {
        const char* text;
        const char* printed;  // nullptr: refused
    };
    const Case cases[] = {
        {"0", "0"},
        {"-0", "0"},
        {"0.00", "0.00"},
        {"5000.00", "5000.00"},
        {"33.3333", "33.3333"},
        {"+7", "7"},
        {"-7.50", "-7.50"},
        {".5", "0.5"},
        {"5.", "5"},
        {"007", "7"},
        {"1e3", "1000"},
        {"1.5E+3", "1500"},
        {"1.5e-3", "0.0015"},
        {"12e-1", "1.2"},
        {"0e999", "0"},
        {kLargest, kLargest},
        {kSmallest, kSmallest},
        {"-0.99999999999999999999999999999999999999", "-0.99999999999999999999999999999999999999"},
        {"1e37", "10000000000000000000000000000000000000"},
        {"10e-39", kSmallest},
        {"1e38", nullptr},
        {"1e-39", nullptr},
        {"100000000000000000000000000000000000000", nullptr},
        {"0.100000000000000000000000000000000000001", nullptr},
        {"", nullptr},
        {"-", nullptr},
        {".", nullptr},
        {"1.2.3", nullptr},
        {"1 ", nullptr},
        {" 1", nullptr},
        {"1e", nullptr},
        {"1e+", nullptr},
        {"1e+-1", nullptr},
        {"1e99999999999", nullptr},
        {"--1", nullptr},
        {"0x10", nullptr},
        {"NaN", nullptr},
        {"1,000", nullptr},
        {"１", nullptr},
    };
    for (const Case& c : cases) {
        const auto number = Decimal::parse(c.text);
        ASSERT_EQ(number.has_value(), c.printed != nullptr) << c.text;
        if (number) {
            EXPECT_EQ(number->toString(), c.printed) << c.text;
        }
    }
}

TEST(Decimal, NormalisedDropsZerosAtTheEndOfTheFractionOnly) {
    EXPECT_EQ(dec("33.3333").normalised().toString(), "33.3333");
    EXPECT_EQ(dec("5.000").normalised().toString(), "5");
    EXPECT_EQ(dec("500").normalised().toString(), "500");
    EXPECT_EQ(dec("0.000").normalised().toString(), "0");
    EXPECT_EQ(dec("-1.20").normalised().toString(), "-1.2");
}

TEST(Decimal, RescaleRoundsHalfToEven) {
    struct Case {
        const char* number;
        unsigned places;
        const char* result;
    };
    const Case cases[] = {
        {"1.005", 2, "1.00"},
        {"1.015", 2, "1.02"},
        {"1.0150", 2, "1.02"},
        {"1.0151", 2, "1.02"},
        {"2.5", 0, "2"},
        {"3.5", 0, "4"},
        {"-2.5", 0, "-2"},
        {"-3.5", 0, "-4"},
        {"2.51", 0, "3"},
        {"0.5", 0, "0"},
        {"-0.5", 0, "0"},
        {"9.99", 1, "10.0"},
        {"5", 2, "5.00"},
        {"5.10", 2, "5.10"},
        {"0.4999", 0, "0"},
        {kSmallest, 0, "0"},
        {"1.45", 1, "1.4"},
        {"1.4500001", 1, "1.5"},
        {"0.99999999999999999999999999999999999999", 0, "1"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(dec(c.number).rescale(c.places).toString(), c.result) << c.number << " to " << c.places;
    }
    EXPECT_THROW(dec(kLargest).rescale(1), Error);
    EXPECT_THROW(dec("1").rescale(39), Error);
}

TEST(Decimal, AddsSubtractsAndMultipliesExactly) {
    struct Case {
        const char* a;
        char operation;
        const char* b;
        const char* result;  // nullptr: too large
    };
    const Case cases[] = {
        {"0.1", '+', "0.2", "0.3"},
        {"5000.00", '+', "0.5", "5000.50"},
        {"1", '+', "-1.00", "0.00"},
        {"99999999999999999999999999999999999998", '+', "1", kLargest},
        {kLargest, '+', "1", nullptr},
        {kLargest, '+', "1.0", nullptr},
        {kLargest, '+', "0.00", kLargest},
        {"10000000000000000000000000000000000000", '+', "1.0", "10000000000000000000000000000000000001"},
        {kLargest, '-', kLargest, "0"},
        {"1", '-', kSmallest, "0.99999999999999999999999999999999999999"},
        {"10", '-', kSmallest, nullptr},
        {"0.10", '-', "0.1", "0.00"},
        {"1.5", '*', "2.00", "3.000"},
        {"-0.5", '*', "-0.5", "0.25"},
        {"33.3333", '*', "0.01", "0.333333"},
        {"10000000000000000000", '*', "1000000000000000000", "10000000000000000000000000000000000000"},
        {"10000000000000000000", '*', "10000000000000000000", nullptr},
        {kSmallest, '*', "10", "0.00000000000000000000000000000000000010"},
        {kSmallest, '*', "0.1", nullptr},
        {kSmallest, '*', "0.0", "0"},
        {"0.00000000000000000005", '*', "0.0000000000000000003", nullptr},
        {"0.00000000000000000005", '*', "0.000000000000000002", "0.00000000000000000000000000000000000010"},
        {"1.00000000000000000000", '*', "1.00000000000000000000", "1"},
        {"12345678901234567890", '*', "9876543210987654321", nullptr},
        {"-0.04", '*', "546916633082718156.01015786453464250355", "-21876665323308726.240406314581385700142"},
        {"67692725310000000000", '*', "-0.0000000000000000008198590159237625485",
         "-55.498491157854174097276052535"},
        {"1234567890123456789", '*', "9876543210987654321", "12193263113702179522374638011112635269"},
    };
    for (const Case& c : cases) {
        const auto compute = [&c] {
            const Decimal a = dec(c.a);
            const Decimal b = dec(c.b);
            return c.operation == '+' ? a.add(b) : (c.operation == '-' ? a.sub(b) : a.mul(b));
        };
        if (c.result == nullptr) {
            try {
                ADD_FAILURE() << c.a << c.operation << c.b << " = " << compute().toString();
            } catch (const Error& error) {
                EXPECT_EQ(error.code(), ErrorCode::Arithmetic);
                EXPECT_EQ(error.detail(), "DECIMAL_OVERFLOW");
            }
        } else {
            EXPECT_EQ(compute().toString(), c.result) << c.a << c.operation << c.b;
        }
    }
}

TEST(Decimal, DividesHalfToEven) {
    struct Case {
        const char* a;
        const char* b;
        unsigned places;
        const char* result;
    };
    const Case cases[] = {
        {"1", "3", 12, "0.333333333333"},
        {"2", "3", 12, "0.666666666667"},
        {"-2", "3", 12, "-0.666666666667"},
        {"1", "8", 2, "0.12"},
        {"3", "8", 2, "0.38"},
        {"1", "-8", 2, "-0.12"},
        {"5000.00", "3", 2, "1666.67"},
        {"1", "3", 38, "0.33333333333333333333333333333333333333"},
        {"1", kLargest, 38, kSmallest},
        {"1", kSmallest, 0, nullptr},
        {"0.1", kSmallest, 0, "10000000000000000000000000000000000000"},
        {kSmallest, "2", 38, "0.00000000000000000000000000000000000000"},
        {kSmallest, kLargest, 38, "0.00000000000000000000000000000000000000"},
        {kLargest, kLargest, 0, "1"},
        {kLargest, kLargest, 37, "1.0000000000000000000000000000000000000"},
        {kLargest, kLargest, 38, nullptr},
        {kSmallest, kSmallest, 5, "1.00000"},
        {"2.5", "1", 0, "2"},
        {"2.500000001", "1", 0, "3"},
        {"7", "2", 0, "4"},
        {"5", "2", 0, "2"},
        {"10.00000000000000000001", "4", 0, "3"},
        {"10", "4", 0, "2"},
        {"0", "7", 3, "0.000"},
    };
    for (const Case& c : cases) {
        if (c.result == nullptr) {
            EXPECT_THROW(dec(c.a).div(dec(c.b), c.places), Error) << c.a << " / " << c.b;
        } else {
            EXPECT_EQ(dec(c.a).div(dec(c.b), c.places).toString(), c.result) << c.a << " / " << c.b;
        }
    }
    try {
        dec("1").div(dec("0.00"), 2);
        FAIL() << "divided by zero";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Arithmetic);
        EXPECT_EQ(error.detail(), "DIVISION_BY_ZERO");
    }
}

// 2 |a - q b| <= |b| 10^-places, and where equal, q is even: checked with whole numbers that stay small.
TEST(Decimal, QuotientsAreTheNearestOnesEvenAtTies) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 20'000; ++round) {
        const auto a = static_cast<std::int64_t>(random() % 200'001) - 100'000;
        auto b = static_cast<std::int64_t>(random() % 2'001) - 1'000;
        b = b == 0 ? 8 : b;
        const auto places = static_cast<unsigned>(random() % 5);
        const Decimal quotient = Decimal::fromInt64(a).div(Decimal::fromInt64(b), places);
        std::int64_t power = 1;
        for (unsigned i = 0; i < places; ++i) {
            power *= 10;
        }
        const auto q = static_cast<std::int64_t>(quotient.coefficient());
        const std::int64_t distance = 2 * std::abs(a * power - q * b);
        ASSERT_LE(distance, std::abs(b)) << a << " / " << b << " at " << places;
        ASSERT_TRUE(distance < std::abs(b) || q % 2 == 0) << a << " / " << b << " at " << places;
    }
}

TEST(Decimal, ComparesExactlyWithDoubles) {
    struct Case {
        const char* decimal;
        double number;
        int order;  // sign of decimal - number
    };
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const Case cases[] = {
        {"0.1", 0.1, -1},  // the double is 0.1000000000000000055…
        {"0.3", 0.3, 1},   // the double is 0.2999999999999999888…
        {"0.5", 0.5, 0},
        {"0.50", 0.5, 0},
        {"-0.1", -0.1, 1},
        {"0", 0.0, 0},
        {"0.00", -0.0, 0},
        {"0", 5e-324, -1},
        {"0", -5e-324, 1},
        {kSmallest, 5e-324, 1},
        {kLargest, 1e38, 1},  // the double is 99999999999999997748809823456034029568
        {kLargest, std::nextafter(1e38, 1e39), -1},
        {kLargest, kInfinity, -1},
        {"-1", -kInfinity, 1},
        {kLargest, 1e300, -1},
        {"9007199254740993", 9007199254740992.0, 1},
        {"9007199254740993", 9007199254740994.0, -1},
        {"0.1000000000000000055511151231257827021", 0.1, -1},
        {"0.1000000000000000055511151231257827022", 0.1, 1},
        {"100000000000000000000000", 1e23, 1},  // the double is 99999999999999991611392
        {"99999999999999991611392", 1e23, 0},
        {"1", 1.0, 0},
        {"2", 1.0, 1},
        {"-2", 1.0, -1},
    };
    for (const Case& c : cases) {
        const auto order = dec(c.decimal).compare(c.number);
        EXPECT_EQ(order < 0 ? -1 : (order > 0 ? 1 : 0), c.order) << c.decimal << " and " << c.number;
        EXPECT_NE(order, std::partial_ordering::unordered);
    }
    EXPECT_EQ(dec("1").compare(std::numeric_limits<double>::quiet_NaN()), std::partial_ordering::unordered);
}

TEST(Decimal, ComparesIntegersAndDoublesExactly) {
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
    EXPECT_EQ(compareExactly(kMax, 0x1p63), std::partial_ordering::less);  // a cast would call them equal
    EXPECT_EQ(compareExactly(kMin, -0x1p63), std::partial_ordering::equivalent);
    EXPECT_EQ(compareExactly(kMin, std::nextafter(-0x1p63, -1e300)), std::partial_ordering::greater);
    EXPECT_EQ(compareExactly(9007199254740993, 9007199254740992.0), std::partial_ordering::greater);
    EXPECT_EQ(compareExactly(0, -0.0), std::partial_ordering::equivalent);
    EXPECT_EQ(compareExactly(0, -0.5), std::partial_ordering::greater);
    EXPECT_EQ(compareExactly(-1, -0.5), std::partial_ordering::less);
    EXPECT_EQ(compareExactly(1, 1.5), std::partial_ordering::less);
    EXPECT_EQ(compareExactly(1, std::nan("")), std::partial_ordering::unordered);
}

TEST(Decimal, ComparesAcrossScales) {
    EXPECT_EQ(dec("1.0"), dec("1"));
    EXPECT_LT(dec("0.999"), dec("1"));
    EXPECT_LT(dec("-1"), dec("-0.999"));
    EXPECT_GT(dec("1.0000000000000000000000000000000000001"), dec("1"));
    EXPECT_LT(dec(kSmallest), dec(kLargest));
    EXPECT_LT(dec("-5"), dec(kSmallest));
    EXPECT_EQ(dec("0.00"), dec("0"));
    EXPECT_EQ(dec("7").compare(std::int64_t{7}), std::strong_ordering::equal);
    EXPECT_EQ(dec("7.01").compare(std::int64_t{7}), std::strong_ordering::greater);
}

TEST(Decimal, TakesDoublesByTheirShortestDigits) {
    EXPECT_EQ(Decimal::fromDouble(0.1)->toString(), "0.1");
    EXPECT_EQ(Decimal::fromDouble(-12.5)->toString(), "-12.5");
    EXPECT_EQ(Decimal::fromDouble(100.0)->toString(), "100");
    EXPECT_EQ(Decimal::fromDouble(1e37)->toString(), "10000000000000000000000000000000000000");
    EXPECT_EQ(Decimal::fromDouble(-0.0)->toString(), "0");
    EXPECT_FALSE(Decimal::fromDouble(1e38));
    EXPECT_FALSE(Decimal::fromDouble(1e-39));
    EXPECT_FALSE(Decimal::fromDouble(std::nan("")));
    EXPECT_FALSE(Decimal::fromDouble(std::numeric_limits<double>::infinity()));
}

TEST(Decimal, TurnsIntoTheNearestDouble) {
    const char* const texts[] = {"0",
                                 "0.1",
                                 "-0.3",
                                 "33.3333",
                                 "5000.00",
                                 kLargest,
                                 kSmallest,
                                 "9007199254740993",
                                 "123456789012345678901234567890.12345678",
                                 "-0.99999999999999999999999999999999999999"};
    for (const char* text : texts) {
        EXPECT_EQ(dec(text).toDouble(), std::strtod(text, nullptr)) << text;
    }
}

TEST(Decimal, FitsIntoSlotsOnlyIfExact) {
    struct Case {
        const char* number;
        unsigned places;
        std::optional<std::int32_t> slot;
    };
    const Case cases[] = {
        {"33.3333", 4, 333'333},
        {"100", 4, 1'000'000},
        {"33.33330", 4, 333'333},
        {"33.33331", 4, std::nullopt},
        {"0", 30, 0},
        {"-0.0001", 4, -1},
        {"2147483647", 0, 2'147'483'647},
        {"2147483648", 0, std::nullopt},
        {"-2147483648", 0, std::numeric_limits<std::int32_t>::min()},
        {"214748.3648", 4, std::nullopt},
        {"1", 10, std::nullopt},
        {kLargest, 4, std::nullopt},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(dec(c.number).scaledToInt32(c.places), c.slot) << c.number << " at " << c.places;
    }
    EXPECT_EQ(dec("12.00").toInt64(), 12);
    EXPECT_EQ(dec("12.50").toInt64(), std::nullopt);
    EXPECT_EQ(dec("-9223372036854775808").toInt64(), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(dec("9223372036854775808").toInt64(), std::nullopt);
}

TEST(Decimal, RefusesPartsOutOfRange) {
    EXPECT_FALSE(Decimal::fromParts(1, 39));
    EXPECT_FALSE(Decimal::fromParts(dec(kLargest).coefficient() + 1, 0));
    EXPECT_FALSE(Decimal::fromParts(-dec(kLargest).coefficient() - 1, 0));
    EXPECT_TRUE(Decimal::fromParts(-dec(kLargest).coefficient(), 38));
}

}  // namespace
}  // namespace xinpu::engine
