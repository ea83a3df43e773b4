// The last good configuration on disk: a start without the control plane, and its return (P18).
#include <sys/stat.h>

#include "base/read_file.h"
#include "base/write_file.h"
#include "saved/saved_configuration.h"
#include "test/integration/xds_fixture.h"
#include "test/support/log_folder.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr char kShortBackOff[] =
    "retry_policy: {retry_back_off: {base_interval: 0.005s, max_interval: 0.02s}}";

class SavedConfigTest : public XdsTest, public testing::WithParamInterface<const char*> {
 protected:
  void StartWithFile() {
    StaticBootstrap bootstrap{
        .listeners = {}, .ads_port = ads_.port(), .ads_fields = kShortBackOff};
    bootstrap.ads_api_type = GetParam();
    CommandLine flags = RunningProxy::FlagsFor(bootstrap.ToYaml());
    flags.saved_config.path = path_;
    flags.saved_config.wait = Duration::zero();
    proxy_ = std::make_unique<RunningProxy>(flags);
  }
  // The basics are served, and all of them are on disk.
  void ServeAndSave() {
    ServeBasics();
    StartWithFile();
    ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
    ASSERT_TRUE(proxy_->WaitForStat("server.saved_config_written", 1));
  }
  void RestartAlone() {
    proxy_.reset();
    ads_.Stop();
    StartWithFile();
  }
  int ReadyStatus() {
    HttpClient client(proxy_->admin_port());
    return client.Get("/ready")->status;
  }

  const LogFolder folder_;
  const std::string path_ = folder_.Path("saved");
};

TEST_P(SavedConfigTest, P18_ARestartWithoutTheControlPlaneServesWhatWasSaved) {
  ServeAndSave();
  RestartAlone();
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  EXPECT_EQ(Body(), "a");
  EXPECT_TRUE(proxy_->WaitForStat("server.running_on_saved_config", 1));
  EXPECT_TRUE(WaitFor([&] { return ReadyStatus() == 200; }));
  EXPECT_THAT(AdminPage("/ready?verbose"),
              AllOf(HasSubstr("LIVE\n"), HasSubstr("running on a saved configuration of 20")));
  // It is no update of the control plane's.
  EXPECT_EQ(proxy_->Stat("cluster_manager.cds.update_success"), 0);
}

TEST_P(SavedConfigTest, P18_TheControlPlanesReturnReplacesItPieceByPiece) {
  ServeAndSave();
  RestartAlone();
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  ASSERT_TRUE(proxy_->WaitForStat("server.running_on_saved_config", 1));
  ads_.Remove(kCluster, "a");
  SetRoute(ads_, "routes", "2", "b");
  ads_.Start();
  EXPECT_TRUE(WaitForBody("/", "b"));
  EXPECT_TRUE(proxy_->WaitForStatBelow("server.running_on_saved_config", 1));
  // The cluster that went meanwhile is gone: of the static one and two, two are left.
  EXPECT_TRUE(proxy_->WaitForStatBelow("cluster_manager.active_clusters", 3));
  EXPECT_EQ(AdminPage("/ready?verbose"), "LIVE\n");
}

TEST_P(SavedConfigTest, P18_WhatIsDamagedIsRefusedAndTheControlPlaneIsWaitedFor) {
  ServeAndSave();
  proxy_.reset();
  std::string bytes = ReadFile(path_, 1).value();
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  ASSERT_TRUE(ReplaceFile(path_, bytes).ok());
  RestartAlone();
  ASSERT_TRUE(proxy_->WaitForStat("server.saved_config_refused", 1));
  EXPECT_EQ(ReadyStatus(), 503);
  ads_.Start();
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  EXPECT_EQ(Body(), "a");
}

TEST_P(SavedConfigTest, P18_TheFileIsItsOwnersAloneAndFollowsChanges) {
  ServeAndSave();
  struct stat facts;
  ASSERT_EQ(stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600U);
  SetRoute(ads_, "routes", "2", "b");
  ASSERT_TRUE(WaitForBody("/", "b"));
  ASSERT_TRUE(proxy_->WaitForStat("server.saved_config_written", 2));
  RestartAlone();
  ASSERT_NE(port_ = proxy_->WaitForListener("ingress"), 0);
  EXPECT_EQ(Body(), "b");
}

INSTANTIATE_TEST_SUITE_P(Protocols, SavedConfigTest, testing::Values("DELTA_GRPC", "GRPC"));

// What the server is told of it, so that it can say what is gone (X30).
TEST_F(XdsTest, P18_AStreamAfterTheStartClaimsTheVersionsThatRun) {
  const LogFolder folder;
  saved::SavedConfiguration saved{"test-node", {}, {}, {}};
  saved.resources.push_back({compiler::kClusterType, "a", "7",
                             std::make_shared<const std::string>(EdsClusterBytes("a")), 0});
  saved.resources.push_back({compiler::kEndpointType, "a", "8",
                             std::make_shared<const std::string>(EndpointsBytes("a", {1})), 0});
  ASSERT_TRUE(ReplaceFile(folder.Path("saved"), saved::Encode(saved)).ok());
  ads_.HoldAnswers(true);
  CommandLine flags = RunningProxy::FlagsFor(RunningProxy::AdsBootstrap(ads_.port()));
  flags.saved_config.path = folder.Path("saved");
  flags.saved_config.wait = Duration::zero();
  StartProxy(flags);
  const auto claims = [&](const std::string& type_url, const std::string& version) {
    return [=](const Request& request) {
      const auto& versions = request.initial_resource_versions();
      const auto a = versions.find("a");
      return request.type_url() == type_url && a != versions.end() && a->second == version;
    };
  };
  EXPECT_TRUE(ads_.WaitForRequest(claims(kCluster, "7")).has_value());
  EXPECT_TRUE(ads_.WaitForRequest(claims(kEndpoints, "8")).has_value());
}

}  // namespace
}  // namespace outrigger::test
