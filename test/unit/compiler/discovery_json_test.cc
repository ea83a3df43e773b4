#include "compiler/discovery_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/resource_types.h"
#include "envoy/service/discovery/v3/discovery.pb.h"

namespace outrigger::compiler {
namespace {

using envoy::service::discovery::v3::DiscoveryRequest;
using envoy::service::discovery::v3::DiscoveryResponse;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(DiscoveryJsonTest, RequestsHaveTheNamesOfTheApi) {
  DiscoveryRequest request;
  request.mutable_node()->set_user_agent_name("envoy");
  request.add_resource_names("a");
  request.set_type_url(std::string(kRouteType));
  request.mutable_error_detail()->set_message("no");
  EXPECT_EQ(ToJson(request).value(),
            "{\"node\":{\"user_agent_name\":\"envoy\"},\"resource_names\":[\"a\"],\"type_url\":\"" +
                std::string(kRouteType) + "\",\"error_detail\":{\"message\":\"no\"}}");
}

TEST(DiscoveryJsonTest, ResponsesAreRead) {
  DiscoveryResponse response;
  std::vector<std::string> warnings;
  ASSERT_TRUE(
      ParseDiscoveryText("{\"version_info\": \"1\", \"other\": 1, \"resources\": [{\"@type\": "
                         "\"type.googleapis.com/envoy.config.route.v3.RouteConfiguration\","
                         "\"name\": \"r\"}]}",
                         response, warnings)
          .ok());
  EXPECT_EQ(response.version_info(), "1");
  EXPECT_EQ(response.resources(0).type_url(), kRouteType);
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("other")));
}

TEST(DiscoveryJsonTest, WhatIsNoResponseIsAnErrorWithItsField) {
  const auto error = [](const std::string& text) {
    DiscoveryResponse response;
    std::vector<std::string> warnings;
    return std::string(ParseDiscoveryText(text, response, warnings).message());
  };
  EXPECT_THAT(error(""), HasSubstr("is empty"));
  EXPECT_THAT(error("{\"a"), HasSubstr("line 1"));
  EXPECT_THAT(error("{\"resources\": 5}"), HasSubstr("resources"));
}

}  // namespace
}  // namespace outrigger::compiler
