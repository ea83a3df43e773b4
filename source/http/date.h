// The Date header of now, rendered once a second.
//
// Owned by a worker. Thread: worker. Source: RFC 9110 5.6.7.
#pragma once

#include <ctime>
#include <string_view>

#include "base/clock.h"

namespace outrigger::http {

class DateCache {
 public:
  // Valid until the next call.
  std::string_view Render(WallTime now);

 private:
  time_t second_ = -1;
  char text_[32] = {};
  size_t size_ = 0;
};

}  // namespace outrigger::http
