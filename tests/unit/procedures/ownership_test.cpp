// tests/unit/procedures/ownership_test.cpp
// Effective shares and control: worked examples, and random stakes against dense elimination in fractions.

#include <atomic>
#include <boost/multiprecision/cpp_int.hpp>
#include <random>

#include "procedure_call.h"
#include "query/procedures/ownership_solver.h"

namespace xinpu::query {
namespace {

using boost::multiprecision::cpp_int;
using boost::multiprecision::cpp_rational;
using engine::Decimal;
using engine::Value;
using test::call;
using test::day;
using test::decimal;
using test::NamedStake;
using test::StakeGraph;
using test::stakeOptions;

struct Case {
    const char* name;
    const char* procedure;
    std::vector<NamedStake> stakes;
    const char* of;
    std::vector<engine::MapEntry> options;
    const char* rows;
};

std::vector<NamedStake> halves(int count) {
    static const char* const kNames[] = {"F0", "F1", "F2", "F3", "F4",  "F5",
                                         "F6", "F7", "F8", "F9", "F10", "F11"};
    std::vector<NamedStake> chain;
    for (int i = 0; i < count; ++i) {
        chain.push_back({kNames[i + 1], kNames[i], decimal("50")});
    }
    return chain;
}
std::vector<NamedStake> oneAndHalfAtTheEnd() {
    std::vector<NamedStake> chain = halves(9);
    chain.push_back({"F11", "F9", decimal("75")});
    return chain;
}

const std::vector<NamedStake> kDomainExample{
    {"A", "B", decimal("60")}, {"B", "C", decimal("40")}, {"A", "C", decimal("10")}};
const std::vector<NamedStake> kCross{{"A", "B", decimal("50")},
                                     {"B", "A", decimal("20")},
                                     {"P", "A", decimal("80")},
                                     {"Q", "B", decimal("50")}};
const std::vector<NamedStake> kQuarterByLoop{
    {"P", "A", decimal("20")}, {"A", "B", decimal("40")}, {"B", "A", decimal("50")}};
const std::vector<NamedStake> kValidity{{"A", "X", decimal("10"), day("2026-11-24"), Value::null()},
                                        {"B", "X", decimal("20"), Value::null(), day("2026-11-24")},
                                        {"C", "X", decimal("30"), day("2026-11-25"), Value::null()},
                                        {"D", "X", decimal("15"), day("2020-01-01"), day("2026-11-25")},
                                        {"E", "X", Value::null()}};

const Case kCases[] = {
    {"direct_and_indirect", "graph.ownership", kDomainExample, "C", {}, "B=0.4 A=0.34"},
    {"downwards", "graph.ownership", kDomainExample, "A", {{"direction", Value::of("out")}}, "B=0.6 C=0.34"},
    {"cross_holding",
     "graph.ownership",
     kCross,
     "B",
     {},
     "A=0.5555555556 Q=0.5555555556 P=0.4444444444 B=0.1111111111"},
    {"cross_holding_down",
     "graph.ownership",
     kCross,
     "P",
     {{"direction", Value::of("out")}},
     "A=0.8888888889 B=0.4444444444"},
    {"bound_is_included", "graph.ownership", kDomainExample, "C", {{"min", decimal("0.34")}}, "B=0.4 A=0.34"},
    {"just_below_the_bound",
     "graph.ownership",
     kDomainExample,
     "C",
     {{"min", decimal("0.34000000000000000000000001")}},
     "B=0.4"},
    {"bound_met_by_a_loop",
     "graph.ownership",
     kQuarterByLoop,
     "A",
     {{"min", Value::of(0.25)}},
     "B=0.625 P=0.25 A=0.25"},
    {"bound_missed_by_a_loop",
     "graph.ownership",
     kQuarterByLoop,
     "A",
     {{"min", decimal("0.25000000000000000000000000000000000001")}},
     "B=0.625"},
    {"valid_on_a_day", "graph.ownership", kValidity, "X", {{"on", Value::of("2026-11-24")}}, "D=0.15 A=0.1"},
    {"valid_always", "graph.ownership", kValidity, "X", {}, "C=0.3 B=0.2 D=0.15 A=0.1"},
    {"person_in_the_middle",
     "graph.ownership",
     {{"A", "P", decimal("50")}, {"P", "B", decimal("50")}},
     "B",
     {},
     "P=0.5 A=0.25"},
    {"parallel_stakes",
     "graph.ownership",
     {{"A", "B", decimal("20")}, {"A", "B", Value::of(5)}, {"A", "B", Value::of(0.1)}},
     "B",
     {},
     "A=0.251"},
    {"self_holding",
     "graph.ownership",
     {{"A", "A", decimal("20")}, {"P", "A", decimal("80")}},
     "A",
     {},
     "P=1 A=0.25"},
    {"diamond",
     "graph.ownership",
     {{"P", "A", decimal("50")},
      {"P", "B", decimal("50")},
      {"A", "C", decimal("50")},
      {"B", "C", decimal("50")}},
     "C",
     {},
     "P=0.5 A=0.5 B=0.5"},
    {"tie_goes_to_even_down",
     "graph.ownership",
     halves(11),
     "F0",
     {{"min", decimal("0")}},
     "F1=0.5 F2=0.25 F3=0.125 F4=0.0625 F5=0.03125 F6=0.015625 F7=0.0078125 F8=0.00390625 F9=0.001953125 "
     "F10=0.0009765625 F11=0.0004882812"},
    {"tie_goes_to_even_up",
     "graph.ownership",
     oneAndHalfAtTheEnd(),
     "F0",
     {{"min", decimal("0")}},
     "F1=0.5 F2=0.25 F3=0.125 F4=0.0625 F5=0.03125 F6=0.015625 F7=0.0078125 F8=0.00390625 F9=0.001953125 "
     "F11=0.0014648438"},
    {"nobody", "graph.ownership", kDomainExample, "A", {}, ""},
    {"zero_is_no_stake", "graph.ownership", {{"A", "B", decimal("0")}}, "B", {}, ""},
    {"a_loop_upstream_only_of_others",
     "graph.ownership",
     {{"A", "B", decimal("100")},
      {"B", "A", decimal("100")},
      {"B", "C", decimal("40")},
      {"P", "D", decimal("30")}},
     "D",
     {},
     "P=0.3"},

    {"direct_control", "graph.controllers", {{"A", "B", decimal("50.0001")}}, "B", {}, "A=0.500001"},
    {"half_is_not_control",
     "graph.controllers",
     {{"A", "B", decimal("50")}, {"C", "B", decimal("50")}},
     "B",
     {},
     "A=0.5? C=0.5?"},
    {"chain_is_not_the_product",
     "graph.controllers",
     {{"P", "A", decimal("51")}, {"A", "B", decimal("51")}, {"B", "C", decimal("51")}},
     "C",
     {},
     "P=0.51 A=0.51 B=0.51"},
    {"votes_of_controlled_firms_add_up",
     "graph.controllers",
     {{"P", "A", decimal("60")},
      {"P", "B", decimal("60")},
      {"A", "C", decimal("30")},
      {"B", "C", decimal("21")}},
     "C",
     {},
     "P=0.51"},
    {"own_and_controlled",
     "graph.controllers",
     {{"P", "A", decimal("60")},
      {"A", "C", decimal("30")},
      {"P", "C", decimal("30")},
      {"Q", "C", decimal("40")}},
     "C",
     {},
     "P=0.6"},
    {"greatest_is_suspected",
     "graph.controllers",
     {{"P", "C", decimal("40")}, {"Q", "C", decimal("35")}, {"R", "C", decimal("25")}},
     "C",
     {},
     "P=0.4?"},
    {"thirty_is_enough",
     "graph.controllers",
     {{"P", "C", decimal("30")}, {"Q", "C", decimal("29")}},
     "C",
     {},
     "P=0.3?"},
    {"less_than_thirty_is_nobody", "graph.controllers", {{"P", "C", decimal("29.9999")}}, "C", {}, ""},
    {"over_two_thirds",
     "graph.controllers",
     {{"P", "C", decimal("66")}},
     "C",
     {{"over", Value::of(66)}},
     "P=0.66?"},
    {"own_shares_carry_no_vote",
     "graph.controllers",
     {{"A", "A", decimal("90")}, {"P", "A", decimal("10")}},
     "A",
     {},
     ""},
    {"mutual",
     "graph.controllers",
     {{"A", "B", decimal("60")}, {"B", "A", decimal("30")}, {"P", "A", decimal("40")}},
     "A",
     {},
     "P=0.4?"},
    {"through_a_mutual_holding",
     "graph.controllers",
     {{"P", "A", decimal("51")}, {"A", "B", decimal("60")}, {"B", "A", decimal("30")}},
     "B",
     {},
     "P=0.6 A=0.6"},
    {"control_valid_on_a_day",
     "graph.controllers",
     {{"A", "X", decimal("60"), Value::null(), day("2026-11-24")},
      {"B", "X", decimal("55"), day("2026-11-24"), Value::null()}},
     "X",
     {{"on", day("2026-11-24")}},
     "B=0.55"},
};

class Holders : public testing::TestWithParam<Case> {};

TEST_P(Holders, AreAsWorkedOutByHand) {
    const Case& one = GetParam();
    for (const bool covered : {true, false}) {
        const StakeGraph graph(one.stakes, covered);
        const auto snapshot = graph.folder->snapshot();
        const GraphView view(*snapshot);
        const auto rows =
            call(view, one.procedure, {Value::of(graph.nodes.at(one.of)), stakeOptions(one.options)});
        EXPECT_EQ(graph.text(rows), one.rows) << "covered " << covered;
    }
}
INSTANTIATE_TEST_SUITE_P(Procedures, Holders, testing::ValuesIn(kCases),
                         [](const auto& one) { return one.param.name; });

TEST(Ownership, AClosedLoopIsAnErrorThatNamesItsFirms) {
    for (const char* share : {"100", "100.0000", "120"}) {
        const StakeGraph graph(
            {{"A", "B", decimal(share)}, {"B", "A", decimal("100")}, {"B", "C", decimal("40")}});
        const auto snapshot = graph.folder->snapshot();
        try {
            call(GraphView(*snapshot), "graph.ownership", {Value::of(graph.nodes.at("C")), stakeOptions()});
            FAIL() << "no error";
        } catch (const Error& error) {
            EXPECT_EQ(error.detail(), "OWNERSHIP_LOOP");
            EXPECT_NE(error.message().find("A (n:"), std::string::npos) << error.message();
            EXPECT_NE(error.message().find("B (n:"), std::string::npos) << error.message();
            EXPECT_EQ(error.message().find("C (n:"), std::string::npos) << error.message();
        }
    }
    const StakeGraph open(
        {{"A", "B", decimal("99.9999")}, {"B", "A", decimal("100")}, {"P", "B", decimal("0.0001")}});
    const auto snapshot = open.folder->snapshot();
    const auto rows =
        call(GraphView(*snapshot), "graph.ownership", {Value::of(open.nodes.at("B")), stakeOptions()});
    EXPECT_EQ(open.text(rows), "A=999999 B=999999 P=1");
}

TEST(Ownership, ANegativeShareIsAnError) {
    const StakeGraph graph({{"A", "B", decimal("-1")}});
    const auto snapshot = graph.folder->snapshot();
    try {
        call(GraphView(*snapshot), "graph.ownership", {Value::of(graph.nodes.at("B")), stakeOptions()});
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.detail(), "OWNERSHIP_SHARE");
    }
}

TEST(Ownership, ATransactionSeesItsOwnChanges) {
    StakeGraph graph(kDomainExample);
    graph.folder.write([&](engine::WriteTxn& txn) {
        const GraphView view(txn);
        const auto owners = [&](const char* of) {
            return graph.text(call(view, "graph.ownership", {Value::of(graph.nodes.at(of)), stakeOptions()}));
        };
        EXPECT_EQ(owners("C"), "B=0.4 A=0.34");
        graph.add(txn, {"P", "A", decimal("100")});
        EXPECT_EQ(owners("C"), "B=0.4 A=0.34 P=0.34");
        txn.setRelationship(graph.relationships[0], test::properties(txn, {{"share", decimal("50")}}));
        EXPECT_EQ(owners("C"), "B=0.4 A=0.3 P=0.3");
        txn.deleteRelationship(graph.relationships[2]);
        EXPECT_EQ(owners("C"), "B=0.4 A=0.2 P=0.2");
        EXPECT_EQ(
            graph.text(call(view, "graph.controllers", {Value::of(graph.nodes.at("A")), stakeOptions()})),
            "P=1");
    });
}

/// x by dense elimination of (I - A) x = a, in fractions; nothing if a pivot is not positive.
struct Dense {
    explicit Dense(std::size_t n) : a(n, std::vector<cpp_rational>(n)) {}
    std::vector<std::vector<cpp_rational>> a;  // a[u][v]: x(u) takes up so much of x(v)

    std::optional<std::vector<cpp_rational>> solve(const std::vector<std::size_t>& nodes) const {
        const std::size_t n = nodes.size();
        std::vector<std::vector<cpp_rational>> m(n, std::vector<cpp_rational>(n + 1));
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) {
                m[i][j] = (i == j ? 1 : 0) - a[nodes[i]][nodes[j]];
            }
            m[i][n] = a[nodes[i]][0];
        }
        for (std::size_t k = 0; k < n; ++k) {
            if (m[k][k] <= 0) {
                return std::nullopt;
            }
            for (std::size_t i = 0; i < n; ++i) {
                if (i != k && m[i][k] != 0) {
                    const cpp_rational factor = m[i][k] / m[k][k];
                    for (std::size_t j = k; j <= n; ++j) {
                        m[i][j] -= factor * m[k][j];
                    }
                }
            }
        }
        std::vector<cpp_rational> x(a.size());
        for (std::size_t i = 0; i < n; ++i) {
            x[nodes[i]] = m[i][n] / m[i][i];
        }
        return x;
    }
};

std::string halfEven(const cpp_rational& x) {
    const cpp_int ticks("10000000000");
    const cpp_int number = numerator(x) * ticks;
    cpp_int whole = number / denominator(x);
    const cpp_int twice = (number - whole * denominator(x)) * 2;
    if (twice > denominator(x) || (twice == denominator(x) && whole % 2 != 0)) {
        ++whole;
    }
    return Decimal::fromParts(static_cast<std::int64_t>(whole), 10)->normalised().toString();
}

TEST(Ownership, EqualsDenseEliminationInFractions) {
    constexpr const char* kShares[] = {"50",     "25", "12.5",    "33.3333", "100", "51",
                                       "0.0001", "20", "99.9999", "40",      "7.5"};
    std::size_t loops = 0;
    std::size_t bounds_met = 0;
    for (std::uint32_t seed = 1; seed <= 1'500; ++seed) {
        std::mt19937 random(seed);
        const std::size_t n = 2 + random() % 8;
        const std::size_t count = 1 + random() % (2 * n);
        Dense dense(n);
        std::vector<Stake> stakes;
        std::vector<cpp_rational> held(n);
        for (std::size_t i = 0; i < count; ++i) {
            const auto u = static_cast<std::uint32_t>(random() % n);
            const auto v = static_cast<std::uint32_t>(random() % n);
            const Decimal percent = *Decimal::parse(kShares[random() % std::size(kShares)]);
            const cpp_rational share(static_cast<std::int64_t>(percent.rescale(4).coefficient()), 1'000'000);
            if (held[v] + share > (seed % 4 == 0 ? 2 : 1)) {
                continue;
            }
            held[v] += share;
            dense.a[u][v] += share;
            stakes.push_back({u, v, {percent.coefficient(), percent.scale() + 2}});
        }
        // Rows that the walk would reach: those from which 0 is reached.
        std::vector<bool> reached(n, false);
        std::vector<std::size_t> nodes{0};
        reached[0] = true;
        for (std::size_t at = 0; at < nodes.size(); ++at) {
            for (std::size_t u = 0; u < n; ++u) {
                if (dense.a[u][nodes[at]] != 0 && !reached[u]) {
                    reached[u] = true;
                    nodes.push_back(u);
                }
            }
        }
        std::erase_if(stakes, [&](const Stake& stake) { return !reached[stake.column]; });
        const auto expected = dense.solve(nodes);
        std::vector<Decimal> mins{Decimal(), *Decimal::parse("0.25")};
        if (expected) {
            mins.push_back(
                *Decimal::parse(halfEven((*expected)[nodes.back()])));  // at, just above or just below it
        }
        for (const Decimal& min : mins) {
            Budget budget({});
            bool closed = false;
            try {
                const auto found = solveOwnership(static_cast<std::uint32_t>(n), stakes, min, budget,
                                                  [](auto) { throw Error(ErrorCode::Data, "", "loop"); });
                std::map<std::uint32_t, std::string> shares;
                for (const EffectiveShare& one : found) {
                    shares.emplace(one.node, one.share.toString());
                }
                std::map<std::uint32_t, std::string> wanted;
                const cpp_rational bound(
                    cpp_int(min.rescale(10).coefficient() >= 0
                                ? static_cast<std::int64_t>(min.rescale(10).coefficient())
                                : 0),
                    cpp_int("10000000000"));
                ASSERT_TRUE(expected) << "seed " << seed << ": a closed loop was solved";
                for (std::uint32_t u = 0; u < n; ++u) {
                    if ((*expected)[u] > 0 && (*expected)[u] >= bound) {
                        wanted.emplace(u, halfEven((*expected)[u]));
                        bounds_met += (*expected)[u] == bound ? 1U : 0U;
                    }
                }
                ASSERT_EQ(shares, wanted) << "seed " << seed << " min " << min.toString();
            } catch (const Error& error) {
                ASSERT_EQ(error.detail(), "loop");
                closed = true;
                ++loops;
            }
            ASSERT_EQ(closed, !expected) << "seed " << seed;
        }
    }
    EXPECT_GT(loops, 20U);
    EXPECT_GT(bounds_met, 100U);
}

TEST(Ownership, OutsidersOfALoopOwnAllOfIt) {
    // Five firms that hold 8 to 19 percent of each other; the rest of each is an outsider's.
    std::vector<Stake> stakes;
    for (std::uint32_t v = 0; v < 5; ++v) {
        Decimal left = Decimal::fromInt64(100);
        for (std::uint32_t u = 0; u < 5; ++u) {
            if (u != v) {
                const Decimal share = Decimal::fromInt64(8 + (3 * u + 5 * v) % 12);
                stakes.push_back({u, v, {share.coefficient(), 2}});
                left = left.sub(share);
            }
        }
        stakes.push_back({5 + v, v, {left.coefficient(), 2}});
    }
    Budget budget({});
    Decimal sum;
    for (const EffectiveShare& one : solveOwnership(10, stakes, Decimal(), budget, [](auto) { FAIL(); })) {
        sum = one.node < 5 ? sum : sum.add(one.share);
    }
    EXPECT_LE(std::abs(sum.toDouble() - 1), 1e-9);
}

TEST(Ownership, LongChainsAndRingsNeedNoStackAndStopWhenAsked) {
    constexpr std::uint32_t kLength = 20'000;
    std::vector<Stake> chain;
    for (std::uint32_t i = 1; i < kLength; ++i) {
        chain.push_back({i, i - 1, {99'999'999, 8}});
    }
    Budget budget({});
    EXPECT_EQ(solveOwnership(kLength, chain, *Decimal::parse("0.9999"), budget, [](auto) { FAIL(); }).size(),
              10'000U);
    std::vector<Stake> ring = chain;
    ring.push_back({0, kLength - 1, {1, 0}});
    const std::atomic<bool> stopped{true};
    Budget asked(BudgetLimits{.cancelled = &stopped});
    EXPECT_THROW(solveOwnership(kLength, ring, Decimal(), asked, [](auto) { FAIL(); }), Error);
}

}  // namespace
}  // namespace xinpu::query
