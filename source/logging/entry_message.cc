#include "logging/entry_message.h"

#include <algorithm>
#include <iterator>

#include "logging/entry_properties.h"
#include "logging/proto_writer.h"

namespace outrigger::logging {

namespace {

constexpr uint32_t kLogEntry = 1;
constexpr uint32_t kCommonProperties = 1;

// Numbers of an enum, by the place of a name.
template <size_t kNames>
uint64_t PlaceIn(std::string_view name, const std::string_view (&names)[kNames]) {
  const auto* found = std::find(std::begin(names), std::end(names), name);
  return found == std::end(names) ? 0 : static_cast<uint64_t>(found - std::begin(names)) + 1;
}

uint64_t VersionOf(std::string_view protocol) {
  constexpr std::string_view kNames[] = {"HTTP/1.0", "HTTP/1.1", "HTTP/2"};
  return PlaceIn(protocol, kNames);
}

// envoy.config.core.v3.RequestMethod.
uint64_t MethodOf(std::string_view method) {
  constexpr std::string_view kNames[] = {"GET",     "HEAD",    "POST",  "PUT",  "DELETE",
                                         "CONNECT", "OPTIONS", "TRACE", "PATCH"};
  return PlaceIn(method, kNames);
}

size_t FieldBytes(std::string_view name, std::string_view value) {
  return value.empty() ? 0 : name.size() + value.size();
}

// Content-Length and Transfer-Encoding are no fields any more, and are told as if they were.
size_t FramingBytes(const http::BodyLength& body, http::Version version) {
  switch (body.kind) {
    case http::BodyLength::Kind::kNone:
      return 0;
    case http::BodyLength::Kind::kKnown:
      return FieldBytes("content-length", std::to_string(body.bytes));
    case http::BodyLength::Kind::kUnknown:
      return version == http::Version::kHttp11 ? FieldBytes("transfer-encoding", "chunked") : 0;
  }
  return 0;
}

size_t FieldsBytes(const http::HeaderMap& fields) {
  size_t bytes = 0;
  for (const http::HeaderField& field : fields) bytes += field.name.size() + field.value.size();
  return bytes;
}

size_t HeadBytes(const http::RequestHead& head) {
  return FieldBytes(":method", head.method) + FieldBytes(":scheme", head.scheme) +
         FieldBytes(":authority", head.authority) + FieldBytes(":path", head.path) +
         FieldsBytes(head.headers) + FramingBytes(head.body, head.version);
}

size_t HeadBytes(const http::ResponseHead& head) {
  return FieldBytes(":status", "200") + FieldsBytes(head.headers) +
         FramingBytes(head.body, head.version);
}

template <typename Head>
void WriteFields(uint32_t field, const std::vector<FieldName>& names, const Head& head,
                 ProtoWriter& writer) {
  for (const FieldName& name : names) {
    const auto value = FieldOf(head, name);
    if (value.has_value()) writer.Pair(field, name.name, *value);
  }
}

// HTTPRequestProperties.
void WriteRequest(const EntryForm& form, const LogEntry& entry, ProtoWriter& writer) {
  if (entry.request == nullptr) return writer.Number(12, entry.bytes_received);
  const http::RequestHead& request = *entry.request;
  const auto value_of = [&request](auto name) { return request.headers.Get(name).value_or(""); };
  writer.Number(1, MethodOf(request.method));
  writer.Text(2, request.scheme);
  writer.Text(3, request.authority);
  writer.Text(5, request.path);
  writer.Text(6, value_of("user-agent"));
  writer.Text(7, value_of("referer"));
  writer.Text(8, value_of(http::HeaderId::kXForwardedFor));
  writer.Text(9, value_of(http::HeaderId::kXRequestId));
  writer.Text(10, value_of("x-envoy-original-path"));
  writer.Number(11, HeadBytes(request));
  writer.Number(12, entry.bytes_received);
  WriteFields(13, form.request_fields, request, writer);
}

void WriteResponseFields(const EntryForm& form, const http::ResponseHead& response,
                         ProtoWriter& writer) {
  WriteFields(4, form.response_fields, response, writer);
  for (const FieldName& name : form.response_fields) {
    if (name.name == ":status") writer.Pair(4, name.name, std::to_string(response.status));
  }
}

// HTTPResponseProperties.
void WriteResponse(const EntryForm& form, const LogEntry& entry, ProtoWriter& writer) {
  if (entry.status != 0) writer.Message(1, [&] { writer.Number(1, entry.status); });
  if (entry.response != nullptr) writer.Number(2, HeadBytes(*entry.response));
  writer.Number(3, entry.bytes_sent);
  if (entry.response != nullptr) WriteResponseFields(form, *entry.response, writer);
  if (entry.response_trailers != nullptr) {
    WriteFields(5, form.trailer_fields, *entry.response_trailers, writer);
  }
  writer.Text(6, entry.details);
}

void WriteHttp(const EntryForm& form, const LogEntry& entry, ProtoWriter& writer) {
  writer.Message(kCommonProperties, [&] { WriteProperties(form, entry, writer); });
  writer.Number(2, VersionOf(entry.protocol));
  writer.Message(3, [&] { WriteRequest(form, entry, writer); });
  writer.Message(4, [&] { WriteResponse(form, entry, writer); });
}

void WriteTcp(const EntryForm& form, const LogEntry& entry, ProtoWriter& writer) {
  writer.Message(kCommonProperties, [&] { WriteProperties(form, entry, writer); });
  writer.Message(2, [&] {
    writer.Number(1, entry.bytes_received);
    writer.Number(2, entry.bytes_sent);
  });
}

}  // namespace

void AppendEntry(const EntryForm& form, const LogEntry& entry, std::string& text) {
  ProtoWriter writer(text);
  writer.Message(kLogEntry, [&] {
    form.kind == EntryKind::kHttp ? WriteHttp(form, entry, writer) : WriteTcp(form, entry, writer);
  });
}

size_t FirstEntryBytes(std::string_view begin) {
  if (begin.empty()) return 0;
  const Varint length = ReadVarint(begin.substr(1));
  return length.size == 0 ? 0 : 1 + length.size + length.value;
}

std::string StreamMessage(EntryKind kind, std::string_view identifier, std::string_view entries) {
  constexpr uint32_t kIdentifier = 1;
  constexpr uint32_t kHttpLogs = 2;
  constexpr uint32_t kTcpLogs = 3;
  std::string message;
  message.reserve(identifier.size() + entries.size() + 2 * (1 + kVarintBytesMax));
  ProtoWriter writer(message);
  if (!identifier.empty()) writer.Bytes(kIdentifier, identifier);
  writer.Bytes(kind == EntryKind::kHttp ? kHttpLogs : kTcpLogs, entries);
  return message;
}

std::string StreamIdentifier(std::string_view node, std::string_view log_name) {
  std::string identifier;
  ProtoWriter writer(identifier);
  writer.Bytes(1, node);
  writer.Text(2, log_name);
  return identifier;
}

}  // namespace outrigger::logging
