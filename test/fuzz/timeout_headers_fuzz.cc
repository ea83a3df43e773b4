// Whatever stands in a timeout header: it is read within bounds, or not at all, and what we write
// of it reads back.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "base/slab.h"
#include "http/timeout_headers.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace outrigger;  // NOLINT(google-build-using-namespace): one function
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  SlabPool slabs;
  Arena arena(slabs);
  if (const auto timeout = http::ParseGrpcTimeout(text)) {
    OUTRIGGER_CHECK(*timeout >= Duration::zero() && *timeout <= http::kTimeoutMax);
    const std::string_view written = http::FormatGrpcTimeout(*timeout, arena);
    const auto again = http::ParseGrpcTimeout(written);
    OUTRIGGER_CHECK(written.size() <= 9 && again.has_value() && *again <= *timeout);
  }
  if (const auto timeout = http::ParseMilliseconds(text)) {
    OUTRIGGER_CHECK(*timeout >= Duration::zero() && *timeout <= http::kTimeoutMax);
    OUTRIGGER_CHECK(http::ParseMilliseconds(http::FormatMilliseconds(*timeout, arena)) == timeout);
  }
  return 0;
}
