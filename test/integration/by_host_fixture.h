// A proxy of the control plane whose answers depend on the host that is asked for.
//
// Thread: the test's.
#pragma once

#include <string>

#include "envoy/config/route/v3/route.pb.h"
#include "test/integration/xds_fixture.h"

namespace outrigger::test {

inline const std::string kHosts(compiler::kVirtualHostType);

// A virtual host that sends everything to that cluster.
inline std::string HostBytes(const std::string& name, const std::string& domain,
                             const std::string& cluster, const std::string& fields = "") {
  // The one host of a table.
  envoy::config::route::v3::RouteConfiguration table;
  table.ParseFromString(RouteBytes("{virtual_hosts: [{name: " + name + ", domains: ['" + domain +
                                   "'], routes: [{match: {prefix: /}, route: {cluster: " + cluster +
                                   "}}]" + fields + "}]}"));
  return table.virtual_hosts(0).SerializeAsString();
}

class XdsByHostTest : public XdsTest {
 protected:
  // What is answered, or the status of what is not served.
  std::string AnswerTo(const std::string& host) {
    HttpClient client(port_);
    const auto answer = client.Get("/", host);
    if (!answer.has_value()) return client.failure();
    return answer->status == 200 ? answer->body : std::to_string(answer->status);
  }
  bool WaitForAnswer(const std::string& host, const std::string& answer) {
    return WaitFor([&] { return AnswerTo(host) == answer; });
  }
};

}  // namespace outrigger::test
