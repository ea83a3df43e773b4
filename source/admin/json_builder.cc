#include "admin/json_builder.h"

#include <cstdint>

#include "stats/json_text.h"

namespace outrigger::admin {

void JsonBuilder::NewLine() {
  text_ += '\n';
  text_.append(has_items_.size(), ' ');
}

// The comma, line and indentation before an item, unless its key has had them.
void JsonBuilder::BeginValue() {
  if (std::exchange(is_after_key_, false) || has_items_.empty()) return;
  if (has_items_.back()) text_ += ',';
  has_items_.back() = true;
  NewLine();
}

void JsonBuilder::Begin(char bracket) {
  BeginValue();
  text_ += bracket;
  has_items_.push_back(false);
}

void JsonBuilder::End(char bracket) {
  const bool had_items = has_items_.back();
  has_items_.pop_back();
  if (had_items) NewLine();
  text_ += bracket;
  if (has_items_.empty()) text_ += '\n';
}

void JsonBuilder::Key(std::string_view name) {
  BeginValue();
  stats::AppendJsonString(name, text_);
  text_ += ": ";
  is_after_key_ = true;
}

void JsonBuilder::String(std::string_view text) {
  BeginValue();
  stats::AppendJsonString(text, text_);
}

void JsonBuilder::Literal(std::string_view text) {
  BeginValue();
  text_ += text;
}

void JsonBuilder::Base64(std::string_view bytes) {
  constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  BeginValue();
  text_ += '"';
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    }
    const size_t letters = bytes.size() - i >= 3 ? 4 : bytes.size() - i + 1;
    for (size_t k = 0; k < 4; ++k) {
      text_ += k < letters ? kAlphabet[group >> (18 - 6 * k) & 63] : '=';
    }
  }
  text_ += '"';
}

void JsonBuilder::StringField(std::string_view name, std::string_view text) {
  Key(name);
  String(text);
}

void JsonBuilder::LiteralField(std::string_view name, std::string_view text) {
  Key(name);
  Literal(text);
}

}  // namespace outrigger::admin
