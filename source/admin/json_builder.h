// Composes indented JSON, piece by piece: one space a level, as protobuf's own printer and Envoy's
// admin pages have it.
//
// Thread: any one.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace outrigger::admin {

class JsonBuilder {
 public:
  void BeginObject() { Begin('{'); }
  void EndObject() { End('}'); }
  void BeginArray() { Begin('['); }
  void EndArray() { End(']'); }
  // Inside an object, before each value.
  void Key(std::string_view name);
  void String(std::string_view text);
  void Base64(std::string_view bytes);
  // A number, true, false or null.
  void Literal(std::string_view text);

  void StringField(std::string_view name, std::string_view text);
  void LiteralField(std::string_view name, std::string_view text);

  // What has been composed since the last call.
  std::string Take() { return std::exchange(text_, {}); }

 private:
  void BeginValue();
  void Begin(char bracket);
  void End(char bracket);
  void NewLine();

  std::string text_;
  std::vector<bool> has_items_;  // of each open object or array
  bool is_after_key_ = false;
};

}  // namespace outrigger::admin
