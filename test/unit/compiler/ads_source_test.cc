#include "compiler/ads_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "envoy/config/core/v3/config_source.pb.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using envoy::config::core::v3::ApiConfigSource;
using testing::ElementsAre;
using testing::IsEmpty;

AdsSource Compile(const std::string& yaml, ValidationErrors& errors) {
  return CompileOwnSource(FromYaml<ApiConfigSource>(yaml), errors);
}

std::vector<std::string> Mistakes(const std::string& yaml) {
  ValidationErrors errors;
  Compile(yaml, errors);
  return errors.messages();
}

TEST(AdsSourceTest, RestNamesOneClusterAndHowOftenItIsAsked) {
  ValidationErrors errors;
  const AdsSource source = Compile(
      "{api_type: REST, transport_api_version: V3, cluster_names: [xds], refresh_delay: 0.5s, "
      "request_timeout: 3s}",
      errors);
  EXPECT_THAT(errors.messages(), IsEmpty());
  EXPECT_EQ(source.cluster, "xds");
  EXPECT_EQ(source.protocol, xds::Protocol::kStateOfTheWorld);
  ASSERT_TRUE(source.polling.has_value());
  EXPECT_EQ(source.polling->refresh_delay, std::chrono::milliseconds(500));
  EXPECT_EQ(source.polling->request_timeout, std::chrono::seconds(3));
}

TEST(AdsSourceTest, AnAnswerOfRestTakesASecondAtMostByDefault) {
  ValidationErrors errors;
  const AdsSource source =
      Compile("{api_type: REST, cluster_names: [xds], refresh_delay: 1s}", errors);
  EXPECT_EQ(source.polling.value().request_timeout, std::chrono::seconds(1));
}

TEST(AdsSourceTest, TheDelayOfPollsHasBounds) {
  const auto delay = [](const std::string& text) {
    ValidationErrors errors;
    return Compile("{api_type: REST, cluster_names: [xds], refresh_delay: " + text + "}", errors)
        .polling.value()
        .refresh_delay;
  };
  EXPECT_EQ(delay("0.000001s"), std::chrono::milliseconds(1));
  EXPECT_EQ(delay("300000000000s"), std::chrono::hours(24 * 365));
}

TEST(AdsSourceTest, MistakesOfRestAreNamed) {
  EXPECT_THAT(Mistakes("{api_type: REST}"), ElementsAre("cluster_names: must have one element",
                                                        "refresh_delay: is required for "
                                                        "REST"));
  EXPECT_THAT(Mistakes("{api_type: REST, cluster_names: [a, b], refresh_delay: 1s, grpc_services: "
                       "{envoy_grpc: {cluster_name: a}}}"),
              ElementsAre("grpc_services: must not be set for REST",
                          "cluster_names: must have one element"));
}

TEST(AdsSourceTest, GrpcTakesNoClusterNames) {
  EXPECT_THAT(Mistakes("{api_type: GRPC, cluster_names: [a], grpc_services: {envoy_grpc: "
                       "{cluster_name: a}}}"),
              ElementsAre("cluster_names: must not be set for gRPC"));
}

}  // namespace
}  // namespace outrigger::compiler
