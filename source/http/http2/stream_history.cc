#include "http/http2/stream_history.h"

namespace outrigger::http::http2 {

void StreamHistory::OnOpened(int32_t stream) {
  if (stream <= newest_) return;
  newest_ = stream;
  entries_[next_] = {stream, false};
  next_ = (next_ + 1) % kRemembered;
}

void StreamHistory::OnClosedByPeer(int32_t stream) {
  for (Entry& entry : entries_) {
    if (entry.stream == stream) entry.is_closed_by_peer = true;
  }
}

StreamHistory::Past StreamHistory::Judge(int32_t stream) const {
  for (const Entry& entry : entries_) {
    if (entry.stream != stream) continue;
    return entry.is_closed_by_peer ? Past::kClosedByPeer : Past::kUnknown;
  }
  return stream > entries_[next_].stream ? Past::kNeverOpened : Past::kUnknown;
}

}  // namespace outrigger::http::http2
