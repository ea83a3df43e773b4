// A TypedExtensionConfig; filters of two places are made of it.
#include "compiler/connection_filters.h"
#include "compiler/extension_compiler.h"
#include "compiler/network_filters.h"
#include "envoy/config/core/v3/extension.pb.h"
#include "stats/registry.h"
#include "test/fuzz/received_resource.h"

namespace outrigger {
namespace {

void UseAt(const compiler::ExtensionConfig& config, bool is_last) {
  stats::Registry stats;
  FilterDiscovery discovery;
  discovery.types = {config.type};
  discovery.is_last = is_last;
  ValidationErrors errors;
  if (compiler::IsNetworkFilter(config.type) && !compiler::IsHarmlessFilter(config.type)) {
    const compiler::CompileEnvironment environment;
    const xds::ResourceStore<compiler::ExtensionConfig> none;
    compiler::DiscoveredFilters discovered(none, stats, "");
    compiler::CheckNetworkFilter(config, discovery, {environment, stats, discovered}, errors);
    OUTRIGGER_CHECK(errors.ok() == (is_last == compiler::EndsChain(config.type)));
    return;
  }
  const auto filter = compiler::MakeDiscoveredFilter(config, discovery, {"prefix", stats}, errors);
  OUTRIGGER_CHECK((filter == nullptr) != errors.ok());
  if (filter != nullptr)
    OUTRIGGER_CHECK((filter->config == nullptr) == (config.content == nullptr));
}

}  // namespace
}  // namespace outrigger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using Proto = envoy::config::core::v3::TypedExtensionConfig;
  const auto config =
      outrigger::compiler::CompileInput<Proto>(bytes, size, [](const auto& proto, auto& errors) {
        return outrigger::compiler::CompileExtension(proto, errors);
      });
  if (config == nullptr) return 0;
  outrigger::UseAt(*config, false);
  outrigger::UseAt(*config, true);
  return 0;
}
