// Names as Prometheus takes them: letters, digits and underscores.
//
// Thread: any (pure).
#pragma once

#include <string>

namespace outrigger::stats {

// As Envoy writes names of metrics and labels: `_` for whatever else there is.
inline std::string PrometheusName(std::string name) {
  for (char& c : name) {
    const bool is_kept =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (!is_kept) c = '_';
  }
  return name;
}

}  // namespace outrigger::stats
