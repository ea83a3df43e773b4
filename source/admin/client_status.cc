#include "admin/client_status.h"

#include <google/protobuf/util/time_util.h>

#include <utility>

#include "admin/redaction.h"
#include "envoy/service/status/v3/csds.pb.h"

namespace outrigger::admin {

namespace {

using compiler::ResourceType;
using envoy::admin::v3::ClientResourceStatus;
using envoy::service::status::v3::ClientConfig;
using xds::ResourceState;

ClientResourceStatus ClientStatusOf(ResourceState state) {
  switch (state) {
    case ResourceState::kNew:
      return ClientResourceStatus::UNKNOWN;
    case ResourceState::kRequested:
      return ClientResourceStatus::REQUESTED;
    case ResourceState::kWarming:
    case ResourceState::kWaiting:
    case ResourceState::kServing:
      return ClientResourceStatus::ACKED;
    case ResourceState::kRejected:
      return ClientResourceStatus::NACKED;
    case ResourceState::kAbsent:
    case ResourceState::kKept:
      return ClientResourceStatus::DOES_NOT_EXIST;
    case ResourceState::kTimedOut:
      return ClientResourceStatus::TIMEOUT;
    case ResourceState::kFailed:
      return ClientResourceStatus::RECEIVED_ERROR;
  }
  return ClientResourceStatus::UNKNOWN;
}

google::protobuf::Timestamp TimestampOf(WallTime time) {
  return google::protobuf::util::TimeUtil::NanosecondsToTimestamp(
      std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count());
}

void FillError(const LedgerEntry& entry, std::string_view type_url, bool has_contents,
               envoy::admin::v3::UpdateFailureState& error) {
  if (entry.error.empty()) {
    error.set_details(entry.absence->why);
    return;
  }
  error.set_details(entry.error);
  error.set_version_info(entry.rejected_version);
  *error.mutable_last_update_attempt() = TimestampOf(entry.rejected_at);
  if (!has_contents || entry.rejected_bytes == nullptr) return;
  error.mutable_failed_configuration()->set_type_url(std::string(type_url));
  error.mutable_failed_configuration()->set_value(RedactedBytes(type_url, *entry.rejected_bytes));
}

void FillEntry(const LedgerEntry& entry, ResourceType type, bool has_contents,
               ClientConfig::GenericXdsConfig& config) {
  const std::string_view type_url = compiler::UrlOf(type);
  config.set_type_url(std::string(type_url));
  config.set_name(entry.name);
  config.set_client_status(ClientStatusOf(entry.state));
  config.set_is_static_resource(entry.is_static);
  if (entry.bytes != nullptr) {
    config.set_version_info(entry.version);
    *config.mutable_last_updated() = TimestampOf(entry.updated_at);
    if (has_contents) {
      config.mutable_xds_config()->set_type_url(std::string(type_url));
      config.mutable_xds_config()->set_value(RedactedBytes(type_url, *entry.bytes));
    }
  }
  if (!entry.error.empty() || entry.absence.has_value()) {
    FillError(entry, type_url, has_contents, *config.mutable_error_state());
  }
}

}  // namespace

ClientStatus::ClientStatus(std::shared_ptr<const ConfigLedger> ledger, const Options& options)
    : ledger_(std::move(ledger)),
      has_contents_(options.has_contents),
      lists_({{ResourceType::kListeners, &ledger_->listeners},
              {ResourceType::kScopes, &ledger_->scopes},
              {ResourceType::kRoutes, &ledger_->routes},
              {ResourceType::kHosts, &ledger_->hosts},
              {ResourceType::kClusters, &ledger_->clusters},
              {ResourceType::kClusters, &ledger_->kept_clusters},
              {ResourceType::kEndpoints, &ledger_->endpoints},
              {ResourceType::kSecrets, &ledger_->secrets},
              {ResourceType::kExtensions, &ledger_->extensions},
              {ResourceType::kRuntimes, &ledger_->runtimes}}) {
  ClientConfig config;
  // Ours: what the control plane is told as well.
  static_cast<void>(config.mutable_node()->ParseFromString(options.serialized_node));
  config_ = config.SerializeAsString();
}

bool ClientStatus::Advance() {
  ClientConfig config;
  for (int i = 0; i < kEntriesPerPiece && list_ < lists_.size();) {
    const List& list = lists_[list_];
    if (entry_ == list.entries->size()) {
      entry_ = 0;
      ++list_;
      continue;
    }
    FillEntry((*list.entries)[entry_++], list.type, has_contents_,
              *config.add_generic_xds_configs());
    ++i;
  }
  config.AppendToString(&config_);
  return list_ < lists_.size();
}

std::string ClientStatus::Take() {
  // ClientStatusResponse.config, by hand: the bytes need not be read again to be written.
  constexpr char kTag = (1 << 3) | 2;
  std::string message(1, kTag);
  for (size_t rest = config_.size(); true; rest >>= 7) {
    const bool is_last = rest < 0x80;
    message += static_cast<char>(is_last ? rest : (rest & 0x7f) | 0x80);
    if (is_last) break;
  }
  return message.append(std::exchange(config_, {}));
}

}  // namespace outrigger::admin
