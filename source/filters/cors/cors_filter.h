// CORS: answers preflights, and tells browsers who may read what.
//
// Acts only where a route (or its virtual host or table) has a policy.
//
// Thread: worker. Source: envoy/extensions/filters/http/cors/v3; the Fetch standard.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fraction.h"
#include "base/string_match.h"
#include "http/http_filter.h"
#include "stats/family.h"
#include "stats/scope.h"

namespace outrigger {

enum CorsStat : size_t { kOriginValid, kOriginInvalid, kCorsStatCount };
extern const stats::Family kCorsFamily;  // http.<stat_prefix>.cors.*

struct CorsPolicy final : RouteFilterConfig {
  std::vector<StringMatch> origins;
  std::string methods;  // of access-control-allow-methods; empty: not sent, as all the others
  std::string headers;
  std::string exposed_headers;
  std::string max_age;
  bool allows_credentials = false;
  bool allows_private_network = false;
  // A preflight of an origin that no match knows: the service answers it, else it is refused here.
  bool forwards_others = true;
  Fraction enabled = {100, 100};
  std::optional<Fraction> shadow;

  bool Allows(std::string_view origin) const;
};

class CorsConfig final : public HttpFilterConfig {
 public:
  explicit CorsConfig(std::shared_ptr<stats::Scope> stats) : stats_(std::move(stats)) {}
  HttpFilter& Make(Arena& arena) const override;

 private:
  const std::shared_ptr<stats::Scope> stats_;
};

}  // namespace outrigger
