#include "downstream/own_reply.h"

#include <algorithm>
#include <optional>

#include "http/grpc_status.h"
#include "routing/header_operations.h"

namespace outrigger {

namespace {

using http::HeaderId;

// RFC 9110 15.3.5, 15.4.5
bool MayHaveBody(uint16_t status) { return status != 204 && status != 304; }

// As Envoy: what a rule's fields say of the type counts most; then the format's word, if it has
// changed anything, and else the word that is there.
void SettleType(std::string_view type, bool is_rewritten, http::HeaderMap& headers) {
  if (is_rewritten || !headers.Has(HeaderId::kContentType)) {
    headers.Set(HeaderId::kContentType, type);
  }
}

}  // namespace

void RewriteReply(const LocalReplies& replies, logging::FormatValues& formats, Random& random,
                  OwnReply& reply, http::ResponseHead& response) {
  const std::string_view before = reply.body;
  const logging::BodyFormat* format = replies.format.has_value() ? &*replies.format : nullptr;
  bool is_type_said = false;
  const logging::LogEntry entry = formats.Entry();
  const auto rule =
      std::find_if(replies.rules.begin(), replies.rules.end(),
                   [&](const LocalReplyRule& one) { return one.filter.Matches(entry, random); });
  if (rule != replies.rules.end()) {
    const auto type = response.headers.Get(HeaderId::kContentType);
    routing::Apply(rule->headers, formats, response.headers);
    is_type_said = response.headers.Get(HeaderId::kContentType) != type;
    response.status = rule->status.value_or(response.status);
    if (rule->body.has_value()) reply.body = *rule->body;
    if (rule->format.has_value()) format = &*rule->format;
  }
  if (format != nullptr) reply.body = formats.Body(*format, reply.body);
  if (reply.body.empty() || is_type_said) return;
  SettleType(format == nullptr ? "text/plain" : std::string_view(format->content_type),
             reply.body != before, response.headers);
}

void FrameReply(const http::RequestHead& request, Arena& arena, OwnReply& reply,
                http::ResponseHead& response) {
  http::HeaderMap& headers = response.headers;
  if (http::IsGrpcRequest(request)) {
    headers.Set(HeaderId::kContentType, "application/grpc");
    headers.Set(HeaderId::kGrpcStatus, reply.grpc_status.empty()
                                           ? http::GrpcStatusFor(response.status)
                                           : reply.grpc_status);
    response.status = 200;
    // The end of a JSON line is no part of a message.
    if (reply.body.ends_with('\n')) reply.body.remove_suffix(1);
    if (!reply.body.empty()) {
      headers.Set("grpc-message", http::EncodeGrpcMessage(reply.body, arena));
    }
    reply.body = {};
    return;
  }
  if (!MayHaveBody(response.status)) reply.body = {};
  if (reply.body.empty()) {
    headers.Remove(HeaderId::kContentType);
    return;
  }
  SettleType("text/plain", /*is_rewritten=*/false, headers);
  response.body = {http::BodyLength::Kind::kKnown, reply.body.size()};
}

}  // namespace outrigger
