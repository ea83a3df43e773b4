#include "filters/grpc_web/grpc_web_filter.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/escaping.h"
#include "base/absl_view.h"
#include "filters/filter_pipeline.h"
#include "http/grpc_status.h"

namespace outrigger {

namespace {

constexpr std::string_view kBinaryTypes[] = {"application/grpc-web", "application/grpc-web+proto"};
constexpr std::string_view kTextTypes[] = {"application/grpc-web-text",
                                           "application/grpc-web-text+proto"};
constexpr char kTrailersFlag = '\x80';  // of the frame that holds them
constexpr size_t kQuad = 4;             // characters of base64 that stand for whole bytes

template <size_t kCount>
bool IsOneOf(const std::string_view (&types)[kCount], std::string_view type) {
  return std::find(std::begin(types), std::end(types), type) != std::end(types);
}

void AppendBigEndian(uint32_t value, std::string& text) {
  for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(value >> shift & 0xff);
}

// PROTOCOL-WEB.md: a frame of its own, in which the fields stand as in HTTP/1.
void AppendTrailerFrame(const http::HeaderMap& trailers, std::string& text) {
  std::string fields;
  for (const http::HeaderField& field : trailers) {
    fields.append(field.name).append(":").append(field.value).append("\r\n");
  }
  text += kTrailersFlag;
  AppendBigEndian(static_cast<uint32_t>(fields.size()), text);
  text.append(fields);
}

class GrpcWebFilter final : public HttpFilter {
 public:
  FilterVerdict OnRequestHead(FilterPipeline&, http::RequestHead& head) override {
    const std::string_view type = head.headers.Get(http::HeaderId::kContentType).value_or("");
    is_text_request_ = IsOneOf(kTextTypes, type);
    is_on_ = is_text_request_ || IsOneOf(kBinaryTypes, type);
    if (!is_on_) return FilterVerdict::kContinue;
    is_text_response_ = IsOneOf(kTextTypes, head.headers.Get("accept").value_or(""));
    head.headers.Set(http::HeaderId::kContentType, "application/grpc");
    head.headers.Set(http::HeaderId::kTe, "trailers");
    head.headers.Set("grpc-accept-encoding", "identity");
    if (is_text_request_ && head.body.kind == http::BodyLength::Kind::kKnown) {
      head.body = {http::BodyLength::Kind::kUnknown, 0};
    }
    return FilterVerdict::kContinue;
  }

  std::optional<std::string_view> OnRequestBody(FilterPipeline& pipeline,
                                                std::string_view bytes) override {
    if (!is_text_request_) return bytes;
    std::string whole(rest_, rest_size_);
    whole.append(bytes);
    const std::string_view quads = std::string_view(whole).substr(0, whole.size() / kQuad * kQuad);
    std::string& decoded = pipeline.FreshText();
    if (!absl::Base64Unescape(AbslView(quads), &decoded)) {
      Refuse(pipeline, "grpc_base_64_decode_failed");
      return std::nullopt;
    }
    rest_size_ = whole.copy(rest_, kQuad, quads.size());
    return decoded;
  }

  bool OnRequestEnd(FilterPipeline& pipeline) override {
    if (rest_size_ == 0) return true;
    Refuse(pipeline, "grpc_base_64_decode_failed_bad_size");
    return false;
  }

  void OnResponseHead(FilterPipeline&, http::ResponseHead& head) override {
    if (!is_on_) return;
    const std::string_view type = head.headers.Get(http::HeaderId::kContentType).value_or("");
    const bool is_grpc = http::IsGrpcType(type);
    head.headers.Set(http::HeaderId::kContentType,
                     is_text_response_ ? kTextTypes[1] : kBinaryTypes[1]);
    if (!is_grpc) {
      // Whoever expects messages is told by the status that there is none.
      head.headers.Set(http::HeaderId::kGrpcStatus, http::GrpcStatusFor(head.status));
      head.body = {};
      drops_body_ = true;
    } else if (head.body.kind != http::BodyLength::Kind::kNone) {
      head.body = {http::BodyLength::Kind::kUnknown, 0};
      writes_trailers_ = true;
    }
  }

  std::string_view OnResponseBody(FilterPipeline& pipeline, std::string_view bytes) override {
    if (drops_body_) return {};
    return is_text_response_ && writes_trailers_ ? Encode(pipeline, bytes) : bytes;
  }

  std::string_view OnResponseEnd(FilterPipeline& pipeline,
                                 const http::HeaderMap*& trailers) override {
    if (!writes_trailers_ || trailers == nullptr) return {};
    std::string& frame = pipeline.FreshText();
    AppendTrailerFrame(*trailers, frame);
    trailers = nullptr;
    return is_text_response_ ? Encode(pipeline, frame) : frame;
  }

 private:
  static std::string_view Encode(FilterPipeline& pipeline, std::string_view bytes) {
    std::string& encoded = pipeline.FreshText();
    absl::Base64Escape(AbslView(bytes), &encoded);
    return encoded;
  }
  static void Refuse(FilterPipeline& pipeline, std::string_view details) {
    pipeline.Reply(
        {.status = 400, .body = "Bad gRPC-web request, invalid base64 data.", .details = details});
  }

  bool is_on_ = false;
  bool is_text_request_ = false;
  bool is_text_response_ = false;
  bool writes_trailers_ = false;
  bool drops_body_ = false;
  char rest_[kQuad] = {};  // of the request: what is less than a quad
  size_t rest_size_ = 0;
};

}  // namespace

HttpFilter& GrpcWebConfig::Make(Arena& arena) const { return arena.New<GrpcWebFilter>(); }

}  // namespace outrigger
