// tests/unit/cli/progress_test.cpp
// Progress lines on a terminal and in a log, under a clock that the test moves.
#include "cli/progress.h"

#include <sstream>

#include <gtest/gtest.h>

#include "cli/text_width.h"

namespace xinpu::cli {
namespace {

using namespace std::chrono_literals;

class ProgressLines : public testing::Test {
protected:
    Progress make(Progress::Target target, Language language = Language::English, unsigned columns = 80) {
        return Progress(out_, target, columns, language, [this] { return now_; });
    }
    std::string taken() {
        std::string text = out_.str();
        out_.str("");
        return text;
    }
    std::ostringstream out_;
    std::chrono::steady_clock::time_point now_{};
};

TEST_F(ProgressLines, TerminalRedrawsOneLine) {
    Progress progress = make(Progress::Target::Terminal);
    progress.start("investments", "rows", 1'600'000);
    now_ += 1s;
    progress.advance(400'000);
    EXPECT_EQ(taken(), "\rinvestments   25%  400,000 rows  400,000 rows/s  3.0 s left\x1b[K");
    now_ += 1s;
    progress.advance(1'600'000);
    EXPECT_EQ(taken(), "\rinvestments  100%  1,600,000 rows  800,000 rows/s\x1b[K");
    progress.finish(1'600'000);
    EXPECT_EQ(taken(), "\r\x1b[Kinvestments: 1,600,000 rows in 2.0 s (800,000 rows/s)\n");
}

TEST_F(ProgressLines, TerminalIsNotRedrawnMoreOftenThanTheEyeSees) {
    Progress progress = make(Progress::Target::Terminal);
    progress.start("penalties", "rows", 1000);
    now_ += 99ms;
    progress.advance(10);
    EXPECT_EQ(taken(), "");
    now_ += 1ms;
    progress.advance(20);
    EXPECT_EQ(taken(), "\rpenalties    2%  20 rows  200 rows/s  4.9 s left\x1b[K");
    now_ += 50ms;
    progress.advance(30);
    EXPECT_EQ(taken(), "");
}

TEST_F(ProgressLines, LogHasALineEveryFewSecondsWithoutControlCharacters) {
    Progress progress = make(Progress::Target::Log);
    progress.start("roles", "rows", 100);
    now_ += 4s;
    progress.advance(40);
    EXPECT_EQ(taken(), "");
    now_ += 1s;
    progress.advance(50);
    EXPECT_EQ(taken(), "roles   50%  50 rows  10 rows/s  5.0 s left\n");
    progress.finish(100);
    EXPECT_EQ(taken(), "roles: 100 rows in 5.0 s (20 rows/s)\n");
}

TEST_F(ProgressLines, UnknownTotalHasNeitherPercentageNorTimeLeft) {
    Progress progress = make(Progress::Target::Log);
    progress.start("pages", "pages", 0);
    now_ += 10s;
    progress.advance(12'345);
    EXPECT_EQ(taken(), "pages  12,345 pages  1,234 pages/s\n");
}

TEST_F(ProgressLines, MoreThanTheTotalStaysAtHundredPercent) {
    Progress progress = make(Progress::Target::Log);
    progress.start("rows", "rows", 10);
    now_ += 5s;
    progress.advance(20);
    EXPECT_EQ(taken(), "rows  100%  20 rows  4 rows/s\n");
}

TEST_F(ProgressLines, WayMayBeMeasuredInOtherThingsThanAreCounted) {
    Progress progress = make(Progress::Target::Log);
    progress.start("loading", "rows", 0);
    now_ += 5s;
    progress.rename("investments");
    progress.advance(1'000, 500, 2'000);
    EXPECT_EQ(taken(), "investments   25%  1,000 rows  200 rows/s  15 s left\n");
}

TEST_F(ProgressLines, WorkOfNoTimeHasNoRate) {
    Progress progress = make(Progress::Target::Terminal);
    progress.start("persons", "rows", 3);
    progress.advance(3);
    progress.finish(3);
    EXPECT_EQ(taken(), "persons: 3 rows in 0 µs\n");
}

TEST_F(ProgressLines, AnUnfinishedLineIsTakenAway) {
    {
        Progress progress = make(Progress::Target::Terminal);
        progress.start("persons", "rows", 10);
        now_ += 1s;
        progress.advance(5);
        taken();
    }
    EXPECT_EQ(taken(), "\r\x1b[K");
}

TEST_F(ProgressLines, LineIsCutBeforeTheEdgeOfTheTerminal) {
    Progress progress = make(Progress::Target::Terminal, Language::Chinese, 20);
    progress.start("投资关系", "行", 1'600'000);
    now_ += 1s;
    progress.advance(400'000);
    const std::string line = taken();
    EXPECT_EQ(line, "\r投资关系   25%  40…\x1b[K");
}

TEST_F(ProgressLines, ChineseWords) {
    Progress progress = make(Progress::Target::Log, Language::Chinese);
    progress.start("投资关系", "行", 100);
    now_ += 5s;
    progress.advance(50);
    progress.finish(100);
    EXPECT_EQ(taken(),
              "投资关系   50%  50 行  10 行/秒  剩余 5.0 s\n投资关系：100 行，用时 5.0 s (20 行/秒)\n");
}

struct Span {
    const char* name;
    std::chrono::milliseconds span;
    const char* text;
};
constexpr Span kSpans[] = {
    {"none", 0ms, "0 µs"},
    {"millisecond", 1ms, "1.0 ms"},
    {"below_a_second", 440ms, "440.0 ms"},
    {"just_below_ten", 9'949ms, "9.9 s"},
    {"ten", 9'950ms, "10 s"},
    {"below_a_minute", 59'499ms, "59 s"},
    {"a_minute", 59'500ms, "1:00 min"},
    {"minutes", 185s, "3:05 min"},
    {"hours", 3'727s, "1:02:07 h"},
    {"before_the_start", -5s, "0 µs"},
};
class SpanText : public testing::TestWithParam<Span> {};
TEST_P(SpanText, IsShort) {
    EXPECT_EQ(spanText(GetParam().span), GetParam().text);
}
INSTANTIATE_TEST_SUITE_P(Cli, SpanText, testing::ValuesIn(kSpans),
                         [](const auto& row) { return row.param.name; });

TEST(BytesText, HasOneDecimalAndPowersOfTen) {
    EXPECT_EQ(bytesText(0), "0 B");
    EXPECT_EQ(bytesText(999), "999 B");
    EXPECT_EQ(bytesText(1'000), "1.0 kB");
    EXPECT_EQ(bytesText(999'949), "999.9 kB");
    EXPECT_EQ(bytesText(999'950), "1.0 MB");
    EXPECT_EQ(bytesText(UINT64_MAX), "18.4 EB");
}

TEST(Grouped, HasACommaEveryThreeDigits) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1'000), "1,000");
    EXPECT_EQ(grouped(1'234'567), "1,234,567");
    EXPECT_EQ(grouped(UINT64_MAX), "18,446,744,073,709,551,615");
}

}  // namespace
}  // namespace xinpu::cli
