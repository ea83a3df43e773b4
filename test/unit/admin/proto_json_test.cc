#include "admin/proto_json.h"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/config/core/v3/base.pb.h"
#include "envoy/extensions/transport_sockets/tls/v3/secret.pb.h"
#include "envoy/extensions/transport_sockets/tls/v3/tls.pb.h"
#include "xds/type/v3/typed_struct.pb.h"

namespace outrigger::admin {
namespace {

using envoy::config::cluster::v3::Cluster;
using envoy::extensions::transport_sockets::tls::v3::TlsCertificate;
using envoy::extensions::transport_sockets::tls::v3::UpstreamTlsContext;
using google::protobuf::Any;

template <typename Message>
Message FromJson(const std::string& json) {
  Message message;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &message);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return message;
}

std::string ToJson(const google::protobuf::Message& message) {
  JsonBuilder json;
  WriteProto(message, json);
  return json.Take();
}

std::string PrintedByProtobuf(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.preserve_proto_field_names = true;
  std::string json;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json, options).ok());
  return json;
}

bool Contains(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

TEST(ProtoJson, WritesWhatProtobufsOwnPrinterWrites) {
  const auto cluster = FromJson<Cluster>(R"({
    "name": "a", "type": "EDS", "connect_timeout": "0.250s", "per_connection_buffer_limit_bytes": 7,
    "eds_cluster_config": {"service_name": "s", "eds_config": {"ads": {}}},
    "common_lb_config": {"healthy_panic_threshold": {"value": 12.5}},
    "metadata": {"filter_metadata": {"istio": {"l": [1, "x", null, true, {}, {"n": 1.5}]}}},
    "typed_extension_protocol_options": {"o": {"@type":
      "type.googleapis.com/google.protobuf.UInt64Value", "value": "9007199254740993"}},
    "transport_socket": {"name": "t", "typed_config": {"@type":
      "type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer"}}})");
  const std::string expected = PrintedByProtobuf(cluster);
  EXPECT_TRUE(Contains(expected, "\"name\": \"a\""));
  EXPECT_EQ(ToJson(cluster), expected);
}

TEST(ProtoJson, RedactsAPrivateKeyAndLeavesTheCertificate) {
  TlsCertificate certificate;
  certificate.mutable_certificate_chain()->set_inline_string("public");
  certificate.mutable_private_key()->set_inline_bytes("secret");
  certificate.mutable_password()->set_inline_string("secret");
  const std::string json = ToJson(certificate);
  EXPECT_TRUE(Contains(json, "public"));
  EXPECT_TRUE(Contains(json, "\"inline_bytes\": \"W3JlZGFjdGVkXQ==\"")) << json;  // [redacted]
  EXPECT_TRUE(Contains(json, "\"inline_string\": \"[redacted]\"")) << json;
  EXPECT_FALSE(Contains(json, "secret"));
  EXPECT_FALSE(Contains(json, "c2VjcmV0"));
}

UpstreamTlsContext ContextWithKey() {
  UpstreamTlsContext context;
  auto* certificate = context.mutable_common_tls_context()->add_tls_certificates();
  certificate->mutable_private_key()->set_inline_string("secret");
  context.set_sni("visible");
  return context;
}

TEST(ProtoJson, RedactsInsideAnAnyInsideAnAny) {
  Cluster cluster;
  cluster.mutable_transport_socket()->mutable_typed_config()->PackFrom(ContextWithKey());
  Any outer;
  outer.PackFrom(cluster);
  const std::string json = ToJson(outer);
  EXPECT_TRUE(Contains(json, "visible"));
  EXPECT_TRUE(Contains(json, "[redacted]"));
  EXPECT_FALSE(Contains(json, "secret\"")) << json;
}

TEST(ProtoJson, RedactsInsideATypedStructOfAKnownType) {
  xds::type::v3::TypedStruct typed;
  typed.set_type_url(
      "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext");
  *typed.mutable_value() = FromJson<google::protobuf::Struct>(R"({"sni": "visible",
    "commonTlsContext": {"tls_certificates": [{"private_key": {"inline_string": "hidden"}}]}})");
  const std::string json = ToJson(typed);
  EXPECT_TRUE(Contains(json, "visible"));
  EXPECT_TRUE(Contains(json, "[redacted]"));
  EXPECT_FALSE(Contains(json, "hidden"));
}

TEST(ProtoJson, WritesAnUnknownAnyAsBase64) {
  Cluster cluster;
  cluster.set_name("a");
  Any* any = cluster.mutable_transport_socket()->mutable_typed_config();
  any->set_type_url("type.googleapis.com/acme.Unknown");
  any->set_value("Man");
  EXPECT_EQ(ToJson(cluster),
            "{\n \"name\": \"a\",\n \"transport_socket\": {\n  \"typed_config\": {\n"
            "   \"@type\": \"type.googleapis.com/acme.Unknown\",\n   \"value\": \"TWFu\"\n"
            "  }\n }\n}\n");
}

TEST(ProtoJson, WritesAnAnyThatCannotBeParsedAsBase64) {
  Any any;
  any.set_type_url("type.googleapis.com/envoy.config.cluster.v3.Cluster");
  any.set_value("\xff\xff");
  EXPECT_TRUE(Contains(ToJson(any), "\"value\": \"//8=\""));
}

TEST(ProtoJson, DoesNotLookIntoAnUnknownAnyThatIsSecret) {
  envoy::extensions::transport_sockets::tls::v3::PrivateKeyProvider provider;
  provider.set_provider_name("p");
  provider.mutable_typed_config()->set_type_url("type.googleapis.com/acme.Unknown");
  provider.mutable_typed_config()->set_value("secret");
  EXPECT_FALSE(Contains(ToJson(provider), "c2VjcmV0"));
}

TEST(ProtoJson, OpensAnysOnlyToItsMaximumDepth) {
  Any any;
  any.PackFrom(ContextWithKey());
  for (int i = 0; i < 100; ++i) {
    Any outer;
    outer.PackFrom(any);
    any = outer;
  }
  const std::string json = ToJson(any);
  size_t types = 0;
  for (size_t at = json.find("@type"); at != json.npos; at = json.find("@type", at + 1)) ++types;
  EXPECT_EQ(types, size_t{kAnyDepthMax} + 1);
}

TEST(ProtoJson, WritesMapsInOrderOfTheirKeys) {
  google::protobuf::Struct value;
  for (const char* key : {"c", "a", "b"}) (*value.mutable_fields())[key].set_number_value(1);
  EXPECT_EQ(ToJson(value), "{\n \"a\": 1,\n \"b\": 1,\n \"c\": 1\n}\n");
}

}  // namespace
}  // namespace outrigger::admin
