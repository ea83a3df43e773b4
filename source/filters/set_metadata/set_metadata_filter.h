// Notes what its configuration says of every request, for policies and access logs.
//
// Thread: worker. Source: envoy/extensions/filters/http/set_metadata/v3.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "http/http_filter.h"
#include "http/metadata.h"
#include "stats/family.h"
#include "stats/scope.h"

namespace outrigger {

enum SetMetadataStat : size_t { kOverwriteDenied, kSetMetadataStatCount };
extern const stats::Family kSetMetadataFamily;  // http.<stat_prefix>.set_metadata.*

struct MetadataNote {
  std::string space;
  http::MetadataValue value;   // a struct
  bool joins_present = false;  // else a namespace that is there stays as it is
};

class SetMetadataConfig final : public HttpFilterConfig {
 public:
  SetMetadataConfig(std::vector<MetadataNote> notes, std::shared_ptr<stats::Scope> stats)
      : notes_(std::move(notes)), stats_(std::move(stats)) {}
  HttpFilter& Make(Arena& arena) const override;

 private:
  const std::vector<MetadataNote> notes_;
  const std::shared_ptr<stats::Scope> stats_;
};

}  // namespace outrigger
