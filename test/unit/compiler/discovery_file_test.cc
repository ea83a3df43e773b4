#include "compiler/discovery_file.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "compiler/configuration.h"
#include "envoy/config/route/v3/route.pb.h"
#include "envoy/service/discovery/v3/discovery.pb.h"
#include "test/support/moved_files.h"

namespace outrigger::compiler {
namespace {

using envoy::service::discovery::v3::DiscoveryResponse;
using testing::ElementsAre;
using testing::IsEmpty;

DiscoveryContent Good(std::string_view path, std::string_view text) {
  std::vector<std::string> warnings;
  const auto content = ParseDiscoveryFile(path, text, warnings);
  EXPECT_TRUE(content.ok()) << content.status();
  EXPECT_THAT(warnings, IsEmpty());
  return content.value_or(DiscoveryContent());
}

std::string Wrong(std::string_view path, std::string_view text) {
  std::vector<std::string> warnings;
  return std::string(ParseDiscoveryFile(path, text, warnings).status().message());
}

void ExpectRouteTable(const DiscoveryContent& content) {
  EXPECT_EQ(content.version, "1");
  ASSERT_EQ(content.resources.size(), 1u);
  EXPECT_EQ(content.resources[0].name, "r");
  EXPECT_EQ(content.resources[0].type_url, kRouteType);
  envoy::config::route::v3::RouteConfiguration routes;
  ASSERT_TRUE(routes.ParseFromString(content.resources[0].bytes));
  EXPECT_EQ(routes.virtual_hosts_size(), 1);
}

std::string RouteFile() {
  return test::DiscoveryYaml("1", kRouteType, {test::RouteFields("r", "a")});
}

DiscoveryResponse RouteResponse() {
  DiscoveryResponse response;
  response.set_version_info("1");
  envoy::config::route::v3::RouteConfiguration routes;
  routes.set_name("r");
  routes.add_virtual_hosts()->set_name("all");
  response.add_resources()->PackFrom(routes);
  return response;
}

TEST(DiscoveryFileTest, TheEndOfItsNameSaysWhatIsInAFile) {
  ExpectRouteTable(Good("/a/r.yaml", RouteFile()));
  ExpectRouteTable(Good("r.YML", RouteFile()));
  ExpectRouteTable(Good("r.json",
                        R"({"version_info": "1", "resources": [{"@type": ")"
                        R"(type.googleapis.com/envoy.config.route.v3.RouteConfiguration", )"
                        R"("name": "r", "virtualHosts": [{"name": "all"}]}]})"));
  ExpectRouteTable(Good("r.pb", RouteResponse().SerializeAsString()));
  std::string text;
  google::protobuf::TextFormat::Printer printer;
  printer.SetExpandAny(true);
  ASSERT_TRUE(printer.PrintToString(RouteResponse(), &text));
  ExpectRouteTable(Good("r.pb_text", text));
}

TEST(DiscoveryFileTest, X25_AResourceMayBeWrapped) {
  const std::string wrapped =
      "{'@type': type.googleapis.com/envoy.service.discovery.v3.Resource, name: other, resource: "
      "{'@type': " +
      std::string(kRouteType) + ", name: r, virtual_hosts: [{name: all, domains: ['*']}]}}";
  ExpectRouteTable(Good("r.yaml", "{version_info: 1, resources: [" + wrapped + "]}"));
}

TEST(DiscoveryFileTest, NothingInAFileIsNotTheSameAsNoResources) {
  EXPECT_THAT(Good("r.yaml", "resources: []").resources, IsEmpty());
  for (const char* path : {"r.yaml", "r.json", "r.pb", "r.pb_text"}) {
    EXPECT_EQ(Wrong(path, ""), "is empty") << path;
  }
  EXPECT_EQ(Wrong("r.yaml", "# nothing\n"), "is empty");
}

TEST(DiscoveryFileTest, MistakesAreToldWithTheirPlace) {
  EXPECT_EQ(Wrong("r.yaml", "{resources: ["), "line 1, column 1: end of sequence flow not found");
  EXPECT_EQ(Wrong("r.yaml", "resources: [{name: r}]"),
            "resources[0]: must be an object with \"@type\"");
  EXPECT_EQ(Wrong("r.pb", "no message"), "is not a serialized DiscoveryResponse");
  EXPECT_EQ(Wrong("r.pb_text", "version_info: '1'\nresources {\n  oops: 1\n}"),
            "line 3, column 7: Message type \"google.protobuf.Any\" has no field named \"oops\".");
}

TEST(DiscoveryFileTest, UnknownFieldsAreLetThroughWithAWarning) {
  std::vector<std::string> warnings;
  const auto content = ParseDiscoveryFile(
      "r.yaml", test::DiscoveryYaml("1", kRouteType, {"name: r, nonsense: 1"}) + "odd: 1\n",
      warnings);
  ASSERT_TRUE(content.ok());
  EXPECT_EQ(content->resources[0].name, "r");
  EXPECT_THAT(
      warnings,
      ElementsAre("resources[0]{envoy.config.route.v3.RouteConfiguration}.nonsense: no such "
                  "field in envoy.config.route.v3.RouteConfiguration (line 3)",
                  "odd: no such field in envoy.service.discovery.v3.DiscoveryResponse "
                  "(line 4)"));
}

TEST(DiscoveryFileTest, WhatCannotBeReadHasNoName) {
  DiscoveryResponse response;
  auto& item = *response.add_resources();
  item.set_type_url(std::string(kRouteType));
  item.set_value("no message");
  EXPECT_EQ(Good("r.pb", response.SerializeAsString()).resources[0].name, "");
}

}  // namespace
}  // namespace outrigger::compiler
