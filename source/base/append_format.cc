#include "base/append_format.h"

#include <iterator>

namespace outrigger {

void AppendFormatted(std::string& text, std::string_view format, fmt::format_args args) {
  fmt::vformat_to(std::back_inserter(text), fmt::string_view(format.data(), format.size()), args);
}

}  // namespace outrigger
