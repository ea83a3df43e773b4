#include <utility>

#include "admin/name_filter.h"
#include "admin/pages.h"
#include "stats/json_writer.h"
#include "stats/prometheus_writer.h"
#include "stats/text_writer.h"

namespace outrigger::admin {

namespace {

constexpr std::string_view kTextType = "text/plain; charset=UTF-8";

template <typename Writer>
void StartWriter(const AdminRequest& request, AdminResponse& response,
                 std::string_view content_type) {
  stats::Selection selection;
  selection.used_only = request.query.Has("usedonly");
  if (const std::string_view pattern = request.query.Get("filter"); !pattern.empty()) {
    auto filter = CompileNameFilter(pattern, Anchor::kPart);
    if (!filter.ok()) {
      response.status = 400;
      response.body = std::string(filter.status().message());
      return;
    }
    selection.filter = *std::move(filter);
    if (request.query.Has("invert_filter")) {
      selection.filter = [filter = std::move(selection.filter)](std::string_view name) {
        return !filter(name);
      };
    }
  }
  response.content_type = content_type;
  auto writer = std::make_unique<Writer>(request.sources.stats.List(), std::move(selection));
  response.next_piece = [writer = std::move(writer)](std::string& piece) {
    return writer->Append(piece);
  };
}

}  // namespace

void ServeStats(const AdminRequest& request, AdminResponse& response) {
  const std::string_view format = request.query.Get("format");
  if (format.empty() || format == "text") {
    StartWriter<stats::TextWriter>(request, response, kTextType);
  } else if (format == "json") {
    StartWriter<stats::JsonWriter>(request, response, kJsonType);
  } else if (format == "prometheus") {
    ServeStatsPrometheus(request, response);
  } else {
    response.status = 400;
    response.body = "usage: /stats?format=(json|prometheus|text)\n\n";
  }
}

void ServeStatsPrometheus(const AdminRequest& request, AdminResponse& response) {
  StartWriter<stats::PrometheusWriter>(request, response, kTextType);
}

}  // namespace outrigger::admin
