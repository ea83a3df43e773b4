#include "compiler/filters/header_mutation_compiler.h"

#include <utility>

#include "compiler/header_operation_compiler.h"
#include "filters/header_mutation/header_mutation_filter.h"

namespace outrigger::compiler {

namespace {

using MutationsProto = envoy::extensions::filters::http::header_mutation::v3::Mutations;
using MutationProto = envoy::config::common::mutation_rules::v3::HeaderMutation;
using Operations = std::vector<routing::HeaderOperations>;

Operations CompileMutationList(const google::protobuf::RepeatedPtrField<MutationProto>& protos,
                               std::string_view field, ValidationErrors& errors) {
  Operations list;
  for (int i = 0; i < protos.size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, field, static_cast<size_t>(i));
    routing::HeaderOperations& operations = list.emplace_back();
    if (protos[i].action_case() == MutationProto::kRemove) {
      operations.remove.push_back(CompileRemovedHeader(protos[i].remove(), errors));
    } else if (protos[i].action_case() == MutationProto::kAppend) {
      const ValidationErrors::ScopedField append(errors, "append");
      operations.add.push_back(CompileHeaderAddition(protos[i].append(), errors));
    }  // the validation rules or the field table have said why
  }
  return list;
}

HeaderMutations CompileMutations(const MutationsProto& proto, ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, "mutations");
  HeaderMutations mutations;
  mutations.request = CompileMutationList(proto.request_mutations(), "request_mutations", errors);
  mutations.response =
      CompileMutationList(proto.response_mutations(), "response_mutations", errors);
  return mutations;
}

}  // namespace

std::shared_ptr<const HttpFilterConfig> CompileHeaderMutation(const HeaderMutationProto& proto,
                                                              const HttpFilterContext&,
                                                              ValidationErrors& errors) {
  return std::make_shared<HeaderMutationConfig>(CompileMutations(proto.mutations(), errors),
                                                proto.most_specific_header_mutations_wins());
}

std::shared_ptr<const RouteFilterConfig> CompileRouteHeaderMutation(
    const HeaderMutationPerRouteProto& proto, const CompileEnvironment&, ValidationErrors& errors) {
  return std::make_shared<HeaderMutations>(CompileMutations(proto.mutations(), errors));
}

}  // namespace outrigger::compiler
