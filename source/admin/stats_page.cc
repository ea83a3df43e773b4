#include <optional>
#include <string_view>
#include <utility>

#include "admin/name_filter.h"
#include "admin/pages.h"
#include "stats/json_writer.h"
#include "stats/prometheus_writer.h"
#include "stats/text_writer.h"

namespace outrigger::admin {

namespace {

using stats::HistogramForm;

constexpr std::string_view kTextType = "text/plain; charset=UTF-8";

void Refuse(std::string body, AdminResponse& response) {
  response.status = 400;
  response.body = std::move(body);
}

bool ReadFilter(const Query& query, stats::Selection& selection, AdminResponse& response) {
  const std::string_view pattern = query.Get("filter");
  if (pattern.empty()) return true;
  auto filter = CompileNameFilter(pattern, Anchor::kPart);
  if (!filter.ok()) {
    Refuse(std::string(filter.status().message()), response);
    return false;
  }
  selection.filter = *std::move(filter);
  if (query.Has("invert_filter")) {
    selection.filter = [filter = std::move(selection.filter)](std::string_view name) {
      return !filter(name);
    };
  }
  return true;
}

bool ReadKind(std::string_view type, stats::Selection& selection, AdminResponse& response) {
  if (type.empty() || type == "All") return true;
  if (type == "Counters") {
    selection.kind = stats::Kind::kCounter;
  } else if (type == "Gauges") {
    selection.kind = stats::Kind::kGauge;
  } else if (type == "Histograms") {
    selection.kind = stats::Kind::kHistogram;
  } else if (type == "TextReadouts") {
    selection.kind = stats::Kind::kText;
  } else {
    Refuse("invalid &type= param", response);
    return false;
  }
  return true;
}

bool ReadForm(std::string_view name, stats::Selection& selection, AdminResponse& response) {
  if (name.empty()) return true;
  if (name == "cumulative") {
    selection.histograms = HistogramForm::kCumulative;
  } else if (name == "disjoint") {
    selection.histograms = HistogramForm::kDisjoint;
  } else if (name == "detailed") {
    selection.histograms = HistogramForm::kDetailed;
  } else if (name == "summary" || name == "none") {
    selection.histograms = HistogramForm::kSummary;
  } else {
    Refuse("usage: /stats?histogram_buckets=(cumulative|disjoint|detailed|summary)\n", response);
    return false;
  }
  return true;
}

// False: refused, and `response` says why.
bool ReadSelection(const AdminRequest& request, stats::Selection& selection,
                   AdminResponse& response) {
  const Query& query = request.query;
  const std::optional<stats::NameRules>& names = request.sources.stats_options.names;
  if (names.has_value()) selection.names = &*names;
  selection.used_only = query.Has("usedonly");
  selection.writes_texts = query.Has("text_readouts");
  return ReadFilter(query, selection, response) &&
         ReadKind(query.Get("type"), selection, response) &&
         ReadForm(query.Get("histogram_buckets"), selection, response);
}

// Those of which some metric may be shown.
stats::ScopeList Scopes(const AdminRequest& request, const stats::Selection& selection) {
  stats::ScopeList scopes = request.sources.stats.List();
  if (selection.names == nullptr) return scopes;
  std::erase_if(scopes, [&](const auto& scope) {
    return selection.names->OfScope(scope->Start()) == stats::NameRules::Verdict::kNone;
  });
  return scopes;
}

template <typename Writer>
void StartWriter(std::unique_ptr<Writer> writer, std::string_view content_type,
                 AdminResponse& response) {
  response.content_type = content_type;
  response.next_piece = [writer = std::move(writer)](std::string& piece) {
    return writer->Append(piece);
  };
}

template <typename Writer>
void ServeBy(const AdminRequest& request, std::string_view content_type, AdminResponse& response) {
  stats::Selection selection;
  if (!ReadSelection(request, selection, response)) return;
  stats::ScopeList scopes = Scopes(request, selection);
  StartWriter(std::make_unique<Writer>(std::move(scopes), std::move(selection)), content_type,
              response);
}

}  // namespace

void ServeStats(const AdminRequest& request, AdminResponse& response) {
  const std::string_view format = request.query.Get("format");
  if (format.empty() || format == "text") {
    ServeBy<stats::TextWriter>(request, kTextType, response);
  } else if (format == "json") {
    ServeBy<stats::JsonWriter>(request, kJsonType, response);
  } else if (format == "prometheus") {
    ServeStatsPrometheus(request, response);
  } else {
    Refuse("usage: /stats?format=(json|prometheus|text)\n\n", response);
  }
}

void ServeStatsPrometheus(const AdminRequest& request, AdminResponse& response) {
  stats::Selection selection;
  if (!ReadSelection(request, selection, response)) return;
  stats::ScopeList scopes = Scopes(request, selection);
  StartWriter(std::make_unique<stats::PrometheusWriter>(std::move(scopes), std::move(selection),
                                                        request.sources.stats_options.tags),
              kTextType, response);
}

}  // namespace outrigger::admin
