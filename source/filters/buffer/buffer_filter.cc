#include "filters/buffer/buffer_filter.h"

#include "filters/filter_pipeline.h"

namespace outrigger {

namespace {

class BufferFilter final : public HttpFilter {
 public:
  explicit BufferFilter(const BufferRules& own) : own_(own) {}

  FilterVerdict OnRequestHead(FilterPipeline& pipeline, http::RequestHead& head) override {
    // The bytes of a tunnel never end.
    const bool has_body = head.body.kind != http::BodyLength::Kind::kNone;
    if (!has_body || head.asks_for_tunnel()) return FilterVerdict::kContinue;
    const auto* said = static_cast<const BufferRules*>(pipeline.route_configs()[0]);
    const BufferRules& rules = said == nullptr ? own_ : *said;
    if (!rules.request_bytes_max.has_value()) return FilterVerdict::kContinue;
    pipeline.GatherBody(*rules.request_bytes_max);
    return FilterVerdict::kGather;
  }

 private:
  const BufferRules& own_;
};

}  // namespace

HttpFilter& BufferConfig::Make(Arena& arena) const { return arena.New<BufferFilter>(own_); }

}  // namespace outrigger
