#include "compiler/chain_match_compiler.h"

#include "test/unit/compiler/chain_match_fixture.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(ChainMatchCompilerTest, EachCriterionIsTaken) {
  const auto is_taken = [this](const std::string& match) {
    return Find({match}, "10.0.0.1", "10.0.0.2") == 0;
  };
  EXPECT_TRUE(is_taken("destination_port: 80"));
  EXPECT_FALSE(is_taken("destination_port: 81"));
  EXPECT_TRUE(is_taken("prefix_ranges: [{address_prefix: 10.0.0.2, prefix_len: 32}]"));
  EXPECT_FALSE(is_taken("prefix_ranges: [{address_prefix: 10.0.0.1, prefix_len: 32}]"));
  EXPECT_TRUE(
      is_taken("direct_source_prefix_ranges: [{address_prefix: 10.0.0.1, prefix_len: 32}]"));
  EXPECT_FALSE(
      is_taken("direct_source_prefix_ranges: [{address_prefix: 11.0.0.0, prefix_len: 8}]"));
  EXPECT_TRUE(is_taken("source_type: EXTERNAL"));
  EXPECT_FALSE(is_taken("source_type: SAME_IP_OR_LOOPBACK"));
  EXPECT_TRUE(is_taken("source_prefix_ranges: [{address_prefix: 10.0.0.0, prefix_len: 31}]"));
  EXPECT_FALSE(is_taken("source_prefix_ranges: [{address_prefix: 10.0.0.2, prefix_len: 31}]"));
  EXPECT_TRUE(is_taken("source_ports: [999, 1000]"));
  EXPECT_FALSE(is_taken("source_ports: [999, 1001]"));
  EXPECT_TRUE(is_taken("transport_protocol: raw_buffer"));
}

TEST_F(ChainMatchCompilerTest, WhatOnlyAnInspectorFindsOutMatchesNothing) {
  EXPECT_EQ(Find({"transport_protocol: tls"}, "10.0.0.1", "10.0.0.2"), -1);
  EXPECT_EQ(Find({"server_names: [a]"}, "10.0.0.1", "10.0.0.2"), -1);
  EXPECT_EQ(Find({"application_protocols: [h2]"}, "10.0.0.1", "10.0.0.2"), -1);
}

TEST_F(ChainMatchCompilerTest, TheDefaultChainComesAfterTheOthers) {
  EXPECT_EQ(Find({"destination_port: 81"}, "10.0.0.1", "10.0.0.2", DefaultChain()), 1);
  EXPECT_EQ(Find({"destination_port: 80"}, "10.0.0.1", "10.0.0.2", DefaultChain()), 0);
  EXPECT_THAT(Compile({""}, DefaultChain()).value->chains, SizeIs(2));
}

TEST_F(ChainMatchCompilerTest, OnlyMatchesThatAskForTheDestinationNeedIt) {
  const auto needs_destination = [this](const std::string& match) {
    return Compile({match}).value->match.needs_destination();
  };
  EXPECT_FALSE(needs_destination("source_ports: [1], transport_protocol: tls"));
  EXPECT_TRUE(needs_destination("destination_port: 80"));
  EXPECT_TRUE(needs_destination("prefix_ranges: [{address_prefix: '::', prefix_len: 0}]"));
  EXPECT_TRUE(needs_destination("source_type: EXTERNAL"));
}

TEST_F(ChainMatchCompilerTest, TheSameMatchTwiceIsRefused) {
  EXPECT_THAT(Wrong({"", "destination_port: 80", ""}),
              ElementsAre("filter_chains[2].filter_chain_match: overlaps with that of "
                          "filter_chains[0]"));
}

TEST_F(ChainMatchCompilerTest, MatchesThatShareACombinationOfValuesAreRefused) {
  EXPECT_THAT(Wrong({"source_ports: [1, 2], server_names: [a, b]",
                     "source_ports: [3, 2], server_names: [B]"}),
              ElementsAre("filter_chains[1].filter_chain_match: overlaps with that of "
                          "filter_chains[0]"));
  EXPECT_THAT(Wrong({"source_ports: [1, 2], server_names: [a]", "source_ports: [2]"}), IsEmpty());
}

TEST_F(ChainMatchCompilerTest, AMatchThatRepeatsItselfIsRefused) {
  EXPECT_THAT(Wrong({"prefix_ranges: [{address_prefix: 10.0.0.1, prefix_len: 8}, "
                     "{address_prefix: 10.9.9.9, prefix_len: 8}]"}),
              ElementsAre("filter_chains[0].filter_chain_match: names one combination of values "
                          "twice"));
}

TEST_F(ChainMatchCompilerTest, ValuesHaveTheirForm) {
  EXPECT_THAT(Wrong({"server_names: [a, 'a*']", "server_names: ['*']", "server_names: ['*.a']"}),
              ElementsAre("filter_chains[0].filter_chain_match.server_names[1]: a wildcard must be "
                          "a whole label and the first",
                          "filter_chains[1].filter_chain_match.server_names[0]: a wildcard must be "
                          "a whole label and the first"));
  EXPECT_THAT(Wrong({"prefix_ranges: [{address_prefix: 10.0.0.0, prefix_len: 33}]"}),
              ElementsAre("filter_chains[0].filter_chain_match.prefix_ranges[0].prefix_len: must "
                          "be at most 32"));
  EXPECT_THAT(Wrong({"source_prefix_ranges: [{address_prefix: a}]"}),
              ElementsAre("filter_chains[0].filter_chain_match.source_prefix_ranges[0]."
                          "address_prefix: must be an IP address"));
}

TEST_F(ChainMatchCompilerTest, WhatEnvoyDoesNotImplementIsRefused) {
  EXPECT_THAT(Wrong({"address_suffix: a, suffix_len: 1"}),
              ElementsAre("filter_chains[0].filter_chain_match.address_suffix: is not supported: "
                          "Envoy does not implement it",
                          "filter_chains[0].filter_chain_match.suffix_len: is not supported: Envoy "
                          "does not implement it"));
}

TEST_F(ChainMatchCompilerTest, AnInspectorWhoseFindingsDecideIsRefused) {
  const std::string inspector =
      "listener_filters: [{name: i, typed_config: {'@type': type.googleapis.com/envoy.extensions."
      "filters.listener.tls_inspector.v3.TlsInspector}}]";
  EXPECT_THAT(Wrong({"destination_port: 80"}, inspector), IsEmpty());
  for (const char* match :
       {"server_names: [a]", "transport_protocol: raw_buffer", "application_protocols: [h2]"}) {
    EXPECT_THAT(Wrong({match}, inspector),
                ElementsAre("listener_filters[0].typed_config: envoy.extensions.filters.listener."
                            "tls_inspector.v3.TlsInspector is not supported yet, and filter chains "
                            "match what it finds out"));
  }
}

TEST_F(ChainMatchCompilerTest, CombinationsOfAListenerHaveALimit) {
  std::string ports;
  std::string names;
  for (int i = 1; i <= 250; ++i) ports += fmt::format("{}, ", i);
  for (int i = 1; i <= 200; ++i) names += fmt::format("n{}, ", i);
  const std::string all = fmt::format("source_ports: [{}], server_names: [{}]", ports, names);
  ASSERT_EQ(ChainMatch::kRulesMax, 250 * 200);
  EXPECT_THAT(Wrong({all}), IsEmpty());
  EXPECT_THAT(Wrong({all, ""}), ElementsAre("filter_chains[1].filter_chain_match: more than 50000 "
                                            "combinations of values in one listener"));
}

}  // namespace
}  // namespace outrigger::compiler
