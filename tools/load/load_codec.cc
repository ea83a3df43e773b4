#include "tools/load/load_codec.h"

#include "http/http1/client_codec.h"
#include "http/http2/client_codec.h"
#include "tools/load/codec_surroundings.h"

namespace outrigger::load {

namespace {

class Http1LoadCodec final : public LoadCodec {
 public:
  explicit Http1LoadCodec(ByteBuffer& output) : codec_(output, http::CodecLimits{}) {}

  http::RequestEncoder& StartExchange(http::ResponseEvents& events) override {
    return codec_.StartExchange(events);
  }
  bool may_start() const override { return codec_.is_idle() && !codec_.must_close(); }
  bool may_receive() const override { return !codec_.is_idle(); }
  size_t Decode(std::string_view bytes) override { return codec_.Decode(bytes); }
  void OnEof() override { codec_.OnEof(); }
  bool OnTurnEnd() override { return false; }
  bool is_spent() const override { return codec_.must_close(); }

 private:
  http::http1::ClientCodec codec_;
};

class Http2LoadCodec final : public LoadCodec {
 public:
  Http2LoadCodec(ByteBuffer& output, NetContext& net)
      : surroundings_(net), codec_(output, surroundings_.context(), http::http2::Options{}) {}

  http::RequestEncoder& StartExchange(http::ResponseEvents& events) override {
    return codec_.StartExchange(events);
  }
  bool may_start() const override { return codec_.free_streams() > 0; }
  bool may_receive() const override { return true; }
  size_t Decode(std::string_view bytes) override {
    codec_.Decode(bytes);
    return bytes.size();
  }
  void OnEof() override { codec_.OnEof(); }
  bool OnTurnEnd() override { return codec_.OnTurnEnd(); }
  bool is_spent() const override { return codec_.is_going_away(); }

 private:
  CodecSurroundings surroundings_;
  http::http2::ClientCodec codec_;
};

}  // namespace

std::unique_ptr<LoadCodec> MakeLoadCodec(Protocol protocol, ByteBuffer& output, NetContext& net) {
  if (protocol == Protocol::kHttp1) return std::make_unique<Http1LoadCodec>(output);
  return std::make_unique<Http2LoadCodec>(output, net);
}

}  // namespace outrigger::load
