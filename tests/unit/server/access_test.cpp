// tests/unit/server/access_test.cpp
// What needs a clock or bytes of its own: buckets of failures, folded denials, tokens taken apart, the audit.
#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "server/access/audit.h"
#include "server/access/denial_fold.h"
#include "server/access/key_record.h"
#include "server/access/key_rules.h"
#include "server/access/throttle.h"
#include "server/oidc/key_set.h"
#include "server/oidc/provider.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

using std::chrono::seconds;

TEST(Throttle, GivesBackOneFailureAfterTheOther) {
    Throttle throttle;
    const Throttle::Clock::time_point start{seconds(1'000)};
    for (std::size_t i = 0; i < Throttle::kFailuresMax; ++i) {
        EXPECT_FALSE(throttle.failed("192.0.2.1", {}, start)) << i;
    }
    EXPECT_TRUE(throttle.failed("192.0.2.1", {}, start));
    EXPECT_TRUE(throttle.failed("192.0.2.1", {}, start + Throttle::kRefill - seconds(1)));
    EXPECT_FALSE(throttle.failed("192.0.2.1", {}, start + Throttle::kRefill));
    EXPECT_TRUE(throttle.failed("192.0.2.1", {}, start + Throttle::kRefill));
    EXPECT_FALSE(throttle.failed("192.0.2.2", {}, start));  // somebody else
}

TEST(Throttle, CountsByIdAcrossAddresses) {
    Throttle throttle;
    const Throttle::Clock::time_point now{seconds(1'000)};
    for (std::size_t i = 0; i < Throttle::kFailuresMax; ++i) {
        EXPECT_FALSE(throttle.failed("192.0.2." + std::to_string(i), "0123456789ab", now));
    }
    EXPECT_TRUE(throttle.failed("192.0.2.200", "0123456789ab", now));
    EXPECT_FALSE(throttle.failed("192.0.2.201", "ffffffffffff", now));
}

TEST(Throttle, ForgetsTheOldestBeyondItsSize) {
    Throttle throttle;
    const Throttle::Clock::time_point now{seconds(1'000)};
    const auto spend = [&](const std::string& peer) {
        bool blocked = false;
        for (std::size_t i = 0; i <= Throttle::kFailuresMax; ++i) {
            blocked = throttle.failed(peer, {}, now);
        }
        return blocked;
    };
    EXPECT_TRUE(spend("first"));
    for (std::size_t i = 0; i < Throttle::kCountedMax; ++i) {
        throttle.failed("peer " + std::to_string(i), {}, now);
    }
    EXPECT_FALSE(throttle.failed("first", {}, now));
}

TEST(Throttle, TakesOneNetworkOfIpv6ForOneClient) {
    EXPECT_EQ(networkOf("2001:db8:1:2::3"), networkOf("2001:db8:1:2:ffff::9"));
    EXPECT_NE(networkOf("2001:db8:1:2::3"), networkOf("2001:db8:1:3::3"));
    EXPECT_NE(networkOf("::ffff:192.0.2.1"), networkOf("::ffff:192.0.2.2"));
    EXPECT_EQ(networkOf("192.0.2.1"), "192.0.2.1");
}

AuditEntry denial(const std::string& peer) {
    return {.kind = AuditKind::Denied, .action = "authenticate", .peer = peer, .reason = "Unauthorized"};
}

TEST(DenialFold, CountsWhatFollowsWithinASpan) {
    DenialFold fold;
    const DenialFold::Clock::time_point start{seconds(1'000)};
    EXPECT_TRUE(fold.isFirst(denial("a"), start));
    for (int i = 0; i < 5; ++i) {
        EXPECT_FALSE(fold.isFirst(denial("a"), start + seconds(i)));
    }
    EXPECT_TRUE(fold.isFirst(denial("b"), start));
    EXPECT_TRUE(fold.due(start + seconds(59), false).empty());
    const auto due = fold.due(start + DenialFold::kSpan, false);
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due[0].peer, "a");
    EXPECT_EQ(due[0].count, 5U);
    EXPECT_TRUE(fold.empty());
    EXPECT_TRUE(fold.isFirst(denial("a"), start + DenialFold::kSpan));
}

TEST(DenialFold, CountsTogetherBeyondItsSize) {
    DenialFold fold;
    const DenialFold::Clock::time_point now{seconds(1'000)};
    for (std::size_t i = 0; i < DenialFold::kDifferentMax; ++i) {
        EXPECT_TRUE(fold.isFirst(denial("peer " + std::to_string(i)), now));
    }
    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(fold.isFirst(denial("more " + std::to_string(i)), now));
    }
    const auto due = fold.due(now, true);
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due[0].count, 10U);
    EXPECT_EQ(due[0].peer, "");
}

struct Base64 {
    const char* name;
    std::string_view text;
    std::optional<std::string> bytes;
};
class FromBase64Url : public testing::TestWithParam<Base64> {};
TEST_P(FromBase64Url, Decodes) {
    EXPECT_EQ(fromBase64Url(GetParam().text), GetParam().bytes);
}
INSTANTIATE_TEST_SUITE_P(Oidc, FromBase64Url,
                         testing::Values(Base64{"empty", "", ""}, Base64{"one", "Zg", "f"},
                                         Base64{"two", "Zm8", "fo"}, Base64{"three", "Zm9v", "foo"},
                                         Base64{"url_alphabet", "-_-_", "\xFB\xFF\xBF"},
                                         Base64{"padded", "Zg==", std::nullopt},
                                         Base64{"plain_alphabet", "+/+/", std::nullopt},
                                         Base64{"cut", "Z", std::nullopt},
                                         Base64{"bits_left_over", "Zh", std::nullopt},
                                         Base64{"space", "Zm 9", std::nullopt}),
                         [](const auto& one) { return one.param.name; });

TEST(KeySet, LeavesOutWhatCannotVerify) {
    // RFC 7517 appendix A.1 (its EC key), and keys that are not for this.
    const KeySet keys = KeySet::of(R"({"keys":[
        {"kty":"EC","crv":"P-256","kid":"1","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
         "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"sig"},
        {"kty":"EC","crv":"P-256","kid":"enc","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
         "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","use":"enc"},
        {"kty":"EC","crv":"P-256","kid":"offcurve","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
         "y":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"},
        {"kty":"EC","crv":"P-384","kid":"curve","x":"AA","y":"AA"},
        {"kty":"RSA","kid":"short","n":"AQAB","e":"AQAB"},
        {"kty":"oct","kid":"secret","k":"c2VjcmV0"},
        {"kty":"OKP","crv":"X25519","kid":"x","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"},
        {"kty":"OKP","crv":"Ed25519","kid":"2","alg":"RS256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"},
        7]})");
    EXPECT_EQ(keys.size(), 1U);
    EXPECT_TRUE(keys.has("1"));
    EXPECT_FALSE(keys.has("offcurve"));
    for (const char* none : {"[]", "{}", "{\"keys\":1}"}) {
        EXPECT_THROW(KeySet::of(none), Error) << none;
    }
}

TEST(OidcProvider, AsksForUnknownKeysOnceInAWhile) {
    std::atomic<int> fetches{0};
    OidcProvider provider({.issuer = "https://a.example", .audience = "x", .jwks = "https://a.example/k"},
                          [&](const std::string& url) {
                              EXPECT_EQ(url, "https://a.example/k");
                              ++fetches;
                              return std::string("{\"keys\":[]}");
                          });
    for (int i = 0; i < 100; ++i) {
        provider.askForKeys();
        provider.waitForKeys();
    }
    EXPECT_LE(fetches.load(), 2);  // at the start, and once for them all
    EXPECT_EQ(provider.check("a.b.c", 0).verdict, OidcProvider::Verdict::Bad);
}

TEST(Expiry, OfDaysAndOfADay) {
    constexpr std::int64_t kNow = 1'795'000'000;
    EXPECT_EQ(expiryOf("1", kNow), kNow + 86'400);
    EXPECT_EQ(instantText(expiryOf("2026-12-31", kNow).value()), "2026-12-31T16:00:00Z");
    for (const char* wrong : {"", "0", "-3", "3651", "1.5", "2026-02-30", "soon", "99999999999999999999"}) {
        EXPECT_FALSE(expiryOf(wrong, kNow).has_value()) << wrong;
    }
}

TEST(Audit, KeepsWhatManyThreadsRecordAndGoesOnAfterwards) {
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("xinpu-audit-" + std::to_string(::getpid()));
    constexpr int kThreads = 8;
    constexpr int kEach = 50;
    {
        Audit audit(folder);
        std::vector<std::thread> threads;
        for (int thread = 0; thread < kThreads; ++thread) {
            threads.emplace_back([&audit, thread] {
                for (int i = 0; i < kEach; ++i) {
                    audit.record({.kind = AuditKind::PersonalData,
                                  .principal = std::to_string(thread),
                                  .action = "readStatement"});
                }
            });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
        EXPECT_EQ(audit.reader().last(), kThreads * kEach);
        audit.note(denial("left for the end"));
        audit.note(denial("left for the end"));
    }
    const AuditReader again(folder);
    const auto entries = again.read(0, 10'000);
    ASSERT_EQ(entries.size(), kThreads * kEach + 2U);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        EXPECT_EQ(entries[i].number, i + 1);
    }
    EXPECT_EQ(entries.back().peer, "left for the end");
    EXPECT_EQ(entries[0].principal.size(), 1U);
    EXPECT_EQ(again.read(5, 3).front().number, 6U);
    EXPECT_TRUE(again.faults(10).empty());
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace xinpu::server
