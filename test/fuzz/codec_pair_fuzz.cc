// A client, the proxy's two codecs and a service, in each of the four pairs of protocols; one of
// the two ends speaks the input's bytes, the other speaks well. What the good end hears is what was
// passed on, in order, and ends only where the bytes' framing ended it.
//
// The first byte: bit 0 the client's protocol, bit 1 the service's, bit 2 which of them speaks the
// bytes, bit 3 puts a preface and SETTINGS in front of HTTP/2, the rest seeds how bytes are cut.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "test/fuzz/codec_relay.h"
#include "test/support/http2_peer.h"

namespace {

using namespace outrigger;
using namespace outrigger::http;
using http2::Heard;

// One side has nothing to say any more long before this.
constexpr int kTurnsMax = 10'000;

// A service that echoes what it is sent, when it has all of it.
class Service final : public ServerCodecEvents {
 public:
  struct Request final : MessageEvents {
    void OnBody(std::string_view bytes) override { heard.AddBody(bytes); }
    void OnTrailers(const HeaderMap& trailers) override { heard.AddTrailers(trailers); }
    void OnMessageEnd() override {
      heard.End();
      ResponseHead head;
      head.status = 200;
      if (!heard.body().empty()) head.body.kind = BodyLength::Kind::kUnknown;
      encoder->EncodeResponseHead(head, false);
      if (!heard.body().empty()) encoder->EncodeBody(heard.body());
      encoder->EncodeEnd(nullptr);
    }
    void OnMessageError(const Error& error) override {
      heard.Fail(error);
      encoder->ResetStream();
    }
    std::string name;
    Heard heard;
    ResponseEncoder* encoder = nullptr;
  };

  Service(http2::Surroundings& around, bool is_http2) : output_(around.slabs) {
    if (is_http2) {
      codec_ = std::make_unique<http2::ServerCodec>(output_, around.context, *this,
                                                    http2::Options(), "http");
    } else {
      codec_ = std::make_unique<http1::ServerCodec>(output_, *this, CodecLimits(), "http");
    }
  }
  ~Service() override { codec_->OnEof(); }
  MessageEvents& OnRequestHead(const RequestHead& head, ResponseEncoder& encoder) override {
    requests.push_back(std::make_unique<Request>());
    requests.back()->name = head.authority;
    requests.back()->encoder = &encoder;
    return *requests.back();
  }
  // A good proxy sends nothing that is no request.
  void OnConnectionError(const Error&) override { OUTRIGGER_CHECK(false); }
  void OnRequestRefused(const Error&) override { OUTRIGGER_CHECK(false); }

  std::string Hear(std::string_view bytes) {
    pending_ += bytes;
    pending_.erase(0, codec_->Decode(pending_));
    codec_->OnTurnEnd();
    std::string answer = output_.ToString();
    output_.Clear();
    return answer;
  }

  std::vector<std::unique_ptr<Request>> requests;

 private:
  ByteBuffer output_;
  std::string pending_;
  std::unique_ptr<ServerCodec> codec_;
};

// A client that asks for three things, one of them with a body; over HTTP/1 for one only.
class Client {
 public:
  struct Call final : ResponseEvents {
    void OnInformational(const ResponseHead&) override {}
    void OnResponseHead(const ResponseHead&) override { has_head = true; }
    void OnBody(std::string_view bytes) override { heard.AddBody(bytes); }
    void OnTrailers(const HeaderMap& trailers) override { heard.AddTrailers(trailers); }
    void OnMessageEnd() override { heard.End(); }
    void OnMessageError(const Error& error) override { heard.Fail(error); }
    std::string name;
    Heard heard;
    bool has_head = false;
  };

  Client(http2::Surroundings& around, bool is_http2) : upstream_(around, is_http2) {}
  ~Client() { upstream_.OnEof(); }

  void Ask(std::string_view method, size_t body_bytes) {
    if (!upstream_.may_start()) return;
    calls.push_back(std::make_unique<Call>());
    Call& call = *calls.back();
    call.name = "c" + std::to_string(calls.size());
    RequestHead head;
    head.method = method;
    head.path = "/";
    head.scheme = "http";
    head.authority = call.name;
    if (body_bytes > 0) head.body = {BodyLength::Kind::kKnown, body_bytes};
    RequestEncoder& encoder = upstream_.StartExchange(call);
    encoder.EncodeRequestHead(head);
    if (body_bytes > 0) encoder.EncodeBody(std::string(body_bytes, 'x'));
    encoder.EncodeEnd(nullptr);
  }
  std::string Hear(std::string_view bytes) {
    upstream_.Receive(bytes);
    upstream_.OnTurnEnd();
    return upstream_.TakeOutput();
  }
  void OnEof() { upstream_.OnEof(); }

  std::vector<std::unique_ptr<Call>> calls;

 private:
  RelayUpstream upstream_;
};

struct Plan {
  explicit Plan(uint8_t first)
      : is_client_http2((first & 1) != 0),
        is_service_http2((first & 2) != 0),
        is_service_strange((first & 4) != 0),
        has_opening((first & 8) != 0) {}
  const bool is_client_http2;
  const bool is_service_http2;
  const bool is_service_strange;
  const bool has_opening;
};

std::string Opening(const Plan& plan) {
  const bool is_http2 = plan.is_service_strange ? plan.is_service_http2 : plan.is_client_http2;
  if (!plan.has_opening || !is_http2) return {};
  const std::string settings = test::FrameBytes(test::kSettings, 0, 0);
  return plan.is_service_strange ? settings : std::string(test::kPreface) + settings;
}

void CheckHeard(const Heard& heard, const std::string& passed_on, bool was_end_passed_on) {
  OUTRIGGER_CHECK(passed_on.starts_with(heard.body()));
  if (!heard.has_ended()) return;
  OUTRIGGER_CHECK(was_end_passed_on);
  OUTRIGGER_CHECK(heard.body() == passed_on);
}

// The client speaks the bytes; there is a service for each connection that the proxy makes.
void RunStrangeClient(const Plan& plan, std::string_view bytes, Random& random) {
  http2::Surroundings around;
  CodecRelay relay(around, plan.is_client_http2, plan.is_service_http2);
  std::vector<std::unique_ptr<Service>> services;
  const auto talk = [&] {
    bool is_silent = false;
    for (int turn = 0; !is_silent; ++turn) {
      OUTRIGGER_CHECK(turn < kTurnsMax);
      relay.OnTurnEnd();
      is_silent = relay.TakeOutput().empty();
      for (size_t i = 0; i < relay.upstreams.size(); ++i) {
        if (i == services.size()) {
          services.push_back(std::make_unique<Service>(around, plan.is_service_http2));
        }
        const std::string request = relay.upstreams[i]->TakeOutput();
        const std::string answer = services[i]->Hear(request);
        relay.upstreams[i]->Receive(answer);
        is_silent &= request.empty() && answer.empty();
      }
    }
  };
  while (!bytes.empty() && !relay.has_ended()) {
    const size_t piece = std::min<size_t>(bytes.size(), 1 + random.Below(300));
    relay.Receive(bytes.substr(0, piece));
    bytes.remove_prefix(piece);
    if (random.Below(4) == 0) talk();
  }
  talk();
  relay.OnEof();
  talk();
  for (const auto& upstream : relay.upstreams) upstream->OnEof();
  OUTRIGGER_CHECK(relay.IsQuiet());
  for (const auto& service : services) {
    for (const auto& request : service->requests) {
      const auto found = std::ranges::find_if(
          relay.exchanges, [&](const auto& each) { return each->name() == request->name; });
      OUTRIGGER_CHECK(found != relay.exchanges.end());
      CheckHeard(request->heard, (*found)->request_body(), (*found)->has_request_ended());
    }
  }
}

// The service speaks the bytes: to the one HTTP/2 connection, or to HTTP/1 connections in turn.
void RunStrangeService(const Plan& plan, std::string_view bytes, Random& random) {
  http2::Surroundings around;
  CodecRelay relay(around, plan.is_client_http2, plan.is_service_http2);
  Client client(around, plan.is_client_http2);
  const auto talk = [&] {
    bool is_silent = false;
    for (int turn = 0; !is_silent; ++turn) {
      OUTRIGGER_CHECK(turn < kTurnsMax);
      relay.OnTurnEnd();
      is_silent = true;
      for (const auto& upstream : relay.upstreams) is_silent &= upstream->TakeOutput().empty();
      const std::string response = relay.TakeOutput();
      const std::string request = client.Hear(response);
      relay.Receive(request);
      is_silent &= request.empty() && response.empty();
    }
    if (relay.has_ended()) client.OnEof();
  };
  static constexpr std::string_view kMethods[] = {"GET", "POST", "HEAD"};
  for (size_t i = 0; i < 3; ++i)
    client.Ask(kMethods[(i + random.Below(3)) % 3], i == 1 ? 20'000 : 0);
  talk();
  while (!bytes.empty() && !relay.upstreams.empty()) {
    const size_t piece = std::min<size_t>(bytes.size(), 1 + random.Below(300));
    relay.upstreams.back()->Receive(bytes.substr(0, piece));
    bytes.remove_prefix(piece);
    if (random.Below(4) == 0) talk();
  }
  talk();
  for (const auto& upstream : relay.upstreams) upstream->OnEof();
  talk();
  OUTRIGGER_CHECK(relay.IsQuiet());
  relay.OnEof();
  client.OnEof();
  for (size_t i = 0; i < relay.exchanges.size(); ++i) {
    const RelayedExchange& exchange = *relay.exchanges[i];
    const auto call = std::ranges::find_if(
        client.calls, [&](const auto& each) { return each->name == relay.clients_names[i]; });
    OUTRIGGER_CHECK(call != client.calls.end() && (*call)->heard.is_over());
    if (exchange.has_own_answer()) continue;
    CheckHeard((*call)->heard, exchange.response_body(), exchange.has_response_ended());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const Plan plan(data[0]);
  FastRandom random(data[0] >> 4);
  const std::string bytes =
      Opening(plan) + std::string(reinterpret_cast<const char*>(data) + 1, size - 1);
  plan.is_service_strange ? RunStrangeService(plan, bytes, random)
                          : RunStrangeClient(plan, bytes, random);
  return 0;
}
