#include "tools/load/tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

namespace outrigger::load {

namespace {

std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte > 0x7e || c == '"' || c == '\\') {
      quoted += fmt::format("\\u{:04x}", byte);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string ToObject(const std::map<std::string, uint64_t>& counts) {
  std::string object = "{";
  for (const auto& [name, count] : counts) {
    if (object.size() > 1) object += ", ";
    object += fmt::format("{}: {}", Quote(name), count);
  }
  return object + "}";
}

std::string ToList(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) {
    if (list.size() > 1) list += ", ";
    list += Quote(text);
  }
  return list + "]";
}

}  // namespace

size_t LatencyHistogram::BucketOf(uint64_t microseconds) {
  if (microseconds < kSteps) return microseconds;
  const int shift = std::bit_width(microseconds) - 1 - kStepBits;
  const size_t bucket = static_cast<size_t>(shift) * kSteps + (microseconds >> shift);
  return std::min(bucket, kBuckets - 1);
}

uint64_t LatencyHistogram::UpperBound(size_t bucket) {
  if (bucket < 2 * kSteps) return bucket;
  const size_t shift = bucket / kSteps - 1;
  return ((bucket % kSteps + kSteps + 1) << shift) - 1;
}

void LatencyHistogram::Record(Duration latency) {
  const auto signed_us = std::chrono::duration_cast<std::chrono::microseconds>(latency).count();
  const auto microseconds = static_cast<uint64_t>(std::max<int64_t>(signed_us, 0));
  ++counts_[BucketOf(microseconds)];
  ++count_;
  max_us_ = std::max(max_us_, microseconds);
}

uint64_t LatencyHistogram::Percentile(double fraction) const {
  const auto rank = static_cast<uint64_t>(std::ceil(fraction * static_cast<double>(count_)));
  uint64_t seen = 0;
  for (size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += counts_[bucket];
    if (seen >= rank && seen > 0) return std::min(UpperBound(bucket), max_us_);
  }
  return max_us_;
}

void Tally::Count(Counts& counts, const std::string& name) {
  auto it = counts.find(name);
  if (it == counts.end() && counts.size() >= kNamesMax) {
    ++counts["other"];
    return;
  }
  ++counts[name];
}

void Tally::OnSuccess(const std::string& version, const std::string& service, Duration latency) {
  ++succeeded_;
  Count(versions_, version);
  Count(services_, service);
  latency_.Record(latency);
}

void Tally::OnFailure(const std::string& reason, const std::string& detail) {
  ++failed_;
  Count(reasons_, reason);
  if (samples_.size() < kSamplesMax) samples_.push_back(fmt::format("{}: {}", reason, detail));
}

std::string Tally::ToJson(Duration elapsed) const {
  const double seconds = std::chrono::duration<double>(elapsed).count();
  return fmt::format(
      R"({{"requests": {}, "succeeded": {}, "failed": {}, "failures": {}, "failure_samples": {}, )"
      R"("versions": {}, "services": {}, "connections_opened": {}, "closes_announced": {}, )"
      R"("closes_idle": {}, "latency_us": {{"p50": {}, "p99": {}, "p999": {}, "max": {}}}, )"
      R"("seconds": {:.3f}}})",
      sent_, succeeded_, failed_, ToObject(reasons_), ToList(samples_), ToObject(versions_),
      ToObject(services_), connections_opened_, closes_announced_, closes_idle_,
      latency_.Percentile(0.5), latency_.Percentile(0.99), latency_.Percentile(0.999),
      latency_.max_us(), seconds);
}

}  // namespace outrigger::load
