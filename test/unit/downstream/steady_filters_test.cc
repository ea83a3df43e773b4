// What a steady request costs where filters look at it and an access log tells of it: no allocation
// either (T13).
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "filters/cors/cors_filter.h"
#include "filters/fault/fault_filter.h"
#include "filters/grpc_stats/grpc_stats_filter.h"
#include "filters/header_mutation/header_mutation_filter.h"
#include "filters/rbac/rbac_filter.h"
#include "http/http_stats.h"
#include "logging/access_log_writer.h"
#include "stats/server_stats.h"
#include "test/support/allocation_count.h"
#include "test/support/http2_peer.h"
#include "test/support/http_world.h"
#include "test/support/log_folder.h"

namespace outrigger::test {
namespace {

// Values of some length: none that fits into a std::string without memory of its own.
constexpr std::string_view kFormat =
    "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" "
    "%RESPONSE_CODE% %RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% "
    "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" "
    "\"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\" %UPSTREAM_CLUSTER% "
    "%RESPONSE_CODE_DETAILS% %DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS%\n";
constexpr std::string_view kRequest =
    "POST /a/path/of/some/length?with=a&query=too HTTP/1.1\r\nHost: service.example.internal\r\n"
    "User-Agent: a client of some length/1.0\r\nX-Unwanted: this is taken away by a filter\r\n"
    "X-Forwarded-For: 192.0.2.1, 192.0.2.2\r\nOrigin: https://page.example.internal\r\n"
    "Content-Length: 5\r\n\r\nhello";
constexpr std::string_view kResponse =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nX-Unwanted: as above, in "
    "fact\r\n"
    "Content-Length: 5\r\n\r\nworld";
constexpr std::string_view kCall =
    "POST /a.package.of.some.length.Service/Method HTTP/1.1\r\nHost: service.example.internal\r\n"
    "Content-Type: application/grpc\r\nContent-Length: 5\r\n\r\nhello";
constexpr std::string_view kCallAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nGrpc-Status: 0\r\n"
    "Content-Length: 5\r\n\r\nworld";
// POST http / a, and by a literal user-agent (58 of the static table).
constexpr std::string_view kHttp2Fields =
    "\x83\x86\x84\x41\x01"
    "a\x0f\x2b\x1f"
    "a client of some length/1.0 too";

class SteadyFilters : public ::testing::Test {
 protected:
  HttpOptions Options() {
    HttpOptions options;
    options.filters = {Cors(), Fault(), Mutation(), Rbac()};
    options.access_logs.push_back(
        {{}, FileLog{{*logging::TextFormat::Compile(kFormat, {}), false}, writer_.Open(path_)}});
    logging::JsonFormat json;
    json.Open('{');
    json.Key("path");
    json.Value(*logging::TextFormat::Compile("%REQ(:PATH)%", {}));
    json.Key("peer");
    json.Value(*logging::TextFormat::Compile("from %DOWNSTREAM_REMOTE_ADDRESS%", {}));
    json.Close('}');
    options.access_logs.push_back({{}, FileLog{logging::LogFormat(json), writer_.Open(path_)}});
    return options;
  }
  http::ConfiguredFilter Cors() {
    return {"cors", FilterKind::kCors,
            std::make_shared<CorsConfig>(registry_.Find(kCorsFamily, "ingress"))};
  }
  http::ConfiguredFilter Fault() {
    auto rules = std::make_shared<FaultRules>();
    rules->abort = FaultRules::Abort{FaultStatus{503, {}}, {0, 100}};
    return {"fault", FilterKind::kFault,
            std::make_shared<FaultConfig>(rules, registry_.Find(kFaultFamily, "ingress"))};
  }
  http::ConfiguredFilter Mutation() {
    HeaderMutations mutations;
    mutations.request.push_back({.add = {}, .remove = {"x-unwanted"}});
    mutations.response = mutations.request;
    return {"header_mutation", FilterKind::kHeaderMutation,
            std::make_shared<HeaderMutationConfig>(std::move(mutations), false)};
  }
  http::ConfiguredFilter Rbac() {
    auto policies = std::make_shared<RbacPolicies>();
    policies->decisions.enforced = RbacRules{RbacRules::Action::kAllow, {{"everybody", {}, {}}}};
    return {"rbac", FilterKind::kRbac,
            std::make_shared<RbacConfig>(policies, RbacStats{rbac_stats_, rbac_stats_})};
  }

  http::ConfiguredFilter GrpcStats() {
    GrpcStatsRules rules;
    rules.names_all_methods = true;
    return {"grpc_stats", FilterKind::kGrpcStats,
            std::make_shared<GrpcStatsConfig>(rules, registry_.Find(stats::kServerFamily, ""))};
  }

  struct Message {
    std::string_view request;
    std::string_view response;
  };
  // What 1000 requests over HTTP/1 allocate once the first ones have passed.
  static uint64_t AllocationsOf(HttpWorld& world, const Message& message) {
    LoopbackPeer client = world.Client();
    client.Send(message.request);
    LoopbackPeer service = world.Service();
    EXPECT_TRUE(world.Receives(service, "hello"));
    EXPECT_EQ(service.received().find("x-unwanted"), std::string::npos);
    service.Send(message.response);
    EXPECT_TRUE(world.Receives(client, "world"));
    uint64_t before = 0;
    for (int i = 0; i < 1100; ++i) {
      if (i == 100) before = AllocationCount();
      client.Send(message.request);
      RunUntilRead(world, service);
      service.Send(message.response);
      RunUntilRead(world, client);
      world.world.clock.Advance(std::chrono::milliseconds(7));
    }
    return AllocationCount() - before;
  }

  // Turns until something has come for `peer`; what it is stays in no memory of ours.
  static void RunUntilRead(HttpWorld& world, LoopbackPeer& peer) {
    char bytes[2048];
    for (int turn = 0; recv(peer.fd(), bytes, sizeof bytes, 0) <= 0; ++turn) {
      ASSERT_LT(turn, 1000);
      world.RunTurns(1);
    }
  }

  LogFolder folder_;
  const std::string path_ = folder_.Path("log");
  stats::Registry registry_;
  const std::shared_ptr<stats::Scope> rbac_stats_ =
      registry_.Find(kRequestRbacFamilies.plain, "ingress");
  SystemClock clock_;
  logging::AccessLogWriter writer_{clock_, registry_};
};

TEST_F(SteadyFilters, AllocateNothingForHttp1) {
  HttpWorld world(UpstreamProtocol::kHttp1, Options());
  EXPECT_EQ(AllocationsOf(world, {kRequest, kResponse}), 0u);
  EXPECT_EQ(rbac_stats_->Sum(kRbacAllowed), 1101u);
}

TEST_F(SteadyFilters, AllocateNothingForCallsThatAreCountedByMethod) {
  HttpOptions options;
  options.filters = {GrpcStats()};
  HttpWorld world(UpstreamProtocol::kHttp1, std::move(options));
  EXPECT_EQ(AllocationsOf(world, {kCall, kCallAnswer}), 0u);
}

// Of nghttp2's own memory, which comes from malloc, this says nothing.
TEST_F(SteadyFilters, AllocateNothingForHttp2) {
  HttpWorld world(UpstreamProtocol::kHttp2, Options());
  LoopbackPeer client = world.Client();
  LoopbackPeer service;
  uint64_t allocations = 0;  // not those of the test itself
  const auto run_turns = [&] {
    const uint64_t before = AllocationCount();
    world.RunTurns(4);
    allocations += AllocationCount() - before;
  };
  const auto run_request = [&](uint32_t stream) {
    client.Send(FrameBytes(kHeaders, kEndHeaders, stream, kHttp2Fields) +
                FrameBytes(kData, kEndStream, stream, "hello"));
    run_turns();
    if (stream == 1) {
      service = world.Service();
      service.Send(FrameBytes(kSettings, 0, 0));
    }
    service.Send(FrameBytes(kHeaders, kEndHeaders, stream, "\x88") +
                 FrameBytes(kData, kEndStream, stream, "world"));
    run_turns();
    char bytes[4096];
    for (const LoopbackPeer* peer : {&client, &service}) {
      while (recv(peer->fd(), bytes, sizeof bytes, 0) > 0) continue;
    }
  };
  client.Send(std::string(kPreface) + FrameBytes(kSettings, 0, 0));
  uint32_t stream = 1;
  for (; stream < 201; stream += 2) run_request(stream);
  allocations = 0;
  for (; stream < 2201; stream += 2) run_request(stream);
  EXPECT_EQ(allocations, 0u);
  EXPECT_EQ(world.HttpStat(http::kDownstreamRq2xx), 1100u);
}

}  // namespace
}  // namespace outrigger::test
