#include <fmt/format.h>

#include <utility>

#include "admin/config_dump.h"
#include "admin/name_filter.h"
#include "admin/pages.h"

namespace outrigger::admin {

namespace {

// In Envoy's words.
std::string NameRegexError(std::string_view pattern, const absl::Status& status) {
  constexpr std::string_view kOurs = "Invalid re2 regex: ";
  std::string_view why(status.message().data(), status.message().size());
  if (why.starts_with(kOurs)) why.remove_prefix(kOurs.size());
  return fmt::format("INVALID_ARGUMENT: Error while parsing name_regex from {}: {}", pattern, why);
}

}  // namespace

void ServeConfigDump(const AdminRequest& request, AdminResponse& response) {
  for (std::string_view unsupported : {"resource", "mask"}) {
    if (!request.query.Has(unsupported)) continue;
    // Without it the answer would be more than what was asked for.
    response.status = 501;
    response.body = std::string("parameter not supported: ").append(unsupported).append("\n");
    return;
  }
  ConfigDump::Options options;
  options.includes_endpoints =
      request.query.Has("include_eds") && request.query.Get("include_eds") != "false";
  options.serialized_bootstrap = request.sources.serialized_bootstrap;
  options.started_at = request.wall_now - (request.now - request.sources.started_at);
  if (const std::string_view pattern = request.query.Get("name_regex"); !pattern.empty()) {
    auto filter = CompileNameFilter(pattern, Anchor::kWhole);
    if (!filter.ok()) {
      response.status = 400;
      response.content_type = "text/plain";
      response.body = NameRegexError(pattern, filter.status());
      return;
    }
    options.filter = *std::move(filter);
  }
  response.content_type = kJsonType;
  auto dump = std::make_unique<ConfigDump>(request.ledger, std::move(options));
  response.next_piece = [dump = std::move(dump)](std::string& piece) {
    return dump->Append(piece);
  };
}

}  // namespace outrigger::admin
