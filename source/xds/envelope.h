// What the envelopes of both protocols have in common: resources with a time to live, and errors in
// place of resources.
//
// Thread: any (pure).
#pragma once

#include <vector>

#include "envoy/service/discovery/v3/discovery.pb.h"
#include "xds/message.h"

namespace outrigger::xds {

// All of `item` but its version, from the envelope of one resource.
MessageItem FromEnvelope(const envoy::service::discovery::v3::Resource& resource);

std::vector<Absence> ReadErrors(
    const google::protobuf::RepeatedPtrField<envoy::service::discovery::v3::ResourceError>& errors);

}  // namespace outrigger::xds
