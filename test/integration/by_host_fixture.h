// A proxy of the control plane whose answers depend on the host that is asked for.
//
// Thread: the test's.
#pragma once

#include <string>

#include "test/integration/xds_fixture.h"

namespace outrigger::test {

class XdsByHostTest : public XdsTest {
 protected:
  // What is answered, or the status of what is not served.
  std::string AnswerTo(const std::string& host) {
    HttpClient client(port_);
    const auto answer = client.Get("/", host);
    if (!answer.has_value()) return client.failure();
    return answer->status == 200 ? answer->body : std::to_string(answer->status);
  }
  bool WaitForAnswer(const std::string& host, const std::string& answer) {
    return WaitFor([&] { return AnswerTo(host) == answer; });
  }
};

}  // namespace outrigger::test
