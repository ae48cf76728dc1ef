// tests/unit/loaders/load_test.cpp
// Loading by key gives the same graph as loading in bulk, and loading again changes nothing.

#include "loaders/load.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <random>
#include <set>

#include "credit/identity/uscc.h"
#include "engine/check/check.h"
#include "graph_text.h"
#include "xinpu/error.h"

namespace xinpu::loaders {
namespace {

constexpr DayNumber kToday = 20'781;  // 2026-11-24

using Lines = std::vector<std::string>;

std::string uscc(int number) {
    const char* const kinds[] = {"91", "92", "52", "12"};
    char text[32];
    std::snprintf(text, sizeof text, "%s441900MA%07d", kinds[number % 4], number);
    std::string code = text;
    code += *credit::usccCheckCharacter(code + '0');
    return code;
}

/// A small town in which most things happen: loops, cross-holdings, several stakes of a pair and day,
/// expired ones, several roles, penalties with and without a fine.
struct Town {
    std::array<Lines, kDatasets> rows;  ///< the first line is the header
    Lines& of(Dataset dataset) { return rows[static_cast<std::size_t>(dataset)]; }

    explicit Town(std::uint32_t seed) {
        std::mt19937 random(seed);
        const auto pick = [&random](int count) {
            return static_cast<int>(random() % static_cast<unsigned>(count));
        };
        constexpr int kSubjects = 120, kPersons = 60;
        of(Dataset::Subject) = {"uscc,name,kind,status,founded,region,industry"};
        for (int i = 0; i < kSubjects; ++i) {
            const char* const kinds[] = {"company", "individual_business", "organisation", "organisation"};
            of(Dataset::Subject)
                .push_back(uscc(i) + ",东城商行" + std::to_string(i) + "," + kinds[i % 4] + "," +
                           (pick(5) == 0 ? "cancelled" : "active") + ",2001-02-" +
                           std::to_string(10 + pick(18)) + ",441900," + (pick(2) ? "5211" : ""));
        }
        of(Dataset::Person) = {"pid,name_masked"};
        for (int i = 0; i < kPersons; ++i) {
            of(Dataset::Person).push_back("P" + std::to_string(i) + ",李*");
        }
        of(Dataset::Capital) = {"investor,investor_kind,uscc,share,amount,valid_from,valid_to"};
        for (int i = 0; i < 400; ++i) {
            const bool person = pick(2) == 0;
            const int holder = person ? pick(kPersons) : pick(kSubjects / 3);
            const char* const kinds[] = {"company", "individual_business", "organisation", "organisation"};
            of(Dataset::Capital)
                .push_back((person ? "P" + std::to_string(holder) : uscc(holder)) + "," +
                           (person ? "person" : kinds[holder % 4]) + "," + uscc(pick(kSubjects / 3)) + "," +
                           std::to_string(pick(100)) + (pick(3) ? ".5" : "") + "," +
                           (pick(2) ? "1000.50" : "") + ",201" + std::to_string(pick(3)) + "-01-01," +
                           (pick(4) == 0 ? "2020-06-30" : ""));
        }
        of(Dataset::Role) = {"pid,uscc,role,valid_from,valid_to"};
        std::set<std::string> roles;
        while (roles.size() < 100) {
            const char* const words[] = {"legal_representative", "director", "supervisor", "manager"};
            roles.insert("P" + std::to_string(pick(kPersons)) + "," + uscc(pick(kSubjects)) + "," +
                         words[pick(4)] + ",2015-0" + std::to_string(1 + pick(3)) + "-01");
        }
        for (const std::string& role : roles) {
            of(Dataset::Role).push_back(role + "," + (pick(3) == 0 ? "2021-01-01" : ""));
        }
        of(Dataset::Penalty) = {"doc_no,uscc,domain,organ,date,kind,amount,severity,publicity_until"};
        for (int i = 0; i < 200; ++i) {
            const int organ = pick(3);
            const char* const domains[] = {"market-regulation", "tax", "environment"};
            of(Dataset::Penalty)
                .push_back("东罚字〔2025〕" + std::to_string(i) + "号," + uscc(pick(kSubjects)) + "," +
                           domains[organ] + ",第" + std::to_string(organ) + "局,2025-03-" +
                           std::to_string(10 + pick(19)) + "," + (pick(2) ? "罚款,500.25" : "警告,") +
                           ",2,2027-01-01");
        }
    }
};

std::string joined(const Lines& lines, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
        text += lines[i] + '\n';
    }
    return text;
}

LoadRequest requestFor(const TestFolder& folder, const Town& town, std::size_t part, std::size_t of) {
    LoadRequest request;
    request.data = folder / "data";
    request.today = kToday;
    for (std::size_t i = 0; i < kDatasets; ++i) {
        const std::string name{argumentOf(static_cast<Dataset>(i))};
        const std::size_t rows = (town.rows[i].size() - 1) * part / of;
        request.files[i] = folder.write(name + std::to_string(part) + ".csv", joined(town.rows[i], rows + 1));
    }
    return request;
}

std::string counted(const LoadOutcome& outcome) {
    std::string text;
    for (const DatasetReceipt& each : outcome.receipt.datasets) {
        text += each.name + ' ' + std::to_string(each.rows) + '=' + std::to_string(each.accepted) + '+' +
                std::to_string(each.unchanged) + '+' + std::to_string(each.quarantined) + ' ';
    }
    return text;
}

std::string findingsOf(const std::filesystem::path& data) {
    std::string text;
    for (const engine::Finding& finding : engine::checkDatabase(engine::databaseFolder(data, "credit"), {})) {
        text += engine::findingText(finding) + '\n';
    }
    return text;
}

constexpr TextOptions kWithoutBatch{.without_label = "Batch", .without_key = "batch"};

class LoadTwice : public testing::TestWithParam<std::uint32_t> {};

TEST_P(LoadTwice, HalfInBulkAndAllByKeyIsAllInBulk) {
    Town town(GetParam());
    const TestFolder whole, parts;
    const LoadOutcome bulk = load(requestFor(whole, town, 1, 1), {});
    EXPECT_TRUE(bulk.bulk);
    EXPECT_TRUE(load(requestFor(parts, town, 1, 2), {}).bulk);
    const LoadOutcome rest = load(requestFor(parts, town, 1, 1), {});
    EXPECT_FALSE(rest.bulk);
    EXPECT_NE(rest.receipt.journal, 0U);
    EXPECT_TRUE(rest.quarantine.empty()) << counted(rest);
    EXPECT_EQ(graphLines(parts / "data", kWithoutBatch), graphLines(whole / "data", kWithoutBatch));
    EXPECT_EQ(findingsOf(parts / "data"), "");

    for (const TestFolder* folder : {&whole, &parts}) {
        const Lines before = graphLines(*folder / "data");
        const LoadOutcome again = load(requestFor(*folder, town, 1, 1), {});
        EXPECT_EQ(again.receipt.journal, 0U);
        EXPECT_EQ(counted(again),
                  "subject 120=0+120+0 person 60=0+60+0 penalty 200=0+200+0 capital 400=0+400+0 "
                  "role 100=0+100+0 ");
        EXPECT_EQ(graphLines(*folder / "data"), before);
    }
}
INSTANTIATE_TEST_SUITE_P(Loaders, LoadTwice, testing::Values(1U, 2U, 3U));

/// Loads `rows` of one data set over a town that is there.
LoadOutcome loadRows(const TestFolder& folder, Dataset dataset, const Lines& rows, bool stubs = false,
                     bool strict = false) {
    LoadRequest request;
    request.data = folder / "data";
    request.today = kToday;
    request.stub_subjects = stubs;
    request.strict = strict;
    request.quarantine = folder / "quarantine";
    request.files[static_cast<std::size_t>(dataset)] = folder.write("rows.csv", joined(rows, rows.size()));
    return load(request, {});
}

class Incremental : public testing::Test {
protected:
    Incremental() { load(requestFor(folder, town, 1, 1), {}); }

    /// The one line of a node or adjacency entry that begins with the first word and holds the others, else
    /// how many there are.
    std::string lineWith(std::initializer_list<std::string_view> words) const {
        Lines found;
        for (const std::string& line : graphLines(folder / "data")) {
            if (line.starts_with(*words.begin()) && line.find("->") == std::string::npos &&
                std::all_of(words.begin(), words.end(), [&line](std::string_view word) {
                    return line.find(word) != std::string::npos;
                })) {
                found.push_back(line);
            }
        }
        return found.size() == 1 ? found[0] : std::to_string(found.size()) + " lines";
    }

    Town town{7};
    TestFolder folder;
    const std::string penalty_header_ = "doc_no,uscc,domain,organ,date,kind,amount,severity,publicity_until";
    const std::string capital_header_ = "investor,investor_kind,uscc,share,amount,valid_from,valid_to";
};

TEST_F(Incremental, AChangedRowSupersedes) {
    const LoadOutcome outcome =
        loadRows(folder, Dataset::Subject,
                 {town.of(Dataset::Subject)[0], uscc(0) + ",新名,company,revoked,2001-02-03,441900,",
                  town.of(Dataset::Subject)[2]});
    EXPECT_EQ(counted(outcome), "subject 2=1+1+0 ");
    const std::string line = lineWith({":Company:Subject{", "name: '新名'", "status: 'revoked'"});
    EXPECT_NE(line.find(uscc(0)), std::string::npos) << line;
    EXPECT_EQ(line.find("industry"), std::string::npos) << line;
    EXPECT_EQ(findingsOf(folder / "data"), "");
}

TEST_F(Incremental, AChangedPenaltyTakesTheNewBatchAndKeepsItsState) {
    const std::string row = "东罚字[2025] 0号,";  // the same number in other brackets
    const std::string old = town.of(Dataset::Penalty)[1];
    const std::string party = old.substr(old.find(',') + 1, 18);
    const std::string organ = old.substr(old.find("第"), std::string_view("第0局").size());
    const LoadOutcome outcome =
        loadRows(folder, Dataset::Penalty,
                 {penalty_header_, row + party + ",tax," + organ + ",2025-03-10,罚款,9.00,3,2027-01-01"});
    EXPECT_EQ(counted(outcome), "penalty 1=1+0+0 ");
    const std::string line = lineWith({":Penalty{", "fine: decimal('9.00')"});
    EXPECT_NE(line.find("state: 'in_force'"), std::string::npos) << line;
    EXPECT_NE(line.find("batch: '" + outcome.receipt.batch), std::string::npos) << line;
    EXPECT_NE(lineWith({":Batch{", outcome.receipt.batch, "rows: 1"}), "0 lines");
    EXPECT_EQ(findingsOf(folder / "data"), "");
}

TEST_F(Incremental, ClashingRowsAreBothQuarantined) {
    const LoadOutcome outcome =
        loadRows(folder, Dataset::Penalty,
                 {penalty_header_, "新〔1〕号," + uscc(1) + ",tax,第1局,2025-03-10,罚款,9,3,2027-01-01",
                  "新〔2〕号," + uscc(1) + ",tax,第1局,2025-03-10,罚款,9,3,2027-01-01",
                  "新[1]号," + uscc(1) + ",tax,第1局,2025-03-10,罚款,8,3,2027-01-01",
                  "新〔2〕号," + uscc(1) + ",tax,第1局,2025-03-10,罚款,9,3,2027-01-01"});
    EXPECT_EQ(counted(outcome), "penalty 4=1+1+2 ");
    const std::string file = readFile(outcome.quarantine / "penalty.csv");
    EXPECT_NE(file.find(",2,doc_no,DUPLICATE_KEY,"), std::string::npos) << file;
    EXPECT_NE(file.find(",4,doc_no,DUPLICATE_KEY,"), std::string::npos) << file;
}

TEST_F(Incremental, UnknownPartiesAreQuarantinedOrMade) {
    const Lines rows = {penalty_header_,
                        "新〔1〕号," + uscc(901) + ",tax,第1局,2025-03-10,罚款,9,3,2027-01-01"};
    const LoadOutcome refused = loadRows(folder, Dataset::Penalty, rows);
    EXPECT_EQ(counted(refused), "penalty 1=0+0+1 ");
    EXPECT_EQ(refused.receipt.journal, 0U);
    EXPECT_NE(readFile(refused.quarantine / "penalty.csv").find("SUBJECT_UNKNOWN"), std::string::npos);

    EXPECT_EQ(counted(loadRows(folder, Dataset::Penalty, rows, true)), "penalty 1=1+0+0 ");
    EXPECT_NE(lineWith({":IndividualBusiness:Subject{stub: true, uscc: '" + uscc(901)}), "0 lines");
    EXPECT_EQ(counted(loadRows(folder, Dataset::Penalty, rows, true)), "penalty 1=0+1+0 ");

    EXPECT_EQ(counted(loadRows(folder, Dataset::Subject,
                               {town.of(Dataset::Subject)[0],
                                uscc(901) + ",后补,individual_business,active,2001-02-03,,"})),
              "subject 1=1+0+0 ");
    EXPECT_EQ(lineWith({":IndividualBusiness:Subject{", "stub: true"}), "0 lines");
    EXPECT_EQ(findingsOf(folder / "data"), "");
}

TEST_F(Incremental, StrictWritesNothing) {
    const Lines before = graphLines(folder / "data");
    try {
        loadRows(folder, Dataset::Penalty,
                 {penalty_header_, "新〔1〕号," + uscc(1) + ",tax,第1局,2025-03-10,罚款,9,3,2027-01-01",
                  "新〔2〕号," + uscc(901) + ",tax,第1局,2025-03-10,罚款,9,3,2027-01-01"},
                 false, true);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Data);
        EXPECT_EQ(error.detail(), "STRICT");
    }
    EXPECT_EQ(graphLines(folder / "data"), before);
    EXPECT_NE(readFile(folder / "quarantine" / "penalty.csv").find("SUBJECT_UNKNOWN"), std::string::npos);
}

TEST_F(Incremental, StakesOfAPairAndDayAreComparedAsLists) {
    const auto stake = [](const char* share, const char* to) {
        return uscc(100) + ",company," + uscc(104) + "," + share + ",,2019-05-01," + to;
    };
    const auto shares = [this](Lines rows) {
        rows.insert(rows.begin(), capital_header_);
        return counted(loadRows(folder, Dataset::Capital, rows));
    };
    EXPECT_EQ(shares({stake("30", ""), stake("20", "")}), "capital 2=2+0+0 ");
    EXPECT_EQ(shares({stake("20", ""), stake("30.0", "")}), "capital 2=0+2+0 ");
    EXPECT_EQ(shares({stake("20", "")}), "capital 1=0+1+0 ");
    EXPECT_EQ(shares({stake("25", ""), stake("20", "")}), "capital 2=1+1+0 ");
    EXPECT_EQ(lineWith({"in ", uscc(104), "share: decimal('30"}), "0 lines");
    EXPECT_EQ(shares({stake("25", ""), stake("20", ""), stake("20", "")}), "capital 3=1+2+0 ");
    EXPECT_EQ(shares({stake("25", "2024-01-01"), stake("20", ""), stake("20", "")}), "capital 3=1+2+0 ");
    EXPECT_NE(lineWith({"in ", uscc(104), "share: decimal('25"}).find("2024-01-01"), std::string::npos);
    EXPECT_EQ(findingsOf(folder / "data"), "");
}

TEST_F(Incremental, AStopKeepsWhatWasCommitted) {
    const Lines before = graphLines(folder / "data");
    std::atomic<bool> stop = true;
    LoadRequest request = requestFor(folder, Town(9), 1, 1);
    try {
        load(request, {.progress = {}, .stop = &stop});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Cancelled);
    }
    EXPECT_EQ(graphLines(folder / "data"), before);
}

TEST(Load, StoppedAnywhereAndRunAgainIsTheWhole) {
    Town town(5);
    const TestFolder whole;
    load(requestFor(whole, town, 1, 1), {});
    const Lines wanted = graphLines(whole / "data", kWithoutBatch);
    // One call of progress a pass over each file: five that look, five that write, one that gathers stakes.
    for (int stop_at = 1; stop_at <= 11; ++stop_at) {
        const TestFolder folder;
        load(requestFor(folder, town, 1, 2), {});
        std::atomic<bool> stop = false;
        int calls = 0;
        LoadHooks hooks;
        hooks.stop = &stop;
        hooks.progress = [&](std::string_view, std::uint64_t, std::uint64_t, std::uint64_t) {
            stop = ++calls >= stop_at;
        };
        try {
            load(requestFor(folder, town, 1, 1), hooks);
            EXPECT_EQ(stop_at, 11) << "the last pass ends before it looks again";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Cancelled);
        }
        EXPECT_EQ(findingsOf(folder / "data"), "");
        load(requestFor(folder, town, 1, 1), {});
        EXPECT_EQ(graphLines(folder / "data", kWithoutBatch), wanted) << "stopped at " << stop_at;
    }
}

TEST(Load, RefusesMissingFilesBeforeItTouchesTheDatabase) {
    const TestFolder folder;
    LoadRequest request;
    request.data = folder / "data";
    request.today = kToday;
    request.files[0] = (folder / "none.csv").string();
    try {
        load(request, {});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Usage);
        EXPECT_NE(error.message().find("none.csv"), std::string::npos);
    }
    request.files[0] = folder.write("foreign.csv", "a,b\n1,2\n");
    EXPECT_THROW(load(request, {}), Error);
    EXPECT_FALSE(std::filesystem::exists(folder / "data"));
}

}  // namespace
}  // namespace xinpu::loaders
