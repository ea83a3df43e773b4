#include "compiler/filters/grpc_web_compiler.h"

#include "filters/grpc_web/grpc_web_filter.h"

namespace outrigger::compiler {

std::shared_ptr<const HttpFilterConfig> CompileGrpcWeb(const GrpcWebProto&,
                                                       const HttpFilterContext&,
                                                       ValidationErrors&) {
  return std::make_shared<GrpcWebConfig>();
}

}  // namespace outrigger::compiler
