// When the configuration is saved, and when what was saved is used: by a clock of the test's own.
#include "server/last_good.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

#include "base/read_file.h"
#include "base/write_file.h"
#include "stats/server_stats.h"
#include "test/support/log_folder.h"
#include "test/unit/compiler/configuration_fixture.h"

namespace outrigger {
namespace {

using compiler::kClusterType;
using compiler::kEndpointType;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr Duration kWait = std::chrono::seconds(5);

class LastGoodTest : public compiler::ConfigurationTest {
 protected:
  LastGoodTest() {
    bootstrap_.node_id = "node";
    bootstrap_.takes_clusters_from_ads = true;
    bootstrap_.takes_listeners_from_ads = true;
  }
  void Make() {
    last_good_.emplace(control_, configuration_, bootstrap_, SavedConfigOptions{path_, kWait},
                       LastGood::Hooks{[this] { return has_answers_; },
                                       [this](std::string_view type_url, auto versions) {
                                         for (auto& [name, version] : versions) {
                                           claimed_[std::string(type_url)][name] = version;
                                         }
                                       },
                                       [this] { ++claims_; }});
  }
  // Time goes by, and what falls due is done.
  void Pass(Duration time) {
    clock_.Advance(time);
    control_.RunOnce(Duration::zero());
  }
  void Settled(bool is_live = true) {
    last_good_->OnSettled(is_live);
    Pass(LastGood::kGather);
  }
  // Names of what lies on disk, once all has been written; empty: nothing does.
  std::vector<std::string> SavedNames() {
    last_good_.reset();
    const auto bytes = ReadFile(path_, 1);
    if (!bytes.ok()) return {};
    const auto saved = saved::Decode(*bytes, "node", AllTypes());
    EXPECT_TRUE(saved.ok()) << saved.status();
    std::vector<std::string> names;
    for (const auto& resource : saved->resources) names.push_back(resource.name);
    return names;
  }
  static std::vector<std::string_view> AllTypes() {
    return {kClusterType, kEndpointType, compiler::kListenerType, compiler::kRouteType};
  }
  void PutOnDisk(const std::string& node_id) {
    saved::SavedConfiguration saved{node_id, control_.wall_now(), {}, {}};
    saved.resources.push_back({kClusterType, "a", "7",
                               std::make_shared<const std::string>(test::EdsClusterBytes("a")), 0});
    saved.resources.push_back(
        {kClusterType, "bad", "7", std::make_shared<const std::string>("\xff"), 0});
    saved.resources.push_back({kEndpointType, "a", "8",
                               std::make_shared<const std::string>(test::EndpointsBytes("a", {1})),
                               0});
    ASSERT_TRUE(ReplaceFile(path_, saved::Encode(saved)).ok());
  }
  uint64_t Shown(size_t metric) {
    const auto scope = stats_.Find(stats::kServerFamily, "");
    last_good_->Show(scope->ForWriter(stats::kControlWriter));
    return scope->Sum(metric);
  }

  const test::LogFolder folder_;
  const std::string path_ = folder_.Path("saved");
  Bootstrap bootstrap_;
  EventLoop control_{clock_};
  bool has_answers_ = false;
  std::map<std::string, std::map<std::string, std::string>> claimed_;
  int claims_ = 0;
  std::optional<LastGood> last_good_;
};

TEST_F(LastGoodTest, P18_WhatTheControlPlaneHasSentIsSaved) {
  Make();
  has_answers_ = true;
  PushBasics();
  Settled();
  EXPECT_THAT(SavedNames(), ElementsAre("a", "a", "l", "r"));
}

TEST_F(LastGoodTest, P18_NothingIsSavedBeforeItIsWhole) {
  Make();
  PushBasics();
  Settled();
  has_answers_ = true;
  Settled(false);
  EXPECT_THAT(SavedNames(), IsEmpty());
}

TEST_F(LastGoodTest, P18_WhatIsNotTheControlPlanesOrDoesNotLastIsNotSaved) {
  Make();
  has_answers_ = true;
  ASSERT_TRUE(configuration_.AddStatic(kClusterType, test::EdsClusterBytes("static")).ok());
  PushCluster("a");
  const std::string passing = test::EdsClusterBytes("passing");
  configuration_.OnResponse(
      {kClusterType, {}, {{"passing", "1", kClusterType, passing, true}}, {}});
  Settled();
  EXPECT_THAT(SavedNames(), ElementsAre("a"));
}

TEST_F(LastGoodTest, P18_WithoutAControlPlaneWhatIsSavedIsUsedAndClaimed) {
  PutOnDisk("node");
  Make();
  Pass(kWait - std::chrono::milliseconds(1));
  EXPECT_THAT(claimed_, IsEmpty());
  Pass(std::chrono::milliseconds(1));
  EXPECT_NE(configuration_.resources().clusters.Find("a")->value, nullptr);
  EXPECT_NE(configuration_.resources().endpoints.Find("a")->value, nullptr);
  // What is not accepted any more is not claimed either.
  EXPECT_THAT(claimed_[std::string(kClusterType)], ElementsAre(Pair("a", "7")));
  EXPECT_THAT(claimed_[std::string(kEndpointType)], ElementsAre(Pair("a", "8")));
  EXPECT_EQ(claims_, 1);
  Pass(std::chrono::seconds(10));
  EXPECT_EQ(Shown(stats::kServerRunningOnSavedConfig), 1U);
  EXPECT_EQ(Shown(stats::kServerSavedConfigAgeSeconds), 15U);
}

TEST_F(LastGoodTest, P18_AnAnswerEndsIt) {
  PutOnDisk("node");
  Make();
  Pass(kWait);
  ASSERT_TRUE(last_good_->running_since().has_value());
  has_answers_ = true;
  last_good_->OnSettled(true);
  EXPECT_FALSE(last_good_->running_since().has_value());
  EXPECT_EQ(Shown(stats::kServerRunningOnSavedConfig), 0U);
}

TEST_F(LastGoodTest, P18_WhereTheControlPlaneHasAnsweredItIsNotUsed) {
  PutOnDisk("node");
  Make();
  has_answers_ = true;
  Pass(kWait);
  EXPECT_THAT(claimed_, IsEmpty());
  EXPECT_EQ(configuration_.resources().clusters.Find("a"), nullptr);
}

TEST_F(LastGoodTest, P18_WhatIsForeignOrDamagedIsRefusedAndTheStartGoesOn) {
  PutOnDisk("another");
  Make();
  Pass(kWait);
  EXPECT_EQ(Shown(stats::kServerSavedConfigRefused), 1U);
  ASSERT_TRUE(ReplaceFile(path_, "damaged").ok());
  Make();
  Pass(kWait);
  EXPECT_EQ(Shown(stats::kServerSavedConfigRefused), 2U);
  EXPECT_EQ(Shown(stats::kServerRunningOnSavedConfig), 0U);
  EXPECT_EQ(configuration_.resources().clusters.Find("a"), nullptr);
}

TEST_F(LastGoodTest, P18_NoFileIsNoMistake) {
  Make();
  Pass(kWait);
  EXPECT_EQ(Shown(stats::kServerSavedConfigRefused), 0U);
  EXPECT_EQ(Shown(stats::kServerRunningOnSavedConfig), 0U);
}

}  // namespace
}  // namespace outrigger
