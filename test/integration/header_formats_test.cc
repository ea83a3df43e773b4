// Format strings in the header operations of routes and of the header_mutation filter, compared
// with a real Envoy 1.40.
#include "test/integration/filters_fixture.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

std::string Header(std::string_view key, std::string_view value, std::string_view more = "") {
  return fmt::format("{{header: {{key: {}, value: \"{}\"}}{}{}}}", key, value,
                     more.empty() ? "" : ", ", more);
}

// What an answer says of itself.
const std::string kStanding =
    Header("x-s",
           "%RESPONSE_FLAGS% %RESPONSE_CODE_DETAILS% <%UPSTREAM_HOST%> "
           "%UPSTREAM_REQUEST_ATTEMPT_COUNT% <%UPSTREAM_CLUSTER%> %ROUTE_NAME% %REQ(x-q)%");

class HeaderFormats : public FiltersTest {
 protected:
  void StartProxyWithTable(const std::string& routes, const std::string& table_fields,
                           const std::string& host_fields = "") {
    StaticBootstrap bootstrap;
    bootstrap.listeners[0].routes = routes;
    bootstrap.listeners[0].table_fields = table_fields;
    bootstrap.listeners[0].host_fields = host_fields;
    bootstrap.more_clusters["dead"] = kNobody;
    StartProxy(bootstrap);
  }
  static constexpr uint16_t kNobody = 1;  // listens there
  // The value of that field of a message; "(none)" where it is not there.
  static std::string Field(const std::string& message, std::string_view name) {
    const std::string start = fmt::format("\r\n{}: ", name);
    const size_t at = message.find(start);
    if (at == std::string::npos) return "(none)";
    const size_t begin = at + start.size();
    return message.substr(begin, message.find("\r\n", begin) - begin);
  }
};

TEST_F(HeaderFormats, ARequestIsToldWhatIsKnownBeforeItsEndpointIsChosen) {
  StartProxyWithTable(
      "[{name: r, match: {prefix: /}, route: {cluster: service}, request_headers_to_add: [" +
          Header("x-v",
                 "%REQ(:METHOD)% %REQ(:PATH)% %REQ(HOST)% %PROTOCOL% %RESPONSE_CODE% "
                 "%RESPONSE_FLAGS% <%UPSTREAM_HOST%> %UPSTREAM_CLUSTER% %ROUTE_NAME% "
                 "%UPSTREAM_REQUEST_ATTEMPT_COUNT% %QUERY_PARAM(q)% %ACCESS_LOG_TYPE%") +
          ", " + Header("x-client", "%DOWNSTREAM_REMOTE_ADDRESS%") + ", " +
          Header("x-peer", "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%") + ", " +
          Header("x-at", "%START_TIME%") + ", " + Header("x-none", "%REQ(none)%") + "]}]",
      "");
  const std::string request = Pass("GET /p?q=1", "x-forwarded-for: 9.9.9.9\r\n").request;
  EXPECT_EQ(Field(request, "x-v"), "GET /p?q=1 a HTTP/1.1 0 - <> service r 1 1 NotSet");
  EXPECT_EQ(Field(request, "x-client"), "9.9.9.9:0");
  EXPECT_EQ(Field(request, "x-peer"), "127.0.0.1");
  EXPECT_THAT(Field(request, "x-at"), MatchesRegex("[0-9-]+T[0-9:.]+Z"));
  EXPECT_EQ(Field(request, "x-none"), "(none)");
}

TEST_F(HeaderFormats, AnAnswerIsToldWhereItComesFrom) {
  StartProxyWithTable("[{name: r, match: {prefix: /}, route: {cluster: service}}]",
                      "response_headers_to_add: [" + kStanding + ", " +
                          Header("x-c", "%RESPONSE_CODE% %RESP(content-length)%%RESP(x-up)%") +
                          "]");
  const std::string answer = Pass("GET /", "x-q: Q\r\n").answer;
  EXPECT_EQ(Field(answer, "x-s"),
            fmt::format("- via_upstream <127.0.0.1:{}> 1 <service> r Q", upstream_.port()));
  EXPECT_EQ(Field(answer, "x-c"), "200");
}

TEST_F(HeaderFormats, AnswersOfOurOwnAreToldByFlagsAndDetails) {
  StartProxyWithTable(
      "[{name: d, match: {path: /d}, direct_response: {status: 418}}, "
      "{name: n, match: {path: /n}, route: {cluster: nowhere}}, "
      "{name: f, match: {path: /f}, route: {cluster: dead}}]",
      "response_headers_to_add: [" + kStanding + "]");
  EXPECT_EQ(Field(Ask("GET /d"), "x-s"), "- direct_response <> 0 <> d");
  EXPECT_EQ(Field(Ask("GET /n"), "x-s"), "NC cluster_not_found <> 0 <> n");
  EXPECT_EQ(Field(Ask("GET /f"), "x-s"),
            fmt::format("UF upstream_reset_before_response_started{{remote_connection_failure|"
                        "delayed_connect_error:_Connection_refused}} <127.0.0.1:{}> 1 <dead> f",
                        kNobody));
  EXPECT_EQ(Field(Ask("GET /none"), "x-s"), "(none)");
}

TEST_F(HeaderFormats, EachLevelSeesWhatThoseBeforeItHaveDone) {
  const auto set = [](std::string_view who) {
    return "request_headers_to_add: [" +
           Header("x-l", fmt::format("{} %REQ(x-l)%", who),
                  "append_action: OVERWRITE_IF_EXISTS_OR_ADD") +
           "]";
  };
  StartProxyWithTable(
      "[{match: {prefix: /}, route: {weighted_clusters: {clusters: [{name: service, weight: 1, " +
          set("cluster") + "}]}}, " + set("route") + "}]",
      set("table"), set("host"));
  EXPECT_EQ(Field(Pass("GET /", "x-l: mine\r\n").request, "x-l"), "table host route cluster mine");
}

TEST_F(HeaderFormats, AdditionsOfOneLevelSeeTheFieldsAsTheyCame) {
  StartProxyWithTable(
      "[{match: {prefix: /}, route: {cluster: service}, request_headers_to_add: [" +
          Header("x-1", "%REQ(x-a)%") + ", " +
          Header("x-a", "new %REQ(x-a)%", "append_action: OVERWRITE_IF_EXISTS_OR_ADD") + ", " +
          Header("x-2", "%REQ(x-a)%") + "]}]",
      "");
  const std::string request = Pass("GET /", "x-a: old\r\n").request;
  EXPECT_EQ(Field(request, "x-1"), "old");
  EXPECT_EQ(Field(request, "x-a"), "new old");
  EXPECT_EQ(Field(request, "x-2"), "old");
}

TEST_F(HeaderFormats, NoOperatorBeginsAnotherField) {
  StartProxyWithTable("[{match: {prefix: /}, route: {cluster: service}, request_headers_to_add: [" +
                          Header("x-t", "a%START_TIME(%nx-evil: 1%n)%") + "]}]",
                      "");
  EXPECT_THAT(Pass("GET /").request,
              AllOf(HasSubstr("\r\nx-t: a x-evil: 1\r\n"), Not(HasSubstr("\nx-evil"))));
}

TEST_F(HeaderFormats, MutationsOfTheFilterAreFormatsToo) {
  StartProxyWithFilters(
      Filter("m", "header_mutation.v3.HeaderMutation",
             "mutations: {request_mutations: [{append: " +
                 Header("x-1", "<%REQ(nope)%> %REQ(:path)% %UPSTREAM_CLUSTER%") + "}, {append: " +
                 Header("x-2", "%REQ(x-1)%") + "}], response_mutations: [{append: " +
                 Header("x-3", "%RESPONSE_CODE% %RESPONSE_CODE_DETAILS%") + "}]}"),
      "[{match: {prefix: /}, route: {cluster: service}}]");
  const Passed passed = Pass("GET /p");
  EXPECT_THAT(passed.request, HasSubstr("\r\nx-1: <> /p service\r\n"));
  EXPECT_THAT(passed.request, HasSubstr("\r\nx-2: <> /p service\r\n"));
  EXPECT_THAT(passed.answer, HasSubstr("\r\nx-3: 200 via_upstream\r\n"));
}

}  // namespace
}  // namespace outrigger::test
