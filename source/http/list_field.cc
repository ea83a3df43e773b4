#include "http/list_field.h"

#include <algorithm>
#include <span>

namespace outrigger::http {

void AppendToList(HeaderId id, std::string_view separator, std::string_view value,
                  HeaderMap& headers, Arena& arena) {
  const auto is_wanted = [id](const HeaderField& field) {
    return field.id == id && !field.value.empty();
  };
  const auto count = static_cast<size_t>(std::count_if(headers.begin(), headers.end(), is_wanted));
  const std::span<std::string_view> pieces = arena.NewArray<std::string_view>(2 * count + 1);
  size_t next = 0;
  for (const HeaderField& field : headers) {
    if (!is_wanted(field)) continue;
    pieces[next] = field.value;
    pieces[next + 1] = next + 2 < 2 * count ? "," : separator;
    next += 2;
  }
  pieces[next] = value;
  headers.Set(id, arena.Join(pieces));
}

}  // namespace outrigger::http
