// The request of one HTTP/2 stream.
//
// Owned by its client codec. Thread: worker.
#pragma once

#include <string>

#include "http/http2/stream.h"

namespace outrigger::http::http2 {

class ClientStream : public RequestEncoder, public Stream {
 public:
  ClientStream(Session& session, SlabPool& slabs, ResponseEvents& events);

  void EncodeRequestHead(const RequestHead& head) override;
  void EncodeBody(std::string_view bytes) override;
  void EncodeEnd(const HeaderMap* trailers) override;
  void ResetStream() override { Reset(); }
  void PauseBody() override { Pause(); }
  void ResumeBody() override { Resume(); }
  size_t queued_bytes() const override { return Stream::queued_bytes(); }

  // The peer has answered with at least a head.
  bool has_response() const { return has_response_; }

 private:
  friend class ClientCodec;  // STYLE: it reads what the stream writes

  Session& session_;
  ResponseEvents* events_;
  size_t informational_count_ = 0;
  std::string upgrade_;  // what the request asks for
  bool is_tunnel_ = false;
  bool is_head_ = false;
  bool has_response_ = false;
};

}  // namespace outrigger::http::http2
