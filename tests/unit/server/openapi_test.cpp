// tests/unit/server/openapi_test.cpp
// The description of the interface and the table of routes name the same operations.
#include "server/openapi.h"

#include <set>
#include <string>

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include "server/routes.h"

namespace xinpu::server {
namespace {

std::string methodName(Method method) {
    switch (method) {
    case Method::Get:
        return "get";
    case Method::Post:
        return "post";
    case Method::Put:
        return "put";
    case Method::Delete:
        return "delete";
    default:
        return "other";
    }
}

TEST(Openapi, NamesTheRoutesAndNoOthers) {
    rapidjson::Document document;
    const std::string_view text = openapiDocument();
    document.Parse(text.data(), text.size());
    ASSERT_FALSE(document.HasParseError());
    std::set<std::string> described;
    for (const auto& path : document["paths"].GetObject()) {
        for (const auto& item : path.value.GetObject()) {
            const std::string name = item.name.GetString();
            if (name != "parameters") {
                described.insert(name + " " + path.name.GetString());
            }
        }
    }
    std::set<std::string> served;
    for (const Route& route : allRoutes()) {
        served.insert(methodName(route.method) + " " + std::string(route.pattern));
    }
    EXPECT_EQ(described, served);
}

TEST(Openapi, OperationsThatAskNoKeySaySo) {
    rapidjson::Document document;
    const std::string_view text = openapiDocument();
    document.Parse(text.data(), text.size());
    for (const Route& route : allRoutes()) {
        const auto& operation =
            document["paths"][std::string(route.pattern).c_str()][methodName(route.method).c_str()];
        EXPECT_EQ(operation.HasMember("security"), isPublic(route.operation)) << route.pattern;
    }
}

}  // namespace
}  // namespace xinpu::server
