#include <utility>

#include "admin/config_dump.h"
#include "admin/name_filter.h"
#include "admin/pages.h"

namespace outrigger::admin {

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
      response.body = std::string(filter.status().message());
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
