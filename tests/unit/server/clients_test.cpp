// tests/unit/server/clients_test.cpp
// What one address may have: connections counted, requests at a pace.
#include "server/clients.h"

#include <vector>

#include <gtest/gtest.h>

namespace xinpu::server {
namespace {

using boost::asio::ip::make_address;
using std::chrono::milliseconds;

TEST(Clients, ConnectionsOfOneAddressAreCounted) {
    Clients clients({.connections_max = 10, .connections_each = 2, .requests_per_second = 0});
    Clients::Place first = clients.admit(make_address("192.0.2.1"));
    {
        const Clients::Place second = clients.admit(make_address("192.0.2.1"));
        EXPECT_TRUE(first);
        EXPECT_TRUE(second);
        EXPECT_FALSE(clients.admit(make_address("192.0.2.1")));
        EXPECT_TRUE(clients.admit(make_address("192.0.2.2")));
    }
    EXPECT_TRUE(clients.admit(make_address("192.0.2.1")));
}

TEST(Clients, AnIpv6ClientIsItsNetwork) {
    Clients clients({.connections_max = 10, .connections_each = 1, .requests_per_second = 0});
    const Clients::Place first = clients.admit(make_address("2001:db8:1:2::1"));
    EXPECT_TRUE(first);
    EXPECT_FALSE(clients.admit(make_address("2001:db8:1:2:ffff::9")));
    EXPECT_TRUE(clients.admit(make_address("2001:db8:1:3::1")));
}

TEST(Clients, RequestsComeAtThePaceWithTwoSecondsOfThemAtOnce) {
    Clients clients({.connections_max = 10, .connections_each = 10, .requests_per_second = 5});
    Clients::Place place = clients.admit(make_address("192.0.2.1"));
    Clients::Place other = clients.admit(make_address("192.0.2.2"));
    const auto now = Clients::Clock::time_point(std::chrono::hours(1));
    for (int i = 0; i < 10; ++i) {
        EXPECT_TRUE(place.mayAsk(now)) << i;
    }
    EXPECT_FALSE(place.mayAsk(now));
    EXPECT_TRUE(other.mayAsk(now));
    EXPECT_FALSE(place.mayAsk(now + milliseconds(199)));
    EXPECT_TRUE(place.mayAsk(now + milliseconds(200)));
    EXPECT_FALSE(place.mayAsk(now + milliseconds(200)));
}

TEST(Clients, APaceIsKeptBeyondTheConnectionUntilItIsPaidFor) {
    Clients clients({.connections_max = 10, .connections_each = 10, .requests_per_second = 1});
    const auto now = Clients::Clock::time_point(std::chrono::hours(1));
    {
        Clients::Place place = clients.admit(make_address("192.0.2.1"));
        EXPECT_TRUE(place.mayAsk(now));
        EXPECT_TRUE(place.mayAsk(now));
    }
    clients.sweep(now);
    EXPECT_FALSE(clients.admit(make_address("192.0.2.1")).mayAsk(now));
    clients.sweep(now + std::chrono::seconds(2));
    EXPECT_TRUE(clients.admit(make_address("192.0.2.1")).mayAsk(now));
}

}  // namespace
}  // namespace xinpu::server
