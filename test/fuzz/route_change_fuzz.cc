// Two versions of a RouteConfiguration, with a line between them: what is made of the second with
// the first at hand is what it is by itself.
#include <string_view>

#include "base/check.h"
#include "compiler/route_compiler.h"
#include "envoy/config/route/v3/route.pb.h"
#include "test/fuzz/received_resource.h"
#include "test/fuzz/use_routes.h"

namespace {

using outrigger::ValidationErrors;
using outrigger::routing::RouteTable;

constexpr std::string_view kLine = "\n----\n";

// Bytes as they are; of text, those of the message.
std::string Serialized(std::string_view input) {
  envoy::config::route::v3::RouteConfiguration proto;
  const auto* bytes = reinterpret_cast<const uint8_t*>(input.data());
  if (!input.starts_with('{')) return std::string(input);
  if (!outrigger::compiler::ReadInput(bytes, input.size(), proto)) return "";
  return proto.SerializeAsString();
}

struct Result {
  std::shared_ptr<const RouteTable> table;
  std::vector<std::string> mistakes;
};

Result Compile(const std::string& bytes, const RouteTable* before) {
  ValidationErrors errors;
  Result result;
  result.table = outrigger::compiler::CompileRouteBytes(bytes, before, {}, errors);
  result.mistakes = errors.messages();
  return result;
}

std::string ClusterOf(const RouteTable& table, const outrigger::routing::Route& route) {
  const auto* forward = std::get_if<outrigger::routing::ForwardAction>(&route.action);
  if (forward == nullptr) return "";
  const auto& first = forward->clusters.front();
  return first.cluster_header->empty() ? table.values().cluster_names.at(first.cluster) : "";
}

void CheckSame(const RouteTable& a, const RouteTable& b) {
  const auto& hosts = a.values().virtual_hosts;
  OUTRIGGER_CHECK(hosts.size() == b.values().virtual_hosts.size());
  for (size_t i = 0; i < hosts.size(); ++i) {
    const auto& other = *b.values().virtual_hosts[i];
    OUTRIGGER_CHECK(hosts[i]->name == other.name && hosts[i]->domains == other.domains);
    OUTRIGGER_CHECK(hosts[i]->routes.size() == other.routes.size());
    for (size_t j = 0; j < other.routes.size(); ++j) {
      OUTRIGGER_CHECK(hosts[i]->routes[j]->path == other.routes[j]->path);
      OUTRIGGER_CHECK(ClusterOf(a, *hosts[i]->routes[j]) == ClusterOf(b, *other.routes[j]));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);
  const size_t line = std::min(input.find(kLine), input.size());
  const Result before = Compile(Serialized(input.substr(0, line)), nullptr);
  const std::string after = Serialized(input.substr(std::min(line + kLine.size(), input.size())));
  const Result whole = Compile(after, nullptr);
  const Result changed = Compile(after, before.table.get());
  OUTRIGGER_CHECK(whole.mistakes == changed.mistakes);
  OUTRIGGER_CHECK((whole.table == nullptr) == (changed.table == nullptr));
  if (changed.table == nullptr) return 0;
  CheckSame(*whole.table, *changed.table);
  outrigger::test::UseRoutes(*changed.table);
  return 0;
}
