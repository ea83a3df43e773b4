#include "routing/header_operations.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/slab.h"
#include "gtest/gtest.h"
#include "test/support/allocation_count.h"

namespace outrigger::routing {
namespace {

using Addition = HeaderOperations::Addition;
using Append = HeaderOperations::Append;

constexpr Append kAppend = Append::kAppendIfExistsOrAdd;
constexpr Append kIfAbsent = Append::kAddIfAbsent;
constexpr Append kReplaceOrAdd = Append::kOverwriteIfExistsOrAdd;
constexpr Append kReplace = Append::kOverwriteIfExists;

// What format strings are filled with: the fields of one message.
struct Formats {
  explicit Formats(const http::HeaderMap& headers) {
    request.headers = headers;
    entry.request = &request;
    entry.server_name = "a\r\nb: c\0";
  }
  http::RequestHead request;
  logging::LogEntry entry;
  int times_asked = 0;
  SlabPool slabs;
  Arena arena{slabs};
  std::string scratch;
  logging::FormatValues values{[this] {
                                 ++times_asked;
                                 return entry;
                               },
                               arena, scratch};
};

Addition Formatted(std::string name, std::string_view format, Append append = kAppend) {
  Addition addition = {.name = std::move(name), .append = append};
  addition.format = *logging::TextFormat::Compile(format, {});
  return addition;
}

// By name: only the order of fields of one name means anything.
std::string Text(const http::HeaderMap& headers) {
  std::vector<http::HeaderField> fields(headers.begin(), headers.end());
  std::stable_sort(fields.begin(), fields.end(),
                   [](const auto& a, const auto& b) { return a.name < b.name; });
  std::string text;
  for (const http::HeaderField& field : fields) {
    text.append(field.name).append("=").append(field.value).append(" ");
  }
  return text;
}

// The fields a=1 b=2 after the operations.
std::string After(const HeaderOperations& operations) {
  http::HeaderMap headers;
  headers.Add("a", "1");
  headers.Add("b", "2");
  Formats formats(headers);
  Apply(operations, formats.values, headers);
  return Text(headers);
}

HeaderOperations Adding(std::vector<Addition> additions) { return {.add = std::move(additions)}; }

TEST(HeaderOperationsTest, AppendKeepsWhatIsThere) {
  EXPECT_EQ(After(Adding({{"a", "x", kAppend}, {"c", "y", kAppend}})), "a=1 a=x b=2 c=y ");
}

TEST(HeaderOperationsTest, AddIfAbsentLeavesAPresentFieldAlone) {
  EXPECT_EQ(After(Adding({{"a", "x", kIfAbsent}, {"c", "y", kIfAbsent}})), "a=1 b=2 c=y ");
}

TEST(HeaderOperationsTest, OverwriteReplacesOrAdds) {
  EXPECT_EQ(After(Adding({{"a", "x", kReplaceOrAdd}, {"c", "y", kReplaceOrAdd}})), "a=x b=2 c=y ");
}

TEST(HeaderOperationsTest, OverwriteIfExistsAddsNothing) {
  EXPECT_EQ(After(Adding({{"a", "x", kReplace}, {"c", "y", kReplace}})), "a=x b=2 ");
}

TEST(HeaderOperationsTest, RemovalsComeBeforeAdditions) {
  HeaderOperations operations = Adding({{"a", "x", kReplace}, {"b", "y", kIfAbsent}});
  operations.remove = {"b", "a"};
  EXPECT_EQ(After(operations), "b=y ");
}

TEST(HeaderOperationsTest, NoAdditionSeesAnotherOneOfItsLevel) {
  EXPECT_EQ(After(Adding({{"k", "1", kIfAbsent}, {"k", "2", kIfAbsent}})), "a=1 b=2 k=1 k=2 ");
  EXPECT_EQ(After(Adding({{"m", "1", kReplaceOrAdd}, {"m", "2", kReplace}})), "a=1 b=2 m=1 ");
}

TEST(HeaderOperationsTest, ReplacementsComeBeforeAppendedFields) {
  EXPECT_EQ(After(Adding({{"n", "1", kAppend}, {"n", "2", kReplaceOrAdd}, {"n", "3", kIfAbsent}})),
            "a=1 b=2 n=2 n=1 n=3 ");
}

TEST(HeaderOperationsTest, AnEmptyValueIsAddedOnlyWhenKept) {
  EXPECT_EQ(After(Adding({{"c", "", kAppend}, {"a", "", kReplaceOrAdd}})), "a=1 b=2 ");
  EXPECT_EQ(After(Adding({{"c", "", kAppend, true}, {"a", "", kReplaceOrAdd, true}})),
            "a= b=2 c= ");
}

TEST(HeaderOperationsTest, NoMoreAdditionsThanTheApiAllowsAreMade) {
  for (const size_t count : {kHeaderAdditionsMax, kHeaderAdditionsMax + 1}) {
    http::HeaderMap headers;
    Formats formats(headers);
    Apply(Adding(std::vector<Addition>(count, {"a", "1", kAppend})), formats.values, headers);
    EXPECT_EQ(headers.size(), kHeaderAdditionsMax);
  }
}

// Each level appends its name to `z` and claims `first` and `last`.
HeaderOperations Level(const std::string& name) {
  return Adding({{"z", name, kAppend}, {"first", name, kIfAbsent}, {"last", name, kReplaceOrAdd}});
}

struct Levels {
  WeightedCluster cluster = {.request_headers = Level("cluster")};
  Route route;
  VirtualHost host;
  RouteTableValues table;

  Levels() {
    route.request_headers = Level("route");
    host.request_headers = Level("host");
    table.request_headers = Level("table");
    table.response_headers = Adding({{"r", "table", kAppend}});
    route.response_headers = Adding({{"r", "route", kAppend}});
  }
};

TEST(HeaderOperationsTest, TheMostSpecificLevelIsAppliedFirst) {
  const Levels levels;
  http::HeaderMap headers;
  Formats formats(headers);
  ApplyRequestOperations({&levels.cluster, &levels.route, &levels.host, &levels.table},
                         formats.values, headers);
  EXPECT_EQ(Text(headers), "first=cluster last=table z=cluster z=route z=host z=table ");
}

TEST(HeaderOperationsTest, TheRouteIsAppliedLastWhenTheMostSpecificLevelShallWin) {
  Levels levels;
  levels.table.most_specific_header_operations_win = true;
  http::HeaderMap headers;
  Formats formats(headers);
  ApplyRequestOperations({&levels.cluster, &levels.route, &levels.host, &levels.table},
                         formats.values, headers);
  EXPECT_EQ(Text(headers), "first=cluster last=route z=cluster z=table z=host z=route ");
}

TEST(HeaderOperationsTest, ResponsesHaveTheirOwnOperationsAndMayHaveNoCluster) {
  const Levels levels;
  http::HeaderMap headers;
  Formats formats(headers);
  ApplyResponseOperations({nullptr, &levels.route, &levels.host, &levels.table}, formats.values,
                          headers);
  EXPECT_EQ(Text(headers), "r=route r=table ");
}

TEST(HeaderOperationsTest, NothingIsCopied) {
  const HeaderOperations operations =
      Adding({{"name", "a value that is too long for a small string", kReplaceOrAdd}});
  http::HeaderMap headers;
  headers.Add("name", "old");
  Formats formats(headers);
  const uint64_t before = test::AllocationCount();
  Apply(operations, formats.values, headers);
  EXPECT_EQ(test::AllocationCount(), before);
  EXPECT_EQ(headers.begin()->value.data(), operations.add[0].value.data());
  EXPECT_EQ(formats.times_asked, 0);
}

TEST(HeaderOperationsTest, FormatsAreFilledInWithWhatWasThereBeforeTheirLevel) {
  EXPECT_EQ(After(Adding({Formatted("a", "<%REQ(a)%>", kReplaceOrAdd), Formatted("c", "%REQ(a)%"),
                          Formatted("d", "100%%")})),
            "a=<1> b=2 c=1 d=100% ");
}

TEST(HeaderOperationsTest, AFormatThatSaysNothingAddsNothingUnlessKept) {
  Addition kept = Formatted("d", "%REQ(none)%");
  kept.keeps_empty_value = true;
  EXPECT_EQ(After(Adding({Formatted("c", "%REQ(none)%"), kept})), "a=1 b=2 d= ");
}

TEST(HeaderOperationsTest, NoValueEndsItsField) {
  EXPECT_EQ(After(Adding({Formatted("c", "x %REQUESTED_SERVER_NAME% "),
                          Formatted("d", " %START_TIME(%n)%\t")})),
            "a=1 b=2 c=x a  b: c ");
}

TEST(HeaderOperationsTest, AFormattedValueHasALimit) {
  constexpr size_t kMax = logging::FormatValues::kFieldBytesMax;
  for (const size_t count : {kMax, kMax + 1}) {
    const std::string text(count - 1, 'x');
    const std::string all = After(Adding({Formatted("c", text + "%REQ(a)%")}));
    EXPECT_EQ(all.size(), std::string("a=1 b=2 c= ").size() + kMax);
  }
}

}  // namespace
}  // namespace outrigger::routing
