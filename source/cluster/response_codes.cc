#include "cluster/response_codes.h"

#include <array>

#include "base/check.h"
#include "cluster/cluster_stats.h"

namespace outrigger {

namespace {

constexpr size_t kClasses = 5;
constexpr size_t kPerClass = 100;
constexpr std::string_view kStart = "upstream_rq_";
constexpr size_t kDigits = 3;
using Name = std::array<char, kStart.size() + kDigits>;

constexpr Name NameOf(size_t code) {
  Name name{};
  for (size_t i = 0; i < kStart.size(); ++i) name[i] = kStart[i];
  for (size_t i = name.size(); i > kStart.size(); code /= 10) {
    name[--i] = static_cast<char>('0' + code % 10);
  }
  return name;
}

// By code, from 100 on.
constexpr auto kNames = [] {
  std::array<Name, kClasses * kPerClass> names{};
  for (size_t i = 0; i < names.size(); ++i) names[i] = NameOf(kPerClass + i);
  return names;
}();

constexpr auto kMetrics = [] {
  std::array<std::array<stats::Metric, kPerClass>, kClasses> metrics{};
  for (size_t i = 0; i < kNames.size(); ++i) {
    const std::string_view name(kNames[i].data(), kNames[i].size());
    metrics[i / kPerClass][i % kPerClass] = {name,
                                             stats::Kind::kCounter,
                                             "upstream_rq",
                                             "envoy_response_code",
                                             name.substr(kStart.size()),
                                             stats::Reading::kOnceCounted};
  }
  return metrics;
}();
static_assert(kMetrics[4][3].name == "upstream_rq_503");

const stats::Family kFamilies[kClasses] = {
    {"cluster", "envoy_cluster_name", kMetrics[0]}, {"cluster", "envoy_cluster_name", kMetrics[1]},
    {"cluster", "envoy_cluster_name", kMetrics[2]}, {"cluster", "envoy_cluster_name", kMetrics[3]},
    {"cluster", "envoy_cluster_name", kMetrics[4]},
};

}  // namespace

void CountResponse(stats::Scope& cluster, stats::WriterIndex writer, uint16_t status) {
  const size_t code_class = status / kPerClass - 1;
  OUTRIGGER_CHECK(code_class < kClasses);  // the codecs refuse any other status
  stats::Block& block = cluster.ForWriter(writer);
  block.Add(kUpstreamRqCompleted);
  block.Add(kUpstreamRq1xx + code_class);
  cluster.Late().Of(kFamilies[code_class]).ForWriter(writer).Add(status % kPerClass);
}

}  // namespace outrigger
