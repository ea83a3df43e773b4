// Bytes choose a route table and a request; the compiled table must answer like the scan in order.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "base/random.h"
#include "test/support/route_generator.h"
#include "test/support/route_oracle.h"

namespace {

// Each choice takes one byte of the input; zeros when it is used up.
class BytesAsRandom final : public outrigger::Random {
 public:
  BytesAsRandom(const uint8_t* bytes, size_t size) : bytes_(bytes), left_(size) {}

  uint64_t Next() override {
    if (left_ == 0) return 0;
    --left_;
    return uint64_t{*bytes_++} << 56;  // Below() looks at the upper bits
  }
  bool is_used_up() const { return left_ == 0; }

 private:
  const uint8_t* bytes_;
  size_t left_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  BytesAsRandom random(bytes, size);
  outrigger::test::RouteGenerator generator(random);
  const auto table = outrigger::routing::RouteTable::Build(generator.Table());
  do {
    const outrigger::test::OracleRequest request = generator.RequestFor(table->values());
    OUTRIGGER_CHECK(outrigger::test::AskTable(*table, request) ==
                    outrigger::test::AskOracle(table->values(), request));
  } while (!random.is_used_up());
  return 0;
}
