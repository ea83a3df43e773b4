// Filters whose configurations come by themselves, without sockets: who takes what, and when.
#include <fmt/format.h>

#include "http/filter_discovery.h"
#include "test/support/moved_files.h"
#include "test/unit/compiler/configuration_fixture.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kBuffer =
    "type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer";
constexpr std::string_view kCorsUrl =
    "type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors";

std::string Content(std::string_view type, std::string_view fields = "") {
  return fmt::format("{{'@type': {}{}{}}}", type, fields.empty() ? "" : ", ", fields);
}
std::string BufferOf(int bytes) {
  return Content(kBuffer, fmt::format("max_request_bytes: {}", bytes));
}

class DiscoveredFiltersTest : public ConfigurationTest {
 protected:
  // A listener with filter `f`, of those types.
  static std::string ListenerOf(const std::string& name, std::string_view types,
                                const std::string& fields = "",
                                const std::string& source = "ads: {}") {
    std::string yaml = test::ListenerYaml(name, "r");
    yaml.insert(yaml.find("- name: router"),
                fmt::format("- {{name: f, config_discovery: {{config_source: {{{}}}, type_urls: "
                            "[{}]{}}}}}\n      ",
                            source, types, fields.empty() ? "" : ", " + fields));
    return test::ListenerBytes(yaml);
  }
  void PushDiscovering(const std::string& name, std::string_view types = kBuffer,
                       const std::string& fields = "") {
    EXPECT_THAT(Push(kListenerType, {{name, ListenerOf(name, types, fields)}}).errors, IsEmpty());
  }
  // Errors of that version.
  std::vector<xds::ResourceError> PushFilter(const std::string& content) {
    return Push(
               kExtensionType,
               {{"f", test::ExtensionBytes(fmt::format("{{name: f, typed_config: {}}}", content))}})
        .errors;
  }
  // Cluster a, route table r.
  void PushOthers() {
    PushCluster("a");
    PushEndpoints("a");
    PushListener("other", "r");
    PushRoutes("r", "a");
  }
  const DiscoveredFilter* FilterOf(const std::string& listener) const {
    const auto* serving = snapshot().listeners.Get(IdOfListener(listener));
    const auto& filter = serving->config->chains.at(0).http().filters.at(0);
    return snapshot().discovered_filters.Get(filter.discovery->id);
  }
  FilterKind KindOf(const std::string& listener) const {
    const DiscoveredFilter* filter = FilterOf(listener);
    return filter == nullptr ? FilterKind::kNone : filter->kind;
  }
};

TEST_F(DiscoveredFiltersTest, X51_AListenerWaitsForTheFirstAnswer) {
  PushOthers();
  PushDiscovering("l");
  EXPECT_THAT(wanted_[std::string(kExtensionType)], ElementsAre("f"));
  EXPECT_FALSE(Serves("l"));
  EXPECT_EQ(configuration_.linker().warming_listeners().at("l").what, "filter configuration f");
  EXPECT_THAT(PushFilter(BufferOf(5)), IsEmpty());
  EXPECT_TRUE(Serves("l"));
  EXPECT_EQ(KindOf("l"), FilterKind::kBuffer);
}

TEST_F(DiscoveredFiltersTest, X44_ANewListenerGoesOnWithoutInTime) {
  PushOthers();
  PushDiscovering("l");
  clock_.Advance(std::chrono::seconds(15));
  configuration_.Settle();
  EXPECT_TRUE(Serves("l"));
  EXPECT_EQ(FilterOf("l"), nullptr);
}

TEST_F(DiscoveredFiltersTest, WhatServesDoesNotGoOnWithoutUnlessThereIsADefault) {
  PushOthers();
  EXPECT_THAT(Push(kListenerType, {{"other", ListenerOf("other", kBuffer)}}).errors, IsEmpty());
  clock_.Advance(std::chrono::minutes(1));
  configuration_.Settle();
  EXPECT_THAT(snapshot().listeners.Get(IdOfListener("other"))->config->chains[0].http().filters,
              IsEmpty());
  PushDiscovering("other", kBuffer, "default_config: " + BufferOf(5));
  clock_.Advance(std::chrono::minutes(1));
  configuration_.Settle();
  EXPECT_EQ(KindOf("other"), FilterKind::kBuffer);
}

TEST_F(DiscoveredFiltersTest, IsTakenByAllOrByNone) {
  PushOthers();
  const std::string both = fmt::format("{}, {}", kBuffer, kCorsUrl);
  PushDiscovering("l", both);
  PushDiscovering("m", kBuffer);
  EXPECT_THAT(PushFilter(BufferOf(5)), IsEmpty());
  const auto errors = PushFilter(Content(kCorsUrl));
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].message,
            "typed_config: is envoy.extensions.filters.http.cors.v3.Cors, and must be "
            "envoy.extensions.filters.http.buffer.v3.Buffer");
  EXPECT_EQ(KindOf("l"), FilterKind::kBuffer);
  EXPECT_EQ(KindOf("m"), FilterKind::kBuffer);
  // Its obstacle may go away.
  PushDiscovering("m", both);
  EXPECT_THAT(PushFilter(Content(kCorsUrl)), IsEmpty());
  EXPECT_EQ(KindOf("l"), FilterKind::kCors);
  EXPECT_EQ(KindOf("m"), FilterKind::kCors);
}

TEST_F(DiscoveredFiltersTest, OneThatChangesNothingLetsRequestsPass) {
  PushOthers();
  PushDiscovering("l", "type.googleapis.com/stats.PluginConfig");
  EXPECT_THAT(PushFilter(Content("type.googleapis.com/xds.type.v3.TypedStruct",
                                 "type_url: type.googleapis.com/stats.PluginConfig, value: {}")),
              IsEmpty());
  ASSERT_NE(FilterOf("l"), nullptr);
  EXPECT_EQ(FilterOf("l")->config, nullptr);
}

TEST_F(DiscoveredFiltersTest, ItsTimeToLiveEndsIt) {
  PushOthers();
  PushDiscovering("l", kBuffer, "default_config: " + BufferOf(5));
  EXPECT_THAT(PushFilter(BufferOf(7)), IsEmpty());
  const DiscoveredFilter* const before = FilterOf("l");
  configuration_.OnExpired(kExtensionType, {"f"});
  EXPECT_EQ(KindOf("l"), FilterKind::kBuffer);
  EXPECT_NE(FilterOf("l"), before);
  EXPECT_THAT(PushFilter(BufferOf(7)), IsEmpty());
  EXPECT_EQ(configuration_.resources().extensions.Find("f")->record.state,
            xds::ResourceState::kServing);
}

TEST_F(DiscoveredFiltersTest, MistakesOfAListenerHaveTheirFields) {
  const auto mistake = [&](std::string_view types, const std::string& fields) {
    const auto errors = Push(kListenerType, {{"l", ListenerOf("l", types, fields)}}).errors;
    return errors.empty() ? "" : errors[0].message;
  };
  EXPECT_THAT(mistake(kBuffer, "apply_default_config_without_warming: true"),
              HasSubstr("http_filters[0].config_discovery.apply_default_config_without_warming: "
                        "needs a default_config"));
  EXPECT_THAT(mistake("type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm", ""),
              HasSubstr("config_discovery.type_urls[0]: envoy.extensions.filters.http.wasm.v3.Wasm "
                        "is not supported yet"));
  EXPECT_THAT(mistake(kBuffer, "default_config: " + Content(kCorsUrl)),
              HasSubstr("config_discovery.default_config: is envoy.extensions.filters.http.cors.v3."
                        "Cors, and must be"));
  EXPECT_THAT(mistake("type.googleapis.com/envoy.extensions.filters.http.router.v3.Router",
                      "default_config: {'@type': type.googleapis.com/envoy.extensions.filters.http."
                      "router.v3.Router}"),
              HasSubstr("default_config: the router must be the last filter"));
}

TEST_F(DiscoveredFiltersTest, ThousandsOfVersionsLeaveTheTableSmall) {
  PushOthers();
  EXPECT_THAT(PushFilter(BufferOf(5)), IsEmpty());
  for (int i = 1; i < 1000; ++i) {
    PushDiscovering("l", kBuffer, "default_config: " + BufferOf(i));
  }
  EXPECT_LE(snapshot().discovered_filters.slot_end(), 256u);
}

TEST_F(DiscoveredFiltersTest, AFileThatDoesNotHoldItLeavesTheLastGoodOne) {
  const test::MovedFiles folder;
  const auto put = [&](const std::string& version, const std::vector<std::string>& resources) {
    folder.Put("ecds.yaml", test::DiscoveryYaml(version, kExtensionType, resources));
  };
  const std::string source =
      fmt::format("path_config_source: {{path: {}}}", folder.Path("ecds.yaml"));
  put("1", {});
  files_.emplace(configuration_,
                 ResourceFiles::Hooks{[](const std::string&, bool) {}, [] {},
                                      [](std::string_view) {}, [](std::string_view) {}});
  PushOthers();
  EXPECT_THAT(Push(kListenerType, {{"l", ListenerOf("l", kBuffer, "", source)}}).errors, IsEmpty());
  files_->ReadPending();
  EXPECT_TRUE(Serves("l"));
  EXPECT_EQ(FilterOf("l"), nullptr);
  const auto move = [&] {
    files_->OnMoved(folder.path(), "ecds.yaml");
    files_->ReadPending();
  };
  put("2", {"name: f, typed_config: " + BufferOf(5)});
  move();
  EXPECT_EQ(KindOf("l"), FilterKind::kBuffer);
  put("3", {});
  move();
  EXPECT_EQ(KindOf("l"), FilterKind::kBuffer);
}

}  // namespace
}  // namespace outrigger::compiler
