#include "server/subscriptions.h"

#include <utility>
#include <vector>

#include "base/log.h"
#include "stats/server_stats.h"
#include "xds/grpc_ads_transport.h"

namespace outrigger {

namespace {

LinkOptions LinkOptionsFor(const Cluster& cluster, const compiler::AdsSource& ads) {
  LinkOptions options;
  options.authority = ads.authority;
  options.connect_timeout = cluster.connect_timeout;
  options.stats = cluster.stats;
  return options;
}

// In the order of first requests: what others refer to comes first (X15).
std::vector<xds::AdsClient::Type> TypesOf(const Bootstrap& bootstrap) {
  std::vector<xds::AdsClient::Type> types;
  if (bootstrap.takes_clusters_from_ads) {
    types.push_back({std::string(compiler::kClusterType), true});
  }
  types.push_back({std::string(compiler::kEndpointType), false});
  if (bootstrap.takes_listeners_from_ads) {
    types.push_back({std::string(compiler::kListenerType), true});
  }
  types.push_back({std::string(compiler::kRouteType), false});
  types.push_back({std::string(compiler::kSecretType), false});
  return types;
}

}  // namespace

Subscriptions::Subscriptions(EventLoop& control, Service& service,
                             compiler::Configuration& configuration, const Cluster& cluster,
                             const Bootstrap& bootstrap)
    : bootstrap_(bootstrap),
      service_(service),
      dns_(cluster.dns),
      tls_(cluster.tls),
      completions_(control),
      link_(control, service.loop(), service.relays(), LinkOptionsFor(cluster, bootstrap.ads)),
      transport_(std::make_unique<xds::GrpcAdsTransport>(
          control, link_, completions_,
          xds::AdsCall(bootstrap.ads.protocol, bootstrap.ads.initial_metadata))),
      configuration_(configuration),
      clusters_(control, *this, compiler::kClusterType),
      listeners_(control, *this, compiler::kListenerType),
      control_(control) {
  xds::AdsOptions options;
  options.protocol = bootstrap.ads.protocol;
  options.serialized_node = bootstrap.node;
  options.back_off_base = bootstrap.ads.back_off_base;
  options.back_off_max = bootstrap.ads.back_off_max;
  options.rate = bootstrap.ads.rate;
  options.on_problem = [](std::string_view line) { Log(LogLevel::kWarning, "{}", line); };
  options.on_stream_end = [this] { HurryNames(); };
  client_ = std::make_unique<xds::AdsClient>(control, *transport_, configuration, random_,
                                             std::move(options), TypesOf(bootstrap));
  clusters_.Await(bootstrap.takes_clusters_from_ads, bootstrap.clusters_wait_max);
  listeners_.Await(bootstrap.takes_listeners_from_ads, bootstrap.listeners_wait_max);
}

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

Subscriptions::~Subscriptions() = default;

void Subscriptions::OnPublish(const compiler::Linker& linker) {
  if (tls_ != nullptr) {
    std::shared_ptr<const TlsContext> context = linker.FindTls(*tls_);
    if (context == nullptr) return;
    link_.SetTls(std::move(context));
  }
  std::shared_ptr<const EndpointSet> endpoints = linker.FindEndpoints(bootstrap_.ads.cluster);
  if (endpoints == nullptr || endpoints == endpoints_) return;
  std::vector<Address> addresses;
  for (const Endpoint& endpoint : endpoints->endpoints) addresses.push_back(endpoint.address);
  link_.SetEndpoints(std::move(addresses));
  const bool is_first = endpoints_ == nullptr;
  endpoints_ = std::move(endpoints);
  if (is_first) client_->Start();
}

// The control plane may have moved.
void Subscriptions::HurryNames() {
  if (dns_ == nullptr) return;
  service_.loop().Post([&names = service_.names(), dns = dns_] {
    for (const DnsTarget& target : dns->targets) names.Hurry(target.lookup);
  });
}

void Subscriptions::SetWanted(std::string_view type_url, std::set<std::string> names) {
  client_->SetWanted(type_url, std::move(names));
}

void Subscriptions::KeepLastGood(const SavedConfigOptions& options) {
  if (options.path.value_or("").empty()) return;
  last_good_.emplace(control_, configuration_, bootstrap_, options,
                     LastGood::Hooks{[this] { return HasAllAnswers(); },
                                     [this](std::string_view type_url, const auto& versions) {
                                       client_->Claim(type_url, versions);
                                     },
                                     [this] { client_->Restart(); }});
}

void Subscriptions::OnSettled(bool is_live) {
  if (last_good_.has_value()) last_good_->OnSettled(is_live);
}

int64_t Subscriptions::ShowLastGood(stats::Registry& stats) {
  if (!last_good_.has_value()) return 0;
  last_good_->Show(stats.Find(stats::kServerFamily, "")->ForWriter(stats::kControlWriter));
  const std::optional<WallTime> since = last_good_->running_since();
  return since.has_value() ? std::chrono::system_clock::to_time_t(*since) : 0;
}

bool Subscriptions::HasFirstAnswers() const {
  if (last_good_.has_value() && last_good_->running_since().has_value()) return true;
  const auto is_over = [this](bool is_taken, const FirstAnswer& answer) {
    return !is_taken || answer.is_overdue || HasFirstAnswer(answer.type_url);
  };
  return is_over(bootstrap_.takes_clusters_from_ads, clusters_) &&
         is_over(bootstrap_.takes_listeners_from_ads, listeners_);
}

bool Subscriptions::HasAllAnswers() const {
  return (!bootstrap_.takes_clusters_from_ads || HasFirstAnswer(compiler::kClusterType)) &&
         (!bootstrap_.takes_listeners_from_ads || HasFirstAnswer(compiler::kListenerType));
}

bool Subscriptions::HasFirstAnswer(std::string_view type_url) const {
  const xds::AdsTypeCounters& counters = client_->counters(type_url);
  return counters.successes + counters.rejected > 0;
}

}  // namespace outrigger
