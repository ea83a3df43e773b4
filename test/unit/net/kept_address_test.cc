#include "net/kept_address.h"

#include <gtest/gtest.h>

namespace outrigger {
namespace {

void ExpectKept(const Address& address) {
  const KeptAddress kept = address;
  EXPECT_EQ(kept.get(), address);
  EXPECT_EQ(kept.get().size(), address.size());
  EXPECT_EQ(kept.ToString(), address.ToString());
  EXPECT_EQ(kept, KeptAddress(address));
}

TEST(KeptAddressTest, ReadsAsTheAddressThatItWasMadeOf) {
  ExpectKept(Address());
  ExpectKept(*Address::FromIp("10.1.2.3", 80));
  ExpectKept(*Address::FromIp("fe80::1%7", 443));
  ExpectKept(*Address::FromPath("/run/a.sock"));
  ExpectKept(*Address::FromPath("@abstract"));
  ExpectKept(*Address::FromPath(std::string(107, 'x')));
}

TEST(KeptAddressTest, OthersDiffer) {
  const KeptAddress kept = *Address::FromIp("10.1.2.3", 80);
  EXPECT_NE(kept, KeptAddress(*Address::FromIp("10.1.2.3", 81)));
  EXPECT_NE(kept, *Address::FromIp("10.1.2.4", 80));
  EXPECT_NE(kept, KeptAddress());
}

TEST(KeptAddressTest, IsSmall) { EXPECT_LE(sizeof(KeptAddress), 48u); }

}  // namespace
}  // namespace outrigger
