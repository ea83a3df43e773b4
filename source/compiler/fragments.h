// Pieces that several resources share: addresses, durations, shares, string matchers.
//
// Each adds an error at the current field path and returns something harmless when the proto is
// wrong. Thread: control.
#pragma once

#include <google/protobuf/any.pb.h>
#include <google/protobuf/duration.pb.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/fraction.h"
#include "base/string_match.h"
#include "base/validation_errors.h"
#include "compiler/runtime_layers.h"
#include "envoy/config/core/v3/address.pb.h"
#include "envoy/config/core/v3/base.pb.h"
#include "envoy/type/matcher/v3/regex.pb.h"
#include "envoy/type/matcher/v3/string.pb.h"
#include "envoy/type/v3/percent.pb.h"
#include "net/address_range.h"

namespace outrigger::compiler {

// Saturates at about 290 years; a negative one, which the validation rules refuse, is zero.
Duration ToDuration(const google::protobuf::Duration& proto);
Fraction CompileFraction(const envoy::type::v3::FractionalPercent& proto);
// The default, unless the runtime has a number for its key: that many of 100, then.
Fraction CompileFraction(const envoy::config::core::v3::RuntimeFractionalPercent& proto,
                         const RuntimeNumbers& runtime);
// Unset when it is wrong.
std::optional<AddressRange> CompileAddressRange(const envoy::config::core::v3::CidrRange& proto,
                                                ValidationErrors& errors);
Address CompileSocketAddress(const envoy::config::core::v3::SocketAddress& proto,
                             ValidationErrors& errors);
Address CompileAddress(const envoy::config::core::v3::Address& proto, ValidationErrors& errors);
std::string LowerCase(std::string_view text);

// The type of what is inside, for error messages; says when there is nothing.
std::string DescribeAny(const google::protobuf::Any& any);
std::shared_ptr<const re2::RE2> CompileRegex(const envoy::type::matcher::v3::RegexMatcher& proto,
                                             ValidationErrors& errors);
StringMatch CompileStringMatch(const envoy::type::matcher::v3::StringMatcher& proto,
                               ValidationErrors& errors);

}  // namespace outrigger::compiler
