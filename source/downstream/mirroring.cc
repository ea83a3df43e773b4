#include "downstream/mirroring.h"

#include "http/head_copy.h"
#include "routing/mirror_host.h"
#include "snapshot/cluster_choice.h"

namespace outrigger {

void Mirroring::Start(const Order& order, Arena& arena, WorkerContext& context) {
  const routing::MirrorPolicies& policies = order.action.mirrors;
  // The bytes of a tunnel are no request.
  if (policies.empty() || order.request.asks_for_tunnel()) return;
  mirrors_ = arena.NewArray<Mirror*>(policies.size());
  for (size_t i = 0; i < policies.size(); ++i) {
    const routing::MirrorPolicy& policy = policies[i];
    if (!policy.share.Holds(context.random.Next())) continue;
    const ConfigSnapshot& snapshot = *context.slot.current();
    const ClusterId id = ClusterFor(policy, order.routes, snapshot, order.request).id;
    const Cluster* cluster = snapshot.clusters.Get(id);
    if (cluster == nullptr) continue;
    Mirror* mirror = context.mirrors.Make(*cluster);
    if (mirror == nullptr) continue;
    http::RequestHead& head = mirror->head();
    http::CopyHead(order.request, mirror->arena(), head);
    head.scheme = mirror->arena().Copy(head.scheme);  // it may be the connection manager's
    head.authority = routing::MirrorHost(policy, head.authority, mirror->arena());
    mirror->Start({id, order.criteria, *cluster, order.timeout}, mirrors_[i]);
  }
}

void Mirroring::OnBody(std::string_view bytes) const {
  for (Mirror* mirror : mirrors_) {
    if (mirror != nullptr) mirror->SendBody(bytes);
  }
}

void Mirroring::OnEnd(const http::HeaderMap* trailers) const {
  for (Mirror* mirror : mirrors_) {
    if (mirror != nullptr) mirror->SendEnd(trailers);
  }
}

void Mirroring::LetGo() {
  for (Mirror* mirror : mirrors_) {
    if (mirror != nullptr) mirror->LetGo();
  }
  mirrors_ = {};
}

}  // namespace outrigger
