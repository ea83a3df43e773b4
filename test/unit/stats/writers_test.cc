// The three forms of one small registry, letter by letter.
#include <gtest/gtest.h>

#include <algorithm>

#include "stats/json_writer.h"
#include "stats/prometheus_writer.h"
#include "stats/registry.h"
#include "stats/server_stats.h"
#include "stats/text_writer.h"
#include "test/unit/stats/small_family.h"

namespace outrigger::stats {
namespace {

const TagRules kDefaults;

class WritersTest : public testing::Test {
 protected:
  WritersTest() {
    server_->ForWriter(kControlWriter).Set(0, 1);
    Block& block = outer_->ForWriter(0);
    block.Add(kTotal, 3);
    block.Add(k2xx, 2);
    block.Add(k5xx, 1);
    for (int i = 0; i < 4; ++i) block.Record(kTimeMs, 20);
    outer_->SetText(kVersionText, "v\"1");
    inner_->ForWriter(1).Add(kActive, 4);
  }

  Registry registry_;
  std::shared_ptr<Scope> outer_ = registry_.Find(kSmallFamily, "a");
  // Its names lie between those of the other.
  std::shared_ptr<Scope> inner_ = registry_.Find(kSmallFamily, "a.d");
  std::shared_ptr<Scope> server_ = registry_.Find(kSingleFamily, "");
  const Selection all_;
  const Selection used_{true, {}};
};

TEST_F(WritersTest, TextIsSortedByNameWithTextsFirstAndHistogramsLast) {
  EXPECT_EQ(WriteAll(TextWriter(registry_.List(), all_)),
            "cluster.a.d.version_text: \"\"\n"
            "cluster.a.version_text: \"v\\\"1\"\n"
            "cluster.a.cx_active: 0\n"
            "cluster.a.d.cx_active: 4\n"
            "cluster.a.d.rq_2xx: 0\n"
            "cluster.a.d.rq_5xx: 0\n"
            "cluster.a.d.rq_total: 0\n"
            "cluster.a.rq_2xx: 2\n"
            "cluster.a.rq_5xx: 1\n"
            "cluster.a.rq_total: 3\n"
            "server.live: 1\n"
            "cluster.a.d.rq_time: No recorded values\n"
            "cluster.a.rq_time: P0(nan,10) P25(nan,13.75) P50(nan,17.5) P75(nan,21.25) "
            "P90(nan,23.5) P95(nan,24.25) P99(nan,24.85) P99.5(nan,24.925) P99.9(nan,24.985) "
            "P100(nan,25)\n");
}

TEST_F(WritersTest, TextTakesOnlyWhatWasUsedAndWhatTheFilterTakes) {
  Selection selection = used_;
  selection.filter = [](std::string_view name) { return name.ends_with("xx"); };
  EXPECT_EQ(WriteAll(TextWriter(registry_.List(), selection)),
            "cluster.a.rq_2xx: 2\ncluster.a.rq_5xx: 1\n");
}

TEST_F(WritersTest, JsonPutsHistogramsInOneObjectAtTheEnd) {
  const std::string json = WriteAll(JsonWriter(registry_.List(), used_));
  const std::string start =
      "{\"stats\":[{\"name\":\"cluster.a.version_text\",\"value\":\"v\\\"1\"},"
      "{\"name\":\"cluster.a.d.cx_active\",\"value\":4},"
      "{\"name\":\"cluster.a.rq_2xx\",\"value\":2},{\"name\":\"cluster.a.rq_5xx\",\"value\":1},"
      "{\"name\":\"cluster.a.rq_total\",\"value\":3},{\"name\":\"server.live\",\"value\":1},"
      "{\"histograms\":{\"supported_quantiles\":[0,25,50,75,90,95,99,99.5,99.9,100],"
      "\"computed_quantiles\":[{\"name\":\"cluster.a.rq_time\",\"values\":["
      "{\"cumulative\":10,\"interval\":null},{\"cumulative\":13.75,\"interval\":null},";
  EXPECT_EQ(json.substr(0, start.size()), start);
  EXPECT_TRUE(json.ends_with("{\"cumulative\":25,\"interval\":null}]}]}}]}")) << json;
}

TEST_F(WritersTest, JsonWithoutHistogramsHasNoObjectForThem) {
  Selection none;
  none.filter = [](std::string_view) { return false; };
  EXPECT_EQ(WriteAll(JsonWriter(registry_.List(), none)), "{\"stats\":[]}");
}

TEST_F(WritersTest, JsonOfAnEmptyHistogramIsNull) {
  Selection selection;
  selection.filter = [](std::string_view name) { return name == "cluster.a.d.rq_time"; };
  const std::string json = WriteAll(JsonWriter(registry_.List(), selection));
  EXPECT_NE(json.find("\"values\":[{\"cumulative\":null,\"interval\":null},"), json.npos);
}

TEST_F(WritersTest, PrometheusMakesLabelsOfScopeNamesAndOfPartsOfMetricNames) {
  Selection selection;
  selection.filter = [](std::string_view name) { return name.find("rq_time") == name.npos; };
  EXPECT_EQ(WriteAll(PrometheusWriter(registry_.List(), selection, kDefaults)),
            "# TYPE envoy_cluster_cx_active gauge\n"
            "envoy_cluster_cx_active{envoy_cluster_name=\"a\"} 0\n"
            "envoy_cluster_cx_active{envoy_cluster_name=\"a.d\"} 4\n"
            "# TYPE envoy_cluster_rq_total counter\n"
            "envoy_cluster_rq_total{envoy_cluster_name=\"a\"} 3\n"
            "envoy_cluster_rq_total{envoy_cluster_name=\"a.d\"} 0\n"
            "# TYPE envoy_cluster_rq_xx counter\n"
            "envoy_cluster_rq_xx{envoy_response_code_class=\"2\",envoy_cluster_name=\"a\"} 2\n"
            "envoy_cluster_rq_xx{envoy_response_code_class=\"5\",envoy_cluster_name=\"a\"} 1\n"
            "envoy_cluster_rq_xx{envoy_response_code_class=\"2\",envoy_cluster_name=\"a.d\"} 0\n"
            "envoy_cluster_rq_xx{envoy_response_code_class=\"5\",envoy_cluster_name=\"a.d\"} 0\n"
            "# TYPE envoy_server_live gauge\n"
            "envoy_server_live{} 1\n");
}

TEST_F(WritersTest, PrometheusHistogramsAreCumulative) {
  Selection selection = used_;
  selection.filter = [](std::string_view name) { return name.find("rq_time") != name.npos; };
  const std::string text = WriteAll(PrometheusWriter(registry_.List(), selection, kDefaults));
  EXPECT_TRUE(
      text.starts_with("# TYPE envoy_cluster_rq_time histogram\n"
                       "envoy_cluster_rq_time_bucket{envoy_cluster_name=\"a\",le=\"0.5\"} "
                       "0\n"));
  for (const char* line :
       {"_bucket{envoy_cluster_name=\"a\",le=\"10\"} 0\n",
        "_bucket{envoy_cluster_name=\"a\",le=\"25\"} 4\n",
        "_bucket{envoy_cluster_name=\"a\",le=\"1800000\"} 4\n",
        "_bucket{envoy_cluster_name=\"a\",le=\"+Inf\"} 4\n", "_sum{envoy_cluster_name=\"a\"} 80\n",
        "_count{envoy_cluster_name=\"a\"} 4\n"}) {
    EXPECT_NE(text.find(line), text.npos) << line;
  }
}

TEST_F(WritersTest, HistogramsComeAsBucketsWhenAskedFor) {
  Selection selection;
  selection.filter = [](std::string_view name) { return name == "cluster.a.rq_time"; };
  selection.histograms = HistogramForm::kCumulative;
  EXPECT_TRUE(WriteAll(TextWriter(registry_.List(), selection))
                  .starts_with("cluster.a.rq_time: B0.5(0,0) B1(0,0) B5(0,0) B10(0,0) B25(0,4) "));
  const std::string json = WriteAll(JsonWriter(registry_.List(), selection));
  EXPECT_TRUE(
      json.starts_with("{\"stats\":[{\"histograms\":[{\"name\":\"cluster.a.rq_time\",\"buckets\":["
                       "{\"upper_bound\":0.5,\"interval\":0,\"cumulative\":0},"));
  EXPECT_NE(json.find("{\"upper_bound\":25,\"interval\":0,\"cumulative\":4}"), json.npos);
  EXPECT_TRUE(json.ends_with("{\"upper_bound\":3600000,\"interval\":0,\"cumulative\":4}]}]}]}"));
  selection.histograms = HistogramForm::kDisjoint;
  EXPECT_TRUE(WriteAll(TextWriter(registry_.List(), selection))
                  .ends_with(" B25(0,4) B50(0,0) B100(0,0) B250(0,0) B500(0,0) B1000(0,0) "
                             "B2500(0,0) B5000(0,0) B10000(0,0) B30000(0,0) B60000(0,0) "
                             "B300000(0,0) B600000(0,0) B1.8e+06(0,0) B3.6e+06(0,0)\n"));
}

TEST_F(WritersTest, DetailsAreTheBucketsThatHoldSomething) {
  Selection selection;
  selection.filter = [](std::string_view name) { return name == "cluster.a.rq_time"; };
  selection.histograms = HistogramForm::kDetailed;
  EXPECT_TRUE(WriteAll(TextWriter(registry_.List(), selection))
                  .starts_with("cluster.a.rq_time:\n  totals=10,15:4\n  intervals=\n  summary= "
                               "P0(nan,10) "));
  EXPECT_TRUE(WriteAll(JsonWriter(registry_.List(), selection))
                  .starts_with("{\"stats\":[{\"histograms\":{\"supported_percentiles\":"
                               "[0,25,50,75,90,95,99,99.5,99.9,100],\"details\":[{\"name\":"
                               "\"cluster.a.rq_time\",\"totals\":[{\"lower_bound\":10,\"width\":15,"
                               "\"count\":4}],\"intervals\":[],\"percentiles\":["));
}

TEST_F(WritersTest, PrometheusMayHaveSummariesAndTexts) {
  Selection selection = used_;
  selection.filter = [](std::string_view name) { return name.starts_with("cluster.a.rq_time"); };
  selection.histograms = HistogramForm::kSummary;
  const std::string text = WriteAll(PrometheusWriter(registry_.List(), selection, kDefaults));
  EXPECT_TRUE(
      text.starts_with("# TYPE envoy_cluster_rq_time summary\n"
                       "envoy_cluster_rq_time{envoy_cluster_name=\"a\",quantile=\"0\"} 10\n"
                       "envoy_cluster_rq_time{envoy_cluster_name=\"a\",quantile=\"0.25\"} "
                       "13.75\n"))
      << text;
  EXPECT_TRUE(text.ends_with("envoy_cluster_rq_time_count{envoy_cluster_name=\"a\"} 4\n"));
  Selection texts = used_;
  texts.kind = Kind::kText;
  texts.writes_texts = true;
  EXPECT_EQ(WriteAll(PrometheusWriter(registry_.List(), texts, kDefaults)),
            "# TYPE envoy_cluster_version_text gauge\n"
            "envoy_cluster_version_text{envoy_cluster_name=\"a\",text_value=\"v\\\"1\"} 0\n");
}

TEST_F(WritersTest, OneKindMayBeAskedFor) {
  Selection selection;
  selection.kind = Kind::kCounter;
  EXPECT_EQ(WriteAll(TextWriter(registry_.List(), selection)),
            "cluster.a.d.rq_2xx: 0\ncluster.a.d.rq_5xx: 0\ncluster.a.d.rq_total: 0\n"
            "cluster.a.rq_2xx: 2\ncluster.a.rq_5xx: 1\ncluster.a.rq_total: 3\n");
}

TEST(PrometheusWriter, SplitsTheNameOfARouteTableIntoTwoLabels) {
  Registry registry;
  auto scope = registry.Find(kRdsFamily, RdsScopeName("in", "r.1"));
  scope->ForWriter(kControlWriter).Add(kRdsUpdateSuccess);
  EXPECT_EQ(WriteAll(PrometheusWriter(registry.List(), {true, {}}, kDefaults)),
            "# TYPE envoy_http_rds_update_success counter\n"
            "envoy_http_rds_update_success{envoy_rds_route_config=\"r.1\","
            "envoy_http_conn_manager_prefix=\"in\"} 1\n");
}

TEST(PrometheusWriter, EscapesLabelValues) {
  Registry registry;
  auto scope = registry.Find(kSmallFamily, "a\"\\b");
  scope->ForWriter(0).Add(kTotal);
  EXPECT_EQ(WriteAll(PrometheusWriter(registry.List(), {true, {}}, kDefaults)),
            "# TYPE envoy_cluster_rq_total counter\n"
            "envoy_cluster_rq_total{envoy_cluster_name=\"a\\\"\\\\b\"} 1\n");
}

TEST(Writers, WriteABigListInPiecesWithoutLosingALine) {
  Registry registry;
  std::vector<std::shared_ptr<Scope>> held;
  for (int i = 0; i < 500; ++i) {
    held.push_back(registry.Find(kSmallFamily, std::to_string(i)));
    held.back()->ForWriter(0).Add(kTotal, 1);
  }
  TextWriter writer(registry.List(), {true, {}});
  std::string text;
  int pieces = 1;
  while (writer.Append(text)) ++pieces;
  EXPECT_GT(pieces, 4);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 500);
  const std::string samples = WriteAll(PrometheusWriter(registry.List(), {true, {}}, kDefaults));
  EXPECT_EQ(std::count(samples.begin(), samples.end(), '\n'), 501);
}

TEST(Writers, WriteNothingOfNoScopes) {
  EXPECT_EQ(WriteAll(TextWriter({}, {})), "");
  EXPECT_EQ(WriteAll(JsonWriter({}, {})), "{\"stats\":[]}");
  EXPECT_EQ(WriteAll(PrometheusWriter({}, {}, kDefaults)), "");
}

}  // namespace
}  // namespace outrigger::stats
