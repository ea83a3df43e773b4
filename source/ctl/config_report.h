// `outriggerctl xds` and `outriggerctl updates`: what a running proxy says of its resources and of
// the last changes of its configuration.
//
// Thread: any one; blocks.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "ctl/admin_client.h"

namespace outrigger::ctl {

struct XdsQuestion {
  std::string type;        // "listeners"; empty: every one
  std::string name;        // a part of it; empty: every one
  bool shows_all = false;  // else those that do not serve their newest version
  bool wants_json = false;
};

using Say = std::function<void(std::string_view text)>;

// The exit status. 0: everything that was asked for serves its newest version; 1: something does
// not; 2: nobody answers, or not to this.
int ReportXds(const AdminClient& admin, const XdsQuestion& question, const Say& say);
// 0: told; 2: as above.
int ReportUpdates(const AdminClient& admin, bool wants_json, const Say& say);

// "/xds?state=trouble&type=listeners".
std::string XdsTarget(const XdsQuestion& question);

}  // namespace outrigger::ctl
