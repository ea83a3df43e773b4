// What /config_dump writes: envoy.admin.v3.ConfigDump as JSON, one resource after the other, from
// the bytes as they were received.
//
// Thread: service.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "admin/admin_sources.h"
#include "admin/json_builder.h"

namespace outrigger::admin {

// An array of a dump that appears with its first item.
class DumpArray {
 public:
  DumpArray(std::string_view key, JsonBuilder& json) : key_(key), json_(json) {}
  // Before each item.
  JsonBuilder& Item();
  void End();

 private:
  const std::string_view key_;
  JsonBuilder& json_;
  bool is_begun_ = false;
};

class ConfigDump {
 public:
  static constexpr size_t kPieceBytes = 8 * 1024;

  struct Options {
    bool includes_endpoints = false;
    std::function<bool(std::string_view name)> filter;  // empty: all
    std::string serialized_bootstrap;
    WallTime started_at{};
  };

  ConfigDump(std::shared_ptr<const ConfigLedger> ledger, Options options);
  // Appends the next piece; false when that was the last.
  bool Append(std::string& piece);

 private:
  using WriteEntry = void (*)(const LedgerEntry& entry, DumpArray& array);
  // One array of a section: some entries of the ledger, each written the same way.
  struct Group {
    std::string_view key;
    const std::vector<LedgerEntry>* entries;
    bool (*is_wanted)(const LedgerEntry& entry);
    WriteEntry write;
  };
  struct Section {
    std::string_view type;  // "ClustersConfigDump"
    std::string_view version;
    std::vector<Group> groups;
  };

  void AddSections();
  void WriteBootstrap();
  bool Step();
  void BeginSection();

  const std::shared_ptr<const ConfigLedger> ledger_;
  const Options options_;
  std::vector<Section> sections_;
  JsonBuilder json_;
  // Where the next piece begins.
  bool is_begun_ = false;
  size_t section_ = 0;
  size_t group_ = 0;
  size_t entry_ = 0;
  std::unique_ptr<DumpArray> array_;  // of the current group, once begun
};

}  // namespace outrigger::admin
