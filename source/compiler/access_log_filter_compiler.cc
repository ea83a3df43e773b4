#include "compiler/access_log_filter_compiler.h"

#include <fmt/format.h>

#include <string>

#include "compiler/fragments.h"
#include "compiler/header_match_compiler.h"
#include "compiler/metadata_compiler.h"

namespace outrigger::compiler {

namespace {

namespace accesslog = envoy::config::accesslog::v3;
using FilterProto = accesslog::AccessLogFilter;
using Kind = AccessLogFilter::Kind;

AccessLogFilter CompileComparison(Kind kind, const accesslog::ComparisonFilter& proto) {
  using Comparison = AccessLogFilter::Comparison;
  AccessLogFilter filter;
  filter.kind = kind;
  filter.value = proto.value().default_value();
  switch (proto.op()) {
    case accesslog::ComparisonFilter::GE:
      filter.comparison = Comparison::kAtLeast;
      break;
    case accesslog::ComparisonFilter::LE:
      filter.comparison = Comparison::kAtMost;
      break;
    case accesslog::ComparisonFilter::NE:
      filter.comparison = Comparison::kNotEqual;
      break;
    default:
      break;  // equal; the validation rules know no other
  }
  return filter;
}

AccessLogFilter CompileSample(const accesslog::RuntimeFilter& proto) {
  AccessLogFilter filter;
  filter.kind = Kind::kRuntime;
  filter.share = CompileFraction(proto.percent_sampled());
  filter.draws_independently = proto.use_independent_randomness();
  return filter;
}

template <typename Proto>
AccessLogFilter CompileChildren(Kind kind, const Proto& proto, ValidationErrors& errors) {
  AccessLogFilter filter;
  filter.kind = kind;
  for (int i = 0; i < proto.filters_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "filters", static_cast<size_t>(i));
    filter.children.push_back(CompileAccessLogFilter(proto.filters(i), errors));
  }
  return filter;
}

AccessLogFilter CompileFlags(const accesslog::ResponseFlagFilter& proto) {
  AccessLogFilter filter;
  filter.kind = Kind::kResponseFlag;
  for (const std::string& letters : proto.flags()) {
    // The validation rules know all of them; one that never happens here matches nothing.
    filter.flags.Add(http::FindResponseFlag(letters).value_or(http::ResponseFlag::kNone));
  }
  // Of flags that are all unknown none is set: not the same as none being named.
  if (proto.flags_size() > 0 && filter.flags.is_empty()) filter.kind = Kind::kAny;
  return filter;
}

template <typename Numbers>
AccessLogFilter CompileNumbers(Kind kind, const Numbers& numbers, bool is_inverted) {
  AccessLogFilter filter;
  filter.kind = kind;
  filter.is_inverted = is_inverted;
  for (const int number : numbers) {
    if (number >= 0 && number < 32) filter.numbers |= uint32_t{1} << number;
  }
  return filter;
}

AccessLogFilter OfKind(Kind kind) {
  AccessLogFilter filter;
  filter.kind = kind;
  return filter;
}

AccessLogFilter CompileMetadataFilter(const accesslog::MetadataFilter& proto,
                                      ValidationErrors& errors) {
  AccessLogFilter filter = OfKind(Kind::kMetadata);
  filter.matches_missing =
      !proto.has_match_if_key_not_found() || proto.match_if_key_not_found().value();
  if (!proto.has_matcher()) return filter;
  const ValidationErrors::ScopedField scope(errors, "metadata_filter");
  const ValidationErrors::ScopedField field(errors, "matcher");
  filter.metadata = CompileMetadataMatch(proto.matcher(), errors);
  return filter;
}

AccessLogFilter Refuse(std::string_view field, std::string_view reason, ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(errors, field);
  errors.Add(fmt::format("is not supported: {}", reason));
  return {};
}

}  // namespace

AccessLogFilter CompileAccessLogFilter(const FilterProto& proto, ValidationErrors& errors) {
  switch (proto.filter_specifier_case()) {
    case FilterProto::kStatusCodeFilter:
      return CompileComparison(Kind::kStatus, proto.status_code_filter().comparison());
    case FilterProto::kDurationFilter:
      return CompileComparison(Kind::kDuration, proto.duration_filter().comparison());
    case FilterProto::kNotHealthCheckFilter:
      return OfKind(Kind::kNotHealthCheck);
    case FilterProto::kRuntimeFilter:
      return CompileSample(proto.runtime_filter());
    case FilterProto::kAndFilter: {
      const ValidationErrors::ScopedField scope(errors, "and_filter");
      return CompileChildren(Kind::kAll, proto.and_filter(), errors);
    }
    case FilterProto::kOrFilter: {
      const ValidationErrors::ScopedField scope(errors, "or_filter");
      return CompileChildren(Kind::kAny, proto.or_filter(), errors);
    }
    case FilterProto::kHeaderFilter: {
      const ValidationErrors::ScopedField scope(errors, "header_filter");
      const ValidationErrors::ScopedField field(errors, "header");
      AccessLogFilter filter;
      filter.kind = Kind::kHeader;
      filter.header = CompileHeaderMatch(proto.header_filter().header(), errors);
      return filter;
    }
    case FilterProto::kResponseFlagFilter:
      return CompileFlags(proto.response_flag_filter());
    case FilterProto::kGrpcStatusFilter:
      return CompileNumbers(Kind::kGrpcStatus, proto.grpc_status_filter().statuses(),
                            proto.grpc_status_filter().exclude());
    case FilterProto::kLogTypeFilter:
      return CompileNumbers(Kind::kLogType, proto.log_type_filter().types(),
                            proto.log_type_filter().exclude());
    case FilterProto::kExtensionFilter:
      return Refuse("extension_filter", DescribeAny(proto.extension_filter().typed_config()),
                    errors);
    case FilterProto::kMetadataFilter:
      return CompileMetadataFilter(proto.metadata_filter(), errors);
    case FilterProto::kTraceableFilter:
    case FilterProto::FILTER_SPECIFIER_NOT_SET:
      break;  // the field table or the validation rules have said why
  }
  return {};
}

}  // namespace outrigger::compiler
