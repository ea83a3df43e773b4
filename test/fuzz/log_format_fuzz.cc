// Whatever stands in a format string: it compiles or says why not, and what it writes of hostile
// values is one line, or one valid JSON string.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "logging/json_format.h"
#include "logging/text_format.h"

namespace outrigger {
namespace {

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// The request's fields are what the input has behind its first line.
void Write(const logging::TextFormat& format, std::string_view hostile) {
  http::RequestHead request;
  request.method = "GET";
  request.path = hostile;
  request.headers.Add("user-agent", hostile);
  logging::LogEntry entry;
  entry.request = &request;
  entry.route = hostile;
  std::string line;
  format.Append(entry, {logging::Escaping::kLine}, line);
  logging::JsonFormat json;
  json.Value(format);
  std::string text;
  json.Append(entry, text);
  for (const char c : text) OUTRIGGER_CHECK(!IsControl(c));
  OUTRIGGER_CHECK(!text.empty());
}

}  // namespace
}  // namespace outrigger

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace outrigger;  // NOLINT(google-build-using-namespace): one function
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  const size_t end = text.find('\n');
  const auto format = logging::TextFormat::Compile(text.substr(0, end), {});
  if (format.ok()) Write(*format, end == text.npos ? text : text.substr(end + 1));
  // A value alone never adds a line, whatever it is.
  const auto value = logging::TextFormat::Compile("%REQ(USER-AGENT)%", {});
  OUTRIGGER_CHECK(value.ok());
  http::RequestHead request;
  request.headers.Add("user-agent", text);
  logging::LogEntry entry;
  entry.request = &request;
  std::string line;
  value->Append(entry, {logging::Escaping::kLine}, line);
  for (const char c : line) OUTRIGGER_CHECK(!IsControl(c) && c != '"');
  return 0;
}
