// The ledger as rows, one for each resource, and which of them are asked for.
//
// Thread: service.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "admin/admin_sources.h"
#include "admin/json_builder.h"
#include "compiler/resource_types.h"

namespace outrigger::admin {

struct XdsFilter {
  std::string type;   // "cluster" or "clusters"; empty: every one
  std::string name;   // a part of it; empty: every one
  std::string state;  // "rejected"; "trouble": whatever does not serve its newest version; empty
};

struct XdsRow {
  std::string_view type;  // "cluster"
  const LedgerEntry* entry;
};

// Those that pass, of each type by name.
class XdsRows {
 public:
  // Beyond, they are counted and left out.
  static constexpr size_t kRowsMax = 10'000;

  // `ledger` outlives it.
  XdsRows(const ConfigLedger& ledger, const XdsFilter& filter);

  const std::vector<XdsRow>& rows() const { return rows_; }
  size_t left_out() const { return left_out_; }
  // Of the types and names asked for, whatever their state.
  size_t total() const { return total_; }
  size_t in_trouble() const { return in_trouble_; }
  struct TypeCounts {
    std::string_view type;  // "clusters"
    std::array<size_t, xds::kResourceStates> by_state{};
  };
  const std::vector<TypeCounts>& counts() const { return counts_; }

 private:
  void Add(compiler::ResourceType type, const std::vector<LedgerEntry>& entries,
           const XdsFilter& filter);

  std::vector<XdsRow> rows_;
  std::vector<TypeCounts> counts_;
  size_t left_out_ = 0;
  size_t total_ = 0;
  size_t in_trouble_ = 0;
};

// The row as a line for people, which ends it.
std::string RowText(const XdsRow& row, WallTime now);
void WriteRow(const XdsRow& row, JsonBuilder& json);

}  // namespace outrigger::admin
