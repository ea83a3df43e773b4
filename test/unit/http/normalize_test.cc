#include "http/normalize.h"

#include <gtest/gtest.h>

#include <string>

#include "base/slab.h"

namespace outrigger::http {
namespace {

// What a running Envoy 1.40 makes of a path with normalize_path, and with merge_slashes as well.
struct Row {
  std::string_view path;
  std::string_view normalized;
  std::string_view merged_too;
};
constexpr Row kRows[] = {
    {"/", "/", "/"},
    {"/a/./b", "/a/b", "/a/b"},
    {"/a/../b", "/b", "/b"},
    {"/..", "/", "/"},
    {"/../../a", "/a", "/a"},
    {"/a/.", "/a/", "/a/"},
    {"/a/b/..", "/a/", "/a/"},
    {"/a/%2e/b", "/a/b", "/a/b"},
    {"/a/%2E%2E/b", "/b", "/b"},
    {"/a/.%2e/b", "/b", "/b"},
    {"/...", "/...", "/..."},
    {"/..a/b", "/..a/b", "/..a/b"},
    {"/a/..b", "/a/..b", "/a/..b"},
    {"/a\\b", "/a/b", "/a/b"},
    {"/a\\..\\b", "/b", "/b"},
    {"/a\\\\b", "/a//b", "/a/b"},
    {"/a/\\../b", "/a/b", "/a/b"},
    {"//a", "//a", "/a"},
    {"/a///b//", "/a///b//", "/a/b/"},
    {"//../a", "/a", "/a"},
    {"/a//../b", "/a/b", "/a/b"},
    {"/a/..//b", "//b", "/b"},
    {"/a/b/./c//d/..//e", "/a/b/c///e", "/a/b/c/e"},
    {"/a%0ab", "/a%0ab", "/a%0ab"},
    {"/a%2Fb", "/a%2Fb", "/a%2Fb"},
    {"/a%2f..%2fb", "/a%2f..%2fb", "/a%2f..%2fb"},
    {"/%2e%2e%2fa", "/..%2fa", "/..%2fa"},
    {"/a%252fb", "/a%252fb", "/a%252fb"},
    {"/a%25%32%66", "/a%252f", "/a%252f"},
    {"/%41%7e%2D", "/A~-", "/A~-"},
    {"/%61%2F", "/a%2F", "/a%2F"},
    {"/a%2", "/a%2", "/a%2"},
    {"/a%zz", "/a%zz", "/a%zz"},
    {"/a%%341", "/a%2541", "/a%2541"},
    {"/a%4%31", "/a%2541", "/a%2541"},
    {"/a%2%46..", "/a%252F..", "/a%252F.."},
    {"/%%32%65%%32%65/b", "/%252e%252e/b", "/%252e%252e/b"},
    {"/a%%2fb", "/a%%2fb", "/a%%2fb"},
    {"/a?x=/../b//c", "/a?x=/../b//c", "/a?x=/../b//c"},
    {"/a/../b?x=//y/../%2f", "/b?x=//y/../%2f", "/b?x=//y/../%2f"},
    {"/a/..?q", "/?q", "/?q"},
    {"/a?", "/a?", "/a?"},
    {"/a;b/../c", "/c", "/c"},
    {"/a/.;/b", "/a/b", "/a/b"},
    {"/a/.;x/b", "/a/b", "/a/b"},
    {"/a/..;/..;x/b", "/b", "/b"},
    {"/a;..;/b", "/a;..;/b", "/a;..;/b"},
    {"/a/;./b", "/a/;./b", "/a/;./b"},
    {"/a/.%3b/b", "/a/.%3b/b", "/a/.%3b/b"},
    {"/a|b^c{d}`", "/a%7Cb%5Ec%7Bd%7D%60", "/a%7Cb%5Ec%7Bd%7D%60"},
    {"/a[b]@:!$&'()*+,=", "/a[b]@:!$&'()*+,=", "/a[b]@:!$&'()*+,="},
    {"/a%c3%a9", "/a%c3%a9", "/a%c3%a9"},
    {"*", "*", "*"},
};

class Normalize : public ::testing::Test {
 protected:
  CanonicalPath Ask(std::string_view path, const PathRules& rules) {
    return CanonicalizePath(path, rules, arena_);
  }
  std::string_view Served(std::string_view path, const PathRules& rules) {
    const CanonicalPath answer = Ask(path, rules);
    EXPECT_EQ(answer.verdict, CanonicalPath::Verdict::kServe) << path;
    return answer.path;
  }
  std::string_view Host(std::string_view authority, const HostRules& rules) {
    return CanonicalizeAuthority(authority, rules, 8080, arena_);
  }

  SlabPool slabs_;
  Arena arena_{slabs_};
};

TEST_F(Normalize, R44_PathsComeOutAsOfARunningEnvoy) {
  for (const Row& row : kRows) {
    EXPECT_EQ(Served(row.path, {}), row.path);
    EXPECT_EQ(Served(row.path, {.normalizes = true}), row.normalized) << row.path;
    EXPECT_EQ(Served(row.path, {.normalizes = true, .merges_slashes = true}), row.merged_too)
        << row.path;
  }
}

TEST_F(Normalize, R44_WhatIsCanonicalIsNotCopied) {
  for (const std::string_view path : {"/a/b?c", "/", "*"}) {
    EXPECT_EQ(Served(path, {true, true, EscapedSlashes::kReject}).data(), path.data());
  }
  const std::string_view escaped = "/a%2F//";
  EXPECT_EQ(Served(escaped, {}).data(), escaped.data());
}

TEST_F(Normalize, R44_SlashesMergeWithoutNormalisation) {
  const PathRules merges = {.merges_slashes = true};
  EXPECT_EQ(Served("/a//../b", merges), "/a/../b");
  EXPECT_EQ(Served("//a?b//c", merges), "/a?b//c");
  EXPECT_EQ(Served("///", merges), "/");  // Envoy leaves two
}

TEST_F(Normalize, R44_HiddenDotSegmentsWithParametersGoToo) {
  EXPECT_EQ(Served("/a/%2e%2e;/b", {.normalizes = true}), "/b");  // Envoy: /a/..;/b
  EXPECT_EQ(Served("/a\\..;\\b", {.normalizes = true}), "/b");
}

TEST_F(Normalize, R44_ANulIsRefusedWhateverTheRules) {
  EXPECT_EQ(Ask("/a%00b", {}).verdict, CanonicalPath::Verdict::kReject);
  EXPECT_EQ(Ask("/a%00b", {.normalizes = true}).verdict, CanonicalPath::Verdict::kReject);
  EXPECT_EQ(Served("/a?b%00", {}), "/a?b%00");
  EXPECT_EQ(Served("/a%2500", {.normalizes = true}), "/a%2500");
}

TEST_F(Normalize, R44_EscapedSlashesAreRefused) {
  const PathRules rules = {.escaped_slashes = EscapedSlashes::kReject};
  for (const std::string_view path : {"/a%2Fb", "/a%2fb", "/a%5Cb", "/%5c", "/a%%2fb", "/a%2F?q"}) {
    EXPECT_EQ(Ask(path, rules).verdict, CanonicalPath::Verdict::kReject) << path;
  }
  EXPECT_EQ(Served("/a%252fb?c=%2F", rules), "/a%252fb?c=%2F");
}

TEST_F(Normalize, R44_EscapedSlashesAreForwardedAsSlashes) {
  const PathRules rules = {.escaped_slashes = EscapedSlashes::kForward};
  EXPECT_EQ(Served("/a%2F%5cb?%2F", rules), "/a/\\b?%2F");
  EXPECT_EQ(Served("/a%2f..%2fb", rules), "/a/../b");
  const PathRules all = {true, true, EscapedSlashes::kForward};
  EXPECT_EQ(Served("/a%2f..%2fb", all), "/b");
  EXPECT_EQ(Served("/a%5c..%5cb", all), "/b");
  EXPECT_EQ(Served("/a%2F%2Fb", all), "/a/b");
  EXPECT_EQ(Served("/%2e%2e%2fa", all), "/a");
}

TEST_F(Normalize, R44_EscapedSlashesRedirect) {
  const PathRules rules = {true, true, EscapedSlashes::kRedirect};
  const CanonicalPath answer = Ask("/a%2f..%2fb?c=%2f", rules);
  EXPECT_EQ(answer.verdict, CanonicalPath::Verdict::kRedirect);
  EXPECT_EQ(answer.path, "/b?c=%2f");
  EXPECT_EQ(Served("/a/../b", rules), "/b");
  // That would be a place on another host.
  const PathRules alone = {.escaped_slashes = EscapedSlashes::kRedirect};
  EXPECT_EQ(Ask("/%2fexample.com", alone).verdict, CanonicalPath::Verdict::kReject);
  EXPECT_EQ(Ask("/%5cexample.com", alone).verdict, CanonicalPath::Verdict::kReject);
}

TEST_F(Normalize, R45_PortsAreStrippedFromHosts) {
  const HostRules own = {.port = HostPort::kStripOwn};
  EXPECT_EQ(Host("a:8080", own), "a");
  EXPECT_EQ(Host("a:80", own), "a:80");
  EXPECT_EQ(Host("[::1]:8080", own), "[::1]");
  const HostRules any = {.port = HostPort::kStrip};
  EXPECT_EQ(Host("A:443", any), "A");
  for (const std::string_view host : {"a", "a:", "a:b", "[::1]", "a."}) {
    EXPECT_EQ(Host(host, any), host);
  }
}

TEST_F(Normalize, R45_ATrailingDotIsStrippedFromHosts) {
  const HostRules rules = {.strips_trailing_dot = true};
  EXPECT_EQ(Host("a.", rules), "a");
  EXPECT_EQ(Host("a.:80", rules), "a:80");
  EXPECT_EQ(Host("a..", rules), "a.");
  EXPECT_EQ(Host("[::1]:80", rules), "[::1]:80");
  EXPECT_EQ(Host(".", rules), ".");
  EXPECT_EQ(Host("a.:80", {HostPort::kStrip, true}), "a");
}

}  // namespace
}  // namespace outrigger::http
