#include "http/http2/session.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"

namespace outrigger::http::http2 {

namespace {

constexpr uint8_t kKeepalivePing[8] = {'o', 'u', 't', 'r', 'g', 'g', 'r', '1'};

struct OptionGuard {
  OptionGuard() { OUTRIGGER_CHECK(nghttp2_option_new(&option) == 0); }
  ~OptionGuard() { nghttp2_option_del(option); }
  nghttp2_option* option = nullptr;
};

}  // namespace

Session::Session(Role role, const SessionContext& context, const Options& options,
                 SessionEvents& events)
    : role_(role),
      loop_(context.loop),
      stats_(context.stats),
      owner_(context.owner),
      events_(events),
      flush_timeout_(options.flush_timeout),
      window_bytes_(options.stream_window_bytes),
      window_bytes_max_(options.stream_window_bytes_max),
      window_room_(options.connection_window_bytes),
      scanner_(role == Role::kServer ? NGHTTP2_CLIENT_MAGIC_LEN : 0),
      block_(context.slabs, options.limits, options.allows_connect),
      budget_(context.loop.now()) {
  OptionGuard guard;
  nghttp2_option_set_no_auto_window_update(guard.option, 1);
  nghttp2_option_set_no_closed_streams(guard.option, 1);
  nghttp2_option_set_max_settings(guard.option, kSettingsEntriesMax);
  nghttp2_option_set_max_outbound_ack(guard.option, kControlFramesQueuedMax);
  nghttp2_option_set_max_continuations(guard.option, kContinuationsMax);
  nghttp2_option_set_max_send_header_block_length(guard.option, kSentBlockBytesMax);
  nghttp2_option_set_max_deflate_dynamic_table_size(guard.option, options.header_table_bytes);
  const auto create =
      role == Role::kServer ? nghttp2_session_server_new2 : nghttp2_session_client_new2;
  OUTRIGGER_CHECK(create(&session_, SharedCallbacks(), this, guard.option) == 0);
  SubmitSettings(options);
  if (options.keepalive.timeout > Duration::zero()) {
    keepalive_ = std::make_unique<Keepalive>(options.keepalive, context.loop, *this);
  }
}

const nghttp2_session_callbacks* Session::SharedCallbacks() {
  static const nghttp2_session_callbacks* const shared = [] {
    nghttp2_session_callbacks* all = nullptr;
    OUTRIGGER_CHECK(nghttp2_session_callbacks_new(&all) == 0);
    RegisterReceiving(all);
    RegisterSending(all);
    return all;
  }();
  return shared;
}

Session::~Session() { nghttp2_session_del(session_); }

void Session::SubmitSettings(const Options& options) {
  const nghttp2_settings_entry all[] = {
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, options.stream_window_bytes},
      {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, options.header_table_bytes},
      role_ == Role::kServer
          ? nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, options.streams_max}
          : nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1},  // RFC 8441 3; a server's only
  };
  const bool takes_connect = role_ == Role::kServer && options.allows_connect;
  const size_t count = std::size(all) - (takes_connect ? 0 : 1);
  OUTRIGGER_CHECK(nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, all, count) == 0);
  OUTRIGGER_CHECK(nghttp2_session_set_local_window_size(
                      session_, NGHTTP2_FLAG_NONE, 0,
                      static_cast<int32_t>(options.connection_window_bytes)) == 0);
}

void Session::DeliverResumed() {
  while (Stream* stream = resumed_.Front()) {
    IntrusiveList<Stream>::Remove(*stream);
    stream->Deliver();
    if (stream->is_closed_ && !stream->has_receiver()) events_.OnStreamGone(*stream);
  }
}

void Session::StartDrain() {
  if (is_draining_ || is_dead_) return;
  is_draining_ = true;
  if (role_ == Role::kClient) {
    SayLastStream();
    return;
  }
  static_cast<void>(nghttp2_submit_shutdown_notice(session_));
  static_cast<void>(nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, kDrainPing));
}

// What the peer opened before it knew of the drain has arrived by now.
void Session::SayLastStream() {
  if (!is_draining_ || std::exchange(has_said_last_stream_, true)) return;
  static_cast<void>(nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE,
                                          nghttp2_session_get_last_proc_stream_id(session_),
                                          NGHTTP2_NO_ERROR, nullptr, 0));
}

void Session::Terminate(uint32_t error_code, std::string_view cause) {
  if (is_dead_) return;
  is_dead_ = true;
  failure_ = cause;
  static_cast<void>(nghttp2_session_terminate_session(session_, error_code));
}

bool Session::is_over() const {
  if (wants_to_send()) return false;
  return is_dead_ || nghttp2_session_want_read(session_) == 0;
}

bool Session::wants_to_send() const { return nghttp2_session_want_write(session_) != 0; }

uint32_t Session::peer_streams_max() const {
  return nghttp2_session_get_remote_settings(session_, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

uint32_t Session::ids_left() const {
  constexpr uint32_t kIdMax = (1u << 31) - 1;
  const uint32_t next = nghttp2_session_get_next_stream_id(session_);
  return next > kIdMax ? 0 : (kIdMax - next) / 2 + 1;
}

void Session::ReleaseWindow(Stream& stream, size_t bytes) {
  if (stream.is_closed_) return;
  static_cast<void>(nghttp2_session_consume_stream(session_, stream.id_, bytes));
  TuneWindow(stream, bytes);
}

// Twice as much for a receiver that has kept up for a whole window. What is held beyond the windows
// that streams begin with stays within one bound for all of them together.
void Session::TuneWindow(Stream& stream, size_t bytes) {
  stream.kept_up_bytes_ += static_cast<uint32_t>(bytes);
  if (stream.kept_up_bytes_ < stream.window_bytes_) return;
  stream.kept_up_bytes_ = 0;
  const size_t left = window_bytes_max_ - std::min(window_bytes_max_, stream.window_bytes_);
  const size_t growth = std::min({size_t{stream.window_bytes_}, left, window_room_});
  if (growth == 0) return;
  window_room_ -= growth;
  stream.window_bytes_ += static_cast<uint32_t>(growth);
  // Fails only for a stream that is over.
  static_cast<void>(nghttp2_session_set_local_window_size(
      session_, NGHTTP2_FLAG_NONE, stream.id_, static_cast<int32_t>(stream.window_bytes_)));
}

void Session::OnStreamMade(Stream& stream) {
  stream.window_bytes_ = window_bytes_;
  stats_.Add(kStreamsActive);
}

void Session::OnStreamDestroyed(const Stream& stream) {
  window_room_ += stream.window_bytes_ - window_bytes_;
  stats_.Subtract(kStreamsActive);
}

void Session::SendPing() {
  static_cast<void>(nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, kKeepalivePing));
  owner_.OnOutputDue();
}

void Session::OnPeerSilent() {
  stats_.Add(kKeepaliveTimeout);
  owner_.OnPeerSilent();
}

Stream* Session::Find(int32_t id) const {
  return static_cast<Stream*>(nghttp2_session_get_stream_user_data(session_, id));
}

void Session::EarnBody(size_t bytes) {
  budget_.Earn(WorkBudget::kPerBodyPiece * static_cast<int64_t>(1 + bytes / 1024));
}

// False when the connection ends with this.
bool Session::Charge(int64_t points, Http2Stat flood) {
  switch (budget_.Charge(points, loop_.now())) {
    case WorkBudget::Verdict::kFine:
      return true;
    case WorkBudget::Verdict::kDrain:
      StartDrain();
      return true;
    case WorkBudget::Verdict::kClose:
      if (flood != kHttp2StatCount) stats_.Add(flood);
      Terminate(NGHTTP2_ENHANCE_YOUR_CALM, "too much work for nothing");
      return false;
  }
  return true;
}

}  // namespace outrigger::http::http2
