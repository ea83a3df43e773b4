#include "tools/load/service_connection.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "tools/load/answer.h"
#include "tools/load/demo_service.h"

namespace outrigger::load {

namespace {

// The number of `name=` in the query of `target`, at most `number_max`; 0 when there is none.
uint64_t QueryNumber(std::string_view target, std::string_view name, uint64_t number_max) {
  const size_t query = target.find('?');
  if (query == std::string_view::npos) return 0;
  const std::string pairs(target.substr(query + 1));
  for (const std::string& pair : std::vector<std::string>(absl::StrSplit(pairs, '&'))) {
    if (!pair.starts_with(name) || pair.size() <= name.size() || pair[name.size()] != '=') continue;
    uint64_t number = 0;
    if (!absl::SimpleAtoi(pair.substr(name.size() + 1), &number)) return 0;
    return std::min(number, number_max);
  }
  return 0;
}

}  // namespace

ServiceConnection::ServiceConnection(DemoService& service, std::unique_ptr<Connection> connection)
    : service_(service),
      connection_(std::move(connection)),
      codec_(connection_->write_buffer(), *this, http::CodecLimits{}, "http"),
      delay_timer_(service.net().loop, [this] {
        Answer();
        AfterDecode();
        connection_->OfferKeptBytes();
      }) {
  connection_->Start(*this);
}

size_t ServiceConnection::OnBytes(std::string_view bytes) {
  const size_t taken = codec_.Decode(bytes);
  AfterDecode();
  return taken;
}

void ServiceConnection::AfterDecode() {
  connection_->WriteQueued();
  if (codec_.must_close()) connection_->Close(Connection::Flush::kThenLinger);
}

void ServiceConnection::OnEof() {
  codec_.OnEof();
  connection_->Close(Connection::Flush::kYes);
}

http::MessageEvents& ServiceConnection::OnRequestHead(const http::RequestHead& head,
                                                      http::ResponseEncoder&) {
  constexpr auto kDelayMaxMs =
      std::chrono::duration_cast<std::chrono::milliseconds>(kDelayMax).count();
  id_ = head.headers.Get(kIdHeader).value_or("");
  bytes_min_ = QueryNumber(head.path, "bytes", kBodyBytesMax);
  delay_ = std::chrono::milliseconds(QueryNumber(head.path, "delay_ms", kDelayMaxMs));
  return *this;
}

void ServiceConnection::OnConnectionError(const http::Error& error) {
  if (!codec_.has_active_exchange()) codec_.EncodeErrorReply(error);
}

void ServiceConnection::OnMessageEnd() {
  if (delay_ > Duration::zero()) {
    delay_timer_.Arm(delay_);
  } else {
    Answer();
  }
}

void ServiceConnection::Answer() {
  const std::string body = AnswerBody(id_, service_.options().version, bytes_min_);
  const std::string size = std::to_string(body.size());
  http::ResponseHead head;
  head.status = 200;
  head.headers.Add("content-type", "text/plain");
  head.headers.Add(kVersionHeader, service_.options().version);
  head.headers.Add(kNameHeader, service_.options().name);
  head.headers.Add(kEchoHeader, id_);
  head.headers.Add(kBytesHeader, size);
  head.body = {http::BodyLength::Kind::kKnown, body.size()};
  codec_.EncodeResponseHead(head, /*closes_connection=*/false);
  codec_.EncodeBody(body);
  codec_.EncodeEnd(nullptr);
}

void ServiceConnection::OnClosed(CloseReason, int) {
  delay_timer_.Disarm();
  service_.net().loop.DeferDelete(std::move(connection_));
  service_.Remove(*this);
}

}  // namespace outrigger::load
