#include "http/message.h"

namespace outrigger::http {

void RequestHead::Clear() {
  method = path = authority = scheme = upgrade = {};
  version = Version::kHttp11;
  headers.Clear();
  original_names.clear();
  body = {};
  expects_continue = false;
  draw = 0;
}

void ResponseHead::Clear() {
  status = 0;
  version = Version::kHttp11;
  headers.Clear();
  original_names.clear();
  upgrade = {};
  body = {};
  opens_tunnel = false;
  announced_length.reset();
}

}  // namespace outrigger::http
