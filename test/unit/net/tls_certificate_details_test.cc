#include "net/tls_certificate_details.h"

#include <gtest/gtest.h>

#include "test/support/certificates.h"

namespace outrigger {
namespace {

WallTime Now() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

TEST(CertificateDetailsTest, NamesAreShownByKindAndThoseOfOtherKindsAreLeftOut) {
  const test::Authority authority;
  const test::Identity identity =
      authority.Issue("DNS:a.test,URI:spiffe://td/ns/x,IP:10.1.2.3,email:a@b.c,IP:::1");
  const CertificateDetails details = DetailsOfFirst(identity.chain_pem, "/etc/cert.pem");
  EXPECT_EQ(details.path, "/etc/cert.pem");
  const std::pair<std::string_view, std::string> expected[] = {{"dns", "a.test"},
                                                               {"uri", "spiffe://td/ns/x"},
                                                               {"ip_address", "10.1.2.3"},
                                                               {"ip_address", "::1"}};
  ASSERT_EQ(details.names.size(), std::size(expected));
  for (size_t i = 0; i < std::size(expected); ++i) {
    EXPECT_EQ(details.names[i].kind, expected[i].first);
    EXPECT_EQ(details.names[i].text, expected[i].second);
  }
  EXPECT_FALSE(details.serial_number.empty());
  EXPECT_EQ(details.serial_number.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST(CertificateDetailsTest, DaysLeftAreWholeOnesAndNeverBelowZero) {
  const test::Authority authority;
  const test::Identity identity =
      authority.IssueAs({.names = "DNS:a", .valid_to_seconds = 3 * 24 * 3600});
  const CertificateDetails details = DetailsOfFirst(identity.chain_pem, "");
  EXPECT_EQ(details.DaysLeft(details.expires_at - std::chrono::hours(47)), 1);
  EXPECT_EQ(details.DaysLeft(details.expires_at - std::chrono::hours(48)), 2);
  EXPECT_EQ(details.DaysLeft(details.expires_at + std::chrono::hours(48)), 0);
  EXPECT_LT(details.valid_from, Now());
  EXPECT_GT(details.expires_at, Now());
}

}  // namespace
}  // namespace outrigger
