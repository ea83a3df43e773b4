// Adds, replaces and removes header fields, on the way to the service and back.
//
// Thread: worker. Source: envoy/extensions/filters/http/header_mutation/v3.
#pragma once

#include <vector>

#include "http/http_filter.h"
#include "routing/header_operations.h"

namespace outrigger {

// In order; each is an operation of its own, which sees what those before it have done.
struct HeaderMutations final : RouteFilterConfig {
  std::vector<routing::HeaderOperations> request;
  std::vector<routing::HeaderOperations> response;
};

class HeaderMutationConfig final : public HttpFilterConfig {
 public:
  HeaderMutationConfig(HeaderMutations own, bool most_specific_win)
      : own_(std::move(own)), most_specific_win_(most_specific_win) {}
  HttpFilter& Make(Arena& arena) const override;

 private:
  const HeaderMutations own_;
  const bool most_specific_win_;
};

}  // namespace outrigger
