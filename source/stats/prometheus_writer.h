// The Prometheus exposition format in Envoy's shape (surface.md 2.2), a piece at a time.
//
// A name is `envoy_`, the family's prefix and the metric; the scope's name and parts of the
// metric's name are labels, from the schemas alone. Counters keep their names. One `# TYPE` line
// comes before all samples of a name. Texts are not written: they are no numbers.
//
// Thread: service.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "stats/selection.h"

namespace outrigger::stats {

class PrometheusWriter {
 public:
  // How many metrics one piece looks at; a histogram writes 22 lines.
  static constexpr size_t kMetricsPerPiece = 256;

  PrometheusWriter(ScopeList scopes, Selection selection);
  // Appends the next piece; false when that was the last.
  bool Append(std::string& text);

 private:
  // Metrics of one family that are one name to Prometheus.
  struct Member {
    const std::vector<const Scope*>* scopes;
    std::vector<size_t> metrics;
  };
  struct Group {
    Kind kind;
    std::vector<Member> members;
  };
  using Groups = std::map<std::string, Group>;

  void AddFamily(const Family& family, const std::vector<const Scope*>& scopes);
  void AppendSamples(const Scope& scope, const Member& member, std::string& text);

  const ScopeList scopes_;  // owns what the rest points to
  const Selection selection_;
  std::map<const Family*, std::vector<const Scope*>> by_family_;
  Groups groups_;
  // Where the next piece begins.
  Groups::const_iterator group_;
  size_t member_ = 0;
  size_t scope_ = 0;
  bool has_type_line_ = false;
};

}  // namespace outrigger::stats
