#include "server/cluster_link.h"

#include <utility>
#include <vector>

namespace outrigger {

ClusterLink::ClusterLink(EventLoop& control, Service& service, std::string authority,
                         std::shared_ptr<const Cluster> cluster)
    : control_(control), service_(service), authority_(std::move(authority)) {
  SetCluster(std::move(cluster));
}

void ClusterLink::SetCluster(std::shared_ptr<const Cluster> cluster) {
  if (cluster == cluster_) return;
  cluster_ = std::move(cluster);
  endpoints_ = nullptr;
  if (cluster_ == nullptr) return;
  LinkOptions options;
  options.authority = authority_;
  options.connect_timeout = cluster_->connect_timeout;
  options.stats = cluster_->stats;
  link_.emplace(control_, service_.loop(), service_.relays(), std::move(options));
}

bool ClusterLink::OnPublish(const compiler::Linker& linker) {
  if (cluster_ == nullptr) return false;
  if (cluster_->tls != nullptr) {
    std::shared_ptr<const TlsContext> context = linker.FindTls(*cluster_->tls);
    if (context == nullptr) return false;
    link_->SetTls(std::move(context));
  }
  std::shared_ptr<const EndpointSet> endpoints = linker.FindEndpoints(cluster_->name);
  if (endpoints == nullptr || endpoints == endpoints_) return false;
  std::vector<Address> addresses;
  for (const Endpoint& endpoint : endpoints->endpoints) addresses.push_back(endpoint.address);
  link_->SetEndpoints(std::move(addresses));
  return std::exchange(endpoints_, std::move(endpoints)) == nullptr;
}

void ClusterLink::HurryNames() {
  if (cluster_ == nullptr || cluster_->dns == nullptr) return;
  service_.loop().Post([&names = service_.names(), dns = cluster_->dns] {
    for (const DnsTarget& target : dns->targets) names.Hurry(target.lookup);
  });
}

}  // namespace outrigger
