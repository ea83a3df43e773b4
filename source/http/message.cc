#include "http/message.h"

namespace outrigger::http {

void RequestHead::Clear() {
  method = path = authority = scheme = {};
  version = Version::kHttp11;
  headers.Clear();
  body = {};
  expects_continue = false;
}

void ResponseHead::Clear() {
  status = 0;
  version = Version::kHttp11;
  headers.Clear();
  body = {};
  announced_length.reset();
}

}  // namespace outrigger::http
