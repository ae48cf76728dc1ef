// tests/unit/procedures/related_violations_test.cpp
// The main job against its definition, over random cities and over cases worked out by hand.

#include "credit/portrait/related_violations.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "credit/identity/uscc.h"
#include "database_folder.h"
#include "xinpu/error.h"

namespace xinpu::credit {
namespace {

using engine::Calendar;
using engine::Date;
using engine::Decimal;
using engine::Direction;
using engine::NodeId;
using engine::SlotCodec;
using engine::Value;
using test::day;
using test::decimal;

std::string usccOf(std::uint32_t number) {
    char text[18];
    std::snprintf(text, sizeof text, "91441900MA%07u", number % 10'000'000U);
    return std::string(text, 17) + *usccCheckCharacter(std::string_view(text, 17));
}

struct Layout {
    const char* name;
    bool covered;
    bool merged;
    bool neighbour_first;  ///< another covered property of AGAINST before the two that count
};
const Layout kLayouts[] = {
    {"covered_merged", true, true, false},
    {"covered_unmerged", true, false, false},
    {"covered_behind_another", true, true, true},
    {"records_only", false, true, false},
};

/// A city in a database, and the same in plain lists.
class City {
public:
    struct Subject {
        NodeId node;
        std::string uscc, name;
    };
    struct Stake {
        NodeId from, to;
        Value share, validFrom, validTo;
    };
    struct Penalty {
        NodeId node;
        std::vector<NodeId> parties;
        std::string docNo, domain, authority;
        Value decidedOn, fine;
    };

    explicit City(const Layout& layout) : layout_(layout) {
        folder.write([&](engine::WriteTxn& txn) { declare(txn); });
    }

    NodeId addSubject(engine::WriteTxn& txn, const std::string& uscc, const std::string& name) {
        const NodeId node = txn.createNode(test::nodeRecord(
            txn, {"Company", "Subject"}, {{"uscc", Value::of(uscc)}, {"name", Value::of(name)}}));
        subjects.push_back({node, uscc, name});
        return node;
    }
    NodeId addPerson(engine::WriteTxn& txn) { return txn.createNode(test::nodeRecord(txn, {"Person"}, {})); }
    void addStake(engine::WriteTxn& txn, Stake stake) {
        txn.createRelationship(
            {txn.type("INVESTS_IN"), stake.from, stake.to,
             test::properties(
                 txn, {{"share", stake.share}, {"validFrom", stake.validFrom}, {"validTo", stake.validTo}})});
        stakes.push_back(std::move(stake));
    }
    void addPenalty(engine::WriteTxn& txn, Penalty penalty) {
        penalty.node = txn.createNode(test::nodeRecord(txn, {"Penalty"},
                                                       {{"docNo", Value::of(penalty.docNo)},
                                                        {"decidedOn", penalty.decidedOn},
                                                        {"domain", Value::of(penalty.domain)},
                                                        {"severity", Value::of("general")},
                                                        {"fine", penalty.fine}}));
        for (const NodeId party : penalty.parties) {
            txn.createRelationship({txn.type("AGAINST"), penalty.node, party, {}});
        }
        if (!penalty.authority.empty()) {
            const auto [at, fresh] = authorities_.try_emplace(penalty.authority);
            if (fresh) {
                at->second = txn.createNode(
                    test::nodeRecord(txn, {"Authority"}, {{"name", Value::of(penalty.authority)}}));
            }
            txn.createRelationship({txn.type("DECIDED_BY"), penalty.node, at->second, {}});
        }
        penalties.push_back(std::move(penalty));
    }
    /// A licence against a party: has a date too, but is no penalty.
    void addLicence(engine::WriteTxn& txn, NodeId party) {
        const NodeId licence =
            txn.createNode(test::nodeRecord(txn, {"Licence"}, {{"decidedOn", day("2026-01-01")}}));
        txn.createRelationship({txn.type("AGAINST"), licence, party, {}});
    }
    void finish() {
        if (layout_.merged) {
            folder->mergeAll();
        }
    }

    test::DatabaseFolder folder;
    std::vector<Subject> subjects;
    std::vector<Stake> stakes;
    std::vector<Penalty> penalties;

private:
    void declare(engine::WriteTxn& txn) {
        engine::IndexDefinition unique;
        unique.name = "subject_uscc";
        unique.kind = engine::IndexKind::Unique;
        unique.label = txn.label("Subject");
        unique.keys = {txn.key("uscc")};
        txn.declare(std::move(unique));
        if (!layout_.covered) {
            return;
        }
        txn.declare(test::adjacencyIndex(
            txn, "INVESTS_IN", {"share", "validFrom", "validTo"},
            {{SlotCodec::Kind::Decimal, 6}, {SlotCodec::Kind::Date, 0}, {SlotCodec::Kind::Date, 0}}));
        std::vector<const char*> keys{"decidedOn", "fine"};
        std::vector<SlotCodec> codecs{{SlotCodec::Kind::Date, 0}, {SlotCodec::Kind::Decimal, 2}};
        if (layout_.neighbour_first) {
            engine::IndexDefinition licences =
                test::adjacencyIndex(txn, "AGAINST", {"decidedOn"}, {{SlotCodec::Kind::Date, 0}});
            licences.name = "licence_dates";
            licences.of_neighbour = true;
            licences.label = txn.label("Licence");
            licences.direction = Direction::In;
            txn.declare(std::move(licences));
        }
        engine::IndexDefinition against = test::adjacencyIndex(txn, "AGAINST", keys, codecs);
        against.of_neighbour = true;
        against.label = txn.label("Penalty");
        against.direction = Direction::In;
        txn.declare(std::move(against));
    }

    Layout layout_;
    std::map<std::string, NodeId> authorities_;
};

/// Everything an answer says, as one text a row.
std::vector<std::string> textOf(const std::vector<ViolationRow>& rows) {
    std::vector<std::string> lines;
    for (const ViolationRow& row : rows) {
        lines.push_back(row.uscc + '|' + row.name + '|' + std::to_string(row.hops) + '|' + row.docNo + '|' +
                        engine::toIso(row.decidedOn) + '|' + row.domain + '|' + row.authority + '|' +
                        (row.fine ? row.fine->toString() : "-"));
    }
    return lines;
}

/// The definition of INTERFACES §6, word by word, with a search that knows nothing of the engine.
RelatedViolations plainAnswer(const City& city, NodeId start, const RelatedViolationsRequest& request,
                              const DateSpan& window) {
    std::map<NodeId, std::uint32_t> hops{{start, 0}};
    for (std::uint32_t hop = 1; hop <= static_cast<std::uint32_t>(request.hops); ++hop) {
        std::set<NodeId> next;
        for (const City::Stake& stake : city.stakes) {
            const bool heavy =
                stake.share.kind() == engine::Kind::Decimal && stake.share.decimal() >= request.minShare;
            const bool begun = stake.validFrom.isNull() || stake.validFrom.date() <= request.date;
            const bool ended = !stake.validTo.isNull() && stake.validTo.date() <= request.date;
            if (!heavy || !begun || ended) {
                continue;
            }
            if (hops.contains(stake.from) && hops.at(stake.from) == hop - 1) {
                next.insert(stake.to);
            }
            if (hops.contains(stake.to) && hops.at(stake.to) == hop - 1) {
                next.insert(stake.from);
            }
        }
        for (const NodeId node : next) {
            hops.emplace(node, hop);
        }
    }
    RelatedViolations answer;
    answer.window = window;
    for (const City::Subject& subject : city.subjects) {
        if (!hops.contains(subject.node)) {
            continue;
        }
        ++answer.summary.firms;
        for (const City::Penalty& penalty : city.penalties) {
            const auto against = std::count(penalty.parties.begin(), penalty.parties.end(), subject.node);
            if (against == 0 || penalty.decidedOn.kind() != engine::Kind::Date ||
                penalty.decidedOn.date() < window.from || window.to < penalty.decidedOn.date()) {
                continue;
            }
            ++answer.summary.violations;
            std::optional<Decimal> fine;
            if (penalty.fine.kind() == engine::Kind::Decimal) {
                fine = penalty.fine.decimal();
                answer.summary.fines = answer.summary.fines.add(*fine);
            }
            answer.rows.push_back({subject.uscc, subject.name, hops.at(subject.node), penalty.docNo,
                                   penalty.decidedOn.date(), penalty.domain, penalty.authority, fine});
        }
    }
    std::sort(answer.rows.begin(), answer.rows.end(), [](const ViolationRow& a, const ViolationRow& b) {
        return std::tuple(b.decidedOn, a.docNo, a.authority, a.uscc) <
               std::tuple(a.decidedOn, b.docNo, b.authority, b.uscc);
    });
    return answer;
}

class RelatedViolationsTest : public testing::TestWithParam<Layout> {};

TEST_P(RelatedViolationsTest, RandomCitiesEqualTheDefinition) {
    const std::vector<Value> shares{decimal("5"),     decimal("4.999999"),    decimal("5.000001"),
                                    decimal("51"),    decimal("33.33333333"), decimal("4.99999999"),
                                    decimal("10.50"), Value::null()};
    const std::vector<Value> bounds{Value::null(),     Value::null(),     Value::null(),    day("2026-11-23"),
                                    day("2026-11-24"), day("2026-11-25"), day("2019-05-01")};
    const std::vector<Value> decided{day("2023-11-12"), day("2023-11-13"),       day("2024-02-29"),
                                     day("2026-11-13"), day("2026-11-14"),       day("2025-06-01"),
                                     day("2025-06-01"), Value::of("2025-06-01"), Value::null()};
    const std::vector<Value> fines{decimal("0.01"),        decimal("5000.00"),
                                   Value::null(),          decimal("21474836.47"),
                                   decimal("21474836.48"), decimal("123456789012345.67"),
                                   decimal("10.50")};
    const std::vector<std::string> documents{"A1", "A2", "B〔2024〕1号", "B〔2024〕10号", "Z"};
    for (const std::uint32_t seed : {11U, 12U, 13U, 14U}) {
        std::mt19937 random(seed);
        const auto any = [&random](const auto& list) { return list[random() % list.size()]; };
        City city(GetParam());
        std::vector<NodeId> nodes;
        std::set<std::tuple<std::string, std::string, NodeId>> keys;
        city.folder.write([&](engine::WriteTxn& txn) {
            for (std::uint32_t i = 0; i < 40; ++i) {
                nodes.push_back(i % 4 == 3 ? city.addPerson(txn)
                                           : city.addSubject(txn, usccOf(i), "firm " + std::to_string(i)));
            }
        });
        for (int commit = 0; commit < 3; ++commit) {
            city.folder.write([&](engine::WriteTxn& txn) {
                for (int i = 0; i < 25; ++i) {
                    city.addStake(txn, {any(nodes), any(nodes), any(shares), any(bounds), any(bounds)});
                }
                for (int i = 0; i < 40; ++i) {
                    const NodeId first = any(nodes);
                    std::vector<NodeId> parties{first};
                    if (const NodeId second = any(nodes); i % 9 == 0 && second != first) {
                        parties.push_back(second);
                    }
                    // A document number counts once for an authority and a party.
                    const std::string document = any(documents);
                    const std::string authority =
                        any(std::vector<std::string>{"Authority A", "Authority B", ""});
                    const bool is_new = std::all_of(parties.begin(), parties.end(), [&](NodeId party) {
                        return keys.emplace(document, authority, party).second;
                    });
                    if (is_new) {
                        city.addPenalty(txn, {NodeId(), parties, document, "environment", authority,
                                              any(decided), any(fines)});
                    }
                }
                city.addLicence(txn, nodes[0]);
            });
        }
        city.finish();
        const auto snapshot = city.folder->snapshot();
        ViolationFinder finder;
        finder.use(*snapshot);
        for (const City::Subject& subject : city.subjects) {
            RelatedViolationsRequest request;
            request.uscc = subject.uscc;
            request.date = *engine::parseIsoDate("2026-11-24");
            request.hops = static_cast<std::int64_t>(subject.node.value % 5);
            const RelatedViolations found = relatedViolations(*snapshot, Calendar::builtIn(), request, {});
            const RelatedViolations wanted = plainAnswer(city, subject.node, request, found.window);
            ASSERT_EQ(textOf(found.rows), textOf(wanted.rows)) << "seed " << seed << ' ' << subject.name;
            EXPECT_EQ(found.summary.firms, wanted.summary.firms);
            EXPECT_EQ(found.summary.violations, wanted.summary.violations);
            EXPECT_EQ(found.summary.fines, wanted.summary.fines);
            EXPECT_EQ(engine::toIso(found.window.from), "2023-11-13");
            EXPECT_EQ(engine::toIso(found.window.to), "2026-11-13");

            // The short answer: the latest document numbers, any number of them.
            const RelatedSet set{static_cast<std::uint32_t>(request.hops), request.minShare, request.date};
            for (const std::size_t most :
                 {std::size_t{0}, std::size_t{1}, std::size_t{3}, std::size_t{100}}) {
                finder.related(subject.node, set, found.window, {});
                std::vector<std::pair<Date, std::string>> all;
                for (const ViolationRow& row : wanted.rows) {
                    all.emplace_back(row.decidedOn, row.docNo);
                }
                std::vector<std::string> latest;
                for (std::size_t i = 0; i < std::min(most, all.size()); ++i) {
                    latest.push_back(all[i].second);
                }
                ASSERT_EQ(finder.latestDocuments(most), latest) << "seed " << seed << " most " << most;
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Layouts, RelatedViolationsTest, testing::ValuesIn(kLayouts),
                         [](const auto& one) { return std::string(one.param.name); });

struct Refused {
    const char* name;
    std::function<void(RelatedViolationsRequest&)> spoil;
    ErrorCode code;
    const char* detail;
};

TEST(RelatedViolations, RefusesByName) {
    City city(kLayouts[0]);
    city.folder.write([&](engine::WriteTxn& txn) { city.addSubject(txn, usccOf(1), "甲"); });
    const auto snapshot = city.folder->snapshot();
    const Refused kRefused[] = {
        {"unknown", [](auto& r) { r.uscc = usccOf(2); }, ErrorCode::NotFound, ""},
        {"check digit", [](auto& r) { r.uscc.back() = r.uscc.back() == '0' ? '1' : '0'; },
         ErrorCode::Validation, "USCC_CHECK_DIGIT"},
        {"length", [](auto& r) { r.uscc = "91"; }, ErrorCode::Validation, "USCC_FORM"},
        {"hops", [](auto& r) { r.hops = 7; }, ErrorCode::Validation, ""},
        {"hops below", [](auto& r) { r.hops = -1; }, ErrorCode::Validation, ""},
        {"share", [](auto& r) { r.minShare = *Decimal::parse("100.01"); }, ErrorCode::Validation, ""},
        {"share below", [](auto& r) { r.minShare = *Decimal::parse("-0.01"); }, ErrorCode::Validation, ""},
        {"years", [](auto& r) { r.years = 0; }, ErrorCode::Validation, ""},
        {"years above", [](auto& r) { r.years = 11; }, ErrorCode::Validation, ""},
        {"no calendar", [](auto& r) { r.date = *engine::parseIsoDate("2031-05-05"); }, ErrorCode::Argument,
         "CALENDAR_UNKNOWN"},
    };
    RelatedViolationsRequest sound;
    sound.uscc = usccOf(1);
    sound.date = *engine::parseIsoDate("2026-11-24");
    const RelatedViolations none = relatedViolations(*snapshot, Calendar::builtIn(), sound, {});
    EXPECT_TRUE(none.rows.empty());
    EXPECT_EQ(none.summary.firms, 1U);
    EXPECT_EQ(none.summary.fines.toString(), "0.00");
    for (const Refused& refused : kRefused) {
        RelatedViolationsRequest request = sound;
        refused.spoil(request);
        try {
            relatedViolations(*snapshot, Calendar::builtIn(), request, {});
            ADD_FAILURE() << refused.name << ": accepted";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), refused.code) << refused.name << ": " << error.message();
            EXPECT_EQ(error.detail(), refused.detail) << refused.name;
        }
    }
}

}  // namespace
}  // namespace xinpu::credit
