#include "xds/payload_name.h"

#include "xds/utf8.h"
#include "xds/wire_fields.h"

namespace outrigger::xds {

std::string_view NameInside(std::string_view payload) {
  std::string_view name;
  WireFields fields(payload);
  while (fields.Next()) {
    if (fields.tag() == WireFields::TagOf(1)) name = fields.content();  // the last one counts
  }
  return fields.ok() && IsUtf8(name) ? name : std::string_view();
}

}  // namespace outrigger::xds
