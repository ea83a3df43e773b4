#include "compiler/source_sink.h"

#include <deque>

#include "base/resource_source.h"
#include "compiler/resource_types.h"

namespace outrigger::compiler {

xds::Verdict SourceSink::OnResponse(const xds::Response& response) {
  if (source_.empty()) return configuration_.OnResponse(response);
  xds::Response keyed = response;
  keyed.source = source_;
  if (response.type_url == kClusterType) return configuration_.OnResponse(keyed);
  std::deque<std::string> keys;  // what views point into
  for (xds::ReceivedResource& resource : keyed.resources) {
    resource.name = keys.emplace_back(KeyOf(resource.name));
    for (std::string_view& alias : resource.aliases) alias = keys.emplace_back(KeyOf(alias));
  }
  for (std::string_view& name : keyed.removed) name = keys.emplace_back(KeyOf(name));
  xds::Verdict verdict = configuration_.OnResponse(keyed);
  for (std::string& name : verdict.accepted) name = std::string(NameInKey(name));
  for (xds::ResourceError& error : verdict.errors) error.name = std::string(NameInKey(error.name));
  return verdict;
}

void SourceSink::OnFailure(std::string_view type_url) {
  configuration_.OnFailure(type_url, source_);
}

void SourceSink::OnAbsent(std::string_view type_url, const std::vector<xds::Absence>& absences) {
  std::vector<xds::Absence> keyed = absences;
  for (xds::Absence& absence : keyed) absence.name = KeyOf(absence.name);
  configuration_.OnAbsent(type_url, keyed);
}

void SourceSink::OnExpired(std::string_view type_url, const std::vector<std::string>& names) {
  std::vector<std::string> keys;
  for (const std::string& name : names) keys.push_back(KeyOf(name));
  configuration_.OnExpired(type_url, keys);
}

}  // namespace outrigger::compiler
