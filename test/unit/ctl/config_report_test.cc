#include "ctl/config_report.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>

#include "test/support/raw_peer.h"

namespace outrigger::ctl {
namespace {

using test::RawListener;
using test::RawPeer;
using testing::HasSubstr;

// An admin server in the test's hand, and what is said meanwhile.
class ConfigReportTest : public testing::Test {
 protected:
  // The exit status, when the page has that body; `asked_` is what was asked for.
  template <typename Report>
  int Run(int page_status, const std::string& body, Report report) {
    const Address address = Address::FromIp("127.0.0.1", admin_.port()).value();
    auto status = std::async(std::launch::async, [&] {
      return report(AdminClient(address), [&](std::string_view text) { said_ += text; });
    });
    RawPeer peer = admin_.Accept();
    const std::string head = peer.ReadUntil("\r\n\r\n");
    asked_ = head.substr(0, head.find(" HTTP/1.1"));
    EXPECT_TRUE(peer.Send(fmt::format("HTTP/1.1 {} x\r\ncontent-length: {}\r\n\r\n{}", page_status,
                                      body.size(), body)));
    return status.get();
  }
  int RunXds(const XdsQuestion& question, const std::string& body, int page_status = 200) {
    return Run(page_status, body, [&](const AdminClient& admin, const Say& say) {
      return ReportXds(admin, question, say);
    });
  }

  RawListener admin_;
  std::string asked_;
  std::string said_;
};

TEST_F(ConfigReportTest, FailsWhenSomethingDoesNotServeItsNewestVersion) {
  const std::string page =
      "1 of 2 resources do not serve their newest version\nlisteners: 1 serving, 1 warming\n";
  EXPECT_EQ(RunXds({}, page), 1);
  EXPECT_EQ(said_, page);
  EXPECT_EQ(asked_, "GET /xds?state=trouble");
}

TEST_F(ConfigReportTest, SucceedsWhenAllServe) {
  EXPECT_EQ(RunXds({}, "all of 2 resources serve their newest version\n"), 0);
}

TEST_F(ConfigReportTest, TellsTheSameOfJson) {
  EXPECT_EQ(RunXds({.wants_json = true}, R"({"total": 1, "in_trouble": 1})"), 1);
  EXPECT_EQ(RunXds({.wants_json = true}, R"({"total": 1, "in_trouble": 0})"), 0);
  EXPECT_EQ(asked_, "GET /xds?format=json&state=trouble");
}

TEST_F(ConfigReportTest, NamesAreSentEscaped) {
  EXPECT_EQ(XdsTarget({.type = "clusters", .name = "out|80| b", .shows_all = true}),
            "/xds?type=clusters&name=out%7C80%7C%20b");
}

TEST_F(ConfigReportTest, SaysThatThereIsNoSuchPage) {
  EXPECT_EQ(RunXds({}, "what?\n", 404), 2);
  EXPECT_EQ(said_, "refused with 404: what?\n\n");
}

TEST_F(ConfigReportTest, SaysThatNobodyAnswers) {
  uint16_t port = 0;
  {
    const RawListener gone;
    port = gone.port();
  }
  const AdminClient admin(Address::FromIp("127.0.0.1", port).value());
  EXPECT_EQ(ReportUpdates(admin, false, [&](std::string_view text) { said_ += text; }), 2);
  EXPECT_THAT(said_, HasSubstr("127.0.0.1:"));
}

TEST_F(ConfigReportTest, UpdatesAreToldAsThePageHasThem) {
  EXPECT_EQ(Run(200, "#2\n#1\n",
                [](const AdminClient& admin, const Say& say) {
                  return ReportUpdates(admin, false, say);
                }),
            0);
  EXPECT_EQ(said_, "#2\n#1\n");
  EXPECT_EQ(asked_, "GET /updates");
}

}  // namespace
}  // namespace outrigger::ctl
