// Which server the next stream goes to: the primary, or the failover while the primary does not
// answer (X47). Pure.
//
// A primary that has never answered is tried twice, as in Envoy; one that has answered before may
// be on its way back, so it is tried longer. While neither answers they take turns. Where streams
// go to the failover, somebody else asks whether the primary answers again.
//
// Owned by ads_client. Thread: control. Source: envoy#34761, gRFC A71.
#pragma once

#include <cstdint>

namespace outrigger::xds {

enum class ServerRole : uint8_t { kPrimary, kFailover };

class ServerChoice {
 public:
  // Streams in a row that end without an answer.
  static constexpr uint32_t kTriesOfUnknown = 2;
  // With the default back-off about eight seconds: a restart is over by then.
  static constexpr uint32_t kTriesOfKnown = 5;

  explicit ServerChoice(bool has_failover) : has_failover_(has_failover) {}

  ServerRole current() const { return current_; }
  // It has answered, for the first time on its stream.
  void OnAnswer();
  // Its stream has ended. Changes `current` when it is the other one's turn.
  void OnStreamEnd(bool has_answered);
  // The primary has answered somebody who asked it beside the streams: back to it.
  void OnPrimaryAnswer();

 private:
  const bool has_failover_;
  ServerRole current_ = ServerRole::kPrimary;
  bool knows_primary_ = false;  // it has answered once
  uint32_t failures_ = 0;       // of the primary, since it has answered last
};

}  // namespace outrigger::xds
