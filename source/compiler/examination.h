// What would become of a resource and of every field of it, for those who ask before they send it:
// nothing is kept, bound or asked for.
//
// Secrets that a resource names are those examined before, as in a bootstrap.
// Thread: any one (reads files that resources name).
#pragma once

#include <string>
#include <vector>

#include "compiler/compile_context.h"
#include "compiler/discovered_filters.h"
#include "compiler/environment.h"
#include "compiler/secret_compiler.h"
#include "compiler/tls_compiler.h"
#include "stats/registry.h"
#include "xds/resource_store.h"

namespace google::protobuf {
class Message;
}

namespace outrigger::compiler {

// Each line begins with the path of its field.
struct Examination {
  std::vector<std::string> mistakes;  // why it would be rejected
  std::vector<std::string> passing;  // those of the mistakes that are of this machine: no such file
  std::vector<std::string> ignored;  // fields without effect, and why
  std::vector<std::string> handled;  // fields that are heeded
};

class Examiner {
 public:
  // Without TLS's keys certificates are not looked into: a dump does not show them.
  explicit Examiner(TlsCompiler::Keys keys)
      : tls_(secrets_, received_, environment_.stream_clusters, keys) {}

  // A Cluster, ClusterLoadAssignment, Listener, RouteConfiguration, VirtualHost,
  // ScopedRouteConfiguration, Secret, TypedExtensionConfig or Runtime. One of another type is a
  // mistake.
  Examination Examine(const google::protobuf::Message& message);

 private:
  stats::Registry stats_;
  const CompileEnvironment environment_;
  xds::ResourceStore<Secret> secrets_;
  const xds::ResourceStore<Secret> received_;  // none: their sources are not asked
  TlsCompiler tls_;
  const xds::ResourceStore<ExtensionConfig> extensions_;  // none, for the same reason
  DiscoveredFilters discovered_filters_{extensions_, stats_, environment_.service_cluster};
};

// The same of a message of which only the fields are looked at.
Examination ExamineFields(const google::protobuf::Message& message);

}  // namespace outrigger::compiler
