#include "http/message_rules.h"

#include <array>
#include <optional>

namespace outrigger::http {

namespace {

using State = MessageRules::State;

constexpr std::optional<State> kNo = std::nullopt;
constexpr std::optional<State> kHead = State::kExpectsHead;
constexpr std::optional<State> kBody = State::kExpectsBody;
constexpr std::optional<State> kEnd = State::kExpectsEnd;
constexpr std::optional<State> kAlone = State::kEndedByHead;
constexpr std::optional<State> kOver = State::kEnded;

// The state after an event, or nothing where it may not come. Rows in the order of State, columns
// in the order of Event.
constexpr std::array<std::array<std::optional<State>, 6>, 7> kTable = {{
    // informational, head, head alone, body, trailers, end
    {kNo, kNo, kNo, kNo, kNo, kNo},         // kNoMessage
    {kHead, kBody, kAlone, kNo, kNo, kNo},  // kExpectsHead
    {kNo, kNo, kNo, kBody, kEnd, kOver},    // kExpectsBody
    {kNo, kNo, kNo, kNo, kNo, kOver},       // kExpectsEnd
    {kNo, kNo, kNo, kNo, kNo, kOver},       // kEndedByHead
    {kNo, kNo, kNo, kNo, kNo, kNo},         // kEnded
    {kNo, kNo, kNo, kNo, kNo, kNo},         // kAborted
}};

}  // namespace

bool MessageRules::Take(Event event) {
  const std::optional<State> next = kTable[static_cast<size_t>(state_)][static_cast<size_t>(event)];
  if (next.has_value()) state_ = *next;
  return next.has_value();
}

bool MessageRules::TakeHead(BodyLength body) {
  left_ = body;
  return Take(body.kind == BodyLength::Kind::kNone ? Event::kHeadAlone : Event::kHead);
}

bool MessageRules::TakeBody(uint64_t bytes) {
  if (left_.kind == BodyLength::Kind::kKnown) {
    if (bytes > left_.bytes) return false;
    left_.bytes -= bytes;
  }
  return Take(Event::kBody);
}

bool MessageRules::TakeEnd() {
  if (left_.kind == BodyLength::Kind::kKnown && left_.bytes > 0) return false;
  return Take(Event::kEnd);
}

}  // namespace outrigger::http
