// The numbers of one named thing (a cluster, a listener, an HCM prefix): one block of single-writer
// words per writing thread, allocated on first use.
//
// A worker adds to its own block by plain loads and stores (relaxed, single writer); readers sum
// the blocks. Configuration holds `shared_ptr<Scope>`; the registry holds the only list of them.
//
// Thread: ForWriter: that writer only. SetText: control. ResetCounters: service. Everything that
// reads: any.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "stats/family.h"
#include "stats/late_scopes.h"
#include "stats/scope_parts.h"

namespace outrigger::stats {

// Who writes: workers from 0 on, then control, service and log.
using WriterIndex = uint32_t;
inline constexpr WriterIndex kWorkersMax = 64;
inline constexpr WriterIndex kControlWriter = kWorkersMax;
inline constexpr WriterIndex kServiceWriter = kWorkersMax + 1;
inline constexpr WriterIndex kLogWriter = kWorkersMax + 2;
inline constexpr WriterIndex kWritersMax = kWorkersMax + 3;

// One writer's words of one scope; those of a worker are in cache lines of their own.
class Block {
 public:
  Block(const Offsets& offsets, bool is_worker);

  void Add(size_t metric, uint64_t delta = 1) { AddToWord(offsets_[metric], delta); }
  // Gauges add up over writers: each adds and subtracts its own share.
  void Subtract(size_t metric, uint64_t delta = 1) { Add(metric, ~delta + 1); }
  void Set(size_t metric, uint64_t value) {
    words_[offsets_[metric]].store(value, std::memory_order_relaxed);
  }
  void Record(size_t metric, double value);

  uint64_t Word(size_t offset) const { return words_[offset].load(std::memory_order_relaxed); }

 private:
  struct FreeWords {
    void operator()(std::atomic<uint64_t>* words) const;
    bool are_lines;
  };

  void AddToWord(size_t offset, uint64_t delta) {
    std::atomic<uint64_t>& word = words_[offset];
    word.store(word.load(std::memory_order_relaxed) + delta, std::memory_order_relaxed);
  }

  const uint32_t* const offsets_;
  const std::unique_ptr<std::atomic<uint64_t>[], FreeWords> words_;
};

class Scope {
 public:
  // `family` outlives the scope.
  Scope(const Family& family, std::string_view name);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  // The writer's own block; allocates it the first time.
  Block& ForWriter(WriterIndex writer);
  // Counts that all writers share, for limits that hold for the whole process (design 4); each is
  // alone in its cache line. Made on first use. Thread: any.
  static constexpr size_t kSharedCounts = 4;
  std::atomic<uint32_t>& SharedCount(size_t index);
  // What it is limited to, for the gauges that tell of it. Thread: control.
  struct Limit {
    uint32_t max = 0;
    bool shows_remaining = false;
  };
  void SetLimit(size_t index, Limit limit);
  // Made on first use. Thread: any.
  ScopeParts& Parts();
  // Null: nobody has asked for a part.
  const ScopeParts* FindParts() const { return parts_.load(std::memory_order_acquire); }
  // As Parts.
  LateScopes& Late();
  const LateScopes* FindLate() const { return late_.load(std::memory_order_acquire); }
  // Requires: the metric is a text.
  void SetText(size_t metric, std::string_view text);

  const Family& family() const { return family_; }
  std::string_view name() const { return name_; }
  // What the full names of its metrics begin with: "cluster.backend.", "server.".
  static std::string StartOf(const Family& family, std::string_view name);
  const std::string& Start() const { return start_; }
  // "cluster.backend.upstream_rq_total".
  std::string FullName(size_t metric) const {
    return std::string(start_).append(family_.metrics[metric].name);
  }

  // It has a value at all: what remains of a limit is not told unless asked for, nor what has never
  // been counted where that is its way.
  bool Has(size_t metric) const;
  // Of a counter or gauge.
  uint64_t Sum(size_t metric) const;
  // Counters are zero from here on, those of its late scopes, too: blocks are their writers' alone,
  // so it is readers who leave out what came before.
  void ResetCounters();
  struct HistogramTotals {
    std::array<uint64_t, kHistogramBuckets> buckets{};  // not cumulative
    double sum = 0;
    uint64_t count = 0;
  };
  HistogramTotals Histogram(size_t metric) const;
  std::string Text(size_t metric) const;
  // It is not zero or empty (`usedonly`).
  bool IsUsed(size_t metric) const;

 private:
  // Most processes have one or two workers: the others' places exist only when needed.
  static constexpr WriterIndex kNearWorkers = 2;
  static constexpr size_t kNearBlocks = kNearWorkers + kWritersMax - kWorkersMax;
  using FarBlocks = std::array<std::atomic<Block*>, kWorkersMax - kNearWorkers>;
  struct alignas(64) Line {
    std::atomic<uint32_t> count = 0;
  };
  using SharedCounts = std::array<Line, kSharedCounts>;
  // Apart from the counts, which are made when somebody counts.
  struct SharedLimit {
    std::atomic<uint32_t> max = UINT32_MAX;
    std::atomic<bool> shows_remaining = false;
  };
  using ResetSums = std::vector<std::atomic<uint64_t>>;  // by metric
  struct Texts {
    std::mutex mutex;
    std::vector<std::string> by_metric;
  };

  std::atomic<Block*>& PlaceOf(WriterIndex writer);
  template <typename OnBlock>
  void ForEachBlock(OnBlock on_block) const;
  uint64_t ReadShared(const Metric& metric) const;
  uint64_t SumOfBlocks(size_t metric) const;

  const Family& family_;
  const std::string start_;
  const std::string_view name_;  // in start_
  std::array<std::atomic<Block*>, kNearBlocks> near_{};
  std::atomic<FarBlocks*> far_ = nullptr;
  std::atomic<SharedCounts*> shared_ = nullptr;
  std::array<SharedLimit, kSharedCounts> limits_;
  std::atomic<ScopeParts*> parts_ = nullptr;
  std::atomic<LateScopes*> late_ = nullptr;
  std::atomic<ResetSums*> reset_sums_ = nullptr;  // null: counters were never reset
  const std::unique_ptr<Texts> texts_;            // null: the family has none
};

}  // namespace outrigger::stats
