#include "compiler/filters/fault_compiler.h"

#include "compiler/fragments.h"
#include "compiler/header_match_compiler.h"
#include "filters/fault/fault_filter.h"

namespace outrigger::compiler {

namespace {

using AbortProto = envoy::extensions::filters::http::fault::v3::FaultAbort;
using DelayProto = envoy::extensions::filters::common::fault::v3::FaultDelay;

FaultRules::Delay CompileDelay(const DelayProto& proto) {
  FaultRules::Delay delay;
  if (proto.has_fixed_delay()) delay.time = ToDuration(proto.fixed_delay());
  delay.share = CompileFraction(proto.percentage());
  return delay;
}

FaultRules::Abort CompileAbort(const AbortProto& proto) {
  FaultRules::Abort abort;
  if (proto.error_type_case() == AbortProto::kHttpStatus) {
    abort.status = {.http = static_cast<uint16_t>(proto.http_status()), .grpc = {}};
  } else if (proto.error_type_case() == AbortProto::kGrpcStatus) {
    abort.status = {.http = 200, .grpc = proto.grpc_status()};
  }
  abort.share = CompileFraction(proto.percentage());
  return abort;
}

std::shared_ptr<const FaultRules> CompileRules(const FaultProto& proto, ValidationErrors& errors) {
  auto rules = std::make_shared<FaultRules>();
  if (proto.has_delay()) rules->delay = CompileDelay(proto.delay());
  if (proto.has_abort()) rules->abort = CompileAbort(proto.abort());
  rules->cluster = proto.upstream_cluster();
  rules->headers = CompileHeaderMatches(proto.headers(), errors);
  rules->nodes.assign(proto.downstream_nodes().begin(), proto.downstream_nodes().end());
  if (proto.has_max_active_faults()) rules->active_max = proto.max_active_faults().value();
  return rules;
}

}  // namespace

std::shared_ptr<const HttpFilterConfig> CompileFault(const FaultProto& proto,
                                                     const HttpFilterContext& context,
                                                     ValidationErrors& errors) {
  return std::make_shared<FaultConfig>(CompileRules(proto, errors),
                                       context.stats.Find(kFaultFamily, context.stat_prefix));
}

std::shared_ptr<const RouteFilterConfig> CompileRouteFault(const FaultProto& proto,
                                                           const CompileEnvironment&,
                                                           ValidationErrors& errors) {
  return CompileRules(proto, errors);
}

}  // namespace outrigger::compiler
