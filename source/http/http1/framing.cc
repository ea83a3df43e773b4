// The fields that belong to one connection only: those that delimit the message, and those that
// Connection names. They end here (R9).
#include <algorithm>
#include <array>

#include "http/http1/parser.h"
#include "http/syntax.h"

namespace outrigger::http::http1 {

namespace {

// What a Connection header may not take away from the next hop (R50).
bool IsProtectedFromConnection(std::string_view name) {
  static constexpr std::string_view kNames[] = {"host",      "authorization", "cookie",     "via",
                                                "forwarded", "x-request-id",  "grpc-status"};
  static constexpr std::string_view kPrefixes[] = {"x-forwarded-", "x-envoy-", "content-"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames) ||
         std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                     [name](std::string_view prefix) { return name.starts_with(prefix); });
}

bool IsHopByHop(const HeaderField& field) {
  switch (field.id) {
    case HeaderId::kConnection:
    case HeaderId::kContentLength:
    case HeaderId::kKeepAlive:
    case HeaderId::kProxyConnection:
    case HeaderId::kTe:
    case HeaderId::kTransferEncoding:
    case HeaderId::kUpgrade:
      return true;
    default:
      return field.name == "http2-settings";
  }
}

template <typename OnElement>
void ForEachElement(std::string_view list, OnElement on_element) {
  while (true) {
    const size_t comma = list.find(',');
    on_element(TrimBlanks(list.substr(0, comma)));
    if (comma == list.npos) return;
    list.remove_prefix(comma + 1);
  }
}

class FramingReader {
 public:
  explicit FramingReader(Framing& framing) : framing_(framing) {}

  void Read(const HeaderField& field) {
    switch (field.id) {
      case HeaderId::kContentLength:
        ForEachElement(field.value, [this](std::string_view text) { ReadLength(text); });
        return;
      case HeaderId::kTransferEncoding:
        ReadCoding(field.value);
        return;
      case HeaderId::kTe:
        ForEachElement(field.value, [this](std::string_view text) {
          accepts_trailers_ |= EqualsIgnoringCase(text, "trailers");
        });
        return;
      case HeaderId::kConnection:
        ForEachElement(field.value, [this](std::string_view text) { ReadOption(text); });
        return;
      case HeaderId::kUpgrade:
        ReadUpgrade(field.value);
        return;
      default:
        return;
    }
  }

  bool IsNominated(const HeaderField& field) const {
    const auto end = nominated_.begin() + nominated_count_;
    return std::any_of(
               nominated_.begin(), end,
               [&field](std::string_view name) { return EqualsIgnoringCase(name, field.name); }) &&
           !IsProtectedFromConnection(field.name);
  }
  bool accepts_trailers() const { return accepts_trailers_; }
  // R52: never to HTTP/2, which is spoken from the start or not at all.
  std::string_view upgrade() const {
    return is_upgrade_named_ && !EqualsIgnoringCase(upgrade_, "h2c") ? upgrade_
                                                                     : std::string_view();
  }
  const std::optional<ParseFailure>& failure() const { return failure_; }

 private:
  // One number, or the same number repeated (RFC 9112 6.3, R4).
  void ReadLength(std::string_view text) {
    const std::optional<uint64_t> length = ParseDecimal(text);
    if (!length.has_value()) {
      Fail(ErrorKind::kBadRequest, "content-length is not a number");
    } else if (framing_.content_length.value_or(*length) != *length) {
      Fail(ErrorKind::kBadRequest, "content-length values differ");
    } else {
      framing_.content_length = length;
    }
  }

  // Only `chunked`, exactly once (R2).
  void ReadCoding(std::string_view text) {
    if (framing_.is_chunked || !EqualsIgnoringCase(text, "chunked")) {
      Fail(ErrorKind::kNotImplemented, "transfer-encoding is not chunked alone");
    }
    framing_.is_chunked = true;
  }

  void ReadOption(std::string_view text) {
    if (text.empty()) return;
    if (EqualsIgnoringCase(text, "close")) {
      framing_.wants_close = true;
    } else if (EqualsIgnoringCase(text, "keep-alive")) {
      framing_.wants_keep_alive = true;
    } else if (EqualsIgnoringCase(text, "upgrade")) {
      is_upgrade_named_ = true;
    } else if (nominated_count_ == nominated_.size()) {
      Fail(ErrorKind::kBadRequest, "connection names too many fields");
    } else {
      nominated_[nominated_count_++] = text;
    }
  }

  // A list names no single protocol, and so none that is configured.
  void ReadUpgrade(std::string_view text) { upgrade_ = upgrade_.empty() ? text : ","; }

  void Fail(ErrorKind kind, std::string_view cause) {
    if (!failure_.has_value()) failure_ = ParseFailure{kind, cause};
  }

  Framing& framing_;
  std::array<std::string_view, FieldParser::kNominatedMax> nominated_;
  size_t nominated_count_ = 0;
  std::string_view upgrade_;
  bool is_upgrade_named_ = false;
  bool accepts_trailers_ = false;
  std::optional<ParseFailure> failure_;
};

}  // namespace

std::optional<ParseFailure> TakeFraming(HeaderMap& fields, Framing& framing) {
  FramingReader reader(framing);
  for (const HeaderField& field : fields) reader.Read(field);
  if (framing.is_chunked && framing.content_length.has_value()) {
    return ParseFailure{ErrorKind::kLengthAndChunked,
                        "both content-length and transfer-encoding"};  // R1
  }
  if (reader.failure().has_value()) return reader.failure();
  framing.upgrade = reader.upgrade();
  fields.RemoveIf([&reader](const HeaderField& field) {
    return IsHopByHop(field) || reader.IsNominated(field);
  });
  if (reader.accepts_trailers()) fields.Add(HeaderId::kTe, "trailers");
  return std::nullopt;
}

}  // namespace outrigger::http::http1
