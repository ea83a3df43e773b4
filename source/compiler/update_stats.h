// What is counted of subscriptions, with Envoy's names and meaning (surface.md 2.3): cds and lds of
// their managers, rds for each pair of connection manager and route table, scoped_rds for each
// connection manager with scopes, vhds for each pair of connection manager and route table with
// virtual hosts that are discovered, sds for each secret, ecds for each filter, the endpoints of
// each EDS cluster, and runtime for all its layers together.
//
// An attempt is a subscription's beginning and every outcome, as in Envoy; one to a file begins
// with its first outcome. `version` is the system version of the response, or the resource's own
// when the server gives none.
//
// Owned by Configuration. Thread: control.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/resource_source.h"
#include "compiler/resources.h"
#include "compiler/wanted_names.h"
#include "stats/registry.h"

namespace outrigger::compiler {

// One subscription's positions in its family.
struct UpdateMetrics {
  size_t attempt;
  size_t success;
  size_t failure;
  size_t rejected;
  size_t timeout;
  size_t time;
  size_t version;
  std::optional<size_t> version_text;
  std::optional<size_t> empty;
  std::optional<size_t> reload;
  std::optional<size_t> useless = {};  // whatever the reason: nothing came of it
};

class UpdateStats {
 public:
  // One subscription; a handle.
  struct Subscription {
    std::shared_ptr<stats::Scope> scope;
    const UpdateMetrics* metrics;

    void Begin() const { Add(metrics->attempt); }
    void Accept(std::string_view version, WallTime now) const;
    void Reject() const;
    void Fail() const;
    void TimeOut() const;
    void NoteEmpty() const;
    void NoteReload() const;
    void NoteUseless() const;

   private:
    void Add(size_t metric) const { scope->ForWriter(stats::kControlWriter).Add(metric); }
  };
  enum class Type {
    kClusters,
    kListeners,
    kScopes,
    kHosts,
    kEndpoints,
    kRoutes,
    kSecrets,
    kExtensions,
    kRuntimes
  };
  // Each of them is asked for by its name; of those that are not, all that a source has counts as
  // one, but for hosts: of these all that a route table has.
  static bool IsNamed(Type type) { return type > Type::kHosts; }
  static bool IsWhole(Type type) { return type < Type::kHosts; }
  // Unset: nobody subscribes to it.
  static std::optional<Type> TypeOf(std::string_view type_url);

  explicit UpdateStats(stats::Registry& registry);

  // Clusters or listeners are asked for from now on.
  void Begin(Type type) { Of(type).Begin(); }
  // Nothing has come within initial_fetch_timeout.
  void TimeOut(Type type) { Of(type).TimeOut(); }
  // The stream ended without an answer: every subscription of the type failed, of those to other
  // sources none.
  void Fail(Type type, std::string_view source);
  // Requires: clusters or listeners.
  const Subscription& Of(Type type) const {
    return type == Type::kClusters ? clusters_ : listeners_;
  }

  // Calls `on_subscription` for each subscription to all of that type, from that source. Requires:
  // all that a source has counts as one.
  template <typename OnSubscription>
  void ForEachOf(Type type, std::string_view source, OnSubscription on_subscription) const {
    if (type == Type::kScopes) return ForEach(type, source, on_subscription);
    on_subscription(Of(type));
  }

  // The same of what counts by key, for each subscription to something from that source.
  template <typename OnSubscription>
  void ForEachFrom(Type type, std::string_view source, OnSubscription on_subscription) const {
    for (const auto& [key, subscriptions] : NamedOf(type)) {
      if (SourceInKey(key) != source) continue;
      for (const Subscription& subscription : subscriptions) on_subscription(subscription);
    }
  }

  // Which endpoint sets, route tables, secrets and extensions (by key) are asked for now.
  void SetWanted(const Resources& resources, const WantedNames& wanted);
  // What a new cluster asks for, too.
  void AddWanted(const Cluster& cluster);
  // The same of layers of the runtime.
  void SetRuntimes(const SourcesByKey& runtimes);
  // A configuration is there that a listener does not take.
  void NoteConflict(std::string_view extension) const;
  // Calls `on_subscription` for each subscription to that resource; of hosts: to those of the route
  // table that their keys begin with.
  template <typename OnSubscription>
  void ForEach(Type type, std::string_view key, OnSubscription on_subscription) const {
    const Named& named = NamedOf(type);
    const auto it = named.find(key);
    if (it == named.end()) return;
    for (const Subscription& subscription : it->second) on_subscription(subscription);
  }

 private:
  // By the resource's key: two clusters may share an endpoint set (X53).
  using Subscriptions = std::vector<Subscription>;  // each with another scope
  using Named = std::map<std::string, Subscriptions, std::less<>>;

  // Requires: neither clusters nor listeners. Scopes: by their source as it stands in keys.
  const Named& NamedOf(Type type) const;
  void AddRoutesOf(const Resources& resources, const HttpOptions& http, Named& routes,
                   Named& hosts);
  void AddScopesOf(const HttpOptions& http, Named& scopes);
  static bool HasScope(const Subscriptions& subscriptions, const stats::Scope& scope);
  static void Add(Subscription subscription, Subscriptions& subscriptions);
  static void AddNew(const std::string& key, Subscription subscription, Named& named);
  static void Replace(Named& named, Named wanted);

  stats::Registry& registry_;
  const Subscription clusters_;
  const Subscription listeners_;
  Named scopes_;
  Named hosts_;
  Named endpoints_;
  Named routes_;
  Named secrets_;
  Named extensions_;
  Named runtimes_;
};

}  // namespace outrigger::compiler
