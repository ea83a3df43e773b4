#include "compiler/local_reply_compiler.h"

#include <utility>

#include "compiler/access_log_filter_compiler.h"
#include "compiler/bytes_source.h"
#include "compiler/header_operation_compiler.h"
#include "compiler/log_format_compiler.h"

namespace outrigger::compiler {

namespace {

using MapperProto =
    envoy::extensions::filters::network::http_connection_manager::v3::ResponseMapper;

LocalReplyRule CompileMapper(const MapperProto& proto, ValidationErrors& errors) {
  LocalReplyRule rule;
  {
    const ValidationErrors::ScopedField scope(errors, "filter");
    rule.filter = CompileAccessLogFilter(proto.filter(), errors);
  }
  if (proto.has_status_code()) rule.status = static_cast<uint16_t>(proto.status_code().value());
  if (proto.has_body()) {
    const ValidationErrors::ScopedField scope(errors, "body");
    rule.body = ReadDataSource(proto.body(), errors);
  }
  if (proto.has_body_format_override()) {
    const ValidationErrors::ScopedField scope(errors, "body_format_override");
    rule.format = CompileBodyFormat(proto.body_format_override(), errors);
  }
  rule.headers =
      CompileHeaderOperations(proto.headers_to_add(), {}, {"headers_to_add", ""}, errors);
  return rule;
}

}  // namespace

std::shared_ptr<const LocalReplies> CompileLocalReplies(const LocalReplyProto& proto,
                                                        ValidationErrors& errors) {
  auto replies = std::make_shared<LocalReplies>();
  for (int i = 0; i < proto.mappers_size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "mappers", static_cast<size_t>(i));
    replies->rules.push_back(CompileMapper(proto.mappers(i), errors));
  }
  if (proto.has_body_format()) {
    const ValidationErrors::ScopedField scope(errors, "body_format");
    replies->format = CompileBodyFormat(proto.body_format(), errors);
  }
  return replies;
}

}  // namespace outrigger::compiler
