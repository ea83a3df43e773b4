#include "routing/host_matcher.h"

#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "routing/route_table.h"

namespace outrigger::routing {
namespace {

VirtualHost HostOf(std::vector<std::string> domains) {
  VirtualHost host;
  host.domains = std::move(domains);
  return host;
}

// One virtual host for each domain; answers with the domain that was selected.
class Hosts {
 public:
  Hosts(std::vector<std::string> domains, bool ignores_port = false)
      : hosts_(HostsOf(std::move(domains))), matcher_(hosts_, ignores_port) {}

  std::string Select(std::string_view authority) const {
    const uint32_t host = matcher_.Find(authority);
    return host == HostMatcher::kNone ? "none" : hosts_[host]->domains.front();
  }

 private:
  static std::vector<Shared<VirtualHost>> HostsOf(std::vector<std::string> domains) {
    std::vector<Shared<VirtualHost>> hosts;
    for (std::string& domain : domains) hosts.push_back(HostOf({std::move(domain)}));
    return hosts;
  }

  std::vector<Shared<VirtualHost>> hosts_;
  HostMatcher matcher_;
};

TEST(HostMatcherTest, ExactBeatsSuffixBeatsPrefixBeatsAny) {
  const Hosts hosts({"*", "foo.*", "*.com", "foo.com"});
  EXPECT_EQ(hosts.Select("foo.com"), "foo.com");
  EXPECT_EQ(hosts.Select("foo.bar.com"), "*.com");
  EXPECT_EQ(hosts.Select("foo.org"), "foo.*");
  EXPECT_EQ(hosts.Select("bar.org"), "*");
}

TEST(HostMatcherTest, TheLongestWildcardWins) {
  const Hosts hosts({"*.com", "*.foo.com", "*-bar.foo.com", "foo.*", "foo.b*"});
  EXPECT_EQ(hosts.Select("x.com"), "*.com");
  EXPECT_EQ(hosts.Select("x.foo.com"), "*.foo.com");
  EXPECT_EQ(hosts.Select("a-bar.foo.com"), "*-bar.foo.com");
  EXPECT_EQ(hosts.Select("foo.x"), "foo.*");
  EXPECT_EQ(hosts.Select("foo.bar"), "foo.b*");
}

TEST(HostMatcherTest, AWildcardStandsForAtLeastOneCharacter) {
  const Hosts hosts({"*.foo.com", "foo.*", "*-bar.foo.com"});
  EXPECT_EQ(hosts.Select(".foo.com"), "none");
  EXPECT_EQ(hosts.Select("foo."), "none");
  EXPECT_EQ(hosts.Select("-bar.foo.com"), "*.foo.com");
}

TEST(HostMatcherTest, CaseNeverMatters) {
  const Hosts hosts({"UP.com", "*.Suffix.COM", "Prefix.*"});
  EXPECT_EQ(hosts.Select("up.COM"), "UP.com");
  EXPECT_EQ(hosts.Select("a.sUFFIX.com"), "*.Suffix.COM");
  EXPECT_EQ(hosts.Select("pREFIX.x"), "Prefix.*");
}

TEST(HostMatcherTest, ThePortIsPartOfTheNameUnlessIgnored) {
  const Hosts kept({"foo.com", "foo.com:80", "*"});
  EXPECT_EQ(kept.Select("foo.com"), "foo.com");
  EXPECT_EQ(kept.Select("foo.com:80"), "foo.com:80");
  EXPECT_EQ(kept.Select("foo.com:81"), "*");
  const Hosts ignored({"foo.com", "bar.com:80", "*"}, true);
  EXPECT_EQ(ignored.Select("foo.com:81"), "foo.com");
  EXPECT_EQ(ignored.Select("foo.com:"), "foo.com");
  EXPECT_EQ(ignored.Select("foo.com:http"), "foo.com");
  EXPECT_EQ(ignored.Select("bar.com:80"), "*") << "a domain with a port is out of reach";
}

TEST(HostMatcherTest, BracketsKeepTheColonsOfAnIpv6Literal) {
  const Hosts kept({"[::1]", "[::1]:80", "*"});
  EXPECT_EQ(kept.Select("[::1]:80"), "[::1]:80");
  EXPECT_EQ(kept.Select("[::1]:81"), "*");
  const Hosts ignored({"[::1]", "*"}, true);
  EXPECT_EQ(ignored.Select("[::1]"), "[::1]");
  EXPECT_EQ(ignored.Select("[::1]:81"), "[::1]");
  EXPECT_EQ(ignored.Select("::1"), "*");
}

TEST(HostMatcherTest, ATrailingDotIsPartOfTheName) {
  const Hosts hosts({"foo.com", "dot.com.", "*"}, true);
  EXPECT_EQ(hosts.Select("foo.com."), "*");
  EXPECT_EQ(hosts.Select("dot.com."), "dot.com.");
  EXPECT_EQ(hosts.Select("dot.com.:80"), "dot.com.");
  EXPECT_EQ(hosts.Select("dot.com"), "*");
}

TEST(HostMatcherTest, AnEmptyAuthoritySelectsOnlyAny) {
  EXPECT_EQ(Hosts({"a.*", "*.b", "*"}).Select(""), "*");
  EXPECT_EQ(Hosts({"a.*", "*.b"}).Select(""), "none");
  EXPECT_EQ(Hosts({}).Select("foo"), "none");
}

TEST(HostMatcherTest, TheFirstOfEqualDomainsCounts) {
  const std::vector<Shared<VirtualHost>> hosts = {HostOf({"a.com", "*.b", "c.*", "*"}),
                                                  HostOf({"A.com", "*.B", "C.*", "*"})};
  const HostMatcher matcher(hosts, false);
  for (const char* authority : {"a.com", "x.b", "c.x", "other"}) {
    EXPECT_EQ(matcher.Find(authority), 0u) << authority;
  }
}

}  // namespace
}  // namespace outrigger::routing
