// What nghttp2 tells a session of the peer's frames, in the order of a frame's life: its header,
// its fields or bytes, its end, its stream's end.
#include <nghttp2/nghttp2.h>

#include <algorithm>

#include "http/http2/session.h"

namespace outrigger::http::http2 {

namespace {

std::string_view View(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

bool Ends(const nghttp2_frame_hd& header) { return (header.flags & NGHTTP2_FLAG_END_STREAM) != 0; }

// Envoy's name for a peer that lives on such frames.
Http2Stat FloodOf(const FrameHeader& header) {
  switch (header.type) {
    case NGHTTP2_PRIORITY:
      return kInboundPriorityFramesFlood;
    case NGHTTP2_WINDOW_UPDATE:
      return kInboundWindowUpdateFramesFlood;
    default:
      return kOutboundControlFlood;  // they ask for answers
  }
}

}  // namespace

struct Session::Receiving {
  static Session& Of(void* user) { return *static_cast<Session*>(user); }

  static int OnBeginHeaders(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    Session& self = Of(user);
    self.block_.Start();
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    Stream* stream = self.events_.OnStreamOpened();
    if (stream == nullptr) {
      static_cast<void>(nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                                                  NGHTTP2_REFUSED_STREAM));
      return 0;
    }
    stream->id_ = frame->hd.stream_id;
    stream->incoming_.Start();
    stream->outgoing_.Start();
    nghttp2_session_set_stream_user_data(session, stream->id_, stream);
    return 0;
  }

  static int OnHeader(nghttp2_session*, const nghttp2_frame*, const uint8_t* name, size_t name_size,
                      const uint8_t* value, size_t value_size, uint8_t, void* user) {
    Session& self = Of(user);
    self.block_.Add(View(name, name_size), View(value, value_size));
    if (!self.block_.is_hopeless()) return 0;
    self.stats_.Add(kHeaderOverflow);
    self.Terminate(NGHTTP2_ENHANCE_YOUR_CALM, "header block far too large");
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }

  // A field that HTTP does not allow: the message is malformed, not only the field (R16, R38).
  static int OnInvalidHeader(nghttp2_session*, const nghttp2_frame*, const uint8_t*, size_t,
                             const uint8_t*, size_t, uint8_t, void*) {
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }

  static int OnDataChunk(nghttp2_session* session, uint8_t, int32_t id, const uint8_t* data,
                         size_t size, void* user) {
    Session& self = Of(user);
    static_cast<void>(nghttp2_session_consume_connection(session, size));
    Stream* stream = self.Find(id);
    if (stream == nullptr) return 0;
    self.EarnBody(size);
    stream->OnData(View(data, size));
    return 0;
  }

  static int OnFrameReceived(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Session& self = Of(user);
    switch (frame->hd.type) {
      case NGHTTP2_HEADERS:
        OnBlock(self, frame->hd);
        return 0;
      case NGHTTP2_DATA:
        if (Stream* stream = self.Find(frame->hd.stream_id); stream != nullptr && Ends(frame->hd)) {
          OnEnd(self, *stream);
        }
        return 0;
      case NGHTTP2_RST_STREAM:
        self.stats_.Add(kRxReset);
        if (Stream* stream = self.Find(frame->hd.stream_id)) stream->was_reset_by_peer_ = true;
        // A server may end a request that it has answered.
        if (frame->rst_stream.error_code == NGHTTP2_NO_ERROR && self.role_ == Role::kClient)
          return 0;
        return self.Charge(WorkBudget::kCancelledStream) ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
      case NGHTTP2_GOAWAY:
        self.has_goaway_ = true;
        return 0;
      case NGHTTP2_PING:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0) OnPingAnswered(self, frame->ping);
        return 0;
      default:
        return 0;
    }
  }

  static void OnPingAnswered(Session& self, const nghttp2_ping& ping) {
    // The answer to a question of ours is not held against the peer.
    if (self.keepalive_ != nullptr && self.keepalive_->TakeAnswer()) {
      self.budget_.Earn(WorkBudget::kControlFrame);
    }
    if (std::ranges::equal(ping.opaque_data, kDrainPing)) self.SayLastStream();
  }

  static void OnBlock(Session& self, const nghttp2_frame_hd& header) {
    Stream* stream = self.Find(header.stream_id);
    if (stream == nullptr) return;
    if (self.block_.is_over_limits()) self.stats_.Add(kHeaderOverflow);
    if (stream->incoming_.expects_head()) {
      self.events_.OnHead(*stream, self.block_, Ends(header));
    } else if (const auto error = self.block_.TakeTrailers(self.trailers_)) {
      static_cast<void>(nghttp2_submit_rst_stream(self.session_, NGHTTP2_FLAG_NONE,
                                                  header.stream_id, NGHTTP2_ENHANCE_YOUR_CALM));
      return;
    } else {
      self.stats_.Add(kTrailers);
      stream->OnTrailers(self.trailers_);
    }
    if (Ends(header)) OnEnd(self, *stream);
  }

  static void OnEnd(Session& self, Stream& stream) {
    self.budget_.Earn(WorkBudget::kPerMessage);
    stream.OnPeerEnd();
  }

  // The end of a stream, from either side. It stays while its receiver is still to be served.
  static int OnStreamClosed(nghttp2_session*, int32_t id, uint32_t error_code, void* user) {
    Session& self = Of(user);
    Stream* stream = self.Find(id);
    if (stream == nullptr) return 0;
    if (stream->has_peer_ended_ || stream->was_reset_by_peer_) self.history_.OnClosedByPeer(id);
    stream->is_closed_ = true;
    const bool is_complete = error_code == NGHTTP2_NO_ERROR && stream->has_peer_ended_;
    if (is_complete && stream->has_receiver() &&
        (stream->is_holding() || !stream->outgoing_.is_over())) {
      if (stream->is_holding()) self.stats_.Add(kDeferredStreamClose);
      return 0;
    }
    stream->Fail(self.events_.DescribeReset(*stream, error_code));
    self.events_.OnStreamGone(*stream);
    return 0;
  }
};

void Session::Receive(std::string_view bytes) {
  size_t fed = 0;
  size_t at = 0;
  while (at < bytes.size() && !is_dead_) {
    const FrameScanner::Step step = scanner_.Next(bytes.substr(at));
    if (step.completes_header) {
      // Which streams there are depends on what came before.
      Feed(bytes.substr(fed, at - fed));
      fed = at;
      if (is_dead_ || !MayCome(scanner_.header())) return;
    }
    at += step.bytes;
  }
  Feed(bytes.substr(fed));
}

void Session::Feed(std::string_view bytes) {
  if (is_dead_ || bytes.empty()) return;
  const ssize_t taken = nghttp2_session_mem_recv(
      session_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  if (taken == static_cast<ssize_t>(bytes.size()) || is_dead_) return;
  // No preface, or more than nghttp2 bears: answers that the peer does not read (R24), a header
  // block in too many pieces (R32).
  const bool is_flood = taken == NGHTTP2_ERR_FLOODED || taken == NGHTTP2_ERR_TOO_MANY_CONTINUATIONS;
  if (taken == NGHTTP2_ERR_FLOODED) stats_.Add(kOutboundControlFlood);
  Terminate(is_flood ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR,
            nghttp2_strerror(static_cast<int>(taken)));
}

// False when the connection ends with this frame.
bool Session::MayCome(const FrameHeader& header) {
  if (keepalive_ != nullptr) keepalive_->OnFrame();
  const bool is_of_message = header.is_data() || header.is_headers() || header.is_continuation();
  if (!is_of_message) return Charge(WorkBudget::kControlFrame, FloodOf(header));
  empty_frames_ = header.is_idle() ? empty_frames_ + 1 : 0;
  if (empty_frames_ > kEmptyFramesMax) {
    stats_.Add(kInboundEmptyFramesFlood);
    Terminate(NGHTTP2_ENHANCE_YOUR_CALM, "empty frames in a row");
    return false;
  }
  if (role_ == Role::kClient) {
    // Behind a reset of ours a few may still come, but not for ever (R13, R29).
    if (header.is_continuation() || Find(header.stream) != nullptr) return true;
    return Charge(header.is_headers() ? WorkBudget::kLateHead : WorkBudget::kControlFrame);
  }
  if (header.stream % 2 == 0) return true;
  if (header.stream > history_.newest()) {
    if (header.is_headers()) history_.OnOpened(header.stream);
    return true;
  }
  return header.is_continuation() || Find(header.stream) != nullptr || MayComeLate(header);
}

// For a stream of the past, where nghttp2 would say nothing.
bool Session::MayComeLate(const FrameHeader& header) {
  switch (history_.Judge(header.stream)) {
    case StreamHistory::Past::kUnknown:
      return Charge(WorkBudget::kControlFrame);
    case StreamHistory::Past::kNeverOpened:
      Terminate(NGHTTP2_PROTOCOL_ERROR, "stream number went back");
      return false;
    case StreamHistory::Past::kClosedByPeer:
      Terminate(NGHTTP2_STREAM_CLOSED, "frame on a closed stream");
      return false;
  }
  return true;
}

void Session::RegisterReceiving(nghttp2_session_callbacks* all) {
  nghttp2_session_callbacks_set_on_begin_headers_callback(all, Receiving::OnBeginHeaders);
  nghttp2_session_callbacks_set_on_header_callback(all, Receiving::OnHeader);
  nghttp2_session_callbacks_set_on_invalid_header_callback(all, Receiving::OnInvalidHeader);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, Receiving::OnDataChunk);
  nghttp2_session_callbacks_set_on_frame_recv_callback(all, Receiving::OnFrameReceived);
  nghttp2_session_callbacks_set_on_stream_close_callback(all, Receiving::OnStreamClosed);
}

}  // namespace outrigger::http::http2
