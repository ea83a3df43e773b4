#include <fmt/format.h>

#include <utility>

#include "admin/pages.h"
#include "admin/xds_rows.h"

namespace outrigger::admin {

namespace {

constexpr size_t kPieceBytes = 8 * 1024;

// Writes the rows one after the other; keeps the ledger that they point into.
class XdsWriter {
 public:
  XdsWriter(std::shared_ptr<const ConfigLedger> ledger, const XdsFilter& filter, bool is_json,
            WallTime now)
      : ledger_(std::move(ledger)), rows_(*ledger_, filter), is_json_(is_json), now_(now) {}

  // False after the last piece.
  bool Append(std::string& piece) {
    if (!std::exchange(is_begun_, true)) is_json_ ? BeginJson() : BeginText();
    while (next_ < rows_.rows().size() && text_.size() < kPieceBytes) {
      const XdsRow& row = rows_.rows()[next_++];
      if (!is_json_) {
        text_ += RowText(row, now_);
        continue;
      }
      WriteRow(row, json_);
      text_ += json_.Take();
    }
    const bool is_over = next_ == rows_.rows().size();
    if (is_over) is_json_ ? EndJson() : EndText();
    piece += std::exchange(text_, {});
    return !is_over;
  }

 private:
  void BeginText() {
    text_ = rows_.in_trouble() == 0
                ? fmt::format("all of {} resources serve their newest version\n", rows_.total())
                : fmt::format("{} of {} resources do not serve their newest version\n",
                              rows_.in_trouble(), rows_.total());
    for (const XdsRows::TypeCounts& counts : rows_.counts()) {
      std::string states;
      for (size_t state = 1; state < counts.by_state.size(); ++state) {
        if (counts.by_state[state] == 0) continue;
        states += fmt::format("{}{} {}", states.empty() ? "" : ", ", counts.by_state[state],
                              xds::NameOf(static_cast<xds::ResourceState>(state)));
      }
      if (!states.empty()) text_ += fmt::format("{}: {}\n", counts.type, states);
    }
  }
  void EndText() {
    if (rows_.left_out() > 0) text_ += fmt::format("and {} more\n", rows_.left_out());
  }

  void BeginJson() {
    json_.BeginObject();
    json_.LiteralField("total", std::to_string(rows_.total()));
    json_.LiteralField("in_trouble", std::to_string(rows_.in_trouble()));
    json_.Key("counts");
    json_.BeginObject();
    for (const XdsRows::TypeCounts& counts : rows_.counts()) {
      json_.Key(counts.type);
      json_.BeginObject();
      for (size_t state = 1; state < counts.by_state.size(); ++state) {
        if (counts.by_state[state] == 0) continue;
        json_.LiteralField(xds::NameOf(static_cast<xds::ResourceState>(state)),
                           std::to_string(counts.by_state[state]));
      }
      json_.EndObject();
    }
    json_.EndObject();
    json_.Key("resources");
    json_.BeginArray();
  }
  void EndJson() {
    json_.EndArray();
    json_.LiteralField("left_out", std::to_string(rows_.left_out()));
    json_.EndObject();
    text_ += json_.Take();
  }

  const std::shared_ptr<const ConfigLedger> ledger_;
  const XdsRows rows_;
  const bool is_json_;
  const WallTime now_;
  bool is_begun_ = false;
  size_t next_ = 0;  // row
  std::string text_;
  JsonBuilder json_;
};

}  // namespace

void ServeXds(const AdminRequest& request, AdminResponse& response) {
  const Query& query = request.query;
  const bool is_json = query.Get("format") == "json";
  const XdsFilter filter{std::string(query.Get("type")), std::string(query.Get("name")),
                         std::string(query.Get("state"))};
  if (is_json) response.content_type = kJsonType;
  auto writer = std::make_unique<XdsWriter>(request.ledger, filter, is_json, request.wall_now);
  response.next_piece = [writer = std::move(writer)](std::string& piece) {
    return writer->Append(piece);
  };
}

}  // namespace outrigger::admin
