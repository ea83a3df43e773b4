#include "compiler/mirror_compiler.h"

#include "compiler/fragments.h"
#include "compiler/rewrite_compiler.h"

namespace outrigger::compiler {

namespace {

using MirrorProto = envoy::config::route::v3::RouteAction::RequestMirrorPolicy;

routing::MirrorPolicy CompileMirror(const MirrorProto& proto, const RouteContext& context,
                                    ValidationErrors& errors) {
  routing::MirrorPolicy policy;
  policy.cluster_header = LowerCase(proto.cluster_header());
  if (proto.cluster().empty() == proto.cluster_header().empty()) {
    const ValidationErrors::ScopedField scope(errors, "cluster");
    errors.Add("must be set, or cluster_header in its place");
  }
  if (policy.cluster_header->empty()) policy.cluster = context.slots.Of(proto.cluster());
  if (proto.has_runtime_fraction()) {
    policy.share = CompileFraction(proto.runtime_fraction(), context.environment.runtime);
  }
  policy.host = CompileHostLiteral(proto.host_rewrite_literal(), errors);
  policy.marks_host = !proto.disable_shadow_host_suffix_append();
  return policy;
}

}  // namespace

routing::MirrorPolicies CompileMirrors(const MirrorProtos& protos, const RouteContext& context,
                                       ValidationErrors& errors) {
  if (protos.empty()) return context.mirrors;
  routing::MirrorPolicies policies;
  for (int i = 0; i < protos.size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "request_mirror_policies",
                                              static_cast<size_t>(i));
    policies.push_back(CompileMirror(protos[i], context, errors));
  }
  return policies;
}

}  // namespace outrigger::compiler
