#include "server/subscriptions.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.h"
#include "stats/server_stats.h"

namespace outrigger {

namespace {

// In the order of first requests: what others refer to comes first (X15).
std::vector<xds::AdsClient::Type> AggregatedTypes(const Bootstrap& bootstrap) {
  std::vector<xds::AdsClient::Type> types;
  types.push_back({std::string(compiler::kRuntimeType), false});
  // Else by name alone, where requests need one.
  types.push_back({std::string(compiler::kClusterType), bootstrap.takes_clusters_from_ads});
  types.push_back({std::string(compiler::kEndpointType), false});
  if (bootstrap.takes_listeners_from_ads) {
    types.push_back({std::string(compiler::kListenerType), true});
  }
  types.push_back({std::string(compiler::kScopeType), true, false});
  types.push_back({std::string(compiler::kRouteType), false});
  types.push_back({std::string(compiler::kVirtualHostType), true, false});
  types.push_back({std::string(compiler::kSecretType), false});
  types.push_back({std::string(compiler::kExtensionType), false});
  return types;
}

// All of it comes from one source.
bool HasOneSource(std::string_view type_url) {
  return type_url == compiler::kClusterType || type_url == compiler::kListenerType;
}

// Not by name.
bool IsTakenWhole(std::string_view type_url) {
  return HasOneSource(type_url) || type_url == compiler::kScopeType ||
         type_url == compiler::kVirtualHostType;
}

}  // namespace

Subscriptions::Subscriptions(EventLoop& control, Service& service,
                             compiler::Configuration& configuration, const Bootstrap& bootstrap)
    : control_(control),
      service_(service),
      configuration_(configuration),
      bootstrap_(bootstrap),
      runtime_wait_(control, configuration, bootstrap.runtime.requests,
                    [this] { AskForWholeTypes(); }),
      clusters_(control, *this, compiler::kClusterType),
      listeners_(control, *this, compiler::kListenerType) {}

Subscriptions::~Subscriptions() = default;

Subscriptions::FirstAnswer::FirstAnswer(EventLoop& control, Subscriptions& owner,
                                        std::string_view type)
    : type_url(type), timer(control, [this, &owner] {
        if (owner.HasFirstAnswer(type_url)) return;
        is_overdue = true;
        owner.configuration_.OnFetchTimeout(type_url);
      }) {}

void Subscriptions::FirstAnswer::Await(bool is_taken, std::optional<Duration> wait_max) {
  if (is_taken && wait_max.has_value()) timer.Arm(*wait_max);
}

void Subscriptions::Start(const SavedConfigOptions& options) {
  if (!bootstrap_.ads.cluster.empty()) Open({}, bootstrap_.ads, AggregatedTypes(bootstrap_));
  if (runtime_wait_.is_over()) {
    AskForWholeTypes();
  } else {
    configuration_.BeginUpdates(false, false);
    runtime_wait_.Start();
    OnPublish();
  }
  if (!options.path.value_or("").empty() && bootstrap_.has_control_plane()) KeepLastGood(options);
}

void Subscriptions::AskForWholeTypes() {
  if (const StreamSource* clusters = StreamOf(bootstrap_.clusters_source)) {
    OpenFor(IdFor(compiler::kClusterType, {}), *clusters);
  }
  if (const StreamSource* listeners = StreamOf(bootstrap_.listeners_source)) {
    OpenFor(IdFor(compiler::kListenerType, {}), *listeners);
  }
  clusters_.Await(bootstrap_.streams_clusters(), bootstrap_.clusters_wait_max);
  listeners_.Await(bootstrap_.streams_listeners(), bootstrap_.listeners_wait_max);
  configuration_.BeginUpdates(bootstrap_.streams_clusters(), bootstrap_.streams_listeners());
  if (const auto ads = streams_.find(StreamId()); ads != streams_.end()) {
    ads->second->client().AskForWholeTypes();
  }
  OnPublish();
}

// Of a type that has one source `key` is empty.
Subscriptions::StreamId Subscriptions::IdFor(std::string_view type_url, std::string_view key) {
  const bool is_secret = type_url == compiler::kSecretType;
  return {std::string(SourceInKey(key)), std::string(type_url),
          std::string(is_secret ? NameInKey(key) : "")};
}

// The one stream of a type that has one source.
bool Subscriptions::IsWhole(const StreamId& id) {
  return HasOneSource(std::get<1>(id)) && std::get<0>(id).empty();
}

DiscoveryStream* Subscriptions::OpenFor(const StreamId& id, const StreamSource& source) {
  const std::string& type_url = std::get<1>(id);
  const bool is_whole = HasOneSource(type_url) ? IsWhole(id) : IsTakenWhole(type_url);
  return Open(id, compiler::AdsSourceOf(source), {{type_url, is_whole}});
}

DiscoveryStream* Subscriptions::Open(const StreamId& id, compiler::AdsSource source,
                                     std::vector<xds::AdsClient::Type> types) {
  std::vector<std::shared_ptr<const Cluster>> clusters;
  for (const std::string& name : compiler::ClustersOf(source)) {
    const auto* cluster = configuration_.resources().clusters.Find(name);
    clusters.push_back(cluster == nullptr ? nullptr : cluster->value);
  }
  if (std::ranges::count(clusters, nullptr) > 0 || streams_.size() >= kStreamsMax) {
    Log(LogLevel::kError, "no stream of its own for {}: {}", std::get<1>(id),
        streams_.size() >= kStreamsMax ? "there are too many" : "its cluster is not there");
    return nullptr;
  }
  auto& stream = streams_[id];
  stream = std::make_unique<DiscoveryStream>(
      DiscoveryStream::World{control_, service_, completions(), configuration_, random_,
                             bootstrap_.node},
      DiscoveryStream::Options{std::move(source), clusters.front(),
                               clusters.size() > 1 ? clusters.back() : nullptr, std::get<0>(id),
                               std::get<1>(id), std::move(types), !runtime_wait_.is_over()});
  return stream.get();
}

CompletionThread& Subscriptions::completions() {
  if (!completions_.has_value()) completions_.emplace(control_);
  return *completions_;
}

void Subscriptions::OnPublish() {
  for (auto& [id, stream] : streams_) stream->OnPublish(configuration_.linker());
}

void Subscriptions::SetWanted(std::string_view type_url, const SourcesByKey& wanted) {
  Wishes wishes;
  for (const auto& [key, source] : wanted) {
    if (FileOf(source) != nullptr) continue;
    Wish& wish = wishes[source == nullptr ? StreamId() : IdFor(type_url, key)];
    wish.source = source;
    wish.names.emplace(NameInKey(key));
  }
  if (streams_.contains(StreamId())) wishes.try_emplace(StreamId());
  EndUnwanted(type_url, wishes);
  for (auto& [id, wish] : wishes) {
    const auto known = streams_.find(id);
    DiscoveryStream* stream = known == streams_.end() ? nullptr : known->second.get();
    if (stream == nullptr && wish.source != nullptr) stream = OpenFor(id, *StreamOf(wish.source));
    if (stream == nullptr) continue;
    stream->client().SetWanted(type_url, std::move(wish.names));
    if (known == streams_.end()) stream->OnPublish(configuration_.linker());
  }
}

void Subscriptions::AddWanted(std::string_view type_url, const SourcesByKey& added) {
  const auto ads = streams_.find(StreamId());
  if (ads == streams_.end()) return;
  std::set<std::string> names;
  for (const auto& [key, source] : added) names.emplace(NameInKey(key));
  ads->second->client().AddWanted(type_url, names);
}

// Not at once: one of them may be what has brought the change.
void Subscriptions::EndUnwanted(std::string_view type_url, const Wishes& wishes) {
  for (auto it = streams_.begin(); it != streams_.end();) {
    auto& [id, stream] = *it;
    if (std::get<1>(id) != type_url || wishes.contains(id) || IsWhole(id)) {
      ++it;
      continue;
    }
    ended_rate_limit_enforced_ += stream->client().stream_counters().rate_limit_enforced;
    ended_.push_back(std::move(stream));
    it = streams_.erase(it);
  }
  if (!ended_.empty()) control_.AtTurnEnd(*this);
}

void Subscriptions::KeepLastGood(const SavedConfigOptions& options) {
  last_good_.emplace(control_, configuration_, bootstrap_, options,
                     LastGood::Hooks{[this] { return HasAllAnswers(); },
                                     [this](std::string_view type_url, const auto& versions) {
                                       Claim(type_url, versions);
                                     },
                                     [this] {
                                       for (auto& [id, stream] : streams_) {
                                         stream->client().Restart();
                                       }
                                     }});
}

void Subscriptions::Claim(std::string_view type_url, const LastGood::Versions& versions) {
  std::map<StreamId, LastGood::Versions> by_stream;
  for (const auto& [key, version] : versions) {
    StreamId id = IdFor(type_url, HasOneSource(type_url) ? std::string_view() : key);
    if (!streams_.contains(id)) id = StreamId();
    by_stream[id].emplace_back(NameInKey(key), version);
  }
  for (const auto& [id, names] : by_stream) {
    const auto stream = streams_.find(id);
    if (stream != streams_.end()) stream->second->client().Claim(type_url, names);
  }
}

void Subscriptions::OnSettled(bool is_live) {
  runtime_wait_.Look();
  if (last_good_.has_value()) last_good_->OnSettled(is_live);
}

void Subscriptions::Show(ServerFigures& figures) const {
  const auto is_connected = [](const auto& entry) { return entry.second->client().is_connected(); };
  const auto is_failover = [](const auto& entry) {
    return entry.second->client().server() == xds::ServerRole::kFailover;
  };
  if (has_streams() && std::ranges::all_of(streams_, is_connected)) {
    figures.connected_state = std::ranges::any_of(streams_, is_failover) ? 2 : 1;
  }
  figures.rate_limit_enforced = ended_rate_limit_enforced_;
  for (const auto& [id, stream] : streams_) {
    const xds::AdsClient& client = stream->client();
    if (figures.control_plane.empty()) figures.control_plane = client.control_plane_identifier();
    figures.pending_requests += client.pending_requests();
    figures.rate_limit_enforced += client.stream_counters().rate_limit_enforced;
    const auto last = client.last_message_at();
    if (!last.has_value()) continue;
    const Duration silence = control_.now() - *last;
    figures.silence = std::min(figures.silence.value_or(silence), silence);
  }
}

int64_t Subscriptions::ShowLastGood(stats::Registry& stats) {
  if (!last_good_.has_value()) return 0;
  last_good_->Show(stats.Find(stats::kServerFamily, "")->ForWriter(stats::kControlWriter));
  const std::optional<WallTime> since = last_good_->running_since();
  return since.has_value() ? std::chrono::system_clock::to_time_t(*since) : 0;
}

bool Subscriptions::HasFirstAnswers() const {
  if (last_good_.has_value() && last_good_->running_since().has_value()) return true;
  if (!runtime_wait_.is_over()) return false;
  const auto is_over = [this](bool is_taken, const FirstAnswer& answer) {
    return !is_taken || answer.is_overdue || HasFirstAnswer(answer.type_url);
  };
  return is_over(bootstrap_.streams_clusters(), clusters_) &&
         is_over(bootstrap_.streams_listeners(), listeners_);
}

bool Subscriptions::HasAllAnswers() const {
  return (!bootstrap_.streams_clusters() || HasFirstAnswer(compiler::kClusterType)) &&
         (!bootstrap_.streams_listeners() || HasFirstAnswer(compiler::kListenerType));
}

const DiscoveryStream* Subscriptions::WholeStream(std::string_view type_url) const {
  const auto own = streams_.find(IdFor(type_url, {}));
  const auto stream = own != streams_.end() ? own : streams_.find(StreamId());
  return stream == streams_.end() ? nullptr : stream->second.get();
}

bool Subscriptions::HasFirstAnswer(std::string_view type_url) const {
  const DiscoveryStream* stream = WholeStream(type_url);
  if (stream == nullptr) return false;
  const xds::AdsTypeCounters& counters = stream->client().counters(type_url);
  return counters.successes + counters.rejected > 0;
}

}  // namespace outrigger
