#include "xds/delta_message.h"

#include <limits>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "envoy/service/discovery/v3/discovery.pb.h"

namespace outrigger::xds {

namespace {

namespace discovery = envoy::service::discovery::v3;

constexpr int kInvalidArgument = 3;  // google.rpc.Code
constexpr size_t kTypeUrlBytesMax = 200;

using Names = std::set<std::string_view>;
using CountByName = std::map<std::string_view, int>;

// How often each name is given a value; being removed as well counts as one more.
CountByName CountNames(const discovery::DeltaDiscoveryResponse& proto, const Names& removed) {
  CountByName counts;
  for (const auto& resource : proto.resources()) ++counts[resource.name()];
  for (std::string_view name : removed) {
    auto it = counts.find(name);
    if (it != counts.end()) ++it->second;
  }
  counts.erase("");  // nobody knows yet which resource an empty name means
  return counts;
}

std::vector<ResourceError> DuplicateErrors(const CountByName& counts,
                                           const SubscriptionState& state) {
  std::vector<ResourceError> errors;
  for (const auto& [name, count] : counts) {
    if (count < 2 || !state.IsWanted(name)) continue;
    errors.push_back({std::string(name), "is named more than once in one response"});
  }
  return errors;
}

bool IsRunning(const SubscriptionState& state, const discovery::Resource& resource) {
  auto it = state.running_versions().find(resource.name());
  return it != state.running_versions().end() && it->second == resource.version();
}

}  // namespace

std::string SerializeDeltaRequest(const DeltaRequest& request, std::string_view serialized_node) {
  discovery::DeltaDiscoveryRequest proto;
  if (request.carries_node) {
    OUTRIGGER_CHECK(proto.mutable_node()->ParseFromArray(serialized_node.data(),
                                                         static_cast<int>(serialized_node.size())));
  }
  proto.set_type_url(request.type_url);
  for (const std::string& name : request.subscribe) proto.add_resource_names_subscribe(name);
  for (const std::string& name : request.unsubscribe) proto.add_resource_names_unsubscribe(name);
  for (const auto& [name, version] : request.initial_versions) {
    (*proto.mutable_initial_resource_versions())[name] = version;
  }
  proto.set_response_nonce(request.response_nonce);
  if (!request.error_message.empty()) {
    proto.mutable_error_detail()->set_code(kInvalidArgument);
    proto.mutable_error_detail()->set_message(request.error_message);
  }
  return proto.SerializeAsString();
}

absl::StatusOr<DeltaMessage> DeltaMessage::Parse(std::string_view bytes) {
  auto proto = std::make_unique<Proto>();
  if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max()) ||
      !proto->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::InvalidArgumentError(
        absl::StrCat("a message of ", bytes.size(), " bytes is not a DeltaDiscoveryResponse"));
  }
  return DeltaMessage(std::move(proto));
}

DeltaMessage::DeltaMessage(std::unique_ptr<const Proto> proto) : proto_(std::move(proto)) {}
DeltaMessage::DeltaMessage(DeltaMessage&&) noexcept = default;
DeltaMessage& DeltaMessage::operator=(DeltaMessage&&) noexcept = default;
DeltaMessage::~DeltaMessage() = default;

std::string_view DeltaMessage::type_url() const { return proto_->type_url(); }
std::string_view DeltaMessage::nonce() const { return proto_->nonce(); }
std::string_view DeltaMessage::control_plane_identifier() const {
  return proto_->control_plane().identifier();
}

DeltaMessage::Checked DeltaMessage::Check(const SubscriptionState& state) const {
  Checked checked;
  checked.response.type_url = proto_->type_url();
  checked.response.system_version = proto_->system_version_info();
  const Names removed(proto_->removed_resources().begin(), proto_->removed_resources().end());
  const CountByName counts = CountNames(*proto_, removed);
  const auto is_twice = [&counts](std::string_view name) {
    auto it = counts.find(name);
    return it != counts.end() && it->second > 1;
  };
  checked.errors = DuplicateErrors(counts, state);
  for (const auto& resource : proto_->resources()) {
    const std::string& name = resource.name();
    const auto& payload = resource.resource();
    if (!payload.type_url().empty() && payload.type_url() != proto_->type_url()) {
      checked.errors.push_back(
          {name, absl::StrCat("has type ", payload.type_url().substr(0, kTypeUrlBytesMax),
                              " in a response of another type")});
      continue;
    }
    if ((!name.empty() && !state.IsWanted(name)) || is_twice(name)) continue;
    if (payload.type_url().empty()) {
      if (!IsRunning(state, resource)) checked.errors.push_back({name, "has no content"});
      continue;
    }
    checked.response.resources.push_back(
        {name, resource.version(), payload.type_url(), payload.value()});
  }
  for (std::string_view name : removed) {
    if (state.IsWanted(name) && !is_twice(name)) checked.response.removed.push_back(name);
  }
  return checked;
}

}  // namespace outrigger::xds
