// One resource of each type as an item of its array in /config_dump.
//
// Thread: service.
#pragma once

#include "admin/admin_sources.h"
#include "admin/config_dump.h"

namespace outrigger::admin {

// Each writes the version that serves; where a newer one of a cluster waits, the other function
// that.
void WriteClusterEntry(const LedgerEntry& entry, DumpArray& array);
void WriteWarmingCluster(const LedgerEntry& entry, DumpArray& array);
void WriteEndpointEntry(const LedgerEntry& entry, DumpArray& array);
// One scope of routes is a configuration of its own, that has its name: each has a version.
void WriteScopeEntry(const LedgerEntry& entry, DumpArray& array);
void WriteRouteEntry(const LedgerEntry& entry, DumpArray& array);
void WriteSecretEntry(const LedgerEntry& entry, DumpArray& array);
void WriteExtensionEntry(const LedgerEntry& entry, DumpArray& array);
void WriteStaticListener(const LedgerEntry& entry, DumpArray& array);
void WriteDynamicListener(const LedgerEntry& entry, DumpArray& array);
// Of a cluster: the endpoints it brings itself, if any.
void WriteInlineEndpoints(const LedgerEntry& entry, DumpArray& array);
// Of a listener: the route tables its connection managers bring themselves.
void WriteInlineRoutes(const LedgerEntry& entry, DumpArray& array);
// The same of scopes.
void WriteInlineScopes(const LedgerEntry& entry, DumpArray& array);

}  // namespace outrigger::admin
