#include "compiler/balancing_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "compiler/any_content.h"
#include "compiler/fragments.h"
#include "compiler/proto_rules.h"
#include "envoy/config/cluster/v3/cluster.pb.h"
#include "envoy/extensions/load_balancing_policies/least_request/v3/least_request.pb.h"
#include "envoy/extensions/load_balancing_policies/random/v3/random.pb.h"
#include "envoy/extensions/load_balancing_policies/round_robin/v3/round_robin.pb.h"
#include "envoy/extensions/load_balancing_policies/wrr_locality/v3/wrr_locality.pb.h"

namespace outrigger::compiler {

namespace {

using envoy::extensions::load_balancing_policies::least_request::v3::LeastRequest;
using envoy::extensions::load_balancing_policies::random::v3::Random;
using envoy::extensions::load_balancing_policies::round_robin::v3::RoundRobin;
using envoy::extensions::load_balancing_policies::wrr_locality::v3::WrrLocality;
using ClusterProto = envoy::config::cluster::v3::Cluster;
using PolicyProto = envoy::config::cluster::v3::LoadBalancingPolicy;

constexpr std::string_view kLikeRoundRobin[] = {
    "envoy.extensions.load_balancing_policies.client_side_weighted_round_robin.v3."
    "ClientSideWeightedRoundRobin",
    "envoy.extensions.load_balancing_policies.maglev.v3.Maglev",
    "envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash",
};

void CompileChoices(bool is_set, uint32_t choices, LbOptions& options) {
  if (is_set) options.choices = std::min(choices, kLbChoicesMax);
}

// Whether this kind of policy is known; then it is the one that counts.
class PolicyCompiler {
 public:
  PolicyCompiler(LbOptions& options, ValidationErrors& errors)
      : options_(options), errors_(errors) {}

  void CompileList(const PolicyProto& proto, int depth) {
    if (proto.policies().empty()) {
      const ValidationErrors::ScopedField scope(errors_, "policies");
      errors_.Add("must have an element");
    }
    for (int i = 0; i < proto.policies_size(); ++i) {
      const ValidationErrors::ScopedField scope(errors_, "policies", static_cast<size_t>(i));
      const auto& any = proto.policies(i).typed_extension_config().typed_config();
      if (Compile(any, depth)) return;  // the first that is known counts
      if (i + 1 == proto.policies_size()) {
        errors_.Add(fmt::format("{} is not supported yet", DescribeAny(any)));
      }
    }
  }

 private:
  bool Compile(const google::protobuf::Any& any, int depth) {
    const auto content = UnpackAny(any);
    if (const auto* least = dynamic_cast<const LeastRequest*>(content.get())) {
      options_.policy = LbPolicy::kLeastRequest;
      CompileChoices(least->has_choice_count(), least->choice_count().value(), options_);
      options_.compares_all =
          least->selection_method() == LeastRequest::FULL_SCAN || least->enable_full_scan().value();
      TakeLocalities(*least);
    } else if (const auto* random = dynamic_cast<const Random*>(content.get())) {
      options_.policy = LbPolicy::kRandom;
      TakeLocalities(*random);
    } else if (const auto* turns = dynamic_cast<const RoundRobin*>(content.get())) {
      TakeLocalities(*turns);
    } else if (const auto* localities = dynamic_cast<const WrrLocality*>(content.get())) {
      CompileUnder(*localities, depth);
    } else {
      return std::find(std::begin(kLikeRoundRobin), std::end(kLikeRoundRobin),
                       InnerTypeName(any)) != std::end(kLikeRoundRobin);
    }
    return true;
  }

  template <typename Policy>
  void TakeLocalities(const Policy& policy) {
    if (policy.locality_lb_config().has_locality_weighted_lb_config()) {
      options_.weighs_localities = true;
    }
  }

  void CompileUnder(const WrrLocality& proto, int depth) {
    options_.weighs_localities = true;
    const ValidationErrors::ScopedField scope(
        errors_, "typed_extension_config.typed_config.endpoint_picking_policy");
    if (depth == 0) {
      errors_.Add("must not hold another wrr_locality");
      return;
    }
    CompileList(proto.endpoint_picking_policy(), depth - 1);
  }

  LbOptions& options_;
  ValidationErrors& errors_;
};

void CompilePlainPolicy(const ClusterProto& proto, LbOptions& options, ValidationErrors& errors) {
  options.weighs_localities = proto.common_lb_config().has_locality_weighted_lb_config();
  switch (proto.lb_policy()) {
    case ClusterProto::LEAST_REQUEST: {
      const auto& config = proto.least_request_lb_config();
      options.policy = LbPolicy::kLeastRequest;
      CompileChoices(config.has_choice_count(), config.choice_count().value(), options);
      return;
    }
    case ClusterProto::RANDOM:
      options.policy = LbPolicy::kRandom;
      return;
    case ClusterProto::CLUSTER_PROVIDED: {
      const ValidationErrors::ScopedField scope(errors, "lb_policy");
      errors.Add("CLUSTER_PROVIDED does not go with STATIC or EDS");
      return;
    }
    case ClusterProto::LOAD_BALANCING_POLICY_CONFIG: {
      const ValidationErrors::ScopedField scope(errors, "load_balancing_policy");
      errors.Add("is required by lb_policy");
      return;
    }
    default:
      return;
  }
}

}  // namespace

LbOptions CompileBalancing(const ClusterProto& proto, ValidationErrors& errors) {
  LbOptions options;
  if (proto.has_load_balancing_policy()) {
    const ValidationErrors::ScopedField scope(errors, "load_balancing_policy");
    PolicyCompiler(options, errors).CompileList(proto.load_balancing_policy(), 1);
  } else {
    CompilePlainPolicy(proto, options, errors);
  }
  const auto& common = proto.common_lb_config();
  if (!common.has_healthy_panic_threshold()) return options;
  const double percent = common.healthy_panic_threshold().value();
  if (percent >= 0 && percent <= 100) {  // else the validation rules have said why
    options.panic_percent = static_cast<uint32_t>(std::lround(percent));
  }
  return options;
}

}  // namespace outrigger::compiler
