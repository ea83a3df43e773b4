// The configuration as a whole: takes resources as bytes (from xDS or from the bootstrap, by one
// path), compiles and keeps them, works out what to ask for next, links, and publishes snapshots.
//
// A bad resource leaves its last good version in place and comes back as an error with its field
// path; the good ones of the same response are used (X5). Bytes seen before cost a hash (X14).
//
// Owned by the server. Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "base/clock.h"
#include "compiler/cluster_demand.h"
#include "compiler/environment.h"
#include "compiler/host_demand.h"
#include "compiler/listen_addresses.h"
#include "compiler/resource_ledger.h"
#include "compiler/scope_keys.h"
#include "compiler/tls_compiler.h"
#include "compiler/update.h"
#include "compiler/update_stats.h"
#include "xds/resource.h"

namespace outrigger::compiler {

// A file whose content cannot be used at all.
struct BadFile {
  std::string_view type_url;
  std::string_view key;  // of the resource that it should hold; empty: all of the type
  std::string_view error;
  bool is_readable = false;  // it can be read, and holds something else
};

class Configuration final : public xds::ResourceSink {
 public:
  static constexpr size_t kResourceBytesMax = 16 * 1024 * 1024;
  // Of clusters, and of listeners; further ones go when they are deleted.
  static constexpr size_t kIgnoredDeletionsMax = 10'000;

  struct Hooks {
    // Binds the listener's address if it is not bound yet; a failure rejects the listener (F32).
    std::function<absl::Status(const ListenerConfig&)> bind;
    std::function<void(const std::shared_ptr<const ConfigSnapshot>&)> publish;
    // All wanted of a type (EDS, RDS, SDS, ECDS, RTDS), and where from.
    std::function<void(std::string_view type_url, const SourcesByKey& wanted)> want;
    // All that is known has been linked; Settle finds more at that time, if it is set. May be
    // empty.
    std::function<void(std::optional<MonotonicTime> look_again_at)> settled;
    // Every name to look up from now on. May be empty.
    std::function<void(std::vector<DnsLookup> lookups)> look_up;
    // After a change, all of it. May be empty.
    std::function<void(const Update& update)> updated;
    // Clusters to ask for by name, all of them; those that are not waited for any more. May be
    // empty.
    std::function<void(const SourcesByKey& clusters)> want_clusters = {};
    std::function<void(const std::string& cluster)> deny_cluster = {};
    // The values of the runtime are others. May be empty.
    std::function<void()> runtime;
    // Nobody needs to wait for that virtual host any longer: it serves, or will not come. May be
    // empty.
    std::function<void(const std::string& key)> answer_host = {};
    // These, too, beside all that was wanted before; they come over the aggregated stream. May be
    // empty: then all of it is told again.
    std::function<void(std::string_view type_url, const SourcesByKey& added)> want_more = {};
  };

  Configuration(stats::Registry& stats, const Clock& clock, Hooks hooks,
                CompileEnvironment environment = {});

  // A resource of the bootstrap; xDS cannot change it (X54). Secrets come before those that name
  // them. Publish follows by Settle.
  absl::Status AddStatic(std::string_view type_url, std::string_view bytes);
  // Asks for what is missing, links and publishes.
  void Settle();

  // Resources of these types are asked for from now on, of the others as they are wanted:
  // says again what that is, since a client has just been made that did not hear it before.
  void BeginUpdates(bool takes_clusters, bool takes_listeners);

  xds::Verdict OnResponse(const xds::Response& response) override;
  // The same of resources that were saved when the control plane sent them: no update is counted.
  xds::Verdict Restore(const xds::Response& response);
  void OnFailure(std::string_view type_url) override { OnFailure(type_url, {}); }
  // The same of what is wanted from one source only, as it stands in keys.
  void OnFailure(std::string_view type_url, std::string_view source);
  // What the file holds that was read last goes on.
  void OnBadFile(const BadFile& file);
  void OnAbsent(std::string_view type_url, const std::vector<xds::Absence>& absences) override;
  void OnExpired(std::string_view type_url, const std::vector<std::string>& names) override;
  // Clusters or listeners have not come within their initial_fetch_timeout (X44).
  void OnFetchTimeout(std::string_view type_url);
  // The same of a layer of the runtime.
  void OnRuntimeTimeout(std::string_view key);

  // Somebody waits for a cluster that is not there.
  void OnClusterNeeded(const std::string& cluster, const ClusterFetch& how);

  // A request waits for a virtual host that its route table does not know, as long as that; by key:
  // <route configuration>/<host> (X37).
  void OnHostNeeded(const std::string& key, Duration wait_max);

  // From whoever looks up names.
  void OnLookUp(const DnsLookup& lookup) { resources_.resolved.OnAttempt(lookup); }
  void OnResolution(const DnsLookup& lookup, DnsResolution resolution);

  const Resources& resources() const { return resources_; }
  const ResourceLedger& ledger() const { return ledger_; }
  const std::vector<RuntimeLayer>& runtime_layers() const { return environment_.runtime_layers; }
  const RuntimeNumbers& runtime() const { return environment_.runtime; }
  const TlsCompiler& tls() const { return tls_; }
  const Linker& linker() const { return linker_; }
  Linker& linker() { return linker_; }
  // The newest published snapshot; null before the first.
  const std::shared_ptr<const ConfigSnapshot>& snapshot() const { return snapshot_; }
  // Counts every accepted change or rejection: dumps are made anew when it moves.
  uint64_t revision() const { return revision_; }

 private:
  using Names = std::set<std::string, std::less<>>;
  using DomainHolders = std::map<std::string, std::string, std::less<>>;
  struct FormerHost {
    std::shared_ptr<const DiscoveredHost> value;  // null: there was none
    xds::FormerVersion version;
    uint64_t bytes_hash = 0;
    bool is_known = false;  // there was something to tell of it
  };

  using OnOutcome =
      absl::FunctionRef<void(const xds::ReceivedResource& resource, const Outcome& outcome)>;
  Update& StartUpdate(UpdateSource source, std::string_view type_url);
  void EndUpdate(Duration link_time);
  void CountInUpdate(const Outcome& outcome);
  xds::Verdict Take(const xds::Response& response, OnOutcome on_outcome);
  // What has been taken before its turn.
  struct Ahead {
    size_t position;  // in the response
    Outcome outcome;
  };
  using TakeOne = absl::FunctionRef<Outcome(const xds::ReceivedResource& resource)>;
  std::vector<Ahead> TakeNewClusters(const xds::Response& response, TakeOne take);
  Outcome AcceptOne(std::string_view type_url, const Incoming& incoming);
  Outcome AcceptAs(std::string_view type_url, const Incoming& incoming);
  Outcome AcceptCluster(const Incoming& incoming);
  Outcome AcceptListener(const Incoming& incoming);
  Outcome AcceptRoutes(const Incoming& incoming);
  Outcome AcceptHost(const Incoming& incoming);
  Outcome AcceptScope(const Incoming& incoming);
  Outcome AcceptSecret(const Incoming& incoming);
  Outcome AcceptExtension(const Incoming& incoming);
  absl::Status CheckForConnections(std::string_view key, const ExtensionConfig& config);
  void RecompileWith(std::string_view extension);
  void RecompileListener(const std::string& name, std::string_view what);
  void DropExtension(std::string_view key, std::string_view why);
  Outcome AcceptRuntime(const Incoming& incoming);
  void LoadRuntime();
  void ShowRuntime();
  void ApplyLimits();
  void RecompileFor(const std::set<std::string>& runtime_keys);
  std::vector<std::string> NamesOfTablesWith(const std::set<std::string>& runtime_keys) const;
  std::vector<std::string> NamesOfListenersWith(const std::set<std::string>& runtime_keys) const;
  void PrepareLimit(std::string_view listener);
  void ForgetLimit(std::string_view listener);
  absl::Status Bind(const ListenerConfig& listener);
  void Remove(const xds::Response& response, std::string_view name);
  bool IgnoresDeletion(const xds::Response& response, std::string_view name);
  void ForgetDeletion(std::string_view type_url, std::string_view name);
  void RemoveReplaced();
  void NoteAbsent(std::string_view type_url, const xds::Absence& absence);
  void Expire(std::string_view type_url, std::string_view name);
  void RemoveCluster(std::string_view name, std::string_view source);
  void EraseCluster(std::string_view name);
  void NoteClusterFrom(const xds::Response& response, const Outcome& outcome);
  bool IsClusterFrom(std::string_view source, std::string_view name) const;
  void GiveUpCluster(std::string_view name, std::string_view source);
  void LetGoOfIdleClusters();
  void SettleDemand();
  void RemoveListener(std::string_view name);
  void RemoveScope(std::string_view key);
  void ForgetScopes(const SourcesByKey& wanted);
  void AddHosts(std::string_view table_key, std::string& bytes) const;
  absl::Status CheckDomains(std::string_view key, const DiscoveredHost& host);
  void NoteHostChanged(std::string_view key);
  void RemoveHost(std::string_view key);
  void ForgetHosts(const SourcesByKey& wanted);
  // Hosts that do not go with their table are refused after all.
  void JoinHosts(xds::Verdict& verdict);
  bool JoinHostsOf(const std::string& table_key, xds::Verdict& verdict);
  bool RefuseHosts(const std::string& table_key, const ValidationErrors& errors,
                   xds::Verdict& verdict);
  void RefuseHost(const std::string& key, const std::string& error);
  void NoteHostsWanted(WantedNames& wanted) const;
  void CountHosts(const xds::Response& response, const xds::Verdict& verdict);
  bool IsHostAccepted(std::string_view key) const;
  bool IsHostServed(std::string_view key) const;
  void NoteHostAnswers(const xds::Response& response);
  void GiveUpHost(std::string_view key);
  void ForgetHostDemand();
  void WantHosts();
  void SettleHostDemand();
  void NoteAnswered(std::string_view type_url, std::string_view source);
  void CountOutcome(const xds::Response& response, const xds::ReceivedResource& resource,
                    const Outcome& outcome);
  void CountResponse(const xds::Response& response, bool is_rejected, bool has_changes);
  void CountFetchTimeouts();
  void NoteAsksOf(const Cluster* before, const Cluster& now);
  bool SettleWanted();
  void UpdateWanted();
  void WantMore();
  void CountUpdateOf(std::string_view secret);
  void ShowReceivedCertificates();
  void UpdateGauges();

  stats::Registry& stats_;
  const Clock& clock_;
  Hooks hooks_;
  CompileEnvironment environment_;  // of which the runtime changes
  Resources resources_;
  TlsCompiler tls_;
  DiscoveredFilters discovered_filters_;
  ClusterDemand demand_;
  // Of clusters that came over a stream of on-demand CDS: its source as it stands in keys, by name.
  std::map<std::string, std::string, std::less<>> fetched_clusters_;
  bool has_other_demand_ = false;
  HostDemand host_demand_;
  bool has_other_host_demand_ = false;
  std::vector<std::string> denied_hosts_;  // whoever waits for them has yet to hear of it
  Linker linker_;
  ResourceLedger ledger_;
  UpdateStats updates_;
  ListenAddresses addresses_;
  ScopeKeys scope_keys_;
  // Listeners and scopes of the response being applied that are yet to come, or to be removed:
  // their addresses or keys may be free by the end of it.
  Names leaving_;
  // Of the response being applied: whose virtual hosts have changed, what the accepted ones were
  // before, and who has which domain.
  Names changed_hosts_;
  std::map<std::string, FormerHost, std::less<>> former_hosts_;
  std::map<std::string, DomainHolders, std::less<>> domain_holders_;
  // Deleted by a control plane, and running on (X48).
  Names undeleted_clusters_;
  Names undeleted_listeners_;
  std::shared_ptr<const ConfigSnapshot> snapshot_;
  std::shared_ptr<stats::Scope> cluster_manager_;
  std::shared_ptr<stats::Scope> listener_manager_;
  std::optional<Update> update_;  // under way
  uint64_t revision_ = 0;
  bool needs_wanted_ = true;
  std::vector<std::string> added_clusters_;  // of whom nobody has been asked yet
  bool has_new_secret_users_ = false;
  bool has_other_runtime_ = false;
  // Gauges of the profiles that take secrets.
  std::vector<std::shared_ptr<stats::Scope>> received_certificates_;
};

}  // namespace outrigger::compiler
