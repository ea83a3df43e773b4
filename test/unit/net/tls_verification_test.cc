// Which names of a certificate are acceptable (R63).
#include "net/tls_verification.h"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include <string>

namespace outrigger {
namespace {

using Type = SubjectAltNameMatch::Type;
using Kind = StringMatch::Kind;

// A certificate with one name of any bytes; unsigned, since nobody asks.
bssl::UniquePtr<X509> CertificateFor(int type, const std::string& bytes) {
  bssl::UniquePtr<X509> certificate(X509_new());
  bssl::UniquePtr<GENERAL_NAMES> names(GENERAL_NAMES_new());
  bssl::UniquePtr<GENERAL_NAME> name(GENERAL_NAME_new());
  ASN1_STRING* text = type == GEN_IPADD ? ASN1_OCTET_STRING_new() : ASN1_IA5STRING_new();
  ASN1_STRING_set(text, bytes.data(), static_cast<ossl_ssize_t>(bytes.size()));
  GENERAL_NAME_set0_value(name.get(), type, text);
  EXPECT_TRUE(bssl::PushToStack(names.get(), std::move(name)));
  X509_add1_ext_i2d(certificate.get(), NID_subject_alt_name, names.get(), 0, 0);
  return certificate;
}

bool Accepts(const SubjectAltNameMatch& wanted, int type, const std::string& name) {
  return HasAcceptableName(*CertificateFor(type, name), {wanted});
}

TEST(TlsVerificationTest, ComparesDnsNamesByTheirLabels) {
  EXPECT_TRUE(MatchesDnsName("a.test", "A.Test"));
  EXPECT_TRUE(MatchesDnsName("*.test", "a.test"));
  EXPECT_FALSE(MatchesDnsName("*.test", "b.a.test"));
  EXPECT_FALSE(MatchesDnsName("*.test", "test"));
  EXPECT_FALSE(MatchesDnsName("*.test", ".test"));
  EXPECT_FALSE(MatchesDnsName("a*.test", "ab.test"));
  EXPECT_FALSE(MatchesDnsName("*", "test"));
  EXPECT_FALSE(MatchesDnsName("a.test", "a.test2"));
}

TEST(TlsVerificationTest, MatchesOnlyNamesOfTheKindAskedFor) {
  const SubjectAltNameMatch uri = {Type::kUri, {.text = "spiffe://a/b"}};
  EXPECT_TRUE(Accepts(uri, GEN_URI, "spiffe://a/b"));
  EXPECT_FALSE(Accepts(uri, GEN_DNS, "spiffe://a/b"));
  EXPECT_FALSE(Accepts(uri, GEN_URI, "spiffe://a/bc"));
  const SubjectAltNameMatch any = {Type::kAny, {.text = "x@a.test"}};
  EXPECT_TRUE(Accepts(any, GEN_EMAIL, "x@a.test"));
}

TEST(TlsVerificationTest, ReadsAddressesAsText) {
  EXPECT_TRUE(
      Accepts({Type::kIp, {.text = "127.0.0.1"}}, GEN_IPADD, std::string("\x7f\0\0\x01", 4)));
  EXPECT_TRUE(Accepts({Type::kIp, {.text = "::1"}}, GEN_IPADD, std::string(15, '\0') + "\x01"));
  // R66: a length that no address has.
  EXPECT_FALSE(Accepts({Type::kAny, {.kind = Kind::kPrefix}}, GEN_IPADD, "\x7f"));
}

// What a C string would end at does not end a name.
TEST(TlsVerificationTest, R63_ANameWithANulMatchesNothing) {
  const std::string name("a.test\0.evil", 12);
  EXPECT_FALSE(Accepts({Type::kDns, {.text = "a.test"}}, GEN_DNS, name));
  EXPECT_FALSE(Accepts({Type::kAny, {.kind = Kind::kPrefix, .text = "a"}}, GEN_DNS, name));
}

TEST(TlsVerificationTest, ACertificateWithoutNamesMatchesNothing) {
  const bssl::UniquePtr<X509> bare(X509_new());
  EXPECT_FALSE(HasAcceptableName(*bare, {{Type::kAny, {.kind = Kind::kPrefix}}}));
}

}  // namespace
}  // namespace outrigger
