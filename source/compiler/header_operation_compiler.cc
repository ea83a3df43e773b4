#include "compiler/header_operation_compiler.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "compiler/fragments.h"
#include "compiler/log_format_compiler.h"
#include "http/syntax.h"

namespace outrigger::compiler {

namespace {

constexpr size_t kHeaderOperationsMax = 1000;

using envoy::config::core::v3::HeaderValueOption;

void CompileValue(const std::string& value, routing::HeaderOperations::Addition& addition,
                  ValidationErrors& errors) {
  if (value.find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos) {
    errors.Add("must hold no NUL, CR or LF");
  }
  if (value.find('%') == std::string::npos) {
    addition.value = value;
    return;
  }
  logging::TextFormat format = CompileTextFormat(value, errors);
  if (const std::string* constant = format.constant()) {
    addition.value = *constant;
  } else {
    addition.format = std::move(format);
  }
}

routing::HeaderOperations::Append AppendOf(const HeaderValueOption& option) {
  using Append = routing::HeaderOperations::Append;
  if (option.has_append() && !option.append().value()) return Append::kOverwriteIfExistsOrAdd;
  switch (option.append_action()) {
    case HeaderValueOption::ADD_IF_ABSENT:
      return Append::kAddIfAbsent;
    case HeaderValueOption::OVERWRITE_IF_EXISTS_OR_ADD:
      return Append::kOverwriteIfExistsOrAdd;
    case HeaderValueOption::OVERWRITE_IF_EXISTS:
      return Append::kOverwriteIfExists;
    default:
      return Append::kAppendIfExistsOrAdd;
  }
}

// As in Envoy: what routing has looked at stays as it is.
void CheckHeaderName(std::string_view name, ValidationErrors& errors) {
  if (name.starts_with(':') || name == "host") {
    errors.Add(fmt::format("{} cannot be changed here", name));
  }
}

void CheckAddedHeaderName(std::string_view name, ValidationErrors& errors) {
  CheckHeaderName(name, errors);
  // The codec frames messages; a second word on it would split them (R9).
  static constexpr std::string_view kFraming[] = {"connection", "content-length", "keep-alive",
                                                  "transfer-encoding", "upgrade"};
  if (std::find(std::begin(kFraming), std::end(kFraming), name) != std::end(kFraming)) {
    errors.Add(fmt::format("{} frames the message and cannot be added", name));
  } else if (!name.starts_with(':') && !http::IsToken(name)) {
    errors.Add(fmt::format("\"{}\" is no header name", name));
  }
}

}  // namespace

routing::HeaderOperations::Addition CompileHeaderAddition(const HeaderValueOption& option,
                                                          ValidationErrors& errors) {
  if (option.has_append() && option.append_action() != HeaderValueOption::APPEND_IF_EXISTS_OR_ADD) {
    const ValidationErrors::ScopedField field(errors, "append_action");
    errors.Add("must not be set together with append");
  }
  const ValidationErrors::ScopedField scope(errors, "header");
  routing::HeaderOperations::Addition addition;
  addition.name = LowerCase(option.header().key());
  addition.append = AppendOf(option);
  addition.keeps_empty_value = option.keep_empty_value();
  {
    const ValidationErrors::ScopedField key(errors, "key");
    CheckAddedHeaderName(addition.name, errors);
  }
  const bool is_raw = option.header().value().empty();
  const std::string& value = is_raw ? option.header().raw_value() : option.header().value();
  const ValidationErrors::ScopedField field(errors, is_raw ? "raw_value" : "value");
  CompileValue(value, addition, errors);
  return addition;
}

std::string CompileRemovedHeader(const std::string& name, ValidationErrors& errors) {
  std::string lower = LowerCase(name);
  CheckHeaderName(lower, errors);
  return lower;
}

routing::HeaderOperations CompileHeaderOperations(const HeaderOptions& add,
                                                  const HeaderNames& remove,
                                                  const HeaderFieldNames& names,
                                                  ValidationErrors& errors) {
  routing::HeaderOperations operations;
  if (static_cast<size_t>(add.size()) > kHeaderOperationsMax) {
    const ValidationErrors::ScopedField scope(errors, names.add);
    errors.Add(fmt::format("must have at most {} elements", kHeaderOperationsMax));
    return operations;
  }
  for (int i = 0; i < add.size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, names.add, static_cast<size_t>(i));
    operations.add.push_back(CompileHeaderAddition(add[i], errors));
  }
  for (int i = 0; i < remove.size(); ++i) {
    const ValidationErrors::ScopedField scope(errors, names.remove, static_cast<size_t>(i));
    operations.remove.push_back(CompileRemovedHeader(remove[i], errors));
  }
  return operations;
}

}  // namespace outrigger::compiler
