#include "cluster/endpoint_set.h"

#include "cluster/lb/pick_table.h"

namespace outrigger {

void EndpointSet::BuildPicks() { picks = std::make_shared<const PickTable>(*this); }

}  // namespace outrigger
