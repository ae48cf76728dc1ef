// tests/unit/calendar/second_source_test.cpp
// The built-in years against a second collection of the same notices (holiday-cn), day by day, where it is
// present.

#include <gtest/gtest.h>

#include <rapidjson/document.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "engine/calendar/calendar.h"
#include "tests/unit/calendar/dates.h"

namespace xinpu::engine {
namespace {

/// XINPU_SHARED, else `shared` beside the project's folder.
std::filesystem::path sharedFolder() {
    const char* given = std::getenv("XINPU_SHARED");
    return given != nullptr ? std::filesystem::path(given)
                            : std::filesystem::path(XINPU_SOURCE_DIR).parent_path() / "shared";
}

TEST(CalendarSecondSource, AgreesOnEveryDayFrom2008) {
    const std::filesystem::path folder = sharedFolder() / "data" / "cn-holidays";
    if (!std::filesystem::exists(folder / "2026.json")) {
        GTEST_SKIP() << "left out: " << folder << " is absent";
    }
    std::map<std::chrono::sys_days, bool> listed;  // working or not
    for (int year = 2007; year <= 2026; ++year) {
        std::ifstream file(folder / (std::to_string(year) + ".json"));
        const std::string json{std::istreambuf_iterator<char>(file), {}};
        rapidjson::Document document;
        ASSERT_FALSE(document.Parse(json.c_str()).HasParseError()) << year;
        for (const auto& day : document["days"].GetArray()) {
            listed[test::date(day["date"].GetString())] = !day["isOffDay"].GetBool();
        }
    }
    const Calendar calendar = Calendar::builtIn();
    for (auto date = test::date("2008-01-01"); date <= test::date("2026-12-31");
         date += std::chrono::days{1}) {
        const auto entry = listed.find(date);
        const bool working =
            entry != listed.end() ? entry->second : std::chrono::weekday{date}.iso_encoding() <= 5;
        EXPECT_EQ(calendar.day(date).working, working) << test::text(date);
    }
}

}  // namespace
}  // namespace xinpu::engine
