// TLS contexts and secrets: what they become, and the field path of every mistake.
#include "compiler/tls_compiler.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "test/support/certificates.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using envoy::config::core::v3::TransportSocket;
using test::YamlQuoted;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class TlsCompilerTest : public testing::Test {
 protected:
  using Result = Compiled<TlsProfile>;

  std::string Certificate() const {
    return fmt::format(
        "{{certificate_chain: {{inline_string: {}}}, private_key: {{inline_string: {}}}}}",
        YamlQuoted(identity_.chain_pem), YamlQuoted(identity_.key_pem));
  }
  std::string Trust() const {
    return fmt::format("trusted_ca: {{inline_string: {}}}", YamlQuoted(authority_.pem()));
  }
  // A context of that kind; `fields` are its own.
  Result Compile(const std::string& kind, const std::string& fields) {
    return CompileLikeReceived<TlsProfile>(
        FromYaml<TransportSocket>(fmt::format(
            "{{name: tls, typed_config: {{'@type': type.googleapis.com/envoy.extensions."
            "transport_sockets.tls.v3.{}, {}}}}}",
            kind, fields)),
        [&](const TransportSocket& socket, ValidationErrors& errors) {
          return kind == "DownstreamTlsContext" ? tls_.CompileDownstream(socket, errors)
                                                : tls_.CompileUpstream(socket, errors);
        });
  }
  Result Downstream(const std::string& common, const std::string& fields = "") {
    return Compile("DownstreamTlsContext",
                   fmt::format("common_tls_context: {{{}}}, {}", common, fields));
  }
  Result Upstream(const std::string& common, const std::string& fields = "") {
    return Compile("UpstreamTlsContext",
                   fmt::format("common_tls_context: {{{}}}, {}", common, fields));
  }
  void AddSecret(const std::string& yaml) {
    ValidationErrors errors;
    const auto proto = FromYaml<envoy::extensions::transport_sockets::tls::v3::Secret>(yaml);
    secrets_[proto.name()].value = CompileSecret(proto, errors);
    EXPECT_TRUE(errors.ok()) << errors.ToStatus();
  }

  const test::Authority authority_;
  const test::Identity identity_ = authority_.Issue("DNS:a.test");
  xds::ResourceStore<Secret> secrets_;
  xds::ResourceStore<Secret> received_;
  StreamClusters stream_clusters_;
  TlsCompiler tls_{secrets_, received_, stream_clusters_};
};

constexpr std::string_view kCommon = "transport_socket.typed_config.common_tls_context";

TEST_F(TlsCompilerTest, EqualContentIsOneObject) {
  const std::string common = "tls_certificates: [" + Certificate() + "]";
  const Result first = Downstream(common);
  ASSERT_THAT(first.mistakes, IsEmpty());
  EXPECT_EQ(Downstream(common).value, first.value);
  EXPECT_NE(Downstream(common + ", alpn_protocols: [h2]").value, first.value);
  EXPECT_NE(Downstream(common, "require_client_certificate: true").value, first.value);
}

TEST_F(TlsCompilerTest, PlaintextIsNoContext) {
  const auto socket = FromYaml<TransportSocket>(
      "{name: raw, typed_config: {'@type': type.googleapis.com/envoy.extensions."
      "transport_sockets.raw_buffer.v3.RawBuffer}}");
  ValidationErrors errors;
  EXPECT_EQ(tls_.CompileUpstream(socket, errors), nullptr);
  EXPECT_TRUE(errors.ok());
}

TEST_F(TlsCompilerTest, AContextForTheOtherSideIsRefused) {
  const auto socket = FromYaml<TransportSocket>(
      "{name: tls, typed_config: {'@type': type.googleapis.com/envoy.extensions."
      "transport_sockets.tls.v3.UpstreamTlsContext}}");
  ValidationErrors errors;
  EXPECT_EQ(tls_.CompileDownstream(socket, errors), nullptr);
  EXPECT_THAT(errors.messages(),
              ElementsAre("transport_socket.typed_config: is envoy.extensions.transport_sockets."
                          "tls.v3.UpstreamTlsContext: only DownstreamTlsContext and RawBuffer are "
                          "supported yet"));
}

TEST_F(TlsCompilerTest, AServiceNeedsACertificate) {
  EXPECT_THAT(Downstream("").mistakes,
              ElementsAre(fmt::format("{}: must have a certificate: tls_certificates or "
                                      "tls_certificate_sds_secret_configs",
                                      kCommon)));
  EXPECT_THAT(Upstream("").mistakes, IsEmpty());
}

TEST_F(TlsCompilerTest, SaysWhichCertificateCannotBeRead) {
  EXPECT_THAT(
      Downstream("tls_certificates: [{certificate_chain: {filename: /none}}]").mistakes,
      ElementsAre(fmt::format("{}.tls_certificates[0].certificate_chain.filename: cannot read "
                              "/none: No such file or directory",
                              kCommon),
                  fmt::format("{}.tls_certificates[0].private_key: is required", kCommon)));
  EXPECT_THAT(Downstream("tls_certificates: [{certificate_chain: {inline_string: x}, private_key: "
                         "{inline_string: x}}]")
                  .mistakes,
              ElementsAre(fmt::format("{}: tls_certificates[0]: certificate_chain: holds no "
                                      "certificate in PEM",
                                      kCommon)));
}

TEST_F(TlsCompilerTest, NamesNeedAnAnchor) {
  EXPECT_THAT(
      Upstream("validation_context: {match_typed_subject_alt_names: [{san_type: DNS, matcher: "
               "{exact: a}}]}")
          .mistakes,
      ElementsAre(fmt::format("{}: match_typed_subject_alt_names proves nothing without trusted_ca",
                              kCommon)));
}

TEST_F(TlsCompilerTest, TakesBothHalvesOfACombinedContext) {
  AddSecret(fmt::format("{{name: mesh, validation_context: {{{}}}}}", Trust()));
  EXPECT_THAT(Upstream("combined_validation_context: {default_validation_context: "
                       "{match_typed_subject_alt_names: [{san_type: URI, matcher: {exact: "
                       "'spiffe://a'}}]}, validation_context_sds_secret_config: {name: mesh}}")
                  .mistakes,
              IsEmpty());
}

TEST_F(TlsCompilerTest, ASecretHasToBeThereAndOfTheRightKind) {
  AddSecret(fmt::format("{{name: mesh, validation_context: {{{}}}}}", Trust()));
  const std::string error =
      "{}.tls_certificate_sds_secret_configs[0]: the bootstrap has no secret "
      "\"{}\" of this kind";
  for (const char* name : {"mesh", "none"}) {
    EXPECT_THAT(
        Upstream(fmt::format("tls_certificate_sds_secret_configs: [{{name: {}}}]", name)).mistakes,
        ElementsAre(fmt::format(fmt::runtime(error), kCommon, name)));
  }
}

TEST_F(TlsCompilerTest, ASecretOfAnotherSourceIsWaitedFor) {
  const std::string by_name =
      "tls_certificate_sds_secret_configs: [{name: a, sds_config: {ads: {}}}]";
  const Result result = Downstream(by_name);
  ASSERT_THAT(result.mistakes, IsEmpty());
  EXPECT_EQ(result.value->context, nullptr);
  EXPECT_TRUE(result.value->Takes("a"));
  EXPECT_EQ(Downstream(by_name).value, result.value);
  EXPECT_NE(Downstream(by_name + ", alpn_protocols: [h2]").value, result.value);
  EXPECT_NE(
      Downstream("tls_certificate_sds_secret_configs: [{name: b, sds_config: {ads: {}}}]").value,
      result.value);
}

TEST_F(TlsCompilerTest, ASourceThatIsNoneIsRefusedAtItsField) {
  EXPECT_THAT(Downstream("tls_certificate_sds_secret_configs: [{name: a, sds_config: "
                         "{path_config_source: {path: /none}}}]")
                  .mistakes,
              ElementsAre(fmt::format("{}.tls_certificate_sds_secret_configs[0].sds_config."
                                      "path_config_source.path: /none does not exist",
                                      kCommon)));
}

TEST_F(TlsCompilerTest, AClientShowsOneCertificateWhereverItComesFrom) {
  EXPECT_THAT(Upstream("tls_certificates: [" + Certificate() +
                       "], tls_certificate_sds_secret_configs: [{name: a, sds_config: {ads: {}}}]")
                  .mistakes,
              ElementsAre(HasSubstr("a client shows one certificate")));
}

TEST_F(TlsCompilerTest, WhatWouldWeakenSecurityUnheardIsRefused) {
  const std::string bad[] = {
      "validation_context: {crl: {inline_string: x}}",
      "validation_context: {verify_certificate_hash: ['" + std::string(64, 'a') + "']}",
  };
  for (const std::string& common : bad) {
    EXPECT_THAT(Upstream(common).mistakes, testing::Not(IsEmpty())) << common;
  }
  EXPECT_THAT(Upstream("", "allow_renegotiation: true").mistakes,
              ElementsAre(HasSubstr("renegotiation is refused")));
}

TEST_F(TlsCompilerTest, AServerNameIsAHostName) {
  EXPECT_THAT(Upstream("", fmt::format("sni: {}", std::string(254, 'a'))).mistakes,
              ElementsAre("transport_socket.typed_config.sni: is no host name"));
}

}  // namespace
}  // namespace outrigger::compiler
