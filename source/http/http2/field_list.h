// Fields as nghttp2 takes them: views that it copies when it is given them, but for known names.
//
// Thread: worker.
#pragma once

#include <nghttp2/nghttp2.h>

#include <array>
#include <optional>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "http/message.h"

namespace outrigger::http::http2 {

// Lives no longer than the head it was made of.
class FieldList {
 public:
  // Without fields of framing significance (R9).
  void AddAll(const HeaderMap& fields);
  void AddRequest(const RequestHead& head);
  // `length`: what content-length says, if anything.
  void AddResponse(const ResponseHead& head, std::optional<uint64_t> length);

  const nghttp2_nv* data() const { return fields_.data(); }
  size_t size() const { return fields_.size(); }

 private:
  void Add(std::string_view name, std::string_view value);
  // Of a lower-case name that outlives every frame: nghttp2 need not copy it.
  void AddStatic(std::string_view name, std::string_view value);
  void AddContentLength(uint64_t length);

  absl::InlinedVector<nghttp2_nv, 32> fields_;
  std::array<char, 4> status_;
  std::array<char, 20> length_;
};

}  // namespace outrigger::http::http2
