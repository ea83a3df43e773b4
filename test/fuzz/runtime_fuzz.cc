// A Runtime; what compiles is merged over a layer that says the same, which changes nothing.
#include <vector>

#include "compiler/runtime_layers.h"
#include "envoy/service/runtime/v3/rtds.pb.h"
#include "test/fuzz/received_resource.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace outrigger::compiler;
  const auto content =
      CompileInput<envoy::service::runtime::v3::Runtime>(bytes, size, CompileRuntime);
  if (content == nullptr) return 0;
  const std::vector<RuntimeLayer> layers(2, RuntimeLayer{"layer", *content, ""});
  OUTRIGGER_CHECK(MergeRuntime(layers) == content->numbers);
  for (const auto& [key, number] : content->numbers) OUTRIGGER_CHECK(content->texts.contains(key));
  return 0;
}
