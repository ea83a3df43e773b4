#include "filters/set_metadata/set_metadata_filter.h"

#include "filters/filter_pipeline.h"

namespace outrigger {

namespace {

constexpr stats::Metric kSetMetadataMetrics[] = {
    {"set_metadata.overwrite_denied", stats::Kind::kCounter},
};
static_assert(std::size(kSetMetadataMetrics) == kSetMetadataStatCount);

class SetMetadataFilter final : public HttpFilter {
 public:
  SetMetadataFilter(const std::vector<MetadataNote>& notes, stats::Scope& stats)
      : notes_(notes), stats_(stats) {}

  FilterVerdict OnRequestHead(FilterPipeline& pipeline, http::RequestHead&) override {
    http::Metadata& metadata = pipeline.metadata();
    for (const MetadataNote& note : notes_) {
      if (note.joins_present || !metadata.Has(note.space)) {
        metadata.Update(note.space, note.value);
      } else {
        stats_.ForWriter(pipeline.writer()).Add(kOverwriteDenied);
      }
    }
    return FilterVerdict::kContinue;
  }

 private:
  const std::vector<MetadataNote>& notes_;
  stats::Scope& stats_;
};

}  // namespace

const stats::Family kSetMetadataFamily = {"http", "envoy_http_conn_manager_prefix",
                                          kSetMetadataMetrics};

HttpFilter& SetMetadataConfig::Make(Arena& arena) const {
  return arena.New<SetMetadataFilter>(notes_, *stats_);
}

}  // namespace outrigger
