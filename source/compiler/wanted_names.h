// Which other resources clusters and listeners ask for, and whether a change asks for others: most
// changes do not, and then nobody has to look at all the rest.
//
// Thread: control.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "base/extension_discovery.h"
#include "base/resource_source.h"
#include "cluster/cluster.h"
#include "snapshot/listener_config.h"

namespace outrigger::compiler {

struct Resources;

// By key: from the control plane (null) or from a file.
struct WantedNames {
  SourcesByKey endpoints;
  SourcesByKey routes;
  SourcesByKey secrets;
  SourcesByKey extensions;
  std::set<std::pair<std::string, FilterPlace>> extension_users;  // by key: where
  SourcesByKey scopes;  // of routes: one key for all of a source
  SourcesByKey hosts;   // the same of virtual hosts
};

void NoteWanted(const Cluster& cluster, WantedNames& wanted);
void NoteWanted(const ListenerConfig& listener, WantedNames& wanted);
// Route tables that the scopes of its chains name now.
void NoteScopedRoutes(const Resources& resources, const ListenerConfig& listener,
                      WantedNames& wanted);

// All that it asks for comes over the aggregated stream.
bool ComesAggregated(const Cluster& cluster);

// The same names, counted in the same places. False when that cannot be told without looking at the
// rest: of names that are looked up, of files and of scopes.
bool AskForTheSame(const Cluster& one, const Cluster& other);
bool AskForTheSame(const ListenerConfig& one, const ListenerConfig& other);

}  // namespace outrigger::compiler
