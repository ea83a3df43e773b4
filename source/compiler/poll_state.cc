#include "compiler/poll_state.h"

#include <optional>
#include <utility>

#include "compiler/discovery_json.h"
#include "envoy/service/discovery/v3/discovery.pb.h"

namespace outrigger::compiler {

namespace {

using envoy::service::discovery::v3::DiscoveryRequest;
using envoy::service::discovery::v3::DiscoveryResponse;
using Names = std::vector<std::string>;

constexpr int kInvalidArgument = 3;  // google.rpc.Code

Names NamesIn(const DiscoveryRequest& request) {
  return {request.resource_names().begin(), request.resource_names().end()};
}

}  // namespace

struct PollState::Requests {
  DiscoveryRequest next;
  bool has_next = false;
  Names polled;
  std::optional<Names> answered;  // what the version is of
};

PollState::PollState(std::string type_url)
    : type_url_(std::move(type_url)), requests_(std::make_unique<Requests>()) {}

PollState::~PollState() = default;

void PollState::Take(std::string_view request) {
  DiscoveryRequest next;
  if (!next.ParseFromArray(request.data(), static_cast<int>(request.size()))) return;
  DiscoveryRequest& before = requests_->next;
  if (!next.has_node()) next.mutable_node()->Swap(before.mutable_node());  // X3
  if (!std::exchange(requests_->has_next, true) || NamesIn(next) != NamesIn(before)) {
    // Also names that were let go in between, and are wanted again: what was known of them is gone.
    requests_->answered.reset();
    asks_for_others_ = true;
  }
  before = std::move(next);
}

absl::StatusOr<std::string> PollState::StartPoll() {
  DiscoveryRequest request = requests_->next;
  requests_->polled = NamesIn(request);
  if (requests_->answered != requests_->polled) request.clear_version_info();
  asks_for_others_ = false;
  return ToJson(request);
}

absl::StatusOr<std::string> PollState::Read(std::string_view body,
                                            std::vector<std::string>& warnings) {
  DiscoveryResponse response;
  if (absl::Status status = ParseDiscoveryText(body, response, warnings); !status.ok()) {
    auto& error = *requests_->next.mutable_error_detail();
    error.set_code(kInvalidArgument);
    error.set_message(std::string(status.message()));
    return status;
  }
  if (response.type_url().empty()) response.set_type_url(type_url_);
  requests_->answered = requests_->polled;
  return response.SerializeAsString();
}

}  // namespace outrigger::compiler
