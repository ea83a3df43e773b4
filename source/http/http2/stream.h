// One stream of an HTTP/2 session, as both codecs see it: what is to be sent and may not be yet,
// and what has arrived and is not wanted yet.
//
// Bytes to send wait here until the peer's windows and the socket take them; bytes received while
// the receiver pauses wait here, no more than the window that was offered. Either is bounded by its
// giver, who asks queued_bytes() and stops.
//
// Owned by a codec, which forgets it when the session says so. Thread: worker.
// Source: RFC 9113 5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/arena.h"
#include "base/byte_buffer.h"
#include "base/clock.h"
#include "base/intrusive_list.h"
#include "http/codec.h"
#include "http/message_rules.h"

namespace outrigger::http::http2 {

class Session;

class Stream : public IntrusiveHook<Stream> {
 public:
  // Whether its receiver hears of the peer giving up even after the end of its message: a server's
  // does, until the response is out.
  enum class Hears { kUntilEnd, kUntilBothEnd };

  Stream(Session& session, SlabPool& slabs, Hears hears);
  ~Stream();

  // Sending. The codec has submitted the head.
  void QueueBody(std::string_view bytes);
  void QueueEnd(const HeaderMap* trailers);
  // The head was all there is.
  void OnEndSubmitted();
  size_t queued_bytes() const { return queued_.size(); }
  // No event follows. Tells the peer, unless both directions are over.
  void Reset();

  // Receiving: to whom the rest of the peer's message goes. Null drops it.
  void SetReceiver(MessageEvents* receiver) { receiver_ = receiver; }
  bool has_receiver() const { return receiver_ != nullptr; }
  void Pause();
  // What waited is delivered at the session's next DeliverResumed.
  void Resume();
  // The head that was taken has ended the message: its receiver hears so now. A peer that does not
  // end the stream with it is told to stop at the next DeliverResumed.
  void EndWithHead();

  void SetFlushTimeout(Duration timeout) { flush_timeout_ = timeout; }
  // Everything that is queued is the last of it, and none of it has left for the flush timeout:
  // gives the stream up (R28).
  void ResetIfStalled();
  // Nothing more will come or go: tells the receiver.
  void Fail(const Error& error);
  // As Fail, for what the peer sent: tells the peer, too, with a code of RFC 9113 7.
  void Reject(uint32_t error_code, const Error& error);

  int32_t id() const { return id_; }
  MessageRules& incoming() { return incoming_; }
  MessageRules& outgoing() { return outgoing_; }
  bool was_reset_by_peer() const { return was_reset_by_peer_; }
  // The peer may know of it.
  bool is_head_sent() const { return is_head_sent_; }

 private:
  friend class Session;  // STYLE: the two halves of one thing, split by what they are about

  // Fields that outlive the event they came with.
  struct KeptFields {
    explicit KeptFields(SlabPool& slabs) : arena(slabs) {}
    void Keep(const HeaderMap& from);
    Arena arena;
    HeaderMap fields;
  };

  void OnData(std::string_view bytes);
  void OnTrailers(const HeaderMap& trailers);
  void OnPeerEnd();
  void Deliver();
  void DeliverBody(std::string_view bytes);
  void DeliverEnd();
  void Refuse();
  void DropQueued();
  void SetFlushing(bool is_flushing);
  MonotonicTime flush_due() const { return flushing_since_ + flush_timeout_; }
  // Nothing but its end is still to come from the peer.
  bool is_whole() const { return has_peer_ended_ || is_whole_; }
  bool is_holding() const { return pauses_ > 0 || !received_.empty(); }

  Session& session_;
  SlabPool& slabs_;
  const Hears hears_;
  int32_t id_ = 0;  // zero: not submitted yet (client)
  MessageRules incoming_;
  MessageRules outgoing_;
  MessageEvents* receiver_ = nullptr;
  ByteBuffer queued_;
  ByteBuffer received_;
  std::unique_ptr<KeptFields> queued_trailers_;
  std::unique_ptr<KeptFields> received_trailers_;
  size_t pauses_ = 0;
  MonotonicTime paused_at_{};   // the turn in which the receiver paused last
  uint32_t window_bytes_ = 0;   // what the peer may send ahead
  uint32_t kept_up_bytes_ = 0;  // taken since the window grew or the receiver fell behind
  Duration flush_timeout_;
  MonotonicTime flushing_since_{};  // or since some of it left
  bool is_flushing_ = false;
  bool is_whole_ = false;  // when its receiver let go: the peer's end is all that is to come
  bool is_head_sent_ = false;
  bool is_end_queued_ = false;
  bool is_end_sent_ = false;
  bool is_deferred_ = false;  // nghttp2 asked for body when there was none
  bool has_peer_ended_ = false;
  bool is_end_delivered_ = false;
  bool was_reset_by_peer_ = false;
  bool is_closed_ = false;  // for nghttp2; what was received may still wait
};

}  // namespace outrigger::http::http2
