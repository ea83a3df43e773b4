#include "xds/message_cut.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "envoy/config/route/v3/route.pb.h"

namespace outrigger::xds {
namespace {

using envoy::config::route::v3::RouteConfiguration;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int kHosts = RouteConfiguration::kVirtualHostsFieldNumber;

RouteConfiguration SomeTable() {
  RouteConfiguration table;
  table.set_name("t");
  for (const char* host : {"a", "b"}) table.add_virtual_hosts()->set_name(host);
  table.add_request_headers_to_remove("x");
  return table;
}

TEST(MessageCutTest, TheElementsOfAFieldAreCutOutOfEverythingElse) {
  const std::string bytes = SomeTable().SerializeAsString();
  const auto cut = CutMessage(bytes, kHosts);
  ASSERT_TRUE(cut.has_value());
  ASSERT_THAT(cut->parts, SizeIs(2));
  RouteConfiguration rest;
  ASSERT_TRUE(rest.ParseFromString(cut->rest));
  EXPECT_EQ(rest.name(), "t");
  EXPECT_EQ(rest.request_headers_to_remove(0), "x");
  EXPECT_THAT(rest.virtual_hosts(), IsEmpty());
}

TEST(MessageCutTest, WhatWasCutOutCanBePutBack) {
  const RouteConfiguration table = SomeTable();
  const std::string bytes = table.SerializeAsString();
  auto cut = CutMessage(bytes, kHosts);
  ASSERT_TRUE(cut.has_value());
  for (std::string_view part : cut->parts) AppendPart(kHosts, part, cut->rest);
  RouteConfiguration again;
  ASSERT_TRUE(again.ParseFromString(cut->rest));
  EXPECT_EQ(again.SerializeAsString(), bytes);
}

TEST(MessageCutTest, NothingIsAMessage) {
  const auto cut = CutMessage("", kHosts);
  ASSERT_TRUE(cut.has_value());
  EXPECT_THAT(cut->parts, IsEmpty());
  EXPECT_EQ(cut->rest, "");
}

TEST(MessageCutTest, BytesThatAreNoMessageAreNotCut) {
  const std::string bytes = SomeTable().SerializeAsString();
  EXPECT_FALSE(CutMessage(bytes.substr(0, bytes.size() - 1), kHosts).has_value());
  EXPECT_FALSE(CutMessage(std::string_view("\0", 1), kHosts).has_value());        // field 0
  EXPECT_FALSE(CutMessage("\x12", kHosts).has_value());                           // no length
  EXPECT_FALSE(CutMessage("\x12\xff\xff\xff\xff\x0f", kHosts).has_value());       // 4 GiB
  EXPECT_FALSE(CutMessage("\x12\x05\x0a\x01", kHosts).has_value());               // too short
  EXPECT_FALSE(CutMessage(std::string_view("\x0a\x01t\x00", 4), 2).has_value());  // and more
}

}  // namespace
}  // namespace outrigger::xds
