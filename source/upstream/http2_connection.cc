#include "upstream/http2_connection.h"

#include <utility>

#include "base/check.h"
#include "upstream/connection_pool.h"

namespace outrigger {

http::http2::Options Http2Connection::OptionsOf(const ConnectionPool& pool) {
  http::http2::Options options = *pool.key().codec.http2;
  options.output_bytes_max = pool.options().buffer_bytes_high;
  return options;
}

Http2Connection::Http2Connection(NetContext& net, ConnectionPool& pool,
                                 std::unique_ptr<Connection> connection)
    : UpstreamConnection(net, pool, std::move(connection)),
      high_water_(pool.options().buffer_bytes_high),
      codec_(connection_->write_buffer(),
             {net.loop, net.slabs, net.cells, pool.http2_stats(), *this}, OptionsOf(pool)),
      streams_(net.cells) {
  Flush();  // the preface
}

Http2Connection::~Http2Connection() { OUTRIGGER_CHECK(streams_.empty()); }

size_t Http2Connection::free_streams() const {
  return may_carry_more() ? codec_.free_streams() : 0;
}

UpstreamStream& Http2Connection::TakeStream(CircuitUse use) {
  return streams_.Make(*this, std::move(use));
}

void Http2Connection::Drain() {
  codec_.StartDrain();
  Settle();
}

// Frames the output of all streams once a turn.
void Http2Connection::Flush() {
  net_.loop.AtTurnEnd(*this);
  connection_->WriteQueued();
}

void Http2Connection::OnTurnEnd() {
  if (connection_->is_closing()) return;
  bool has_more = true;
  while (has_more && !connection_->is_above_high_water()) {
    has_more = codec_.OnTurnEnd();
    connection_->WriteQueued();
  }
  TellWritable();
  Settle();
}

void Http2Connection::TellWritable() {
  for (size_t i = 0; i < streams_.size(); ++i) streams_[i].TellIfWritable();
}

// What follows from streams having ended, and from what the peer says of itself.
void Http2Connection::Settle() {
  if (is_closing()) return;
  if (is_idle() && is_spent()) {
    connection_->Close(Connection::Flush::kYes);
  } else if ((has_become_idle_ || !is_pool_ready) && free_streams() > 0) {
    has_become_idle_ = false;
    pool_.OnReleased(*this);
  }
}

size_t Http2Connection::OnBytes(std::string_view bytes) {
  codec_.Decode(bytes);
  Settle();
  Flush();
  return bytes.size();
}

void Http2Connection::OnEof() {
  saw_eof_ = true;
  has_cut_exchange_ = !streams_.empty();
  codec_.OnEof();
  Close();
}

void Http2Connection::OnBelowLowWater() { Flush(); }

void Http2Connection::OnClosed(CloseReason reason, int) {
  CountClose(reason, has_cut_exchange_ || !streams_.empty(), !codec_.failure().empty());
  codec_.OnEof();
  // Whoever used a stream has let go of it in there.
  OUTRIGGER_CHECK(streams_.empty());
  pool_.OnClosed(*this);
}

void Http2Connection::Forget(Stream& stream) {
  streams_.Destroy(stream);
  has_become_idle_ = is_idle();
  Flush();
  Settle();
}

http::RequestEncoder& Http2Connection::Stream::StartExchange(http::ResponseEvents& events,
                                                             UpstreamUser& user) {
  OUTRIGGER_CHECK(codec_stream_ == nullptr);
  user_ = &user;
  connection_.CountExchange();
  codec_stream_ = &connection_.codec_.StartExchange(events);
  return *codec_stream_;
}

void Http2Connection::Stream::Release() {
  ConnectionPool& pool = connection_.pool_;
  pool.OnRequestEnded();
  request_use_.Release();
  const bool is_complete =
      codec_stream_->incoming().is_ended() && codec_stream_->outgoing().is_ended();
  if (!is_complete) {
    pool.stats().Add(kUpstreamRqTxReset);
    codec_stream_->ResetStream();
  }
  if (is_response_paused_) codec_stream_->ResumeBody();
  connection_.Forget(*this);
}

void Http2Connection::Stream::PauseResponse() {
  if (std::exchange(is_response_paused_, true)) return;
  codec_stream_->PauseBody();
}

void Http2Connection::Stream::ResumeResponse() {
  if (!std::exchange(is_response_paused_, false)) return;
  codec_stream_->ResumeBody();
  connection_.Flush();
}

bool Http2Connection::Stream::is_above_high_water() const {
  return connection_.connection_->is_above_high_water() ||
         codec_stream_->queued_bytes() > connection_.high_water_;
}

void Http2Connection::Stream::TellIfWritable() {
  if (connection_.connection_->is_above_high_water()) return;
  if (codec_stream_->queued_bytes() <= connection_.high_water_ / 2) {
    user_->OnUpstreamBelowLowWater();
  }
}

}  // namespace outrigger
