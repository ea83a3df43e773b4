// Whatever clients and services send: the entry that tells of it is a message that can be read, and
// says how long it is.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "envoy/service/accesslog/v3/als.pb.h"
#include "logging/entry_message.h"

namespace outrigger {
namespace {

void Check(logging::EntryKind kind, std::string_view hostile) {
  http::RequestHead request;
  request.method = hostile.substr(0, hostile.find(' '));
  request.path = hostile;
  request.headers.Add("user-agent", hostile);
  http::Metadata metadata;
  metadata.Set(hostile, hostile, http::MetadataValue::Of(hostile));
  logging::LogEntry entry;
  entry.request = &request;
  entry.response_trailers = &request.headers;
  entry.metadata = &metadata;
  entry.server_name = entry.details = hostile;
  entry.bytes_sent = hostile.size();
  logging::EntryForm form;
  form.kind = kind;
  form.request_fields = form.trailer_fields = {logging::FieldName::Of("user-agent")};
  form.tags = {{"tag", form.request_fields[0], ""}};
  std::string entries;
  logging::AppendEntry(form, entry, entries);
  OUTRIGGER_CHECK(logging::FirstEntryBytes(entries) == entries.size());
  envoy::service::accesslog::v3::StreamAccessLogsMessage message;
  OUTRIGGER_CHECK(message.ParseFromString(logging::StreamMessage(kind, "", entries)));
  const bool is_http = kind == logging::EntryKind::kHttp;
  OUTRIGGER_CHECK(message.http_logs().log_entry_size() == (is_http ? 1 : 0));
  OUTRIGGER_CHECK(message.tcp_logs().log_entry_size() == (is_http ? 0 : 1));
}

}  // namespace
}  // namespace outrigger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace outrigger;  // NOLINT(google-build-using-namespace): one function
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  Check(logging::EntryKind::kHttp, text);
  Check(logging::EntryKind::kTcp, text);
  static_cast<void>(logging::FirstEntryBytes(text));
  return 0;
}
