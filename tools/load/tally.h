// What became of the requests of one run: successes by who answered, failures by reason,
// connections, and latency from the moment a request was due (not from when it could be sent: a
// stalled proxy must not hide its stall, B-6).
//
// Owned by LoadRun. Thread: main.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace outrigger::load {

// Log-linear: 32 steps for each doubling, so that a figure is wrong by 3 % at the most.
class LatencyHistogram {
 public:
  void Record(Duration latency);
  // In microseconds; 0 when nothing was recorded. `fraction` is in [0, 1].
  uint64_t Percentile(double fraction) const;
  uint64_t max_us() const { return max_us_; }

 private:
  static constexpr int kStepBits = 5;
  static constexpr uint64_t kSteps = uint64_t{1} << kStepBits;
  static constexpr size_t kBuckets = (40 - kStepBits) * kSteps;  // up to 6 days

  static size_t BucketOf(uint64_t microseconds);
  static uint64_t UpperBound(size_t bucket);

  std::array<uint64_t, kBuckets> counts_{};
  uint64_t count_ = 0;
  uint64_t max_us_ = 0;
};

class Tally {
 public:
  static constexpr size_t kNamesMax = 64;  // distinct reasons, versions or services
  static constexpr size_t kSamplesMax = 10;

  void OnSent() { ++sent_; }
  void OnSuccess(const std::string& version, const std::string& service, Duration latency);
  // `reason` groups, `detail` tells one case.
  void OnFailure(const std::string& reason, const std::string& detail);
  void OnConnecting() { ++connections_opened_; }
  // The peer had said `connection: close`.
  void OnAnnouncedClose() { ++closes_announced_; }
  // The peer closed without a word, with no request outstanding.
  void OnIdleClose() { ++closes_idle_; }

  uint64_t failed() const { return failed_; }
  std::string ToJson(Duration elapsed) const;

 private:
  using Counts = std::map<std::string, uint64_t>;
  static void Count(Counts& counts, const std::string& name);

  uint64_t sent_ = 0;
  uint64_t succeeded_ = 0;
  uint64_t failed_ = 0;
  uint64_t connections_opened_ = 0;
  uint64_t closes_announced_ = 0;
  uint64_t closes_idle_ = 0;
  Counts versions_;
  Counts services_;
  Counts reasons_;
  std::vector<std::string> samples_;
  LatencyHistogram latency_;
};

}  // namespace outrigger::load
