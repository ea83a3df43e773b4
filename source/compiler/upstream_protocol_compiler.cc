#include "compiler/upstream_protocol_compiler.h"

#include <fmt/format.h>

#include "compiler/any_content.h"
#include "compiler/fragments.h"
#include "compiler/http1_options.h"
#include "compiler/http2_options.h"
#include "envoy/extensions/upstreams/http/v3/http_protocol_options.pb.h"

namespace outrigger::compiler {

namespace {

using ClusterProto = envoy::config::cluster::v3::Cluster;
using CommonOptions = envoy::config::core::v3::HttpProtocolOptions;
using Http1Options = envoy::config::core::v3::Http1ProtocolOptions;
using Http2Options = envoy::config::core::v3::Http2ProtocolOptions;
using envoy::extensions::upstreams::http::v3::HttpProtocolOptions;

void CompileCommon(const CommonOptions& proto, Cluster& cluster) {
  if (proto.has_idle_timeout()) cluster.idle_timeout = ToDuration(proto.idle_timeout());
  if (proto.has_max_connection_duration()) {
    cluster.connection_duration_max = ToDuration(proto.max_connection_duration());
  }
  if (proto.has_max_stream_duration()) {
    cluster.stream_duration_max = ToDuration(proto.max_stream_duration());
  }
  if (proto.has_max_requests_per_connection()) {
    cluster.max_requests_per_connection = proto.max_requests_per_connection().value();
  }
}

// `protocol`: any that may turn out to be HTTP/2.
void Speak(UpstreamProtocol protocol, const Http2Options& proto, UpstreamCodec& codec) {
  constexpr uint32_t kStreamsMax = 1024;  // of ours on one connection, where the peer allows it
  codec.protocol = protocol;
  http::http2::Options options;
  options.streams_max = kStreamsMax;
  CompileHttp2Options(proto, options);
  codec.http2 = options;
}

// `choice`: one of those that leave it open which of the two is spoken.
template <typename Choice>
void CompileEither(UpstreamProtocol protocol, const Choice& choice, UpstreamCodec& codec,
                   ValidationErrors& errors) {
  Speak(protocol, choice.http2_protocol_options(), codec);
  const ValidationErrors::ScopedField scope(errors, "http_protocol_options");
  CompileHttp1Options(choice.http_protocol_options(), codec.http1, errors);
}

void CompileExplicit(const HttpProtocolOptions::ExplicitHttpConfig& proto, UpstreamCodec& codec,
                     ValidationErrors& errors) {
  if (proto.has_http2_protocol_options()) {
    Speak(UpstreamProtocol::kHttp2, proto.http2_protocol_options(), codec);
  }
  const ValidationErrors::ScopedField scope(errors, "http_protocol_options");
  CompileHttp1Options(proto.http_protocol_options(), codec.http1, errors);
}

void CompileOptions(const HttpProtocolOptions& proto, Cluster& cluster, ValidationErrors& errors) {
  cluster.codec = {};
  CompileCommon(proto.common_http_protocol_options(), cluster);
  if (proto.has_explicit_http_config()) {
    const ValidationErrors::ScopedField scope(errors, "explicit_http_config");
    CompileExplicit(proto.explicit_http_config(), cluster.codec, errors);
  } else if (proto.has_use_downstream_protocol_config()) {
    const ValidationErrors::ScopedField scope(errors, "use_downstream_protocol_config");
    CompileEither(UpstreamProtocol::kAsDownstream, proto.use_downstream_protocol_config(),
                  cluster.codec, errors);
  } else if (proto.has_auto_config()) {
    const ValidationErrors::ScopedField scope(errors, "auto_config");
    CompileEither(UpstreamProtocol::kNegotiated, proto.auto_config(), cluster.codec, errors);
    if (cluster.tls == nullptr) errors.Add("needs TLS: the protocol is agreed on by ALPN");
  }
}

}  // namespace

void CompileUpstreamProtocol(const ClusterProto& proto, Cluster& cluster,
                             ValidationErrors& errors) {
  {
    const ValidationErrors::ScopedField scope(errors, "http_protocol_options");
    CompileHttp1Options(proto.http_protocol_options(), cluster.codec.http1, errors);
  }
  if (proto.has_http2_protocol_options()) {
    Speak(UpstreamProtocol::kHttp2, proto.http2_protocol_options(), cluster.codec);
  }
  if (proto.has_max_requests_per_connection()) {
    cluster.max_requests_per_connection = proto.max_requests_per_connection().value();
  }
  CompileCommon(proto.common_http_protocol_options(), cluster);
  for (const auto& [name, any] : proto.typed_extension_protocol_options()) {
    const ValidationErrors::ScopedField scope(errors, "typed_extension_protocol_options");
    const ValidationErrors::ScopedField key(errors, fmt::format("[{}]", name));
    const auto content = UnpackAny(any);
    if (const auto* options = dynamic_cast<const HttpProtocolOptions*>(content.get())) {
      CompileOptions(*options, cluster, errors);
    } else {
      errors.Add(fmt::format("must be HttpProtocolOptions, is {}", DescribeAny(any)));
    }
  }
}

}  // namespace outrigger::compiler
