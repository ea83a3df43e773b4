#include "compiler/poll_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "envoy/service/discovery/v3/discovery.pb.h"

namespace outrigger::compiler {
namespace {

using envoy::service::discovery::v3::DiscoveryRequest;
using envoy::service::discovery::v3::DiscoveryResponse;
using testing::HasSubstr;
using testing::Not;

std::string Ask(const std::string& version, const std::vector<std::string>& names,
                const std::string& node = "") {
  DiscoveryRequest request;
  if (!node.empty()) request.mutable_node()->set_id(node);
  request.set_version_info(version);
  for (const std::string& name : names) request.add_resource_names(name);
  return request.SerializeAsString();
}

class PollStateTest : public testing::Test {
 protected:
  // One poll and its answer; what was sent.
  std::string PollAndRead(const std::string& answer) {
    const std::string body = state_.StartPoll().value();
    std::vector<std::string> warnings;
    static_cast<void>(state_.Read(answer, warnings));
    return body;
  }

  PollState state_{"type"};
};

TEST_F(PollStateTest, X3_TheNodeStandsInEveryPoll) {
  state_.Take(Ask("", {"a"}, "me"));
  EXPECT_THAT(PollAndRead("{version_info: '1'}"), HasSubstr("\"id\":\"me\""));
  state_.Take(Ask("1", {"a"}));
  EXPECT_THAT(state_.StartPoll().value(), HasSubstr("\"id\":\"me\""));
}

TEST_F(PollStateTest, TheVersionIsThatOfTheNamesItWasAnsweredFor) {
  state_.Take(Ask("", {"a"}, "me"));
  EXPECT_TRUE(state_.asks_for_others());
  PollAndRead("{version_info: '1'}");
  state_.Take(Ask("1", {"a"}));
  EXPECT_FALSE(state_.asks_for_others());
  EXPECT_THAT(state_.StartPoll().value(), HasSubstr("\"version_info\":\"1\""));
  state_.Take(Ask("1", {"a", "b"}));
  EXPECT_TRUE(state_.asks_for_others());
  EXPECT_THAT(PollAndRead("{version_info: '1'}"), Not(HasSubstr("version_info")));
  state_.Take(Ask("1", {"a", "b"}));
  EXPECT_THAT(state_.StartPoll().value(), HasSubstr("\"version_info\":\"1\""));
}

TEST_F(PollStateTest, NamesThatWereLetGoInBetweenAreAskedForAnew) {
  state_.Take(Ask("", {"a", "b"}, "me"));
  PollAndRead("{version_info: '1'}");
  state_.Take(Ask("1", {"a"}));
  state_.Take(Ask("1", {"a", "b"}));
  EXPECT_TRUE(state_.asks_for_others());
  EXPECT_THAT(state_.StartPoll().value(), Not(HasSubstr("version_info")));
}

TEST_F(PollStateTest, OtherNamesWhileAPollIsUnderWayAreOnesOfTheNext) {
  state_.Take(Ask("", {"a"}, "me"));
  static_cast<void>(state_.StartPoll());
  state_.Take(Ask("", {"a", "b"}));
  std::vector<std::string> warnings;
  ASSERT_TRUE(state_.Read("{version_info: '1'}", warnings).ok());
  state_.Take(Ask("1", {"a", "b"}));
  EXPECT_TRUE(state_.asks_for_others());
  EXPECT_THAT(state_.StartPoll().value(), Not(HasSubstr("version_info")));
}

TEST_F(PollStateTest, X4_WhatCannotBeReadIsToldOfInTheNextPoll) {
  state_.Take(Ask("", {"a"}, "me"));
  PollAndRead("{resources: 5}");
  EXPECT_THAT(state_.StartPoll().value(), HasSubstr("\"error_detail\":{\"code\":3"));
}

TEST_F(PollStateTest, AnAnswerWithoutATypeIsOfTheOneThatWasAskedFor) {
  state_.Take(Ask("", {}, "me"));
  std::vector<std::string> warnings;
  DiscoveryResponse response;
  ASSERT_TRUE(response.ParseFromString(state_.Read("{nonce: n}", warnings).value()));
  EXPECT_EQ(response.type_url(), "type");
}

}  // namespace
}  // namespace outrigger::compiler
