#include "filters/grpc_stats/grpc_stats_filter.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/absl_view.h"
#include "filters/filter_pipeline.h"
#include "filters/grpc_stats/grpc_call_stats.h"
#include "http/grpc_frames.h"
#include "http/grpc_status.h"
#include "http/syntax.h"
#include "stats/server_stats.h"

namespace outrigger {

namespace {

struct Method {
  std::string_view service;
  std::string_view name;
};

// Of "/service/method", as Envoy reads it: with or without a query, however many slashes stand
// there; a path of fewer or more words is no call.
std::optional<Method> MethodOf(std::string_view path) {
  path = path.substr(0, path.find('?'));
  const auto next_word = [&path] {
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    const std::string_view word = path.substr(0, path.find('/'));
    path.remove_prefix(word.size());
    return word;
  };
  const Method method{next_word(), next_word()};
  if (method.name.empty() || !next_word().empty()) return std::nullopt;
  return method;
}

// What stands between the names of the cluster and of a counter: "service.method", without what
// would break a line of a page.
std::string_view PartOf(const Method& method, bool replaces_dots, Arena& arena) {
  const std::span<char> part = arena.NewArray<char>(method.service.size() + 1 + method.name.size());
  size_t size = 0;
  const auto append = [&](char c) {
    const bool is_kept = c > ' ' && c < 0x7f && c != ':';
    part[size++] = is_kept ? c : '_';
  };
  for (char c : method.service) append(replaces_dots && c == '.' ? '_' : c);
  append('.');
  for (char c : method.name) append(c);
  return {part.data(), part.size()};
}

class GrpcStatsFilter final : public HttpFilter {
 public:
  GrpcStatsFilter(const GrpcStatsRules& rules, stats::Scope& server)
      : rules_(rules), server_(server) {}

  FilterVerdict OnRequestHead(FilterPipeline& pipeline, http::RequestHead& head) override {
    if (!http::IsGrpcRequest(head)) return FilterVerdict::kContinue;
    const std::optional<Method> method = MethodOf(head.path);
    if (!method.has_value()) return FilterVerdict::kContinue;
    stats::Scope* cluster = pipeline.KeepClusterStats();
    if (cluster == nullptr) return FilterVerdict::kContinue;
    counts_ = &ScopeOf(*method, *cluster, pipeline).ForWriter(pipeline.writer());
    if (head.body.kind == http::BodyLength::Kind::kNone) sent_at_ = pipeline.now();
    return FilterVerdict::kContinue;
  }

  std::optional<std::string_view> OnRequestBody(FilterPipeline& pipeline,
                                                std::string_view bytes) override {
    if (counts_ != nullptr) {
      const uint64_t begun = request_.CountBegun(bytes);
      counts_->Add(kGrpcRequestMessages, begun);
      messages_.of_request += begun;
      Tell(pipeline);
    }
    return bytes;
  }

  bool OnRequestEnd(FilterPipeline& pipeline) override {
    sent_at_ = pipeline.now();
    return true;
  }

  // A status may stand here, of a call without messages or of an answer of our own.
  void OnResponseHead(FilterPipeline&, http::ResponseHead& head) override {
    if (counts_ == nullptr) return;
    has_messages_ = head.status == 200 &&
                    http::IsGrpcType(head.headers.Get(http::HeaderId::kContentType).value_or(""));
    CountStatus(head.headers);
  }

  std::string_view OnResponseBody(FilterPipeline& pipeline, std::string_view bytes) override {
    if (has_messages_) {
      const uint64_t begun = response_.CountBegun(bytes);
      counts_->Add(kGrpcResponseMessages, begun);
      messages_.of_response += begun;
      Tell(pipeline);
    }
    return bytes;
  }

  std::string_view OnResponseEnd(FilterPipeline& pipeline,
                                 const http::HeaderMap*& trailers) override {
    if (counts_ == nullptr || trailers == nullptr) return {};
    CountStatus(*trailers);
    if (rules_.counts_time && sent_at_.has_value()) {
      const auto took = std::chrono::floor<std::chrono::milliseconds>(pipeline.now() - *sent_at_);
      counts_->Record(kGrpcUpstreamTime, static_cast<double>(took.count()));
    }
    return {};
  }

 private:
  // From the first message on, as Envoy.
  void Tell(FilterPipeline& pipeline) const {
    const bool has_some = messages_.of_request + messages_.of_response > 0;
    if (rules_.tells_logs && has_some) pipeline.NoteMessages(messages_);
  }

  bool IsNamed(const Method& method, Arena& arena) const {
    if (rules_.names_all_methods || rules_.named_methods.empty()) return rules_.names_all_methods;
    const std::string_view pieces[] = {method.service, "/", method.name};
    return rules_.named_methods.contains(AbslView(arena.Join(pieces)));
  }

  stats::Scope& ScopeOf(const Method& method, stats::Scope& cluster,
                        FilterPipeline& pipeline) const {
    stats::LateScopes& late = cluster.Late();
    if (!IsNamed(method, pipeline.arena())) return late.Of(kGrpcCallFamily);
    const bool is_short =
        method.service.size() + method.name.size() < GrpcStatsConfig::kNameBytesMax;
    const bool replaces_dots = rules_.names_all_methods && rules_.replaces_dots;
    const std::string_view part =
        is_short ? PartOf(method, replaces_dots, pipeline.arena()) : stats::kOverflowName;
    bool overflows = false;
    stats::Scope& scope = late.OfPart(kGrpcMethodFamily, part, overflows);
    if (overflows || !is_short) {
      server_.ForWriter(pipeline.writer()).Add(stats::kServerStatsScopeOverflow);
    }
    return scope;
  }

  // A status that gRPC does not define is a failure, and has no counter of its own.
  void CountStatus(const http::HeaderMap& headers) {
    const auto status = headers.Get(http::HeaderId::kGrpcStatus);
    if (!status.has_value()) return;
    const auto number = http::ParseDecimal(*status);
    const bool has_counter = number.has_value() && *number < kGrpcCallStatCount - kGrpcStatus0 &&
                             (status->size() == 1 || status->front() != '0');
    if (has_counter) counts_->Add(kGrpcStatus0 + *number);
    counts_->Add(*status == "0" ? kGrpcSuccess : kGrpcFailure);
    counts_->Add(kGrpcTotal);
  }

  const GrpcStatsRules& rules_;
  stats::Scope& server_;
  stats::Block* counts_ = nullptr;  // null: it is no call, or goes to no cluster
  http::GrpcFrames request_{http::GrpcFrames::Side::kRequest};
  http::GrpcFrames response_{http::GrpcFrames::Side::kResponse};
  http::GrpcMessages messages_;
  std::optional<MonotonicTime> sent_at_;  // the last of the request
  bool has_messages_ = false;             // the response
};

}  // namespace

HttpFilter& GrpcStatsConfig::Make(Arena& arena) const {
  return arena.New<GrpcStatsFilter>(rules_, *server_);
}

}  // namespace outrigger
