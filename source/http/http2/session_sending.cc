// What a session sends: heads and bodies of its streams, as far as the peer's windows and the
// output let them.
#include <nghttp2/nghttp2.h>

#include <algorithm>

#include "http/http2/field_list.h"
#include "http/http2/session.h"

namespace outrigger::http::http2 {

namespace {
constexpr size_t kFrameHeaderBytes = 9;
// Less than this at a time, where there is more, is work without worth (R27).
constexpr size_t kFragmentBytes = 256;
}  // namespace

struct Session::Sending {
  static int OnFrameSent(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    Session& self = *static_cast<Session*>(user);
    const nghttp2_frame_hd& header = frame->hd;
    switch (header.type) {
      case NGHTTP2_RST_STREAM:
        OnResetSent(self, frame->rst_stream.error_code);
        return 0;
      case NGHTTP2_GOAWAY:
        OnGoawaySent(self, frame->goaway.error_code);
        return 0;
      case NGHTTP2_DATA:
      case NGHTTP2_HEADERS:
        OnMessageSent(session, self, header);
        return 0;
      default:
        return 0;
    }
  }

  static void OnResetSent(Session& self, uint32_t code) {
    self.stats_.Add(kTxReset);
    if (code == NGHTTP2_PROTOCOL_ERROR) self.stats_.Add(kRxMessagingError);
    if (code == NGHTTP2_REFUSED_STREAM) self.stats_.Add(kStreamRefusedErrors);
    const bool is_ours =
        code == NGHTTP2_NO_ERROR || code == NGHTTP2_CANCEL || code == NGHTTP2_INTERNAL_ERROR;
    if (!is_ours) static_cast<void>(self.Charge(WorkBudget::kFault, kOutboundControlFlood));
  }

  static void OnGoawaySent(Session& self, uint32_t code) {
    self.stats_.Add(kGoawaySent);
    if (code == NGHTTP2_NO_ERROR) return;
    // nghttp2's own judgement of the peer's bytes ends here, too.
    self.is_dead_ = true;
    if (self.failure_.empty()) self.failure_ = nghttp2_http2_strerror(code);
  }

  static void OnMessageSent(nghttp2_session* session, Session& self,
                            const nghttp2_frame_hd& header) {
    Stream* stream = self.Find(header.stream_id);
    if (stream == nullptr) return;
    stream->is_head_sent_ = true;
    if ((header.flags & NGHTTP2_FLAG_END_STREAM) == 0) return;
    stream->is_end_sent_ = true;
    stream->SetFlushing(false);
    // Answered before the request was complete: the rest of it is not wanted (RFC 9113 8.1). Where
    // its end is the rest, it is on its way, and some clients take a reset for a failure.
    if (self.role_ == Role::kServer && !stream->is_whole()) {
      static_cast<void>(nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, header.stream_id,
                                                  NGHTTP2_NO_ERROR));
    }
  }

  // A DATA frame: its header, then its payload from the stream, without a buffer of nghttp2's.
  static int SendData(nghttp2_session*, nghttp2_frame*, const uint8_t* header, size_t size,
                      nghttp2_data_source* source, void* user) {
    Session& self = *static_cast<Session*>(user);
    Stream& stream = *static_cast<Stream*>(source->ptr);
    self.output_->Append({reinterpret_cast<const char*>(header), kFrameHeaderBytes});
    self.output_->MoveFrom(stream.queued_, size);
    self.stats_.Subtract(kPendingSendBytes, size);
    stream.flushing_since_ = self.loop_.now();
    if (size > 0) self.EarnBody(size);
    return 0;
  }

  static ssize_t ReadBody(nghttp2_session* session, int32_t id, uint8_t*, size_t size_max,
                          uint32_t* flags, nghttp2_data_source* source, void* user) {
    Stream& stream = *static_cast<Stream*>(source->ptr);
    const size_t queued = stream.queued_.size();
    if (queued == 0 && !stream.is_end_queued_) {
      stream.is_deferred_ = true;
      return NGHTTP2_ERR_DEFERRED;
    }
    if (size_max < kFragmentBytes && queued > size_max) {
      static_cast<void>(static_cast<Session*>(user)->Charge(WorkBudget::kFragment, kOutboundFlood));
    }
    *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    if (queued > size_max || !stream.is_end_queued_) {
      return static_cast<ssize_t>(std::min(queued, size_max));
    }
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (stream.queued_trailers_ != nullptr) {
      *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
      FieldList fields;
      fields.AddAll(stream.queued_trailers_->fields);
      static_cast<void>(nghttp2_submit_trailer(session, id, fields.data(), fields.size()));
    }
    return static_cast<ssize_t>(queued);
  }
};

void Session::Pump(ByteBuffer& output, size_t output_max) {
  output_ = &output;
  while (output.size() <= output_max) {
    const uint8_t* bytes = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_, &bytes);
    if (size < 0) {
      is_dead_ = true;
      break;
    }
    // DATA frames have reached the output by a callback.
    if (size == 0) break;
    output.Append({reinterpret_cast<const char*>(bytes), static_cast<size_t>(size)});
  }
  output_ = nullptr;
}

void Session::SubmitInformational(Stream& stream, const FieldList& fields) {
  // Fails only for a stream that is gone, which its receiver hears otherwise; so do those below.
  static_cast<void>(nghttp2_submit_headers(session_, NGHTTP2_FLAG_NONE, stream.id_, nullptr,
                                           fields.data(), fields.size(), nullptr));
}

void Session::SubmitResponse(Stream& stream, const FieldList& fields, bool ends) {
  nghttp2_data_provider body = {{.ptr = &stream}, Sending::ReadBody};
  static_cast<void>(nghttp2_submit_response(session_, stream.id_, fields.data(), fields.size(),
                                            ends ? nullptr : &body));
}

bool Session::SubmitRequest(Stream& stream, const FieldList& fields, bool ends) {
  if (keepalive_ != nullptr) keepalive_->OnStreamOpening();
  nghttp2_data_provider body = {{.ptr = &stream}, Sending::ReadBody};
  const int32_t id = nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(),
                                            ends ? nullptr : &body, &stream);
  if (id < 0) return false;
  stream.id_ = id;
  return true;
}

void Session::WakeSending(Stream& stream) {
  if (!stream.is_deferred_) return;
  stream.is_deferred_ = false;
  static_cast<void>(nghttp2_session_resume_data(session_, stream.id_));
}

void Session::SubmitReset(Stream& stream) {
  uint32_t code = NGHTTP2_CANCEL;
  if (role_ == Role::kServer) {
    code = stream.is_end_sent_ ? NGHTTP2_NO_ERROR : NGHTTP2_INTERNAL_ERROR;
  }
  SubmitReset(stream, code);
}

void Session::SubmitReset(Stream& stream, uint32_t error_code) {
  static_cast<void>(nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream.id_, error_code));
}

void Session::RegisterSending(nghttp2_session_callbacks* all) {
  nghttp2_session_callbacks_set_on_frame_send_callback(all, Sending::OnFrameSent);
  nghttp2_session_callbacks_set_send_data_callback(all, Sending::SendData);
}

}  // namespace outrigger::http::http2
