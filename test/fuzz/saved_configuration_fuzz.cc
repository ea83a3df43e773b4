// The file that a start reads when no control plane answers: its bytes as they are, and its content
// behind a checksum that fits.
#include <google/protobuf/stubs/logging.h>
#include <xxhash.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "compiler/configuration.h"
#include "outrigger/saved/v1/saved_configuration.pb.h"
#include "saved/inline_secret.h"
#include "saved/saved_configuration.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace outrigger;
  google::protobuf::SetLogHandler(nullptr);  // it has a line for every string that is no UTF-8
  const std::vector<std::string_view> types = {compiler::kClusterType, compiler::kListenerType};
  const std::string_view content(reinterpret_cast<const char*>(bytes), size);
  static_cast<void>(saved::Decode(content, "", types));

  ::outrigger::saved::v1::SavedFile file;
  file.set_format(saved::kFormat);
  file.set_content(content.data(), content.size());
  file.set_checksum(XXH3_64bits(content.data(), content.size()));
  const auto read = saved::Decode(file.SerializeAsString(), "", types);
  if (!read.ok()) return 0;
  for (const saved::SavedResource& resource : read->resources) {
    static_cast<void>(saved::HoldsSecret(resource.type_url, *resource.bytes));
  }
  const auto again = saved::Decode(saved::Encode(*read), "", types);
  OUTRIGGER_CHECK(again.ok());
  OUTRIGGER_CHECK(again->resources.size() == read->resources.size());
  OUTRIGGER_CHECK(again->saved_at == read->saved_at);
  return 0;
}
