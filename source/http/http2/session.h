// One HTTP/2 connection as nghttp2 runs it, for either side: frames in, frames out, streams,
// windows, and the guards that nghttp2 does not have.
//
// Flow control follows whoever takes the bytes: a stream's window opens again only when its
// receiver has had them, and grows when that has kept up; the connection's opens at once, since
// every stream holds no more than its own window.
//
// Owned by a codec. Receive, DeliverResumed and Pump are called by the codec's owner and never from
// within an event; everything else may be. Thread: worker. Source: RFC 9113; hardening.md R24-R43.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/byte_buffer.h"
#include "base/intrusive_list.h"
#include "event/event_loop.h"
#include "http/http2/frame_scanner.h"
#include "http/http2/head_block.h"
#include "http/http2/http2_stats.h"
#include "http/http2/keepalive.h"
#include "http/http2/options.h"
#include "http/http2/stream.h"
#include "http/http2/stream_history.h"
#include "http/http2/work_budget.h"
#include "stats/scope.h"

struct nghttp2_session;  // STYLE: the library's own names
struct nghttp2_session_callbacks;

namespace outrigger::http::http2 {

class FieldList;

// What a codec hears of its session. Bodies, trailers and ends go to the streams' receivers.
class SessionEvents {
 public:
  virtual ~SessionEvents() = default;
  // Server only: the peer opens a stream. Null: it may not, for now, and is told so.
  virtual Stream* OnStreamOpened() = 0;
  // A header block that begins a message (or an informational one) is decoded.
  virtual void OnHead(Stream& stream, HeadBlock& block, bool ends) = 0;
  // The stream is over for good, and its receiver has been told; the codec destroys it.
  virtual void OnStreamGone(Stream& stream) = 0;
  // How a stream that ends with this code of RFC 9113 7 failed.
  virtual Error DescribeReset(const Stream& stream, uint32_t error_code) = 0;
};

// The connection that a session runs on. Called by its timers, never from within its functions.
class SessionOwner {
 public:
  virtual ~SessionOwner() = default;
  // Something is to be sent: the codec's OnTurnEnd is due.
  virtual void OnOutputDue() = 0;
  // The peer gave no answer in time: the connection is to be closed, without another word.
  virtual void OnPeerSilent() = 0;
};

// What a session finds around it. All of it outlives the session.
struct SessionContext {
  EventLoop& loop;
  SlabPool& slabs;
  SlabPool& cells;      // for its streams
  stats::Block& stats;  // of one of the families of http2_stats.h
  SessionOwner& owner;
};

class Session {
 public:
  enum class Role : uint8_t { kServer, kClient };

  Session(Role role, const SessionContext& context, const Options& options, SessionEvents& events);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Takes all of it. After a failure bytes are dropped.
  void Receive(std::string_view bytes);
  // Bodies whose receivers have resumed.
  void DeliverResumed();
  // Frames what may be sent, until `output` holds more than `output_max` bytes.
  void Pump(ByteBuffer& output, size_t output_max);

  // Messages of a stream. `fields` are copied. `ends`: nothing follows the head.
  void SubmitInformational(Stream& stream, const FieldList& fields);
  void SubmitResponse(Stream& stream, const FieldList& fields, bool ends);
  // False when no further stream can be opened on this connection.
  [[nodiscard]] bool SubmitRequest(Stream& stream, const FieldList& fields, bool ends);

  // No new streams: GOAWAY twice, an answered PING apart, so that none in flight is lost (F22).
  void StartDrain();
  // Closes with an error; streams under way are lost.
  void Terminate(uint32_t error_code, std::string_view cause);

  bool is_draining() const { return is_draining_; }
  // Nothing of the peer is looked at any more: Terminate was called, or its bytes were at fault.
  bool is_dead() const { return is_dead_; }
  bool has_goaway() const { return has_goaway_; }  // from the peer
  // Nothing is left to read or to frame.
  bool is_over() const;
  bool wants_to_send() const;
  // Between the first and the last byte of a header block.
  bool is_inside_block() const { return scanner_.is_inside_block(); }
  // Why the connection ended, when its bytes were at fault.
  std::string_view failure() const { return failure_; }
  // Streams that the peer lets us have open at a time.
  uint32_t peer_streams_max() const;
  // Before that none of the streams whose last bytes were queued has waited too long for them to
  // leave. The end of time: there is none.
  MonotonicTime flush_due() const { return flush_due_; }
  // Asks the streams again.
  void ForgetFlushDue() { flush_due_ = MonotonicTime::max(); }
  Duration flush_timeout() const { return flush_timeout_; }
  // Client: how many more can ever be opened here.
  uint32_t ids_left() const;

  // For its streams: there are bytes to send; received ones were taken; it is given up, with the
  // code that fits the role or this one; what waits is wanted again.
  void WakeSending(Stream& stream);
  void ReleaseWindow(Stream& stream, size_t bytes);
  void SubmitReset(Stream& stream);
  void SubmitReset(Stream& stream, uint32_t error_code);
  // The peer has sent a request that is none, which is answered (R29).
  void ChargeRefusal() { static_cast<void>(Charge(WorkBudget::kFault)); }
  void QueueDelivery(Stream& stream) { resumed_.PushBack(stream); }
  void OnFlushing(MonotonicTime due) {
    ++flushing_streams_;
    ExpectFlushed(due);
  }
  void OnFlushed() {
    if (--flushing_streams_ == 0) ForgetFlushDue();
  }
  void ExpectFlushed(MonotonicTime due) { flush_due_ = std::min(flush_due_, due); }
  void OnStreamMade(Stream& stream);
  void OnStreamDestroyed(const Stream& stream);
  stats::Block& stats() { return stats_; }
  MonotonicTime now() const { return loop_.now(); }

  // For its keepalive.
  void SendPing();
  void OnPeerSilent();

 private:
  // Tells the answer to the last question before a drain from others.
  static constexpr uint8_t kDrainPing[8] = {'o', 'u', 't', 'r', 'g', 'g', 'r', '0'};

  struct Receiving;  // what nghttp2 calls
  struct Sending;
  static const nghttp2_session_callbacks* SharedCallbacks();
  static void RegisterReceiving(nghttp2_session_callbacks* all);
  static void RegisterSending(nghttp2_session_callbacks* all);

  void SubmitSettings(const Options& options);
  void Feed(std::string_view bytes);
  bool MayCome(const FrameHeader& header);
  bool MayComeLate(const FrameHeader& header);
  void SayLastStream();
  Stream* Find(int32_t id) const;
  // `flood`: what it was, should this be the end of the connection.
  bool Charge(int64_t points, Http2Stat flood = kHttp2StatCount);
  void EarnBody(size_t bytes);
  void TuneWindow(Stream& stream, size_t bytes);

  const Role role_;
  const EventLoop& loop_;  // for the time
  stats::Block& stats_;
  SessionOwner& owner_;
  SessionEvents& events_;
  const Duration flush_timeout_;     // of a new stream
  const uint32_t window_bytes_;      // of one, too
  const uint32_t window_bytes_max_;  // of any
  size_t window_room_;               // what all of them together may still grow
  FrameScanner scanner_;
  HeadBlock block_;
  HeaderMap trailers_;
  StreamHistory history_;
  WorkBudget budget_;
  IntrusiveList<Stream> resumed_;
  nghttp2_session* session_ = nullptr;
  std::unique_ptr<Keepalive> keepalive_;  // null: not configured
  ByteBuffer* output_ = nullptr;          // during Pump
  std::string_view failure_;
  size_t flushing_streams_ = 0;
  MonotonicTime flush_due_ = MonotonicTime::max();
  size_t empty_frames_ = 0;  // in a row
  bool is_draining_ = false;
  bool has_goaway_ = false;
  bool has_said_last_stream_ = false;
  bool is_dead_ = false;  // no byte of the peer is looked at any more
};

}  // namespace outrigger::http::http2
