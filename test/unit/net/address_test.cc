#include "net/address.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <string>

#include "absl/container/flat_hash_set.h"

namespace outrigger {
namespace {

TEST(AddressTest, WritesEachFamilyInEnvoysForm) {
  EXPECT_EQ(Address::FromIp("10.0.0.1", 80)->ToString(), "10.0.0.1:80");
  EXPECT_EQ(Address::FromIp("::1", 443)->ToString(), "[::1]:443");
  EXPECT_EQ(Address::FromPath("/run/x.sock")->ToString(), "/run/x.sock");
  EXPECT_EQ(Address::FromPath("@hidden")->ToString(), "@hidden");
  EXPECT_EQ(Address::FromPath("./etc/x")->path(), "./etc/x");
}

TEST(AddressTest, TellsItsParts) {
  const Address v6 = *Address::FromIp("2001:db8::1", 8080);
  EXPECT_EQ(v6.family(), AF_INET6);
  EXPECT_EQ(v6.ip(), "2001:db8::1");
  EXPECT_EQ(v6.port(), 8080);
  const Address unix_address = *Address::FromPath("/x");
  EXPECT_FALSE(unix_address.is_ip());
  EXPECT_EQ(unix_address.port(), 0);
  EXPECT_FALSE(Address().is_set());
}

TEST(AddressTest, RefusesWhatIsNoAddress) {
  for (const char* host : {"", "localhost", "10.0.0", "10.0.0.256", "::1%nosuch0", "1.2.3.4%lo"}) {
    EXPECT_FALSE(Address::FromIp(host, 1).ok()) << host;
  }
  EXPECT_FALSE(Address::FromIp(std::string_view("10.0.0.1\0x", 10), 1).ok());
}

TEST(AddressTest, TakesPathsUpToTheKernelsLimit) {
  EXPECT_TRUE(Address::FromPath(std::string(107, 'x')).ok());
  EXPECT_FALSE(Address::FromPath(std::string(108, 'x')).ok());
  EXPECT_FALSE(Address::FromPath("").ok());
  EXPECT_FALSE(Address::FromPath(std::string_view("/a\0b", 4)).ok());
}

TEST(AddressTest, KeepsTheScopeOfALinkLocalAddress) {
  const Address by_name = *Address::FromIp("fe80::1%lo", 80);
  const Address by_number = *Address::FromIp("fe80::1%1", 80);
  EXPECT_EQ(by_name, by_number);
  EXPECT_EQ(by_name.ToString(), "[fe80::1%lo]:80");
  EXPECT_NE(by_name, *Address::FromIp("fe80::1", 80));
}

TEST(AddressTest, R70_AScopeIsAnInterfaceOrANumber) {
  EXPECT_EQ(*Address::FromIp("fe80::1%0", 80), *Address::FromIp("fe80::1", 80));
  EXPECT_EQ(Address::FromIp("fe80::1%4294967295", 80)->ToString(), "[fe80::1%4294967295]:80");
  for (const char* scope : {"", "nosuch0", "4294967296", "-1", "+1", " 1", "1 ", "lo%lo", "1.0",
                            "an interface name that is longer than any"}) {
    EXPECT_FALSE(Address::FromIp(std::string("fe80::1%") + scope, 80).ok()) << scope;
  }
}

TEST(AddressTest, ComparesWhateverTextItCameFrom) {
  EXPECT_EQ(*Address::FromIp("::1", 1), *Address::FromIp("0:0:0:0:0:0:0:1", 1));
  EXPECT_NE(*Address::FromIp("10.0.0.1", 1), *Address::FromIp("::ffff:10.0.0.1", 1));
  EXPECT_NE(*Address::FromIp("10.0.0.1", 1), *Address::FromIp("10.0.0.1", 2));
}

TEST(AddressTest, IgnoresWhatTheKernelTellsBesideTheAddress) {
  sockaddr_in6 raw{};
  raw.sin6_family = AF_INET6;
  raw.sin6_addr = in6addr_loopback;
  raw.sin6_port = htons(5);
  raw.sin6_flowinfo = 7;
  const Address address =
      Address::FromSockaddr(reinterpret_cast<const sockaddr*>(&raw), sizeof raw);
  EXPECT_EQ(address, *Address::FromIp("::1", 5));
}

TEST(AddressTest, IsAKeyOfHashTables) {
  absl::flat_hash_set<Address> set{*Address::FromIp("10.0.0.1", 1)};
  EXPECT_TRUE(set.contains(*Address::FromIp("10.0.0.1", 1)));
  EXPECT_FALSE(set.contains(*Address::FromIp("10.0.0.1", 2)));
}

}  // namespace
}  // namespace outrigger
