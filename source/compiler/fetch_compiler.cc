#include "compiler/fetch_compiler.h"

#include "compiler/config_source.h"

namespace outrigger::compiler {

namespace {
using envoy::config::core::v3::ApiConfigSource;
}

SourcePointer CompileFetchSource(const envoy::config::core::v3::ConfigSource& proto,
                                 const StreamClusters& clusters, ValidationErrors& errors) {
  if (proto.has_ads()) return nullptr;
  if (!proto.has_api_config_source()) {
    errors.Add("must be ads or api_config_source");
    return nullptr;
  }
  if (proto.api_config_source().api_type() != ApiConfigSource::DELTA_GRPC) {
    const ValidationErrors::ScopedField scope(errors, "api_config_source.api_type");
    errors.Add("must be DELTA_GRPC: the others cannot ask for one more name");
    return nullptr;
  }
  return CompileConfigSource(proto, clusters, errors);
}

}  // namespace outrigger::compiler
