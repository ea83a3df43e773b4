#include "saved/inline_secret.h"

#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "compiler/any_content.h"
#include "compiler/proto_yaml.h"

namespace outrigger::saved {
namespace {

constexpr char kListener[] = "envoy.config.listener.v3.Listener";
constexpr char kSecret[] = "envoy.extensions.transport_sockets.tls.v3.Secret";
constexpr char kTlsType[] =
    "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";

bool HoldsSecretIn(const std::string& type, const std::string& yaml) {
  const auto message = compiler::NewMessage(type);
  std::vector<std::string> warnings;
  EXPECT_TRUE(compiler::MergeYaml(yaml, {}, *message, warnings).ok()) << yaml;
  return HoldsSecret("type.googleapis.com/" + type, message->SerializeAsString());
}

std::string ListenerWith(const std::string& key) {
  return std::string("{filter_chains: [{transport_socket: {name: tls, typed_config: {'@type': ") +
         kTlsType + ", common_tls_context: {tls_certificates: [{private_key: " + key + "}]}}}}]}";
}

TEST(InlineSecretTest, AKeyInTheResourceIsOneWhereverItLies) {
  EXPECT_TRUE(HoldsSecretIn(kSecret, "{tls_certificate: {private_key: {inline_string: key}}}"));
  EXPECT_TRUE(HoldsSecretIn(kSecret, "{tls_certificate: {private_key: {inline_bytes: a2V5}}}"));
  EXPECT_TRUE(HoldsSecretIn(kSecret, "{generic_secret: {secret: {inline_string: token}}}"));
  EXPECT_TRUE(HoldsSecretIn(kListener, ListenerWith("{inline_string: key}")));
}

TEST(InlineSecretTest, WhereAKeyLiesIsNone) {
  EXPECT_FALSE(HoldsSecretIn(kSecret, "{tls_certificate: {private_key: {filename: /key.pem}}}"));
  EXPECT_FALSE(
      HoldsSecretIn(kSecret, "{tls_certificate: {private_key: {environment_variable: KEY}}}"));
  EXPECT_FALSE(HoldsSecretIn(kListener, ListenerWith("{filename: /key.pem}")));
}

TEST(InlineSecretTest, CertificatesAndTheRestAreNone) {
  EXPECT_FALSE(
      HoldsSecretIn(kSecret, "{tls_certificate: {certificate_chain: {inline_string: c}}}"));
  EXPECT_FALSE(HoldsSecretIn(kSecret, "{validation_context: {trusted_ca: {inline_string: ca}}}"));
  EXPECT_FALSE(HoldsSecretIn(kListener, "{name: a, stat_prefix: b}"));
}

TEST(InlineSecretTest, ATypedStructThatSpellsAKeyOutHoldsIt) {
  const std::string spelt =
      std::string(
          "{filter_chains: [{transport_socket: {name: tls, typed_config: {'@type': "
          "type.googleapis.com/xds.type.v3.TypedStruct, type_url: ") +
      kTlsType + ", value: {commonTlsContext: {tlsCertificates: [{";
  EXPECT_TRUE(HoldsSecretIn(kListener, spelt + "privateKey: {inlineString: key}}]}}}}}]}"));
  EXPECT_FALSE(HoldsSecretIn(kListener, spelt + "certificateChain: {filename: c}}]}}}}}]}"));
}

TEST(InlineSecretTest, WhatCannotBeReadMightBeOne) {
  EXPECT_TRUE(HoldsSecret("type.googleapis.com/none.Such", ""));
  EXPECT_TRUE(HoldsSecret(std::string("type.googleapis.com/") + kSecret, "\xff"));
}

}  // namespace
}  // namespace outrigger::saved
