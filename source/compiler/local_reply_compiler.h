// LocalReplyConfig of a connection manager -> LocalReplies, or every mistake by field path.
//
// Thread: control.
#pragma once

#include <memory>

#include "base/validation_errors.h"
#include "envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager.pb.h"
#include "snapshot/local_replies.h"

namespace outrigger::compiler {

using LocalReplyProto =
    envoy::extensions::filters::network::http_connection_manager::v3::LocalReplyConfig;

std::shared_ptr<const LocalReplies> CompileLocalReplies(const LocalReplyProto& proto,
                                                        ValidationErrors& errors);

}  // namespace outrigger::compiler
