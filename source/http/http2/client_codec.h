// HTTP/2 client side of one upstream connection: requests out, responses in, many at a time.
//
// Owned by a pooled upstream connection. Thread: worker. Source: RFC 9113 8.
#pragma once

#include "base/cell_list.h"
#include "http/http2/client_stream.h"
#include "http/http2/session.h"

namespace outrigger::http::http2 {

class ClientCodec final : public SessionEvents {
 public:
  ClientCodec(ByteBuffer& output, const SessionContext& context, const Options& options);
  ~ClientCodec() override;

  // Begins an exchange: events of the response go to `events` until its last event or ResetStream.
  // Requires: may_start().
  ClientStream& StartExchange(ResponseEvents& events);
  // Exchanges that may begin right now: none once the peer has said that it goes away.
  size_t free_streams() const;
  size_t open_streams() const { return streams_.size(); }

  // Takes all of it.
  void Decode(std::string_view bytes);
  void OnEof();
  // As ServerCodec::OnTurnEnd.
  bool OnTurnEnd();
  // The peer is told that no further request will come.
  void StartDrain() { session_.StartDrain(); }
  // The connection carries no further exchange: GOAWAY from either side, or an error.
  bool is_going_away() const;
  // How the connection failed, if its bytes were at fault.
  std::string_view failure() const { return session_.failure(); }

  Stream* OnStreamOpened() override;
  void OnHead(Stream& stream, HeadBlock& block, bool ends) override;
  void OnStreamGone(Stream& stream) override;
  Error DescribeReset(const Stream& stream, uint32_t error_code) override;

 private:
  void OnInformational(ClientStream& stream);
  void FailStreams();

  ByteBuffer& output_;
  SlabPool& slabs_;
  const size_t output_max_;
  const size_t informational_max_;
  const uint32_t streams_max_;
  Session session_;
  ResponseHead head_;
  CellList<ClientStream> streams_;
};

}  // namespace outrigger::http::http2
