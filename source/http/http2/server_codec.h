// HTTP/2 server side of one connection: requests in, responses out, many at a time.
//
// A stream that fails costs itself only; a peer that breaks the connection's rules gets GOAWAY.
//
// Owned by an http_connection. Thread: worker. Source: RFC 9113 8.
#pragma once

#include "base/cell_list.h"
#include "http/http2/server_stream.h"
#include "http/http2/session.h"

namespace outrigger::http::http2 {

class ServerCodec final : public http::ServerCodec, public SessionEvents {
 public:
  // `output` receives encoded bytes; `events` outlives the codec. `scheme` is "http" or "https".
  ServerCodec(ByteBuffer& output, const SessionContext& context, ServerCodecEvents& events,
              const Options& options, std::string_view scheme);
  ~ServerCodec() override;

  size_t Decode(std::string_view bytes) override;
  void OnEof() override;
  bool OnTurnEnd() override;
  bool is_inside_head() const override { return session_.is_inside_block(); }
  bool is_blocked_by_pause() const override { return false; }
  bool must_close() const override { return session_.is_over(); }
  MonotonicTime flush_due() const override { return session_.flush_due(); }
  void ResetStalled() override;
  void StartDrain() override { session_.StartDrain(); }
  void EncodeErrorReply(const Error& error) override;

  Stream* OnStreamOpened() override;
  void OnHead(Stream& stream, HeadBlock& block, bool ends) override;
  void OnStreamGone(Stream& stream) override;
  Error DescribeReset(const Stream& stream, uint32_t error_code) override;

 private:
  void Refuse(ServerStream& stream, const Error& error);
  void ReportFailure();
  void FailStreams();

  ByteBuffer& output_;
  SlabPool& slabs_;
  ServerCodecEvents& events_;
  const size_t output_max_;
  const size_t streams_max_;
  const std::string_view scheme_;
  Session session_;
  RequestHead head_;
  CellList<ServerStream> streams_;
  // Streams that ended since the last turn did. What served them is freed with the turn: until then
  // they count towards streams_max_, or a peer could have any number in the midst of one (R29).
  size_t ended_in_turn_ = 0;
  bool has_reported_failure_ = false;
};

}  // namespace outrigger::http::http2
