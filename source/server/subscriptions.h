// What is asked of the control plane: the link to its cluster, the aggregated stream over it, and
// the types taken from it.
//
// Owned by the server; exists only when the bootstrap names a control plane. Thread: control.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/random.h"
#include "cluster/endpoint_set.h"
#include "compiler/configuration.h"
#include "event/timer.h"
#include "grpc_link/completion_thread.h"
#include "grpc_link/link.h"
#include "server/bootstrap.h"
#include "server/last_good.h"
#include "server/service.h"
#include "xds/ads_client.h"
#include "xds/ads_transport.h"

namespace outrigger {

class Subscriptions {
 public:
  // Everything outlives this. `cluster` is the one that `bootstrap.ads` names.
  Subscriptions(EventLoop& control, Service& service, compiler::Configuration& configuration,
                const Cluster& cluster, const Bootstrap& bootstrap);
  // Requires: the service loop has ended.
  ~Subscriptions();

  // Where the control plane may be now, and what secures the way. The stream is opened as soon as
  // both are known.
  void OnPublish(const compiler::Linker& linker);
  void SetWanted(std::string_view type_url, std::set<std::string> names);

  // From now on, if `options` say where; once, before the loop runs.
  void KeepLastGood(const SavedConfigOptions& options);
  // What was asked for may have come. `is_live`: the process has come to serve.
  void OnSettled(bool is_live);
  // Counts of it. Returns when the one was saved that is in use, in seconds since 1970; 0: none is.
  int64_t ShowLastGood(stats::Registry& stats);

  bool is_connected() const { return client_->is_connected(); }
  // Every type taken whole (clusters, listeners) has come once, accepted or not, or is overdue, or
  // is there as it was saved.
  bool HasFirstAnswers() const;
  const xds::AdsClient& client() const { return *client_; }

 private:
  void HurryNames();
  bool HasFirstAnswer(std::string_view type_url) const;
  bool HasAllAnswers() const;
  // Goes on without the first answer of a type when its initial_fetch_timeout ends.
  struct FirstAnswer {
    FirstAnswer(EventLoop& control, Subscriptions& owner, std::string_view type);
    void Await(bool is_taken, std::optional<Duration> wait_max);

    const std::string_view type_url;
    bool is_overdue = false;
    Timer timer;
  };

  const Bootstrap& bootstrap_;
  Service& service_;
  const std::shared_ptr<const DnsEndpoints> dns_;  // null: its addresses are fixed
  const TlsProfilePointer tls_;                    // null: plaintext
  FastRandom random_;
  // In the order in which they use one another: what is declared later is destroyed first.
  CompletionThread completions_;
  Link link_;
  std::shared_ptr<const EndpointSet> endpoints_;
  std::unique_ptr<xds::AdsTransport> transport_;
  std::unique_ptr<xds::AdsClient> client_;
  compiler::Configuration& configuration_;
  FirstAnswer clusters_;
  FirstAnswer listeners_;
  EventLoop& control_;
  std::optional<LastGood> last_good_;
};

}  // namespace outrigger
