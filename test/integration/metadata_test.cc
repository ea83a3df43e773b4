// What filters note of a request, and who reads it, compared with a real Envoy 1.40.
#include "test/integration/filters_fixture.h"
#include "test/support/log_folder.h"

namespace outrigger::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr std::string_view kSet = "set_metadata.v3.Config";
constexpr std::string_view kFromHeaders = "header_to_metadata.v3.Config";
constexpr std::string_view kRoutes = "[{match: {prefix: /}, direct_response: {status: 204}}]";

class MetadataTest : public FiltersTest {
 protected:
  // A logger's entry that writes to the file of that name.
  std::string FileLog(const std::string& name, const std::string& format,
                      const std::string& filter = "") const {
    return "{name: file, " + filter +
           "typed_config: {'@type': type.googleapis.com/envoy.extensions.access_loggers.file.v3."
           "FileAccessLog, path: '" +
           folder_.Path(name) + "', log_format: {" + format + "}}}";
  }
  static std::string Text(const std::string& format) {
    return "text_format_source: {inline_string: \"" + format + "\\n\"}";
  }
  void Start(const std::string& filters, const std::string& logs,
             std::string_view routes = kRoutes) {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].filters = filters;
    bootstrap.listeners[0].routes = routes;
    bootstrap.listeners[0].hcm_fields = "access_log: [" + logs + "]";
    StartProxy(bootstrap);
  }
  // The line of a request with these fields.
  std::string LineOf(std::string_view fields = "", std::string_view start = "GET /") {
    Ask(start, fields);
    return folder_.NextLine("log");
  }

  LogFolder folder_;
};

TEST_F(MetadataTest, AccessLogsWriteValuesAsTheyAreAndStructsAsJson) {
  Start(Filter("set", kSet,
               "metadata: [{metadata_namespace: a, value: {s: text, n: 5, b: true, e: '', nothing: "
               "null, l: [1, x], deep: {k: {z: 1, y: q}}}}]"),
        FileLog("log", Text("%DYNAMIC_METADATA(a:s)% %DYNAMIC_METADATA(a:s):2% "
                            "%DYNAMIC_METADATA(a:n)% %DYNAMIC_METADATA(a:b)% "
                            "<%DYNAMIC_METADATA(a:e)%> %DYNAMIC_METADATA(a:nothing)% "
                            "%DYNAMIC_METADATA(a:l)% %DYNAMIC_METADATA(a:deep)% "
                            "%DYNAMIC_METADATA(a:deep:k:y)% %DYNAMIC_METADATA(a:deep):4% "
                            "%DYNAMIC_METADATA(a:none)% %DYNAMIC_METADATA(none)%")));
  EXPECT_EQ(LineOf(), R"(text te 5 true <> - [1,"x"] {"k":{"y":"q","z":1}} q {"k" - -)");
}

TEST_F(MetadataTest, JsonLogsHaveValuesWithTheirTypes) {
  Start(Filter("set", kSet,
               "metadata: [{metadata_namespace: a, value: {s: text, n: 5, nothing: null, st: "
               "{x: '\"'}}}]"),
        FileLog("log",
                "json_format: {s: '%DYNAMIC_METADATA(a:s):2%', n: '%DYNAMIC_METADATA(a:n)%', "
                "nul: '%DYNAMIC_METADATA(a:nothing)%', none: '%DYNAMIC_METADATA(b)%', "
                "st: '%DYNAMIC_METADATA(a:st):3%', mix: 'in %DYNAMIC_METADATA(a:st)%'}"));
  EXPECT_EQ(LineOf(), R"({"mix":"in {\"x\":\"\\\"\"}","n":5,"none":null,"nul":null,"s":"te",)"
                      R"("st":{"x":"\""}})");
}

TEST_F(MetadataTest, ANamespaceThatIsThereIsJoinedOnlyWhereThatIsSaid) {
  Start(Filter("set", kSet,
               "metadata_namespace: a, value: {s: first, l: [1], st: {x: 1}}, metadata: "
               "[{metadata_namespace: a, value: {s: denied}}, {metadata_namespace: a, "
               "allow_overwrite: true, value: {l: [2], st: {y: 2}, n: 3}}]"),
        FileLog("log", Text("%DYNAMIC_METADATA(a)%")));
  EXPECT_EQ(LineOf(), R"({"l":[1,2],"n":3,"s":"first","st":{"x":1,"y":2}})");
  EXPECT_EQ(proxy_->Stat("http.ingress.set_metadata.overwrite_denied"), 1);
}

TEST_F(MetadataTest, HeadersAndCookiesAreNoted) {
  Start(Filter("notes", kFromHeaders,
               "request_rules: [{header: x-a, on_header_present: {metadata_namespace: n, key: a}, "
               "on_header_missing: {metadata_namespace: n, key: missing, value: 'yes'}}, "
               "{header: x-n, on_header_present: {metadata_namespace: n, key: n, type: NUMBER}}, "
               "{header: ':path', on_header_present: {metadata_namespace: n, key: r, "
               "regex_value_rewrite: {pattern: {regex: '^/([a-z]*)/?.*$'}, substitution: '\\1'}}}, "
               "{cookie: c, on_header_present: {metadata_namespace: n, key: c}}, "
               "{header: x-e, on_header_present: {metadata_namespace: n, key: e, value: said}}]"),
        FileLog("log", Text("%DYNAMIC_METADATA(n)%")));
  EXPECT_EQ(LineOf("x-a: 1\r\nx-a: 2\r\nx-n: 12\r\ncookie: b=1; c=\"d\"\r\nx-e:\r\n", "GET /ab/c"),
            R"({"a":"1,2","c":"d","e":"said","n":12,"r":"ab"})");
  EXPECT_EQ(LineOf("x-n: no number\r\n", "GET /x"), R"({"missing":"yes","r":"x"})");
}

TEST_F(MetadataTest, AHeaderIsRemovedOnceItIsNoted) {
  StartProxyWithFilters(
      Filter("notes", kFromHeaders,
             "request_rules: [{header: x-a, on_header_present: {key: a}, remove: true}]"),
      "[{match: {prefix: /}, route: {cluster: service}}]");
  EXPECT_THAT(Pass("GET /", "x-a: 1\r\nx-b: 2\r\n").request,
              testing::AllOf(Not(HasSubstr("x-a")), HasSubstr("x-b: 2")));
}

TEST_F(MetadataTest, ResponsesAreNotedToo) {
  Start(Filter("notes", kFromHeaders,
               "response_rules: [{header: ':status', on_header_present: {key: status}}]"),
        FileLog("log", Text("%DYNAMIC_METADATA(envoy.filters.http.header_to_metadata:status)%")));
  EXPECT_EQ(LineOf(), "204");
}

TEST_F(MetadataTest, ARouteHasRulesOfItsOwn) {
  Start(Filter("notes", kFromHeaders,
               "request_rules: [{header: host, on_header_present: {key: a, value: own}}]"),
        FileLog("log", Text("%DYNAMIC_METADATA(envoy.filters.http.header_to_metadata:a)%")),
        "[{match: {path: /other}, direct_response: {status: 204}, " +
            Say("notes", kFromHeaders,
                "request_rules: [{header: host, on_header_present: {key: a, value: other}}]") +
            "}, {match: {prefix: /}, direct_response: {status: 204}}]");
  EXPECT_EQ(LineOf(), "own");
  EXPECT_EQ(LineOf("", "GET /other"), "other");
}

TEST_F(MetadataTest, LogsAreFilteredByIt) {
  const std::string notes =
      Filter("notes", kFromHeaders,
             "request_rules: [{header: x-a, on_header_present: {metadata_namespace: n, key: a}}]");
  const auto filter = [](std::string_view more) {
    return fmt::format(
        "filter: {{metadata_filter: {{matcher: {{filter: n, path: [{{key: a}}], value: "
        "{{string_match: {{exact: good}}}}}}{}}}}}, ",
        more);
  };
  Start(notes,
        FileLog("log", Text("any %REQ(:PATH)%"), filter("")) + ", " +
            FileLog("set", Text("set %REQ(:PATH)%"), filter(", match_if_key_not_found: false")));
  Ask("GET /bad", "x-a: bad\r\n");
  Ask("GET /none");
  Ask("GET /good", "x-a: good\r\n");
  // Lines of different workers come in any order.
  EXPECT_THAT((std::vector<std::string>{folder_.NextLine("log"), folder_.NextLine("log")}),
              testing::UnorderedElementsAre("any /none", "any /good"));
  EXPECT_EQ(folder_.NextLine("set"), "set /good");
}

TEST_F(MetadataTest, PoliciesLookAtIt) {
  const auto condition = [](std::string_view more) {
    return fmt::format(
        "rules: {{action: DENY, policies: {{p: {{permissions: [{{metadata: {{filter: n, path: "
        "[{{key: a}}], value: {{string_match: {{exact: bad}}}}{}}}}}], principals: [{{any: true}}]"
        "}}}}}}",
        more);
  };
  const std::string notes =
      Filter("notes", kFromHeaders,
             "request_rules: [{header: x-a, on_header_present: {metadata_namespace: n, key: a}}]") +
      ", ";
  StartProxyWithFilters(notes + Filter("rbac", "rbac.v3.RBAC", condition("")),
                        std::string(kRoutes));
  EXPECT_THAT(Ask("GET /", "x-a: bad\r\n"), StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(Ask("GET /", "x-a: good\r\n"), StartsWith("HTTP/1.1 204 "));
  EXPECT_THAT(Ask("GET /"), StartsWith("HTTP/1.1 204 "));
  FinishNeighbour();
  StartProxyWithFilters(notes + Filter("rbac", "rbac.v3.RBAC", condition(", invert: true")),
                        std::string(kRoutes));
  EXPECT_THAT(Ask("GET /", "x-a: bad\r\n"), StartsWith("HTTP/1.1 204 "));
  EXPECT_THAT(Ask("GET /"), StartsWith("HTTP/1.1 403 "));
}

// One exchange's notes are no other's.
TEST_F(MetadataTest, NothingIsLeftForTheNextRequest) {
  Start(
      Filter("notes", kFromHeaders,
             "request_rules: [{header: x-a, on_header_present: {metadata_namespace: n, key: a}}]"),
      FileLog("log", Text("%DYNAMIC_METADATA(n:a)%")));
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(Head("GET /", "x-a: 1\r\n")));
  client.ReadMessage();
  ASSERT_TRUE(client.Send(Head("GET /")));
  client.ReadMessage();
  EXPECT_EQ(folder_.NextLine("log"), "1");
  EXPECT_EQ(folder_.NextLine("log"), "-");
}

}  // namespace
}  // namespace outrigger::test
