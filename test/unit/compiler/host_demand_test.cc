// Virtual hosts that requests ask for, without sockets.
#include "compiler/host_demand.h"

#include <fmt/format.h>

#include "envoy/config/route/v3/route.pb.h"
#include "test/unit/compiler/configuration_fixture.h"

namespace outrigger::compiler {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::UnorderedElementsAre;

constexpr Duration kLong = std::chrono::seconds(60);

class HostDemandTest : public testing::Test {
 protected:
  // Listener l with table t, which discovers hosts; none has come.
  void SetUp() override {
    Push(kListenerType, "l", test::ListenerBytes(test::ListenerYaml("l", "t", 0)));
    PushTable("{name: t, vhds: {config_source: {ads: {}}}}");
    EXPECT_THAT(configuration_.OnResponse({kVirtualHostType, {}, {}, {}}).errors, IsEmpty());
  }
  void PushTable(const std::string& yaml) { Push(kRouteType, "t", test::RouteBytes(yaml)); }
  void Push(std::string_view type, const std::string& name, const std::string& bytes) {
    xds::Response response{type, {}, {}, {}};
    response.resources.push_back({name, "1", type, bytes});
    EXPECT_THAT(configuration_.OnResponse(response).errors, IsEmpty());
  }
  // A host of that domain, as an answer to what was asked for by the alias.
  void PushHost(const std::string& name, const std::string& domain, std::string_view alias) {
    envoy::config::route::v3::VirtualHost host;
    host.set_name(name);
    host.add_domains(domain);
    const std::string bytes = host.SerializeAsString();
    xds::Response response{kVirtualHostType, {}, {}, {}};
    response.resources.push_back({name, "1", kVirtualHostType, bytes, false, {alias}});
    EXPECT_THAT(configuration_.OnResponse(response).errors, IsEmpty());
  }

  FakeClock clock_;
  stats::Registry stats_;
  std::set<std::string> wanted_;
  std::vector<std::string> answered_;
  std::optional<MonotonicTime> look_again_at_;
  Configuration configuration_{
      stats_,
      clock_,
      {.bind = [](const ListenerConfig&) { return absl::OkStatus(); },
       .publish = [](const std::shared_ptr<const ConfigSnapshot>&) {},
       .want =
           [this](std::string_view type_url, const SourcesByKey& wanted) {
             if (type_url != kVirtualHostType) return;
             wanted_.clear();
             for (const auto& [key, source] : wanted) wanted_.insert(key);
           },
       .settled = [this](std::optional<MonotonicTime> at) { look_again_at_ = at; },
       .look_up = {},
       .updated = {},
       .want_clusters = {},
       .deny_cluster = {},
       .runtime = {},
       .answer_host = [this](const std::string& key) { answered_.push_back(key); }}};
};

TEST_F(HostDemandTest, X37OneIsAskedForBesideAllOthersUntilItServes) {
  configuration_.OnHostNeeded("t/h", kLong);
  configuration_.OnHostNeeded("t/h", kLong);
  EXPECT_THAT(wanted_, UnorderedElementsAre("", "t/h"));
  EXPECT_THAT(answered_, IsEmpty());
  PushHost("t/other", "other", "t/other");
  EXPECT_THAT(answered_, IsEmpty());
  PushHost("t/x", "h", "t/h");
  EXPECT_THAT(answered_, ElementsAre("t/h"));
  // It stays asked for, and whoever has not heard of it yet is told at once.
  clock_.Advance(2 * kLong);
  configuration_.Settle();
  EXPECT_THAT(wanted_, UnorderedElementsAre("", "t/h"));
  configuration_.OnHostNeeded("t/h", kLong);
  EXPECT_THAT(answered_, ElementsAre("t/h", "t/h"));
}

TEST_F(HostDemandTest, OneThatNobodyWaitsForAnyMoreIsLetGo) {
  configuration_.OnHostNeeded("t/h", kLong);
  EXPECT_EQ(look_again_at_, clock_.Now() + kLong);
  clock_.Advance(kLong);
  configuration_.Settle();
  EXPECT_THAT(wanted_, ElementsAre(""));
}

TEST_F(HostDemandTest, X37AnAnswerThatThereIsNoneEndsItAtOnce) {
  configuration_.OnHostNeeded("t/h", kLong);
  configuration_.OnHostNeeded("t/i", kLong);
  configuration_.OnAbsent(kVirtualHostType, {{"t/h", xds::Absence::Kind::kDoesNotExist, "no"}});
  EXPECT_THAT(answered_, ElementsAre("t/h"));
  EXPECT_THAT(wanted_, UnorderedElementsAre("", "t/i"));
  // So does one whose domains are others.
  PushHost("t/x", "x", "t/i");
  EXPECT_THAT(answered_, ElementsAre("t/h", "t/i"));
  EXPECT_THAT(wanted_, ElementsAre(""));
}

TEST_F(HostDemandTest, ATableWithoutDiscoveryAsksForNone) {
  configuration_.OnHostNeeded("other/h", kLong);
  EXPECT_THAT(answered_, ElementsAre("other/h"));
  configuration_.OnHostNeeded("t/h", kLong);
  PushTable("{name: t}");
  EXPECT_THAT(answered_, ElementsAre("other/h", "t/h"));
  EXPECT_THAT(wanted_, IsEmpty());
}

TEST_F(HostDemandTest, HostsHaveALimitAndTheFirstThatCameMakesRoom) {
  for (size_t i = 0; i < HostDemand::kHostsMax; ++i) {
    configuration_.OnHostNeeded(fmt::format("t/h{}", i), kLong);
  }
  EXPECT_THAT(answered_, IsEmpty());
  configuration_.OnHostNeeded("t/more", kLong);
  EXPECT_THAT(answered_, ElementsAre("t/more"));
  PushHost("t/x1", "h7", "t/h7");
  PushHost("t/x2", "h3", "t/h3");
  configuration_.OnHostNeeded("t/more", kLong);
  EXPECT_THAT(wanted_, SizeIs(HostDemand::kHostsMax + 1));
  EXPECT_THAT(wanted_, Contains("t/more"));
  EXPECT_THAT(wanted_, Contains("t/h3"));
  EXPECT_THAT(wanted_, Not(Contains("t/h7")));
}

}  // namespace
}  // namespace outrigger::compiler
