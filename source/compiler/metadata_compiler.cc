#include "compiler/metadata_compiler.h"

#include "compiler/fragments.h"

namespace outrigger::compiler {

namespace {

using ValueField = ValidationErrors::ScopedField;
using ValueProto = google::protobuf::Value;
using ValueMatcherProto = envoy::type::matcher::v3::ValueMatcher;
using http::MetadataValue;
using http::ValueMatch;

MetadataValue CompileMetadataValue(const ValueProto& proto) {
  switch (proto.kind_case()) {
    case ValueProto::kNumberValue:
      return MetadataValue::Of(proto.number_value());
    case ValueProto::kStringValue:
      return MetadataValue::Of(proto.string_value());
    case ValueProto::kBoolValue:
      return MetadataValue::OfBool(proto.bool_value());
    case ValueProto::kStructValue:
      return CompileMetadataStruct(proto.struct_value());
    case ValueProto::kListValue: {
      MetadataValue list;
      list.kind = MetadataValue::Kind::kList;
      for (const ValueProto& item : proto.list_value().values()) {
        list.items.push_back(CompileMetadataValue(item));
      }
      return list;
    }
    case ValueProto::kNullValue:
    case ValueProto::KIND_NOT_SET:
      break;
  }
  return {};
}

ValueMatch CompileNumberMatch(const envoy::type::matcher::v3::DoubleMatcher& proto) {
  ValueMatch match;
  match.kind = ValueMatch::Kind::kNumber;
  match.first = proto.has_range() ? proto.range().start() : proto.exact();
  match.end = proto.has_range() ? proto.range().end() : proto.exact();
  return match;
}

ValueMatch CompileValueMatch(const ValueMatcherProto& proto, ValidationErrors& errors) {
  ValueMatch match;
  switch (proto.match_pattern_case()) {
    case ValueMatcherProto::kDoubleMatch:
      return CompileNumberMatch(proto.double_match());
    case ValueMatcherProto::kStringMatch: {
      const ValueField scope(errors, "string_match");
      match.kind = ValueMatch::Kind::kString;
      match.string = CompileStringMatch(proto.string_match(), errors);
      break;
    }
    case ValueMatcherProto::kBoolMatch:
      match.kind = ValueMatch::Kind::kBool;
      match.is_true = proto.bool_match();
      break;
    case ValueMatcherProto::kPresentMatch:
      match.kind = ValueMatch::Kind::kPresent;
      match.is_true = proto.present_match();
      break;
    case ValueMatcherProto::kListMatch: {
      const ValueField scope(errors, "list_match");
      const ValueField field(errors, "one_of");
      match.kind = ValueMatch::Kind::kAnyItem;
      match.children.push_back(CompileValueMatch(proto.list_match().one_of(), errors));
      break;
    }
    case ValueMatcherProto::kOrMatch: {
      const ValueField scope(errors, "or_match");
      match.kind = ValueMatch::Kind::kAnyOf;
      for (int i = 0; i < proto.or_match().value_matchers_size(); ++i) {
        const ValueField element(errors, "value_matchers", static_cast<size_t>(i));
        match.children.push_back(CompileValueMatch(proto.or_match().value_matchers(i), errors));
      }
      break;
    }
    case ValueMatcherProto::kNullMatch:
    case ValueMatcherProto::MATCH_PATTERN_NOT_SET:
      break;  // null; the validation rules refuse what is not set
  }
  return match;
}

}  // namespace

MetadataValue CompileMetadataStruct(const google::protobuf::Struct& proto) {
  MetadataValue value = MetadataValue::Struct();
  for (const auto& [key, field] : proto.fields()) value.Set(key, CompileMetadataValue(field));
  return value;
}

std::shared_ptr<const MetadataValue> CompileLabels(
    const envoy::config::core::v3::Metadata& proto,
    const std::shared_ptr<const MetadataValue>& beneath) {
  const auto found = proto.filter_metadata().find(std::string(http::kBalancerSpace));
  if (found == proto.filter_metadata().end()) return beneath;
  MetadataValue own = CompileMetadataStruct(found->second);
  return std::make_shared<const MetadataValue>(beneath == nullptr ? std::move(own)
                                                                  : http::Overlay(*beneath, own));
}

http::MetadataMatch CompileMetadataMatch(const envoy::type::matcher::v3::MetadataMatcher& proto,
                                         ValidationErrors& errors) {
  http::MetadataMatch match;
  match.space = proto.filter();
  for (const auto& segment : proto.path()) match.path.push_back(segment.key());
  match.is_inverted = proto.invert();
  const ValueField scope(errors, "value");
  match.value = CompileValueMatch(proto.value(), errors);
  return match;
}

}  // namespace outrigger::compiler
