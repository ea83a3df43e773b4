// R67 and R57: whatever bytes the control plane sends, the answer is an ACK or a NACK, and what
// served goes on serving. Over a real stream, beside a client that keeps its connection.
#include <fmt/format.h>

#include <random>

#include "envoy/config/route/v3/route.pb.h"
#include "google/protobuf/any.pb.h"
#include "test/integration/xds_fixture.h"
#include "test/support/mutant.h"
#include "test/support/seed.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;

constexpr size_t kResourceBytesMax = 16 * 1024 * 1024;

// A field that no message has, of that many bytes in all.
std::string Padding(size_t size) {
  constexpr size_t kOverhead = 2 + 4;  // tag 1000, a length of four bytes
  std::string bytes = "\xc2\x3e";
  for (size_t length = size - kOverhead, i = 0; i < 4; ++i, length >>= 7) {
    bytes += static_cast<char>((length & 0x7F) | (i < 3 ? 0x80 : 0));
  }
  return bytes + std::string(size - kOverhead, 'x');
}

// `depth` messages in each other by way of field `number`.
std::string Nested(int number, int depth) {
  std::string bytes;
  for (int i = 0; i < depth; ++i) {
    std::string length;
    for (size_t rest = bytes.size();; rest >>= 7) {
      length += static_cast<char>((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0));
      if (rest <= 0x7F) break;
    }
    bytes = static_cast<char>(number << 3 | 2) + length + bytes;
  }
  return bytes;
}

// Routes that hold `any` where an extension's options would be.
std::string RouteHolding(const google::protobuf::Any& any) {
  envoy::config::route::v3::RouteConfiguration routes;
  routes.ParseFromString(RouteBytes(RouteYaml("others", "b")));
  (*routes.mutable_typed_per_filter_config())["a"] = any;
  return routes.SerializeAsString();
}

class XdsHostileTest : public XdsTest {
 protected:
  void SetUp() override {
    SetRoute(ads_, "others", "1", "b");
    SetListener(ads_, "others", "1", "others");
    StartServing();
    EXPECT_EQ(BodyFrom(bystander()), "a");
  }
  void TearDown() override {
    EXPECT_EQ(BodyFrom(bystander()), "a");
    EXPECT_EQ(bystander().connections(), 1);
  }
  HttpClient& bystander() {
    if (bystander_ == nullptr) bystander_ = std::make_unique<HttpClient>(port_);
    return *bystander_;
  }
  // Whether it was rejected.
  bool Rejects(const std::string& type_url, const std::string& name, const std::string& bytes) {
    const std::string id = std::to_string(++pushes_);
    return SendAndWait(Push(type_url, "nonce-" + id).Add(name, id, bytes)).has_error_detail();
  }
  std::string Answer(const std::string& type_url, const std::string& name,
                     const std::string& bytes) {
    const std::string id = std::to_string(++pushes_);
    return SendAndWait(Push(type_url, "nonce-" + id).Add(name, id, bytes)).error_detail().message();
  }

  // Without a page of all the numbers of all of them. -1: no answer in time.
  int ActiveClusters() {
    const std::string line = AdminPage("/stats?filter=^cluster_manager.active_clusters$");
    const size_t colon = line.find(": ");
    return colon == line.npos ? -1 : std::atoi(line.c_str() + colon + 2);
  }

 private:
  std::unique_ptr<HttpClient> bystander_;
  int pushes_ = 0;
};

struct Kind {
  std::string type_url;
  std::string name;  // of something that is asked for, and that no traffic of the test needs
  std::string good;
  std::string counter;
};

TEST_F(XdsHostileTest, R67_MutantsOfEveryTypeAreAnsweredAndCounted) {
  std::mt19937_64 random(SeedOfTheRun());
  const std::vector<Kind> kinds = {
      {kCluster, "mutant", EdsClusterBytes("mutant"), "cluster_manager.cds."},
      {kEndpoints, "b", EndpointsBytes("b", {1, 2}), "cluster.b."},
      {kRoutes, "others", RouteBytes(RouteYaml("others", "b")), "http.others.rds.others."},
      {kListener, "mutant", ListenerBytes(ListenerYaml("mutant", "routes")),
       "listener_manager.lds."},
  };
  for (const Kind& kind : kinds) {
    int rejected = 0;
    for (int i = 0; i < 60; ++i) {
      const std::string& other = kinds[random() % kinds.size()].good;
      rejected += Rejects(kind.type_url, kind.name, MutantOf(kind.good, other, random)) ? 1 : 0;
    }
    EXPECT_GT(rejected, 0) << kind.type_url;
    EXPECT_EQ(proxy_->Stat(kind.counter + "update_rejected"), rejected) << kind.type_url;
    EXPECT_EQ(Body(), "a");
    EXPECT_FALSE(Rejects(kind.type_url, kind.name, kind.good));
  }
}

TEST_F(XdsHostileTest, R67_MutantsOfWhatServesLeaveItsLastGoodVersion) {
  std::mt19937_64 random(SeedOfTheRun());
  const std::vector<Kind> kinds = {
      {kCluster, "a", EdsClusterBytes("a"), {}},
      {kEndpoints, "a", EndpointsBytes("a", {backend_a_.port()}), {}},
      {kRoutes, "routes", RouteBytes(RouteYaml("routes", "a")), {}},
      {kListener, "ingress", ListenerBytes(ListenerYaml("ingress", "routes")), {}},
  };
  for (int i = 0; i < 100; ++i) {
    const Kind& kind = kinds[random() % kinds.size()];
    // Groups that nobody ends: no message, whatever stands before them.
    const std::string mutant = MutantOf(kind.good, "", random) + std::string(2000, '\x0b');
    EXPECT_TRUE(Rejects(kind.type_url, kind.name, mutant));
    if (i % 10 == 0) {
      EXPECT_EQ(BodyFrom(bystander()), "a");
    }
  }
}

TEST_F(XdsHostileTest, R67_EveryTypeUnderTheNameOfEveryOtherIsAnswered) {
  const std::map<std::string, std::string> good = {
      {kCluster, EdsClusterBytes("b")},
      {kEndpoints, EndpointsBytes("b", {1})},
      {kRoutes, RouteBytes(RouteYaml("others", "b"))},
      {kListener, ListenerBytes(ListenerYaml("others", "others"))}};
  const std::map<std::string, std::string> names = {
      {kCluster, "c"}, {kEndpoints, "b"}, {kRoutes, "others"}, {kListener, "c"}};
  for (const auto& [type_url, name] : names) {
    for (const auto& [other, bytes] : good) {
      Rejects(type_url, name, bytes);  // either is an answer
      EXPECT_EQ(BodyFrom(bystander()), "a");
    }
  }
}

TEST_F(XdsHostileTest, R57_AResourceOfSixteenMebibytesIsTakenAndOneByteMoreIsNot) {
  const std::string good = EdsClusterBytes("padded");
  const std::string largest = good + Padding(kResourceBytesMax - good.size());
  ASSERT_EQ(largest.size(), kResourceBytesMax);
  EXPECT_EQ(Answer(kCluster, "padded", largest), "");
  EXPECT_THAT(Answer(kCluster, "padded", largest + std::string("\x00", 1)),
              HasSubstr("padded: resource is larger than 16 MiB"));
  EXPECT_EQ(proxy_->Stat("cluster_manager.cds.update_rejected"), 1);
}

TEST_F(XdsHostileTest, R57_MessagesInMessagesEndAtSixtyFour) {
  const auto nack_at = [this](int depth) {
    google::protobuf::Any any;
    any.set_type_url("type.googleapis.com/envoy.config.rbac.v3.Permission");
    any.set_value(Nested(8, depth));  // not_rule
    return Answer(kRoutes, "others", RouteHolding(any));
  };
  EXPECT_THAT(nack_at(63), testing::Not(HasSubstr("is nested deeper than")));
  EXPECT_THAT(nack_at(64), HasSubstr("not_rule: is nested deeper than 64 messages"));
  EXPECT_EQ(Status("/"), 200);
}

TEST_F(XdsHostileTest, R57_AnysInAnysEndAtSixteen) {
  const auto nack_at = [this](int depth) {
    google::protobuf::Any any;
    for (int i = 0; i < depth; ++i) {
      const std::string below = RouteHolding(any);
      any.set_type_url(kRoutes);
      any.set_value(below);
    }
    return Answer(kRoutes, "others", RouteHolding(any));
  };
  EXPECT_THAT(nack_at(15), testing::Not(HasSubstr("is nested deeper than")));
  EXPECT_THAT(nack_at(16), HasSubstr("is nested deeper than 16 Anys"));
  EXPECT_THAT(nack_at(100), HasSubstr("is nested deeper than 16 Anys"));
}

// Unknown groups are the one thing that every message may hold to any depth.
TEST_F(XdsHostileTest, R57_NestingThatNoMessageKnowsEndsTheReadingOfIt) {
  for (const int depth : {101, 10'000, 500'000}) {
    std::string groups;
    for (int i = 0; i < depth; ++i) groups += "\xc3\x3e";  // the start of field 1000
    for (int i = 0; i < depth; ++i) groups += "\xc4\x3e";
    EXPECT_EQ(Answer(kCluster, "deep", EdsClusterBytes("deep") + groups),
              "deep: resource cannot be parsed");
    EXPECT_TRUE(Rejects(kEndpoints, "b", EndpointsBytes("b", {1}) + groups));
    EXPECT_TRUE(Rejects(kRoutes, "others", RouteBytes(RouteYaml("others", "b")) + groups));
    EXPECT_TRUE(Rejects(kListener, "deep", groups));
    EXPECT_EQ(Body(), "a");
  }
}

TEST_F(XdsHostileTest, R67_TenThousandClustersComeAndGoAtOnce) {
  constexpr int kClusters = 10'000;
  Push come(kCluster, "come");
  Push go(kCluster, "go");
  const std::string options = ClusterBytes("{type: STATIC}");
  for (int i = 10'000; i < 10'000 + kClusters; ++i) {
    const std::string name = fmt::format("many-{}", i);
    come.Add(name, "1", "\x0a\x0a" + name + options);  // field 1, ten bytes
    go.Remove(name);
  }
  EXPECT_FALSE(SendAndWait(come).has_error_detail());
  EXPECT_TRUE(WaitFor([&] { return ActiveClusters() == 3 + kClusters; }));
  EXPECT_EQ(BodyFrom(bystander()), "a");
  EXPECT_FALSE(SendAndWait(go).has_error_detail());
  EXPECT_TRUE(WaitFor([&] { return ActiveClusters() == 3; }));
}

}  // namespace
}  // namespace outrigger::test
