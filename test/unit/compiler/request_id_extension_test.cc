#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/hcm_compiler.h"
#include "test/unit/compiler/from_yaml.h"

namespace outrigger::compiler {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Mistakes CompileWithExtension(std::string_view type_and_fields) {
  stats::Registry stats;
  const CompileEnvironment environment;
  ValidationErrors errors;
  const auto proto = FromYaml<HttpConnectionManagerProto>(fmt::format(
      "{{stat_prefix: a, route_config: {{virtual_hosts: [{{name: a, domains: ['*']}}]}}, "
      "http_filters: [{{name: r, typed_config: {{'@type': type.googleapis.com/envoy.extensions."
      "filters.http.router.v3.Router}}}}], request_id_extension: {{typed_config: {{'@type': "
      "type.googleapis.com/{}}}}}}}",
      type_and_fields));
  const xds::ResourceStore<ExtensionConfig> extensions;
  DiscoveredFilters discovered(extensions, stats, "");
  CompileHcm(proto, {stats, environment, discovered}, errors);
  return errors.messages();
}

TEST(RequestIdExtensionTest, RequestIdsAreUuids) {
  EXPECT_THAT(CompileWithExtension("envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig, "
                                   "pack_trace_reason: false"),
              IsEmpty());
  EXPECT_THAT(CompileWithExtension("envoy.config.core.v3.Node"),
              ElementsAre("request_id_extension.typed_config: envoy.config.core.v3.Node is not "
                          "supported: request ids are UUIDs"));
}

}  // namespace
}  // namespace outrigger::compiler
