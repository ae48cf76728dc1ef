// tests/unit/server/options_test.cpp
// The table of options: equal to the one in docs/operations.md, and each layer over the one before.
#include "server/config/settings.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "xinpu/error.h"

namespace xinpu::server {
namespace {

std::optional<std::string> nothing(const std::string&) {
    return std::nullopt;
}

/// A line of the document.
std::string lineOf(const OptionSpec& option) {
    std::string values(option.type);
    if (option.kind == OptionKind::Whole) {
        values = fmt::format("{} {} to {}", option.type, option.least, option.most);
    } else if (option.kind == OptionKind::Flag) {
        values = "true, false";
    }
    std::string shown;
    for (const char c : values) {
        shown += c == '|' ? "\\|" : std::string(1, c);
    }
    return fmt::format("| `{}` | `--{}` | `{}` | {} | {} | {} |", option.name, option.flag, environmentName(option), shown,
                       option.usual.empty() ? "" : fmt::format("`{}`", option.usual), option.about);
}

TEST(Options, TheDocumentHasThemAll) {
    std::ifstream in(XINPU_SOURCE_DIR "/docs/operations.md");
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    std::string lines;
    for (const OptionSpec& option : allOptions()) {
        lines += lineOf(option) + "\n";
    }
    EXPECT_NE(text.find("|---|---|---|---|---|---|\n" + lines + "\n"), std::string::npos)
        << "docs/operations.md must have this table:\n"
        << lines;
}

TEST(Options, DefaultsAreSound) {
    for (const OptionSpec& option : allOptions()) {
        EXPECT_EQ(problemOf(option, option.usual), std::nullopt) << option.name;
        EXPECT_FALSE(option.about.ends_with('.')) << option.name;
        EXPECT_FALSE(option.about_chinese.empty()) << option.name;
    }
    const ServerOptions options = Settings({}, nothing, {}).options();
    const ServerOptions same{};
    EXPECT_EQ(options.http.port, same.http.port);
    EXPECT_EQ(options.bolt->port, same.bolt->port);
    EXPECT_EQ(options.statement_time_max, same.statement_time_max);
    EXPECT_EQ(options.statement_memory_max, same.statement_memory_max);
    EXPECT_EQ(options.clients.connections_max, same.clients.connections_max);
    EXPECT_EQ(options.clients.connections_each, same.clients.connections_each);
    EXPECT_EQ(options.disk_free_min, same.disk_free_min);
    EXPECT_EQ(options.drain_time_max, same.drain_time_max);
    EXPECT_EQ(options.timezone, same.timezone);
    EXPECT_TRUE(options.bolt_if_free);
}

class File {
public:
    explicit File(const std::string& text)
        : path_(std::filesystem::temp_directory_path() / fmt::format("xinpu-options-{}.toml", ::getpid())) {
        std::ofstream(path_) << text;
    }
    ~File() { std::filesystem::remove(path_); }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

TEST(Options, CommandLineBeforeEnvironmentBeforeFile) {
    const File file("workers = 3\ndrain_s = 4\n[limits]\nstatement_time_s = 5\n[log]\nformat = 'logfmt'\n[cors]\norigins = "
                    "['https://a.example', 'http://b.example:81']\n");
    const auto environment = [](const std::string& name) {
        return name == "XINPU_DRAIN" ? std::optional<std::string>("6")
               : name == "XINPU_TIME_LIMIT" ? std::optional<std::string>("7")
                                            : std::nullopt;
    };
    const Settings settings(file.path(), environment, {{"limits.statement_time_s", "8"}, {"bolt", "off"}});
    const ServerOptions options = settings.options();
    EXPECT_EQ(options.workers, 3U);
    EXPECT_EQ(options.drain_time_max.count(), 6);
    EXPECT_EQ(options.statement_time_max.count(), 8);
    EXPECT_TRUE(options.log.logfmt);
    EXPECT_FALSE(options.bolt.has_value());
    EXPECT_EQ(options.cors_origins, (std::vector<std::string>{"https://a.example", "http://b.example:81"}));

    // What is printed says the same when it is read again.
    const File printed(settings.asToml());
    EXPECT_EQ(Settings(printed.path(), nothing, {}).options().statement_time_max.count(), 8);
    EXPECT_NE(settings.asToml().find("drain_s = 6  # environment\n"), std::string::npos) << settings.asToml();
}

struct Wrong {
    const char* name;
    const char* text;
    const char* said;
};
constexpr Wrong kWrong[] = {
    {"no_toml", "workers = ", "line 1, column"},
    {"unknown", "\nworker = 3\n", "line 2, column 1: there is no option 'worker'; did you mean 'workers'?"},
    {"in_another_section", "[limits]\nworkers = 3\n",
     "line 2, column 1: there is no option 'limits.workers'; did you mean 'workers'?"},
    {"section", "[limit]\nconnections = 3\n", "line 1, column 2: there is no option 'limit'"},
    {"type", "workers = '3'\n", "line 1, column 11: 'workers' must be a whole number."},
    {"fraction", "workers = 3.5\n", "'workers' must be a whole number."},
    {"range", "workers = 1001\n", "line 1, column 11: 'workers': '1001' is not a whole number from 0 to 1000."},
    {"choice", "[log]\nformat = 'xml'\n", "'log.format': 'xml' is not one of json, logfmt."},
    {"flag", "dev = 1\n", "'dev' must be true or false."},
    {"address", "listen = 'here'\n", "'listen': 'here' is no HOST:PORT."},
    {"list", "[cors]\norigins = 'https://a.example'\n", "'cors.origins' must be an array of texts."},
    {"origin", "[cors]\norigins = ['https://a.example/']\n", "is no origin"},
    {"any_origin", "[cors]\norigins = ['*']\n", "is no origin"},
    {"twice", "workers = 1\nworkers = 2\n", "line 2"},
};
class WrongFile : public testing::TestWithParam<Wrong> {};
TEST_P(WrongFile, IsRefusedWithItsPlace) {
    const File file(GetParam().text);
    try {
        const Settings settings(file.path(), nothing, {});
        FAIL() << "taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Usage);
        EXPECT_NE(error.message().find(GetParam().said), std::string::npos) << error.message();
        EXPECT_NE(error.message().find(file.path().string()), std::string::npos) << error.message();
    }
}
INSTANTIATE_TEST_SUITE_P(Server, WrongFile, testing::ValuesIn(kWrong), [](const auto& row) { return row.param.name; });

TEST(Options, HalfACertificateIsRefused) {
    EXPECT_THROW(Settings({}, nothing, {{"tls.cert", "a.pem"}}).options(), Error);
    EXPECT_THROW(Settings({}, nothing, {{"tls.key", "a.pem"}}).options(), Error);
}

}  // namespace
}  // namespace xinpu::server
