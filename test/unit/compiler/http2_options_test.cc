#include "compiler/http2_options.h"

#include <gmock/gmock.h>

#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using envoy::config::core::v3::Http2ProtocolOptions;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

http::http2::Options Compile(std::string_view yaml) {
  const auto proto = FromYaml<Http2ProtocolOptions>(yaml);
  ValidationErrors errors;
  std::vector<std::string> ignored;
  CheckFieldUse(proto, errors, ignored);
  EXPECT_THAT(ignored, IsEmpty());
  http::http2::Options options;
  CompileHttp2Options(proto, options);
  return options;
}

Mistakes MistakesIn(std::string_view yaml) {
  ValidationErrors errors;
  CheckValidationRules(FromYaml<Http2ProtocolOptions>(yaml), errors);
  return errors.messages();
}

TEST(Http2OptionsTest, WithoutAWordWindowsGrowWithTheirUse) {
  const http::http2::Options options = Compile("{}");
  EXPECT_EQ(options.stream_window_bytes, 64u * 1024);
  EXPECT_EQ(options.stream_window_bytes_max, 1u << 20);
  EXPECT_EQ(options.connection_window_bytes, 1u << 20);
}

TEST(Http2OptionsTest, AStatedStreamWindowStays) {
  const http::http2::Options options = Compile("{initial_stream_window_size: 70000}");
  EXPECT_EQ(options.stream_window_bytes, 70'000u);
  EXPECT_EQ(options.stream_window_bytes_max, 70'000u);
}

TEST(Http2OptionsTest, NoStreamWindowGrowsBeyondTheStatedOneOfItsConnection) {
  const http::http2::Options options = Compile("{initial_connection_window_size: 200000}");
  EXPECT_EQ(options.stream_window_bytes_max, 200'000u);
  EXPECT_EQ(options.connection_window_bytes, 200'000u);
}

TEST(Http2OptionsTest, NobodyIsAskedWhetherItIsThereUnlessConfigured) {
  EXPECT_EQ(Compile("{}").keepalive, http::http2::KeepaliveOptions());
}

TEST(Http2OptionsTest, IntervalsAreLongerByUpTo15PercentUnlessStated) {
  const auto keepalive = Compile("{connection_keepalive: {interval: 30s, timeout: 5s}}").keepalive;
  EXPECT_EQ(keepalive.interval, seconds(30));
  EXPECT_EQ(keepalive.interval_jitter, milliseconds(4500));
  EXPECT_EQ(keepalive.timeout, seconds(5));
  EXPECT_EQ(keepalive.idle_interval, Duration::zero());
}

TEST(Http2OptionsTest, EveryFieldOfKeepaliveHasItsEffect) {
  const auto keepalive =
      Compile(
          "{connection_keepalive: {interval: 10s, timeout: 0.5s, interval_jitter: {value: 0}, "
          "connection_idle_interval: 60s}}")
          .keepalive;
  EXPECT_EQ(keepalive.timeout, milliseconds(500));
  EXPECT_EQ(keepalive.interval_jitter, Duration::zero());
  EXPECT_EQ(keepalive.idle_interval, seconds(60));
}

TEST(Http2OptionsTest, AnEndlessIntervalIsStillATime) {
  const auto keepalive =
      Compile("{connection_keepalive: {interval: 315576000000s, timeout: 1s}}").keepalive;
  EXPECT_GT(keepalive.interval + keepalive.interval_jitter, keepalive.interval);
}

TEST(Http2OptionsTest, KeepaliveNeedsATimeout) {
  EXPECT_THAT(MistakesIn("{connection_keepalive: {interval: 10s}}"),
              ElementsAre(testing::HasSubstr("connection_keepalive.timeout")));
}

}  // namespace
}  // namespace outrigger::compiler
