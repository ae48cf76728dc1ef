// tests/logic/runner/test_file.h
#pragma once
// A test file as a list of sections, in the form that tests/logic/README.md describes.

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace xinpu::logic {

enum class SectionKind { Database, Query, Error, Update, PlanContains, PlanLacks, Reopen, As };

struct Section {
    SectionKind kind = SectionKind::Query;
    std::uint32_t line = 0;  ///< of its first word, from 1
    std::string title{};     ///< Database: its name; As: the role; PlanContains, PlanLacks: the operator
    std::string statement{};
    std::string parameters{};  ///< typed JSON, or empty
    bool ordered = false;      ///< Query

    bool rows_given = false;  ///< there is a `----`
    std::vector<std::string> header{};
    std::vector<std::string> rows{};

    std::string error_class{};
    std::string error_detail{};  ///< `*`: any
    std::optional<std::pair<std::uint32_t, std::uint32_t>> error_at{};

    bool counters_given = false;
    std::map<std::string, std::uint64_t> counters{};  ///< those not named must be 0
};

struct TestFile {
    std::string name;  ///< as messages show it
    std::vector<Section> sections;
};

/// @throws BadTest with file and line
TestFile readTestFile(const std::filesystem::path& path);

}  // namespace xinpu::logic
