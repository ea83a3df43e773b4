// An answer of our own: what we have to say, and what the configuration makes of it before it is
// sent.
//
// Thread: worker (values; texts live as long as the exchange).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/random.h"
#include "http/message.h"
#include "logging/format_values.h"
#include "snapshot/local_replies.h"

namespace outrigger {

struct OwnReply {
  uint16_t status = 0;
  std::string_view body;
  std::string_view location;      // empty: none
  std::string_view content_type;  // of a body that has its form already; empty: text/plain
  std::string_view grpc_status;   // for gRPC clients; empty: what stands for the status
};

// By the first rule that fits; `response` holds its status and the fields it has so far.
void RewriteReply(const LocalReplies& replies, logging::FormatValues& formats, Random& random,
                  OwnReply& reply, http::ResponseHead& response);

// Settles what the fields of `response` say of a body, or of the outcome for a gRPC client, which
// looks for it in grpc-status and takes any HTTP status but 200 for a proxy that does not
// understand it.
void FrameReply(const http::RequestHead& request, Arena& arena, OwnReply& reply,
                http::ResponseHead& response);

}  // namespace outrigger
