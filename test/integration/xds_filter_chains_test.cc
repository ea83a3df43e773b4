// Listeners of several filter chains that the control plane changes while they serve.
#include "test/integration/chain_yaml.h"
#include "test/integration/xds_fixture.h"

namespace outrigger::test {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

class XdsFilterChainsTest : public XdsTest {
 protected:
  XdsFilterChainsTest() {
    SetEdsCluster(ads_, "service");
    SetEndpoints(ads_, "service", "1", {service_.port()});
  }

  void Set(const std::string& version, const std::vector<std::string>& chains) {
    ads_.Set(kListener, "in", version, ListenerBytes(ChainsYaml(listen_port_, chains)));
  }
  // Sets them, and waits until they serve.
  void Serve(const std::vector<std::string>& chains) {
    const std::string version = std::to_string(++version_);
    Set(version, chains);
    if (proxy_ == nullptr) StartProxy();
    ASSERT_TRUE(proxy_->WaitForStat("listener_manager.listener_create_success", version_));
    // A worker that answers somebody new has adopted what the others answer by, or is about to.
    ASSERT_TRUE(WaitFor([&] { return IsAdopted(); }));
  }
  // Of both workers: sixteen connections in a row come by the newest version.
  bool IsAdopted() {
    for (int i = 0; i < 16; ++i) {
      RawPeer probe = RawPeer::ConnectTo(listen_port_, "127.0.0.99");
      if (!probe.is_connected() || !probe.Send(kGetAndClose)) return false;
      if (!probe.ReadToEnd().ends_with(fmt::format("v{}", version_))) return false;
    }
    return true;
  }
  // The chain that IsAdopted looks at: that of the next version.
  std::string Probe() const {
    return Chain(Answers(fmt::format("v{}", version_ + 1)), To("127.0.0.99"));
  }
  RawPeer ClientOf(const std::string& address) { return RawPeer::ConnectTo(listen_port_, address); }
  static std::string Ask(RawPeer& client) {
    return client.is_connected() && client.Send(kGet) ? client.ReadMessage() : std::string();
  }

  const uint16_t listen_port_ = RawListener().port();
  RawListener service_;
  int version_ = 0;
};

using testing::EndsWith;
using testing::HasSubstr;

TEST_F(XdsFilterChainsTest, AChangeOfOneChainLeavesConnectionsOfTheOthersAlone) {
  Serve({Chain(Answers("one"), To("127.0.0.1")), Chain(Answers("two"), To("127.0.0.2")),
         Chain(RelaysTo("service"), To("127.0.0.3")), Probe()});
  RawPeer one = ClientOf("127.0.0.1");
  RawPeer two = ClientOf("127.0.0.2");
  RawPeer relayed = ClientOf("127.0.0.3");
  RawPeer upstream = service_.Accept();
  ASSERT_THAT(Ask(one), EndsWith("one"));
  ASSERT_THAT(Ask(two), EndsWith("two"));
  // The first goes, and the others change their places.
  Serve({Chain(RelaysTo("service"), To("127.0.0.3")), Chain(Answers("two"), To("127.0.0.2")),
         Probe()});
  EXPECT_TRUE(one.HasEnded());
  EXPECT_THAT(Ask(two), EndsWith("two"));
  ASSERT_TRUE(relayed.Send("ping"));
  EXPECT_EQ(upstream.ReadBytes(4), "ping");
  ASSERT_TRUE(upstream.Send("pong"));
  EXPECT_EQ(relayed.ReadBytes(4), "pong");
  EXPECT_THAT(Ask(two), EndsWith("two"));
}

TEST_F(XdsFilterChainsTest, AConnectionGoesOnWithTheChainThatItMatchesNow) {
  Serve({Chain(Answers("any"), ""), Probe()});
  RawPeer client = ClientOf("127.0.0.1");
  ASSERT_THAT(Ask(client), EndsWith("any"));
  Serve({Chain(Answers("any"), ""), Chain(Answers("own"), To("127.0.0.1")), Probe()});
  EXPECT_TRUE(WaitFor([&] { return Ask(client).ends_with("own"); }));
  Serve({Chain(Answers("changed"), ""), Probe()});
  EXPECT_TRUE(WaitFor([&] { return Ask(client).ends_with("changed"); }));
}

TEST_F(XdsFilterChainsTest, AConnectionWhoseChainSpeaksOtherwiseNowIsDrained) {
  Serve({Chain(Answers("one"), To("127.0.0.1")), Chain(Answers("two"), To("127.0.0.2")), Probe()});
  RawPeer kind = ClientOf("127.0.0.1");
  RawPeer codec = ClientOf("127.0.0.2");
  ASSERT_THAT(Ask(kind), EndsWith("one"));
  ASSERT_THAT(Ask(codec), EndsWith("two"));
  Serve({Chain(RelaysTo("service"), To("127.0.0.1")),
         Chain(Answers("two", "codec_type: HTTP2"), To("127.0.0.2")), Probe()});
  EXPECT_TRUE(kind.HasEnded());
  EXPECT_TRUE(codec.HasEnded());
}

TEST_F(XdsFilterChainsTest, ARequestUnderWayEndsWellWhenItsChainIsGone) {
  SetRoute(ads_, "routes", "1", "service");
  const std::string forwards =
      HttpFilters("rds: {route_config_name: routes, config_source: {ads: {}}}");
  Serve({Chain(forwards, To("127.0.0.1")), Probe()});
  RawPeer client = ClientOf("127.0.0.1");
  ASSERT_TRUE(client.Send(kGet));
  RawPeer upstream = service_.Accept();
  ASSERT_THAT(upstream.ReadUntil("\r\n\r\n"), HasSubstr("GET /"));
  Serve({Probe()});
  ASSERT_TRUE(upstream.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
  const std::string answer = client.ReadToEnd();
  EXPECT_THAT(answer, HasSubstr("connection: close"));
  EXPECT_THAT(answer, EndsWith("ok"));
  // Whoever comes now finds no chain.
  RawPeer late = ClientOf("127.0.0.1");
  EXPECT_TRUE(late.HasEnded());
  EXPECT_EQ(proxy_->Stat("listener.in.no_filter_chain_match"), 1);
}

TEST_F(XdsFilterChainsTest, X51_AListenerWaitsForTheRoutesOfAllItsChains) {
  SetRoute(ads_, "first", "1", "service");
  const auto forwards = [](const std::string& table) {
    return HttpFilters(
        fmt::format("rds: {{route_config_name: {}, config_source: {{ads: {{}}}}}}", table));
  };
  Set("1", {Chain(forwards("first"), To("127.0.0.1")), Chain(forwards("second"), To("127.0.0.2")),
            Chain(Answers("v1"), To("127.0.0.99"))});
  StartProxy();
  ASSERT_TRUE(proxy_->WaitForStat("listener_manager.total_listeners_warming", 1));
  EXPECT_FALSE(ClientOf("127.0.0.1").is_connected());
  SetRoute(ads_, "second", "1", "service");
  version_ = 1;
  EXPECT_TRUE(WaitFor([&] { return IsAdopted(); }));
  RawPeer client = ClientOf("127.0.0.2");
  ASSERT_TRUE(client.Send(kGet));
  EXPECT_THAT(service_.Accept().ReadUntil("\r\n\r\n"), HasSubstr("GET /"));
}

TEST_F(XdsFilterChainsTest, ChainsThatOverlapAreRefusedAndTheListenerServesOn) {
  Serve({Chain(Answers("one"), ""), Probe()});
  const Request nack =
      SendAndWait(Push(kListener, "twice")
                      .Add("in", "2",
                           ListenerBytes(ChainsYaml(listen_port_, {Chain(Answers("one"), ""),
                                                                   Chain(Answers("two"), "")}))));
  EXPECT_THAT(nack.error_detail().message(),
              HasSubstr("in: filter_chains[1].filter_chain_match: overlaps with that of "
                        "filter_chains[0]"));
  RawPeer client = ClientOf("127.0.0.1");
  EXPECT_THAT(Ask(client), EndsWith("one"));
}

}  // namespace
}  // namespace outrigger::test
