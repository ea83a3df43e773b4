#include "compiler/filters/buffer_compiler.h"

#include "filters/buffer/buffer_filter.h"

namespace outrigger::compiler {

std::shared_ptr<const HttpFilterConfig> CompileBuffer(const BufferProto& proto,
                                                      const HttpFilterContext&, ValidationErrors&) {
  return std::make_shared<BufferConfig>(proto.max_request_bytes().value());
}

std::shared_ptr<const RouteFilterConfig> CompileRouteBuffer(const BufferPerRouteProto& proto,
                                                            const CompileEnvironment&,
                                                            ValidationErrors&) {
  if (proto.disabled()) return std::make_shared<BufferRules>(std::nullopt);
  return std::make_shared<BufferRules>(proto.buffer().max_request_bytes().value());
}

}  // namespace outrigger::compiler
