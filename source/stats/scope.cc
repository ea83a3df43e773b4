#include "stats/scope.h"

#include <algorithm>
#include <new>
#include <utility>

#include "base/check.h"

namespace outrigger::stats {

namespace {

// Workers' blocks never share a line. The other threads write too rarely for that to matter, and
// have a block of every cluster that was ever updated.
constexpr size_t kLineBytes = 64;
constexpr size_t kWordsPerLine = kLineBytes / sizeof(std::atomic<uint64_t>);

std::atomic<uint64_t>* NewWords(size_t words, bool as_lines) {
  if (as_lines) words = (words + kWordsPerLine - 1) / kWordsPerLine * kWordsPerLine;
  const size_t bytes = words * sizeof(std::atomic<uint64_t>);
  void* memory =
      as_lines ? ::operator new(bytes, std::align_val_t(kLineBytes)) : ::operator new(bytes);
  auto* first = static_cast<std::atomic<uint64_t>*>(memory);
  std::uninitialized_value_construct_n(first, words);
  return first;
}

}  // namespace

void Block::FreeWords::operator()(std::atomic<uint64_t>* words) const {
  if (are_lines) {
    ::operator delete(words, std::align_val_t(kLineBytes));
  } else {
    ::operator delete(words);
  }
}

Block::Block(const Offsets& offsets, bool is_worker)
    : offsets_(offsets.by_metric.data()),
      words_(NewWords(offsets.words, is_worker), FreeWords{is_worker}) {}

void Block::Record(size_t metric, double value) {
  // Beyond any time that is measured, and still exact in a word.
  constexpr double kValueMax = 1e12;
  // In this order of arguments, what is not a number counts as zero.
  const double kept = std::min(std::max(0.0, value), kValueMax);
  const auto* bound =
      std::lower_bound(std::begin(kHistogramBounds), std::end(kHistogramBounds), kept);
  const size_t first = offsets_[metric];
  AddToWord(first + static_cast<size_t>(bound - std::begin(kHistogramBounds)), 1);
  AddToWord(first + kHistogramBuckets, static_cast<uint64_t>(kept * 1000));
}

Scope::Scope(const Family& family, std::string_view name)
    : family_(family),
      start_(StartOf(family, name)),
      // Before the dot that it ends in.
      name_(std::string_view(start_).substr(start_.size() - 1 - name.size(), name.size())),
      texts_(family.offsets.has_texts ? std::make_unique<Texts>() : nullptr) {
  if (texts_ != nullptr) texts_->by_metric.resize(family.metrics.size());
}

Scope::~Scope() {
  ForEachBlock([](Block* block) { delete block; });
  delete far_.load(std::memory_order_acquire);
  delete shared_.load(std::memory_order_acquire);
  delete reset_sums_.load(std::memory_order_acquire);
  delete parts_.load(std::memory_order_acquire);
  delete late_.load(std::memory_order_acquire);
}

template <typename OnBlock>
void Scope::ForEachBlock(OnBlock on_block) const {
  const auto visit = [&](const std::atomic<Block*>& place) {
    Block* block = place.load(std::memory_order_acquire);
    if (block != nullptr) on_block(block);
  };
  for (const std::atomic<Block*>& place : near_) visit(place);
  const FarBlocks* far = far_.load(std::memory_order_acquire);
  if (far == nullptr) return;
  for (const std::atomic<Block*>& place : *far) visit(place);
}

std::atomic<Block*>& Scope::PlaceOf(WriterIndex writer) {
  if (writer < kNearWorkers) return near_[writer];
  if (writer >= kWorkersMax) return near_[kNearWorkers + writer - kWorkersMax];
  FarBlocks* far = far_.load(std::memory_order_acquire);
  if (far == nullptr) {
    // Several workers may come at once; the first one's array is kept.
    auto made = std::make_unique<FarBlocks>();
    if (far_.compare_exchange_strong(far, made.get(), std::memory_order_acq_rel)) {
      far = made.release();
    }
  }
  return (*far)[writer - kNearWorkers];
}

Block& Scope::ForWriter(WriterIndex writer) {
  OUTRIGGER_CHECK(writer < kWritersMax);
  std::atomic<Block*>& place = PlaceOf(writer);
  Block* block = place.load(std::memory_order_relaxed);
  if (block == nullptr) {
    block = new Block(family_.offsets, writer < kWorkersMax);
    place.store(block, std::memory_order_release);
  }
  return *block;
}

std::atomic<uint32_t>& Scope::SharedCount(size_t index) {
  SharedCounts* shared = shared_.load(std::memory_order_acquire);
  if (shared == nullptr) {
    // As in PlaceOf.
    auto made = std::make_unique<SharedCounts>();
    if (shared_.compare_exchange_strong(shared, made.get(), std::memory_order_acq_rel)) {
      shared = made.release();
    }
  }
  return (*shared)[index].count;
}

void Scope::SetLimit(size_t index, Limit limit) {
  limits_[index].max.store(limit.max, std::memory_order_relaxed);
  limits_[index].shows_remaining.store(limit.shows_remaining, std::memory_order_relaxed);
}

ScopeParts& Scope::Parts() {
  ScopeParts* parts = parts_.load(std::memory_order_acquire);
  if (parts == nullptr) {
    // As in PlaceOf.
    auto made = std::make_unique<ScopeParts>();
    if (parts_.compare_exchange_strong(parts, made.get(), std::memory_order_acq_rel)) {
      parts = made.release();
    }
  }
  return *parts;
}

LateScopes& Scope::Late() {
  LateScopes* late = late_.load(std::memory_order_acquire);
  if (late == nullptr) {
    // As in PlaceOf.
    auto made = std::make_unique<LateScopes>(name_);
    if (late_.compare_exchange_strong(late, made.get(), std::memory_order_acq_rel)) {
      late = made.release();
    }
  }
  return *late;
}

void Scope::SetText(size_t metric, std::string_view text) {
  OUTRIGGER_CHECK(family_.metrics[metric].kind == Kind::kText);
  std::lock_guard<std::mutex> lock(texts_->mutex);
  texts_->by_metric[metric] = text;
}

std::string Scope::StartOf(const Family& family, std::string_view name) {
  std::string start(family.prefix);
  if (!start.empty() && !name.empty()) start += '.';
  return start.append(name).append(".");
}

void Scope::ResetCounters() {
  ResetSums* sums = reset_sums_.load(std::memory_order_acquire);
  if (sums == nullptr) {
    sums = new ResetSums(family_.metrics.size());
    reset_sums_.store(sums, std::memory_order_release);
  }
  for (size_t i = 0; i < family_.metrics.size(); ++i) {
    if (family_.metrics[i].kind != Kind::kCounter) continue;
    (*sums)[i].store(SumOfBlocks(i), std::memory_order_release);
  }
  if (const LateScopes* late = FindLate()) {
    late->ForEach([](Scope& scope) { scope.ResetCounters(); });
  }
}

bool Scope::Has(size_t metric) const {
  const Metric& schema = family_.metrics[metric];
  if (schema.reading == Reading::kOnceCounted) {
    return schema.kind == Kind::kHistogram ? Histogram(metric).count > 0 : SumOfBlocks(metric) > 0;
  }
  if (schema.reading != Reading::kRemaining) return true;
  return limits_[schema.shared_count].shows_remaining.load(std::memory_order_relaxed);
}

uint64_t Scope::ReadShared(const Metric& metric) const {
  const SharedCounts* shared = shared_.load(std::memory_order_acquire);
  const uint32_t max = limits_[metric.shared_count].max.load(std::memory_order_relaxed);
  const uint32_t counted =
      shared == nullptr ? 0 : (*shared)[metric.shared_count].count.load(std::memory_order_relaxed);
  // A worker that is refused has counted for a moment.
  const uint32_t count = std::min(counted, max);
  return metric.reading == Reading::kRemaining ? max - count : (count == max ? 1 : 0);
}

uint64_t Scope::Sum(size_t metric) const {
  const Metric& schema = family_.metrics[metric];
  if (!schema.is_written()) return ReadShared(schema);
  // Read first: the blocks can only be ahead of it.
  const ResetSums* sums = reset_sums_.load(std::memory_order_acquire);
  const uint64_t before = sums == nullptr ? 0 : (*sums)[metric].load(std::memory_order_acquire);
  return SumOfBlocks(metric) - before;
}

uint64_t Scope::SumOfBlocks(size_t metric) const {
  uint64_t sum = 0;
  const size_t offset = family_.offsets.by_metric[metric];
  ForEachBlock([&](const Block* block) { sum += block->Word(offset); });
  return sum;
}

Scope::HistogramTotals Scope::Histogram(size_t metric) const {
  HistogramTotals totals;
  const size_t offset = family_.offsets.by_metric[metric];
  ForEachBlock([&](const Block* block) {
    for (size_t i = 0; i < kHistogramBuckets; ++i) totals.buckets[i] += block->Word(offset + i);
    totals.sum += static_cast<double>(block->Word(offset + kHistogramBuckets)) / 1000;
  });
  // Counted from the buckets, so that the two agree while others write.
  for (uint64_t bucket : totals.buckets) totals.count += bucket;
  return totals;
}

std::string Scope::Text(size_t metric) const {
  OUTRIGGER_CHECK(family_.metrics[metric].kind == Kind::kText);
  std::lock_guard<std::mutex> lock(texts_->mutex);
  return texts_->by_metric[metric];
}

bool Scope::IsUsed(size_t metric) const {
  switch (family_.metrics[metric].kind) {
    case Kind::kCounter:
    case Kind::kGauge:
      return Sum(metric) != 0;
    case Kind::kHistogram:
      return Histogram(metric).count > 0;
    case Kind::kText:
      return !Text(metric).empty();
  }
  return false;
}

}  // namespace outrigger::stats
