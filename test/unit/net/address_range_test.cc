#include "net/address_range.h"

#include <gtest/gtest.h>

namespace outrigger {
namespace {

Address Ip(std::string_view text) { return *Address::FromIp(text, 0); }

bool Contains(std::string_view prefix, uint32_t bits, std::string_view address) {
  return AddressRange::From(Ip(prefix), bits)->Contains(Ip(address));
}

TEST(AddressRange, HoldsWhatSharesThePrefix) {
  EXPECT_TRUE(Contains("10.0.0.0", 8, "10.255.1.2"));
  EXPECT_FALSE(Contains("10.0.0.0", 8, "11.0.0.0"));
  EXPECT_TRUE(Contains("10.1.2.3", 8, "10.9.9.9"));  // the bits behind do not matter
  EXPECT_TRUE(Contains("172.16.0.0", 12, "172.31.255.255"));
  EXPECT_FALSE(Contains("172.16.0.0", 12, "172.32.0.0"));
  EXPECT_TRUE(Contains("1.2.3.4", 32, "1.2.3.4"));
  EXPECT_FALSE(Contains("1.2.3.4", 32, "1.2.3.5"));
  EXPECT_TRUE(Contains("2001:db8::", 33, "2001:db8:7fff::1"));
  EXPECT_FALSE(Contains("2001:db8::", 33, "2001:db8:8000::1"));
}

TEST(AddressRange, OfNoBitsHoldsTheWholeFamily) {
  EXPECT_TRUE(Contains("0.0.0.0", 0, "255.255.255.255"));
  EXPECT_FALSE(Contains("0.0.0.0", 0, "::1"));
  EXPECT_FALSE(Contains("::", 0, "1.2.3.4"));
  EXPECT_FALSE(AddressRange::From(Ip("::"), 0)->Contains(*Address::FromPath("/x")));
}

TEST(AddressRange, HasNoMoreBitsThanTheAddress) {
  EXPECT_TRUE(AddressRange::From(Ip("::"), 128).ok());
  EXPECT_EQ(AddressRange::From(Ip("::"), 129).status().message(), "must be at most 128");
  EXPECT_EQ(AddressRange::From(Ip("0.0.0.0"), 33).status().message(), "must be at most 32");
  EXPECT_FALSE(AddressRange::From(*Address::FromPath("/x"), 0).ok());
}

}  // namespace
}  // namespace outrigger
