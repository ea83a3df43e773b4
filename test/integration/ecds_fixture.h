// A proxy whose filters are configured by a scriptable control plane, apart from their listeners.
//
// Thread: the test's.
#pragma once

#include <fmt/format.h>

#include <string>

#include "test/integration/xds_fixture.h"

namespace outrigger::test {

inline const std::string kExtension(compiler::kExtensionType);

inline std::string FilterType(std::string_view name) {
  return fmt::format("type.googleapis.com/envoy.extensions.filters.http.{}", name);
}
inline const std::string kMutationType = FilterType("header_mutation.v3.HeaderMutation");
inline const std::string kBufferType = FilterType("buffer.v3.Buffer");
inline const std::string kRouterUrl = FilterType("router.v3.Router");

// Content that marks answers with the field x-mark.
inline std::string Marks(const std::string& value) {
  return fmt::format(
      "{{'@type': {}, mutations: {{response_mutations: [{{append: {{header: {{key: x-mark, value: "
      "'{}'}}}}}}]}}}}",
      kMutationType, value);
}
inline std::string Buffers(int bytes) {
  return fmt::format("{{'@type': {}, max_request_bytes: {}}}", kBufferType, bytes);
}
inline std::string ExtensionYaml(const std::string& name, const std::string& content) {
  return fmt::format("{{name: {}, typed_config: {}}}", name, content);
}
// A filter with that name; `fields` of its discovery.
inline std::string Discovered(const std::string& name, const std::string& fields = "",
                              const std::string& source = "ads: {}") {
  return fmt::format(
      "{{name: {}, config_discovery: {{config_source: {{{}, initial_fetch_timeout: 0s}}, "
      "type_urls: [{}]{}}}}}",
      name, source, kMutationType, fields.empty() ? "" : ", " + fields);
}

class EcdsTest : public XdsTest {
 protected:
  static std::string WithFilters(const std::string& filters) {
    std::string yaml = ListenerYaml("ingress", "routes");
    yaml.insert(yaml.find("- name: router"), "- " + filters + "\n      ");
    return yaml;
  }
  void ServeWith(const std::string& filters) {
    ServeBasics();
    SetListenerYaml(ads_, "1", WithFilters(filters));
  }
  void SetExtension(const std::string& name, const std::string& content) {
    ads_.Set(kExtension, name, std::to_string(++version_),
             ExtensionBytes(ExtensionYaml(name, content)));
  }
  void StartListening() {
    port_ = proxy_->WaitForListener("ingress");
    ASSERT_NE(port_, 0);
  }
  // What answers are marked with; "none", or the status of one that is not 200.
  static std::string MarkFrom(HttpClient& client) {
    const auto answer = client.Get("/");
    if (!answer.has_value()) return client.failure();
    if (answer->status != 200) return std::to_string(answer->status);
    const size_t field = answer->head.find("\r\nx-mark: ");
    if (field == std::string::npos) return "none";
    const size_t begin = field + 10;
    return answer->head.substr(begin, answer->head.find('\r', begin) - begin);
  }
  std::string Mark() {
    HttpClient client(port_);
    return MarkFrom(client);
  }
  // Both workers say so.
  bool WaitForMark(const std::string& mark) {
    return WaitFor([&] {
      for (int i = 0; i < 8; ++i) {
        if (Mark() != mark) return false;
      }
      return true;
    });
  }
  int64_t Counted(const std::string& name, const std::string& metric) {
    return proxy_->Stat(fmt::format("extension_config_discovery.http_filter.{}.{}", name, metric));
  }
  Request SendExtension(const std::string& nonce, const std::string& name,
                        const std::string& content) {
    return SendAndWait(
        Push(kExtension, nonce).Add(name, nonce, ExtensionBytes(ExtensionYaml(name, content))));
  }

  int version_ = 0;
};

}  // namespace outrigger::test
