// What filters have noted, as envoy.config.core.v3.Metadata.
//
// Thread: any (pure). Source: base.proto, google/protobuf/struct.proto.
#pragma once

#include "http/metadata.h"
#include "logging/proto_writer.h"

namespace outrigger::logging {

void WriteMetadata(uint32_t field, const http::Metadata& metadata, ProtoWriter& writer);

}  // namespace outrigger::logging
