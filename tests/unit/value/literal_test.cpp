// tests/unit/value/literal_test.cpp
// Values as text, and floating-point numbers as Java prints them.

#include "engine/value/literal.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>

#include "samples.h"

namespace xinpu::engine {
namespace {

TEST(FormatFloat, PrintsAsJava) {
    struct Case {
        double number;
        const char* text;
    };
    const Case cases[] = {
        {1.0, "1.0"},
        {-1.0, "-1.0"},
        {0.0, "0.0"},
        {-0.0, "-0.0"},
        {0.1, "0.1"},
        {0.3, "0.3"},
        {0.1 + 0.2, "0.30000000000000004"},
        {100.0, "100.0"},
        {123456.789, "123456.789"},
        {9999999.0, "9999999.0"},
        {1e7, "1.0E7"},
        {12345678.0, "1.2345678E7"},
        {0.001, "0.001"},
        {0.0015, "0.0015"},
        {0.00123456, "0.00123456"},
        {0.000999, "9.99E-4"},
        {1e-9, "1.0E-9"},
        {1e21, "1.0E21"},
        {1e23, "1.0E23"},
        {2e23, "2.0E23"},
        {1e100, "1.0E100"},
        {68719476736.0, "6.8719476736E10"},
        {5e-324, "4.9E-324"},
        {1e-323, "9.9E-324"},
        {2.2250738585072014e-308, "2.2250738585072014E-308"},
        {std::numeric_limits<double>::max(), "1.7976931348623157E308"},
        {9007199254740993.0, "9.007199254740992E15"},
        {std::numeric_limits<double>::infinity(), "Infinity"},
        {-std::numeric_limits<double>::infinity(), "-Infinity"},
        {std::numeric_limits<double>::quiet_NaN(), "NaN"},
        {-std::numeric_limits<double>::quiet_NaN(), "NaN"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(formatFloat(c.number), c.text);
    }
}

TEST(FormatFloat, ReadsBackTheSame) {
    std::mt19937_64 random(3);
    for (int round = 0; round < 100'000; ++round) {
        const double number =
            round % 2 == 0
                ? std::bit_cast<double>(random())
                : static_cast<double>(static_cast<std::int64_t>(random() % 2'000'001) - 1'000'000) / 1'000;
        if (std::isfinite(number)) {
            const std::string text = formatFloat(number);
            ASSERT_EQ(std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)),
                      std::bit_cast<std::uint64_t>(number))
                << text;
        }
    }
}

TEST(CypherText, WritesValuesAsTheTestKitDoes) {
    struct Case {
        Value value;
        const char* text;
    };
    const Value one = Value::of(1);
    const Case cases[] = {
        {Value::null(), "null"},
        {Value::of(true), "true"},
        {Value::of(-7), "-7"},
        {Value::of(1.0), "1.0"},
        {Value::of(1e100), "1.0E100"},
        {Value::of(test::dec("12.50")), "decimal('12.50')"},
        {Value::of("str"), "'str'"},
        {Value::of("it's \\ a\nline"), "'it\\'s \\\\ a\\nline'"},
        {Value::of("甲"), "'甲'"},
        {Value::ofBytes(std::as_bytes(std::span("\x01\xAB", 2))), "0x01ab"},
        {Value::of(Date{20'781}), "'2026-11-24'"},
        {Value::of(LocalTime{45'060 * kNanosPerSecond}), "'12:31'"},
        {Value::of(Time{45'060 * kNanosPerSecond, 3'600}), "'12:31+01:00'"},
        {Value::of(LocalDateTime{0, 0}), "'1970-01-01T00:00'"},
        {Value::of(ZonedDateTime{0, 0, 0, "UTC"}), "'1970-01-01T00:00Z[UTC]'"},
        {Value::of(Duration{14, 3, 0, 0}), "'P1Y2M3D'"},
        {Value::of(std::vector<Value>{}), "[]"},
        {Value::of(std::vector<Value>{one, Value::of("a"), Value::null()}), "[1, 'a', null]"},
        {Value::of(std::vector<MapEntry>{}), "{}"},
        {Value::of(std::vector<MapEntry>{{"b c", one}, {"a", Value::of(std::vector<Value>{one})}}),
         "{a: [1], `b c`: 1}"},
        {Value::of(std::vector<MapEntry>{{"`", one}, {"1a", one}}), "{`1a`: 1, ````: 1}"},
        {Value::of(NodeId{12}), "(12)"},
        {Value::of(RelId{5}), "[:5]"},
        {Value::of(Path{NodeId{12},
                        {{RelId{5}, NodeId{13}, Direction::Out}, {RelId{6}, NodeId{12}, Direction::In}}}),
         "<(12)-[:5]->(13)<-[:6]-(12)>"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(toCypherText(c.value), c.text);
    }
}

}  // namespace
}  // namespace xinpu::engine
