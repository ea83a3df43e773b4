#include "base/validation_errors.h"

#include <fmt/format.h>

#include "base/append_format.h"

namespace outrigger {

ValidationErrors::ScopedField::ScopedField(ValidationErrors& errors, std::string_view field)
    : errors_(errors), length_before_(errors.path_.size()) {
  const bool joins = field.empty() || field[0] == '[' || field[0] == '{';
  if (!errors_.path_.empty() && !joins) errors_.path_ += '.';
  errors_.path_ += field;
}

ValidationErrors::ScopedField::ScopedField(ValidationErrors& errors, std::string_view field,
                                           size_t index)
    : ScopedField(errors, field) {
  AppendFormat(errors_.path_, "[{}]", index);
}

ValidationErrors::ScopedField::~ScopedField() { errors_.path_.resize(length_before_); }

void ValidationErrors::Add(std::string_view what) {
  if (++count_ > kErrorsMax) return;
  std::string message = path_;
  if (!message.empty()) message += ": ";
  message += what;
  messages_.push_back(std::move(message));
}

void ValidationErrors::AddPassing(std::string_view what) {
  Add(what);
  may_pass_ = true;
  if (count_ == messages_.size()) passing_.push_back(messages_.back());
}

absl::Status ValidationErrors::ToStatus(std::string_view subject) const {
  if (ok()) return absl::OkStatus();
  std::string text =
      fmt::format("{}{}{}", subject, subject.empty() ? "" : ": ", fmt::join(messages_, "; "));
  if (count_ > messages_.size()) text += fmt::format(" (and {} more)", count_ - messages_.size());
  return absl::InvalidArgumentError(text);
}

}  // namespace outrigger
