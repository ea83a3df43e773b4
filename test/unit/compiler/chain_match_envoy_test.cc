// Where a running Envoy 1.40 led connections, by the chain that answered them: the same chains lead
// them to the same places here.
#include "test/unit/compiler/chain_match_fixture.h"

namespace outrigger::compiler {
namespace {

struct Observed {
  const char* source;  // empty: a Unix socket
  uint16_t source_port;
  const char* destination;
  int chain;  // by position, the default one behind the others; -1: closed
};

struct ObservedListener {
  const char* what;
  std::vector<std::string> matches;
  bool has_default;
  std::vector<Observed> connections;
};

// It listened on port 80 of all addresses; 192.0.2.2 was that of its machine.
const ObservedListener kObserved[] = {
    {"one chain that asks for nothing", {""}, false, {{"127.0.0.1", 1000, "127.0.0.1", 0}}},
    {"port then nothing behind it: the default",
     {"destination_port: 80, source_prefix_ranges: [{address_prefix: 10.0.0.0, prefix_len: 8}]",
      ""},
     true,
     {{"127.0.0.1", 1000, "127.0.0.1", 2}}},
    {"port then nothing behind it: no default",
     {"destination_port: 80, source_prefix_ranges: [{address_prefix: 10.0.0.0, prefix_len: 8}]",
      ""},
     false,
     {{"127.0.0.1", 1000, "127.0.0.1", -1}}},
    {"other port", {"destination_port: 1", ""}, false, {{"127.0.0.1", 1000, "127.0.0.1", 1}}},
    {"destinations",
     {"prefix_ranges: [{address_prefix: 127.0.0.0, prefix_len: 8}]",
      "prefix_ranges: [{address_prefix: 127.0.0.2, prefix_len: 32}]",
      "prefix_ranges: [{address_prefix: 127.0.0.0, prefix_len: 30}, {address_prefix: 127.1.0.0, "
      "prefix_len: 16}]",
      "prefix_ranges: [{address_prefix: 0.0.0.0, prefix_len: 0}]"},
     false,
     {{"127.0.0.1", 1000, "127.0.0.1", 2},
      {"127.0.0.1", 1000, "127.0.0.2", 1},
      {"127.0.0.1", 1000, "127.0.0.9", 0},
      {"127.0.0.1", 1000, "127.1.2.3", 2},
      {"192.0.2.2", 1000, "192.0.2.2", 3}}},
    {"destination without backtracking",
     {"prefix_ranges: [{address_prefix: 127.0.0.0, prefix_len: 8}]",
      "prefix_ranges: [{address_prefix: 127.0.0.2, prefix_len: 32}], source_ports: [23050]"},
     false,
     {{"127.0.0.1", 23050, "127.0.0.2", 1},
      {"127.0.0.1", 1000, "127.0.0.2", -1},
      {"127.0.0.1", 1000, "127.0.0.3", 0}}},
    {"sources",
     {"source_prefix_ranges: [{address_prefix: 127.0.0.3, prefix_len: 32}]",
      "source_prefix_ranges: [{address_prefix: 127.0.0.0, prefix_len: 24}]", ""},
     false,
     {{"127.0.0.3", 1000, "127.0.0.1", 0},
      {"127.0.0.4", 1000, "127.0.0.1", 1},
      {"127.0.1.4", 1000, "127.0.0.1", 2}}},
    {"direct sources before sources",
     {"direct_source_prefix_ranges: [{address_prefix: 127.0.0.3, prefix_len: 32}], "
      "source_prefix_ranges: [{address_prefix: 127.0.0.0, prefix_len: 8}]",
      "source_prefix_ranges: [{address_prefix: 127.0.0.3, prefix_len: 32}]", ""},
     false,
     {{"127.0.0.3", 1000, "127.0.0.1", 0}, {"127.0.0.4", 1000, "127.0.0.1", 2}}},
    {"kinds of source",
     {"source_type: SAME_IP_OR_LOOPBACK", "source_type: EXTERNAL", ""},
     false,
     {{"127.0.0.1", 1000, "127.0.0.1", 0},
      {"127.9.9.9", 1000, "127.0.0.2", 1},
      {"192.0.2.2", 1000, "192.0.2.2", 0},
      {"192.0.2.2", 1000, "127.0.0.1", 1}}},
    {"kind of source without backtracking",
     {"source_type: SAME_IP_OR_LOOPBACK, source_ports: [1]", ""},
     false,
     {{"127.0.0.1", 1000, "127.0.0.1", -1}, {"192.0.2.2", 1000, "127.0.0.1", 1}}},
    {"external only",
     {"source_type: EXTERNAL"},
     false,
     {{"127.0.0.1", 1000, "127.0.0.1", -1}, {"192.0.2.2", 1000, "127.0.0.1", 0}}},
    {"source ports",
     {"source_ports: [23051, 23052]", "source_ports: [23053]", ""},
     false,
     {{"127.0.0.1", 23051, "127.0.0.1", 0},
      {"127.0.0.1", 23052, "127.0.0.1", 0},
      {"127.0.0.1", 23053, "127.0.0.1", 1},
      {"127.0.0.1", 1000, "127.0.0.1", 2}}},
    {"source ports behind a source",
     {"source_prefix_ranges: [{address_prefix: 127.0.0.3, prefix_len: 32}], source_ports: [23054]",
      ""},
     false,
     {{"127.0.0.3", 23054, "127.0.0.1", 0},
      {"127.0.0.3", 1000, "127.0.0.1", -1},
      {"127.0.0.4", 23054, "127.0.0.1", 1}}},
    {"raw_buffer",
     {"transport_protocol: raw_buffer", ""},
     false,
     {{"127.0.0.1", 1000, "127.0.0.1", 0}}},
    {"tls", {"transport_protocol: tls", ""}, false, {{"127.0.0.1", 1000, "127.0.0.1", 1}}},
    {"tls alone", {"transport_protocol: tls"}, false, {{"127.0.0.1", 1000, "127.0.0.1", -1}}},
    {"raw_buffer without backtracking",
     {"transport_protocol: raw_buffer, source_ports: [1]", ""},
     true,
     {{"127.0.0.1", 1000, "127.0.0.1", 2}}},
    {"names", {"server_names: [a, '*.b']", ""}, false, {{"127.0.0.1", 1000, "127.0.0.1", 1}}},
    {"names alone", {"server_names: [a, '*.b']"}, false, {{"127.0.0.1", 1000, "127.0.0.1", -1}}},
    {"protocols",
     {"application_protocols: [h2]", ""},
     false,
     {{"127.0.0.1", 1000, "127.0.0.1", 1}}},
    {"protocols alone",
     {"application_protocols: [http/1.1]"},
     true,
     {{"127.0.0.1", 1000, "127.0.0.1", 1}}},
    {"a range of the other family",
     {"prefix_ranges: [{address_prefix: '::', prefix_len: 0}]"},
     false,
     {{"127.0.0.1", 1000, "127.0.0.1", -1}}},
    {"only the default", {}, true, {{"127.0.0.1", 1000, "127.0.0.1", 0}}},
    {"everything at once",
     {"destination_port: 80, prefix_ranges: [{address_prefix: 127.0.0.2, prefix_len: 32}], "
      "transport_protocol: raw_buffer, direct_source_prefix_ranges: [{address_prefix: 127.0.0.3, "
      "prefix_len: 32}], source_type: SAME_IP_OR_LOOPBACK, source_prefix_ranges: [{address_prefix: "
      "127.0.0.0, prefix_len: 29}], source_ports: [23055]",
      ""},
     true,
     {{"127.0.0.3", 23055, "127.0.0.2", 2},
      {"127.0.0.3", 1000, "127.0.0.2", 2},
      {"127.0.0.3", 23055, "127.0.0.3", 2}}},
    {"bits behind the prefix",
     {"source_prefix_ranges: [{address_prefix: 127.0.9.9, prefix_len: 16}]", ""},
     false,
     {{"127.0.0.1", 1000, "127.0.0.1", 0}}},
    {"v6",
     {"prefix_ranges: [{address_prefix: '::1', prefix_len: 128}], source_prefix_ranges: "
      "[{address_prefix: '::', prefix_len: 8}]",
      "source_type: EXTERNAL"},
     false,
     {{"::1", 1000, "::1", 0}}},
    {"unix",
     {"source_type: SAME_IP_OR_LOOPBACK, prefix_ranges: [{address_prefix: 0.0.0.0, prefix_len: 0}]",
      "source_type: EXTERNAL"},
     false,
     {{"", 0, "", 0}}},
    {"unix and a port",
     {"destination_port: 1", "source_prefix_ranges: [{address_prefix: 255.0.0.0, prefix_len: 8}]",
      "source_ports: [1]"},
     true,
     {{"", 0, "", 1}}},
};

Address AddressOf(const char* ip, uint16_t port) {
  return *ip == 0 ? *Address::FromPath("/x") : *Address::FromIp(ip, port);
}

TEST_F(ChainMatchCompilerTest, ConnectionsGoWhereEnvoyLedThem) {
  for (const ObservedListener& observed : kObserved) {
    SCOPED_TRACE(observed.what);
    const auto compiled =
        Compile(observed.matches, observed.has_default ? DefaultChain() : std::string());
    ASSERT_THAT(compiled.mistakes, testing::IsEmpty());
    for (const Observed& connection : observed.connections) {
      EXPECT_EQ(Find(*compiled.value, AddressOf(connection.source, connection.source_port),
                     AddressOf(connection.destination, 80)),
                connection.chain)
          << connection.source << ":" << connection.source_port << " to " << connection.destination;
    }
  }
}

// Refused by `--mode validate`, or taken.
TEST_F(ChainMatchCompilerTest, EnvoyRefusesTheSameMatches) {
  const std::vector<std::string> kRefused[] = {
      {"", ""},
      {"source_ports: [1, 2]", "source_ports: [2]"},
      {"source_ports: [1, 1]"},
      {"prefix_ranges: [{address_prefix: 10.1.1.1, prefix_len: 8}, {address_prefix: 10.2.2.2, "
       "prefix_len: 8}]"},
      {"server_names: ['a*']"},
      {"server_names: ['*']"},
      {"server_names: [A]", "server_names: [a]"},
      {"server_names: [.a]", "server_names: ['*.a']"},
      {"server_names: ['']", ""},
      {"address_suffix: 1.1.1.1"},
      {"destination_port: 0"},
      {"source_ports: [0]"},
      {"destination_port: 1, source_ports: [1]",
       "destination_port: 1, source_ports: [1], source_type: ANY"},
      {}};
  for (const std::vector<std::string>& matches : kRefused) {
    EXPECT_FALSE(Wrong(matches).empty()) << (matches.empty() ? "none" : matches.back());
  }
  const std::vector<std::string> kTaken[] = {
      {"server_names: ['*.*.a']"},
      {"transport_protocol: other", ""},
      {"prefix_ranges: [{address_prefix: 0.0.0.0, prefix_len: 0}, {address_prefix: '::', "
       "prefix_len: 0}]",
       ""}};
  for (const std::vector<std::string>& matches : kTaken) {
    EXPECT_THAT(Wrong(matches), testing::IsEmpty());
  }
}

// There it is left to chance.
TEST_F(ChainMatchCompilerTest, ARangeOfEverythingIsMoreThanNoRange) {
  const std::string everything = "prefix_ranges: [{address_prefix: 0.0.0.0, prefix_len: 0}]";
  EXPECT_EQ(Find({everything, ""}, "10.0.0.1", "10.0.0.2"), 0);
  EXPECT_EQ(Find({"", everything}, "10.0.0.1", "10.0.0.2"), 1);
}

}  // namespace
}  // namespace outrigger::compiler
