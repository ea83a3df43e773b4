// What tests of HTTP filters share: a listener with filters before its router, and requests.
//
// Thread: the test's.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "test/integration/http_fixture.h"

namespace outrigger::test {

// A filter of that type, which is its name as well: `fields` of its configuration, `more` of the
// filter itself.
inline std::string Filter(std::string_view name, std::string_view type,
                          std::string_view fields = "", std::string_view more = "") {
  return fmt::format(
      "{{name: {0}, typed_config: {{'@type': type.googleapis.com/envoy.extensions.filters.http.{1}"
      "{2}{3}}}{4}{5}}}",
      name, type, fields.empty() ? "" : ", ", fields, more.empty() ? "" : ", ", more);
}

// What a route says to that filter.
inline std::string Say(std::string_view name, std::string_view type, std::string_view fields = "") {
  return fmt::format(
      "typed_per_filter_config: {{{0}: {{'@type': "
      "type.googleapis.com/envoy.extensions.filters.http."
      "{1}{2}{3}}}}}",
      name, type, fields.empty() ? "" : ", ", fields);
}

// That it is off there.
inline std::string SwitchOff(std::string_view name) {
  return fmt::format(
      "typed_per_filter_config: {{{}: {{'@type': type.googleapis.com/envoy.config.route.v3."
      "FilterConfig, disabled: true}}}}",
      name);
}

class FiltersTest : public HttpTest {
 protected:
  void StartProxyWithFilters(const std::string& filters, const std::string& routes,
                             const std::string& host_fields = "") {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].filters = filters;
    bootstrap.listeners[0].routes = routes;
    bootstrap.listeners[0].host_fields = host_fields;
    StartProxy(bootstrap);
  }
  static std::string Head(std::string_view start, std::string_view fields = "") {
    return fmt::format("{} HTTP/1.1\r\nHost: a\r\n{}\r\n", start, fields);
  }
  // The answer to a request that goes no further: "GET /x".
  std::string Ask(std::string_view start, std::string_view fields = "") {
    RawPeer client = Client();
    EXPECT_TRUE(client.Send(Head(start, fields)));
    return client.ReadMessage();
  }
  struct Passed {
    std::string request;
    std::string answer;
  };
  // A request that the service sees, and answers with 200.
  Passed Pass(std::string_view start, std::string_view fields = "") {
    RawPeer client = Client();
    service_ = RawPeer();
    Passed passed;
    passed.request = Forwarded(client, Head(start, fields), "\r\n\r\n");
    EXPECT_TRUE(service_.Send(kOk));
    passed.answer = client.ReadMessage();
    service_.Close();
    return passed;
  }
};

}  // namespace outrigger::test
