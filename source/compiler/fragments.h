// Pieces that several resources share: addresses, durations, header operations, string matchers.
//
// Each adds an error at the current field path and returns something harmless when the proto is
// wrong. Thread: control.
#pragma once

#include <google/protobuf/any.pb.h>
#include <google/protobuf/duration.pb.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/validation_errors.h"
#include "envoy/config/core/v3/address.pb.h"
#include "envoy/config/core/v3/base.pb.h"
#include "envoy/type/matcher/v3/regex.pb.h"
#include "envoy/type/matcher/v3/string.pb.h"
#include "net/address.h"
#include "routing/route_action.h"
#include "routing/route_table.h"

namespace outrigger::compiler {

// Saturates at about 290 years; a negative one, which the validation rules refuse, is zero.
Duration ToDuration(const google::protobuf::Duration& proto);
Address CompileAddress(const envoy::config::core::v3::Address& proto, ValidationErrors& errors);
std::string LowerCase(std::string_view text);

// The type of what is inside, for error messages; says when there is nothing.
std::string DescribeAny(const google::protobuf::Any& any);
std::shared_ptr<const re2::RE2> CompileRegex(const envoy::type::matcher::v3::RegexMatcher& proto,
                                             ValidationErrors& errors);
StringMatch CompileStringMatch(const envoy::type::matcher::v3::StringMatcher& proto,
                               ValidationErrors& errors);

// `request_headers_to_add` and the like. Format strings (`%...%`) are refused for now; `%%` is a
// percent sign.
using HeaderOptions =
    google::protobuf::RepeatedPtrField<envoy::config::core::v3::HeaderValueOption>;
using HeaderNames = google::protobuf::RepeatedPtrField<std::string>;
struct HeaderFieldNames {
  std::string_view add;
  std::string_view remove;
};
routing::HeaderOperations CompileHeaderOperations(const HeaderOptions& add,
                                                  const HeaderNames& remove,
                                                  const HeaderFieldNames& names,
                                                  ValidationErrors& errors);

}  // namespace outrigger::compiler
