// gRPC-Web for services that speak gRPC: base64 of either side is undone and done, and trailers,
// which browsers do not show to scripts, become the end of the body.
//
// Thread: worker. Source: envoy/extensions/filters/http/grpc_web/v3; gRPC's PROTOCOL-WEB.md.
#pragma once

#include "http/http_filter.h"

namespace outrigger {

class GrpcWebConfig final : public HttpFilterConfig {
 public:
  HttpFilter& Make(Arena& arena) const override;
};

}  // namespace outrigger
