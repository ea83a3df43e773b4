// Of the kinds of resources (`compiler/resource_kinds.h`) those that are parts of others: secrets,
// configurations of filters, layers of the runtime.
//
// Internal to compiler/. Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "compiler/extension_compiler.h"
#include "compiler/runtime_layers.h"
#include "compiler/secret_compiler.h"
#include "envoy/config/core/v3/extension.pb.h"
#include "envoy/service/runtime/v3/rtds.pb.h"

namespace outrigger::compiler {

struct SecretKind {
  using Proto = envoy::extensions::transport_sockets::tls::v3::Secret;
  using Value = Secret;
  static const std::string& NameOf(const Proto& proto) { return proto.name(); }
  std::shared_ptr<const Value> Compile(const Proto& proto, ValidationErrors& errors) {
    return CompileSecret(proto, errors);
  }
  absl::Status Admit(const Value& value) { return take ? take(value) : absl::OkStatus(); }
  // Whoever makes TLS contexts of it; empty: nobody, so far.
  const std::function<absl::Status(const Secret&)> take;
};

struct ExtensionKind {
  using Proto = envoy::config::core::v3::TypedExtensionConfig;
  using Value = ExtensionConfig;
  static const std::string& NameOf(const Proto& proto) { return proto.name(); }
  std::shared_ptr<const Value> Compile(const Proto& proto, ValidationErrors& errors) {
    return CompileExtension(proto, errors);
  }
  absl::Status Admit(const Value& value) { return take ? take(value) : absl::OkStatus(); }
  // Whoever makes filters of it; empty: nobody.
  const std::function<absl::Status(const ExtensionConfig&)> take;
};

struct RuntimeKind {
  using Proto = envoy::service::runtime::v3::Runtime;
  using Value = RuntimeContent;
  static const std::string& NameOf(const Proto& proto) { return proto.name(); }
  std::shared_ptr<const Value> Compile(const Proto& proto, ValidationErrors& errors) {
    return CompileRuntime(proto, errors);
  }
  absl::Status Admit(const Value&) { return absl::OkStatus(); }
};

}  // namespace outrigger::compiler
