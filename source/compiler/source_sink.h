// What one stream brings, for the configuration: names become keys of the stream's source, and keys
// names again on the way back. Accepted clusters have one name, wherever they come from.
//
// Owned by whoever owns the stream. Thread: control.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/configuration.h"
#include "xds/resource.h"

namespace outrigger::compiler {

class SourceSink final : public xds::ResourceSink {
 public:
  // `source` as it stands in keys (SourceInKey); empty: names are keys. `configuration` outlives
  // this.
  SourceSink(Configuration& configuration, std::string source)
      : configuration_(configuration), source_(std::move(source)) {}

  xds::Verdict OnResponse(const xds::Response& response) override;
  void OnFailure(std::string_view type_url) override;
  void OnAbsent(std::string_view type_url, const std::vector<xds::Absence>& absences) override;
  void OnExpired(std::string_view type_url, const std::vector<std::string>& names) override;

 private:
  std::string KeyOf(std::string_view name) const { return std::string(source_).append(name); }

  Configuration& configuration_;
  const std::string source_;
};

}  // namespace outrigger::compiler
