#include "test/support/http2_peer.h"

#include <nghttp2/nghttp2.h>

#include <cstdlib>

namespace outrigger::test {

namespace {

constexpr size_t kFrameHeaderBytes = 9;

uint32_t ReadNumber(std::string_view bytes) {
  uint32_t number = 0;
  for (char byte : bytes) number = number << 8 | static_cast<uint8_t>(byte);
  return number;
}

uint8_t* Bytes(const std::string& text) {
  return reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
}

}  // namespace

uint32_t Frame::error_code() const {
  const std::string_view all = payload;
  return ReadNumber(all.substr(type == kGoaway ? 4 : 0, 4));
}

std::string Number32(uint32_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift);
  return bytes;
}

std::string FrameBytes(uint8_t type, uint8_t flags, uint32_t stream, std::string_view payload) {
  std::string bytes = Number32(static_cast<uint32_t>(payload.size())).substr(1);
  bytes += static_cast<char>(type);
  bytes += static_cast<char>(flags);
  return bytes.append(Number32(stream)).append(payload);
}

std::string Http2Message::Field(std::string_view name) const {
  for (const Fields* fields : {&head, &trailers}) {
    for (const auto& [key, value] : *fields) {
      if (key == name) return value;
    }
  }
  return "";
}

Http2Peer::Http2Peer() {
  if (nghttp2_hd_deflate_new(&deflater_, 4096) != 0) std::abort();
  if (nghttp2_hd_inflate_new(&inflater_) != 0) std::abort();
}

Http2Peer::~Http2Peer() {
  nghttp2_hd_deflate_del(deflater_);
  nghttp2_hd_inflate_del(inflater_);
}

Http2Peer::Http2Peer(Http2Peer&& other) noexcept
    : peer_(std::move(other.peer_)),
      deflater_(std::exchange(other.deflater_, nullptr)),
      inflater_(std::exchange(other.inflater_, nullptr)),
      messages_(std::move(other.messages_)),
      heads_(std::move(other.heads_)),
      opens_windows_(other.opens_windows_) {}

Http2Peer& Http2Peer::operator=(Http2Peer&& other) noexcept {
  peer_ = std::move(other.peer_);
  std::swap(deflater_, other.deflater_);
  std::swap(inflater_, other.inflater_);
  messages_ = std::move(other.messages_);
  heads_ = std::move(other.heads_);
  opens_windows_ = other.opens_windows_;
  return *this;
}

Http2Peer Http2Peer::ConnectTo(uint16_t port) {
  Http2Peer client;
  client.peer_ = RawPeer::ConnectTo(port);
  client.peer_.Send(std::string(kPreface) + FrameBytes(kSettings, 0, 0));
  return client;
}

Http2Peer Http2Peer::Accept(RawListener& listener, std::string_view settings) {
  Http2Peer service;
  service.peer_ = listener.Accept();
  if (service.peer_.ReadBytes(kPreface.size()) != kPreface) service.peer_.Close();
  service.Send(kSettings, 0, 0, settings);
  return service;
}

bool Http2Peer::Send(uint8_t type, uint8_t flags, uint32_t stream, std::string_view payload) {
  return peer_.Send(FrameBytes(type, flags, stream, payload));
}

bool Http2Peer::SendHead(uint32_t stream, const Fields& fields, bool ends) {
  const auto flags = static_cast<uint8_t>(kEndHeaders | (ends ? kEndStream : 0));
  return Send(kHeaders, flags, stream, EncodeFields(fields));
}

bool Http2Peer::SendHeadInPieces(uint32_t stream, const Fields& fields, bool ends) {
  constexpr size_t kPiece = 16'000;
  const std::string block = EncodeFields(fields);
  std::string frames;
  for (size_t at = 0; at < block.size(); at += kPiece) {
    const bool is_first = at == 0;
    const bool is_last = at + kPiece >= block.size();
    const int flags = (is_last ? kEndHeaders : 0) | (is_first && ends ? kEndStream : 0);
    frames += FrameBytes(is_first ? kHeaders : kContinuation, static_cast<uint8_t>(flags), stream,
                         block.substr(at, kPiece));
  }
  return peer_.Send(frames);
}

std::string Http2Peer::EncodeFields(const Fields& fields) {
  std::vector<nghttp2_nv> list;
  for (const auto& [name, value] : fields) {
    list.push_back({Bytes(name), Bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  std::string block(nghttp2_hd_deflate_bound(deflater_, list.data(), list.size()), '\0');
  const ssize_t size =
      nghttp2_hd_deflate_hd(deflater_, Bytes(block), block.size(), list.data(), list.size());
  block.resize(size < 0 ? 0 : static_cast<size_t>(size));
  return block;
}

Fields Http2Peer::DecodeFields(std::string_view block) {
  Fields fields;
  const std::string bytes(block);
  const uint8_t* next = Bytes(bytes);
  size_t left = bytes.size();
  while (true) {
    nghttp2_nv field;
    int flags = 0;
    const ssize_t taken = nghttp2_hd_inflate_hd2(inflater_, &field, &flags, next, left, 1);
    if (taken < 0) return {};
    next += taken;
    left -= static_cast<size_t>(taken);
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
      fields.emplace_back(std::string(reinterpret_cast<char*>(field.name), field.namelen),
                          std::string(reinterpret_cast<char*>(field.value), field.valuelen));
    }
    if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) break;
  }
  nghttp2_hd_inflate_end_headers(inflater_);
  return fields;
}

std::optional<Frame> Http2Peer::Next() {
  const std::string header = peer_.ReadBytes(kFrameHeaderBytes);
  if (header.size() < kFrameHeaderBytes) return std::nullopt;
  const std::string_view view = header;
  Frame frame{static_cast<uint8_t>(header[3]), static_cast<uint8_t>(header[4]),
              ReadNumber(view.substr(5)) & 0x7FFFFFFF, ""};
  const uint32_t size = ReadNumber(view.substr(0, 3));
  frame.payload = peer_.ReadBytes(size);
  if (frame.payload.size() < size) return std::nullopt;
  if (frame.type == kSettings && (frame.flags & kAck) == 0) Send(kSettings, kAck, 0);
  if (frame.type == kData && opens_windows_ && size > 0) {
    Send(kWindowUpdate, 0, 0, Number32(size));
    if (!frame.ends_stream()) Send(kWindowUpdate, 0, frame.stream, Number32(size));
  }
  return frame;
}

std::optional<Frame> Http2Peer::NextOf(uint8_t type) {
  while (auto frame = Next()) {
    if (frame->type == type) return frame;
  }
  return std::nullopt;
}

void Http2Peer::Take(const Frame& frame) {
  Http2Message& message = messages_[frame.stream];
  if (frame.type == kHeaders) {
    std::string block = frame.payload;
    for (uint8_t flags = frame.flags; (flags & kEndHeaders) == 0;) {
      const std::optional<Frame> more = Next();
      if (!more.has_value()) return;
      block += more->payload;
      flags = more->flags;
    }
    Fields fields = DecodeFields(block);
    const bool is_informational =
        !fields.empty() && fields[0].first == ":status" && fields[0].second[0] == '1';
    if (message.head.empty() && !is_informational) {
      message.head = std::move(fields);
      heads_.push_back(frame.stream);
    } else if (!is_informational) {
      message.trailers = std::move(fields);
    }
  } else if (frame.type == kData) {
    message.body += frame.payload;
  } else if (frame.type == kRstStream) {
    message.reset = frame.error_code();
    return;
  } else {
    return;
  }
  message.is_complete |= frame.ends_stream();
}

bool Http2Peer::TakeFrame() {
  const std::optional<Frame> frame = Next();
  if (frame.has_value()) Take(*frame);
  return frame.has_value();
}

Http2Message Http2Peer::Read(uint32_t stream) {
  while (!messages_[stream].is_complete && !messages_[stream].reset && TakeFrame()) {
  }
  return std::exchange(messages_[stream], {});
}

uint32_t Http2Peer::AwaitHead() {
  while (heads_.empty() && TakeFrame()) {
  }
  if (heads_.empty()) return 0;
  const uint32_t stream = heads_.front();
  heads_.erase(heads_.begin());
  return stream;
}

Fields GetFields(const std::string& path) {
  return {{":method", "GET"}, {":scheme", "http"}, {":authority", "a"}, {":path", path}};
}

Fields PostFields(const std::string& path) {
  return {{":method", "POST"}, {":scheme", "http"}, {":authority", "a"}, {":path", path}};
}

}  // namespace outrigger::test
