// Notes what header fields and cookies say, or that they are missing, for policies and access logs.
//
// Thread: worker. Source: envoy/extensions/filters/http/header_to_metadata/v3.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/http_filter.h"
#include "routing/regex_rewrite.h"

namespace outrigger {

struct HeaderNote {
  std::string space;
  std::string key;
  std::string value;  // in place of what the header says; empty: that
  std::optional<routing::RegexRewrite> rewrite;
  bool is_number = false;  // else a string; what is no number is not noted
};

struct HeaderNoteRule {
  enum class Source : uint8_t { kHeader, kCookie };
  Source source = Source::kHeader;
  std::string name;  // of a header: lower case
  std::optional<HeaderNote> if_present;
  std::optional<HeaderNote> if_missing;
  bool removes = false;  // the header
};

struct HeaderToMetadataRules final : RouteFilterConfig {
  // As Envoy: what is longer is not noted.
  static constexpr size_t kValueBytesMax = 8 * 1024 - 1;

  std::vector<HeaderNoteRule> request;
  std::vector<HeaderNoteRule> response;
};

class HeaderToMetadataConfig final : public HttpFilterConfig {
 public:
  explicit HeaderToMetadataConfig(std::shared_ptr<const HeaderToMetadataRules> own)
      : own_(std::move(own)) {}
  HttpFilter& Make(Arena& arena) const override;

 private:
  const std::shared_ptr<const HeaderToMetadataRules> own_;
};

}  // namespace outrigger
