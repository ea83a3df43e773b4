// One page of the admin port: what it is called, how it may be asked for, and what answers.
//
// Thread: service.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/functional/any_invocable.h"
#include "admin/admin_sources.h"
#include "admin/logger_levels.h"
#include "admin/query.h"

namespace outrigger::admin {

struct AdminRequest {
  const AdminSources& sources;
  LoggerLevels& loggers;
  const Query& query;
  MonotonicTime now{};
  WallTime wall_now{};
  // Only for pages with `needs_ledger`; then never null.
  std::shared_ptr<const ConfigLedger> ledger;
};

struct AdminResponse {
  uint16_t status = 200;
  std::string_view content_type = "text/plain; charset=UTF-8";
  std::string body;
  // When set, the body comes from here instead: each call appends the next piece (about a fraction
  // of a millisecond's work) and says whether there are more. May outlive the request, not the
  // server.
  absl::AnyInvocable<bool(std::string& piece)> next_piece;
};

inline constexpr std::string_view kJsonType = "application/json";

struct Page {
  std::string_view path;
  std::string_view help;
  // Lines for its parameters: "name: what it does".
  std::span<const std::string_view> parameters = {};
  bool changes_something = false;  // POST only (R71)
  bool needs_ledger = false;
  void (*serve)(const AdminRequest&, AdminResponse&) = nullptr;
};

// Every page, by path.
std::span<const Page> Pages();
const Page* FindPage(std::string_view path);

}  // namespace outrigger::admin
