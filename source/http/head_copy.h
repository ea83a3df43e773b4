// Heads as somebody else keeps them: what a codec tells of is valid during its event only.
//
// Thread: worker (pure).
#pragma once

#include "base/arena.h"
#include "http/message.h"

namespace outrigger::http {

// All of `from`, its texts in `arena`. Requires: `to` is empty.
void CopyHead(const RequestHead& from, Arena& arena, RequestHead& to);
void CopyHead(const ResponseHead& from, Arena& arena, ResponseHead& to);
void CopyFields(const HeaderMap& from, Arena& arena, HeaderMap& to);

}  // namespace outrigger::http
