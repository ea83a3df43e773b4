#include "compiler/access_log_compiler.h"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "compiler/access_log_filter_compiler.h"
#include "compiler/any_content.h"
#include "compiler/grpc_log_compiler.h"
#include "compiler/log_format_compiler.h"
#include "envoy/extensions/access_loggers/file/v3/file.pb.h"
#include "envoy/extensions/access_loggers/grpc/v3/als.pb.h"
#include "envoy/extensions/access_loggers/stream/v3/stream.pb.h"
#include "logging/access_log_writer.h"
#include "logging/log_sink.h"

namespace outrigger::compiler {

namespace {

using FileProto = envoy::extensions::access_loggers::file::v3::FileAccessLog;
using StdoutProto = envoy::extensions::access_loggers::stream::v3::StdoutAccessLog;
using StderrProto = envoy::extensions::access_loggers::stream::v3::StderrAccessLog;
using HttpGrpcProto = envoy::extensions::access_loggers::grpc::v3::HttpGrpcAccessLogConfig;
using TcpGrpcProto = envoy::extensions::access_loggers::grpc::v3::TcpGrpcAccessLogConfig;
using google::protobuf::Message;

// What a file logger's own configuration says.
struct Destination {
  std::string path;
  logging::LogFormat format;
};

Destination CompileFile(const FileProto& proto, ValidationErrors& errors) {
  switch (proto.access_log_format_case()) {
    case FileProto::kFormat: {
      const ValidationErrors::ScopedField scope(errors, "format");
      if (proto.format().empty()) break;
      return {proto.path(), CompileTextLogFormat(proto.format(), false, errors)};
    }
    case FileProto::kJsonFormat: {
      const ValidationErrors::ScopedField scope(errors, "json_format");
      return {proto.path(), CompileJsonLogFormat(proto.json_format(), false, errors)};
    }
    case FileProto::kTypedJsonFormat: {
      const ValidationErrors::ScopedField scope(errors, "typed_json_format");
      return {proto.path(), CompileJsonLogFormat(proto.typed_json_format(), false, errors)};
    }
    case FileProto::kLogFormat: {
      const ValidationErrors::ScopedField scope(errors, "log_format");
      return {proto.path(), CompileLogFormat(proto.log_format(), errors)};
    }
    case FileProto::ACCESS_LOG_FORMAT_NOT_SET:
      break;
  }
  return {proto.path(), DefaultLogFormat()};
}

template <typename Proto>
Destination CompileStream(const Proto& proto, std::string_view path, ValidationErrors& errors) {
  if (!proto.has_log_format()) return {std::string(path), DefaultLogFormat()};
  const ValidationErrors::ScopedField scope(errors, "log_format");
  return {std::string(path), CompileLogFormat(proto.log_format(), errors)};
}

FileLog Open(Destination destination, const CompileEnvironment& environment) {
  FileLog log;
  log.format = std::move(destination.format);
  if (environment.access_logs != nullptr) {
    log.file = environment.access_logs->Open(destination.path);
  }
  return log;
}

// Nothing: it is of a kind that is not known here.
std::optional<std::variant<FileLog, ServiceLog>> CompileDestination(
    const Message& content, const CompileEnvironment& environment, ValidationErrors& errors) {
  const ValidationErrors::ScopedField scope(
      errors, fmt::format("typed_config{{{}}}", content.GetTypeName()));
  if (const auto* file = dynamic_cast<const FileProto*>(&content)) {
    return Open(CompileFile(*file, errors), environment);
  }
  if (const auto* out = dynamic_cast<const StdoutProto*>(&content)) {
    return Open(CompileStream(*out, logging::LogSink::kStdout, errors), environment);
  }
  if (const auto* err = dynamic_cast<const StderrProto*>(&content)) {
    return Open(CompileStream(*err, logging::LogSink::kStderr, errors), environment);
  }
  if (const auto* http = dynamic_cast<const HttpGrpcProto*>(&content)) {
    return CompileGrpcLog(*http, environment, errors);
  }
  if (const auto* tcp = dynamic_cast<const TcpGrpcProto*>(&content)) {
    return CompileGrpcLog(*tcp, environment, errors);
  }
  return std::nullopt;
}

}  // namespace

AccessLogs CompileAccessLogs(const AccessLogProtos& protos, const CompileEnvironment& environment,
                             ValidationErrors& errors) {
  AccessLogs logs;
  for (int i = 0; i < protos.size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, "access_log", static_cast<size_t>(i));
    const std::unique_ptr<Message> content = UnpackAny(protos[i].typed_config());
    if (content == nullptr) continue;  // of a kind that is not known: listed as without effect
    auto destination = CompileDestination(*content, environment, errors);
    if (!destination.has_value()) continue;
    AccessLog log;
    log.to = *std::move(destination);
    if (protos[i].has_filter()) {
      const ValidationErrors::ScopedField filter(errors, "filter");
      log.filter = CompileAccessLogFilter(protos[i].filter(), errors);
    }
    logs.push_back(std::move(log));
  }
  return logs;
}

}  // namespace outrigger::compiler
