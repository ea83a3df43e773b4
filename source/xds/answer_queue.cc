#include "xds/answer_queue.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"

namespace outrigger::xds {

namespace {

// Not of nonce and versions: they are new ones each time.
uint64_t HashOf(const Message& message) {
  uint64_t hash = 0;
  const auto add = [&hash](std::string_view text) {
    hash = XXH3_64bits_withSeed(text.data(), text.size(), hash);
  };
  for (const MessageItem& item : message.items) {
    add(item.name);
    add(item.bytes);
  }
  for (std::string_view name : message.removed) add(name);
  return hash;
}

}  // namespace

AnswerQueue::AnswerQueue(EventLoop& control, absl::AnyInvocable<void()> on_due)
    : on_due_(std::move(on_due)), timer_(control, [this] { OnTimer(); }) {}

void AnswerQueue::Add(const Message& message, Request answer) {
  Release(answer.type_url);  // in order (X1)
  if (!IsRefusedAgain(message, answer)) {
    ready_.push_back(std::move(answer));
    return;
  }
  waiting_.push_back(std::move(answer));
  if (!timer_.is_armed()) timer_.Arm(kRefusedAgainWait);
}

bool AnswerQueue::IsRefusedAgain(const Message& message, const Request& answer) {
  if (answer.error_message.empty()) {
    refused_.erase(answer.type_url);
    return false;
  }
  const uint64_t hash = HashOf(message);
  const auto [it, is_first] = refused_.try_emplace(answer.type_url, hash);
  return !is_first && std::exchange(it->second, hash) == hash;
}

void AnswerQueue::Release(std::string_view type_url) {
  const auto it = std::ranges::find(waiting_, type_url, &Request::type_url);
  if (it == waiting_.end()) return;
  ready_.push_back(std::move(*it));
  waiting_.erase(it);
}

void AnswerQueue::OnTimer() {
  std::ranges::move(std::exchange(waiting_, {}), std::back_inserter(ready_));
  on_due_();
}

void AnswerQueue::Clear() {
  timer_.Disarm();
  ready_.clear();
  waiting_.clear();
}

Request AnswerQueue::Take() {
  OUTRIGGER_CHECK(!empty());
  Request answer = std::move(ready_.front());
  ready_.pop_front();
  return answer;
}

}  // namespace outrigger::xds
