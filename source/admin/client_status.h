// The ledger as envoy.service.status.v3.ClientStatusResponse, serialized a few resources at a time.
//
// Thread: service.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "admin/admin_sources.h"
#include "compiler/resource_types.h"

namespace outrigger::admin {

class ClientStatus {
 public:
  static constexpr int kEntriesPerPiece = 4;  // one takes about 100 us

  struct Options {
    std::string serialized_node;
    bool has_contents = true;  // the resources themselves, less their secrets
  };

  ClientStatus(std::shared_ptr<const ConfigLedger> ledger, const Options& options);

  // Makes the next piece; false when that was the last.
  bool Advance();
  // The whole message. Requires: Advance has returned false.
  std::string Take();

 private:
  struct List {
    compiler::ResourceType type;
    const std::vector<LedgerEntry>* entries;
  };

  const std::shared_ptr<const ConfigLedger> ledger_;
  const bool has_contents_;
  const std::vector<List> lists_;
  // The next one to be written.
  size_t list_ = 0;
  size_t entry_ = 0;
  std::string config_;  // the ClientConfig so far: parts of a message may be put together as bytes
};

}  // namespace outrigger::admin
