// What the configuration makes of answers of our own: local_reply_config, and the body_format of
// direct responses. Compared with a real Envoy 1.40.
#include "test/integration/filters_fixture.h"
#include "test/support/log_folder.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// For requests with that value in x-m.
std::string Mapper(std::string_view value, std::string_view fields) {
  return fmt::format(
      "{{filter: {{header_filter: {{header: {{name: x-m, string_match: {{exact: {}}}}}}}}}, {}}}",
      value, fields);
}

std::string Text(std::string_view format, std::string_view more = "") {
  return fmt::format("{{text_format_source: {{inline_string: \"{}\"}}{}{}}}", format,
                     more.empty() ? "" : ", ", more);
}

constexpr std::string_view kJson = "{json_format: {b: '%LOCAL_REPLY_BODY%', c: '%RESPONSE_CODE%'}}";

class LocalReply : public FiltersTest {
 protected:
  void StartWithReplies(const std::string& config, const std::string& more_hcm_fields = "") {
    StaticBootstrap bootstrap;
    StaticListener& listener = bootstrap.listeners[0];
    listener.hcm_fields = "local_reply_config: {" + config + "}" + more_hcm_fields;
    listener.table_fields = "response_headers_to_add: [{header: {key: x-table, value: t}}]";
    listener.filters = Filter("fault", "fault.v3.HTTPFault",
                              "abort: {header_abort: {}, percentage: {numerator: 100}}");
    listener.routes =
        "[{match: {path: /tea}, direct_response: {status: 403, body: {inline_string: tea}}}, "
        "{match: {path: /typed}, direct_response: {status: 403, body: {inline_string: tea}}, "
        "response_headers_to_add: [{header: {key: content-type, value: text/route}}]}, "
        "{match: {path: /empty}, direct_response: {status: 403}}, "
        "{match: {path: /formatted}, direct_response: {status: 403, body: {inline_string: tea}, "
        "body_format: {json_format: {b: '%LOCAL_REPLY_BODY%', p: '%REQ(:PATH)%'}}}}, "
        "{match: {path: /moved}, redirect: {path_redirect: /there}}, "
        "{match: {path: /nowhere}, route: {cluster: nowhere}}, "
        "{match: {path: /service}, route: {cluster: service}}]";
    StartProxy(bootstrap);
  }
  std::string AskAs(std::string_view path, std::string_view mapper) {
    return Ask(fmt::format("GET {}", path), fmt::format("x-m: {}\r\n", mapper));
  }
};

TEST_F(LocalReply, TheFormatWritesTheBodyOfEveryAnswerOfOurs) {
  StartWithReplies("body_format: " +
                   Text("[%LOCAL_REPLY_BODY%:%RESPONSE_CODE%:%RESPONSE_FLAGS%:%REQ(none)%]"));
  EXPECT_THAT(Ask("GET /tea"), AllOf(StartsWith("HTTP/1.1 403 "), HasSubstr("\r\nx-table: t\r\n"),
                                     HasSubstr("\r\ncontent-type: text/plain\r\n"),
                                     EndsWith("\r\n\r\n[tea:403:-:-]")));
  EXPECT_THAT(Ask("GET /empty"), EndsWith("\r\n\r\n[:403:-:-]"));
  EXPECT_THAT(Ask("GET /moved"),
              AllOf(HasSubstr("\r\nlocation: http://a/there\r\n"), EndsWith("\r\n\r\n[:301:-:-]")));
  EXPECT_THAT(Ask("GET /nowhere"), EndsWith("\r\n\r\n[:503:NC:-]"));
  EXPECT_THAT(Ask("GET /none"), EndsWith("\r\n\r\n[:404:NR:-]"));
  EXPECT_THAT(Ask("GET /tea", "x-envoy-fault-abort-request: 500\r\n"),
              EndsWith("\r\n\r\n[fault filter abort:500:FI:-]"));
}

TEST_F(LocalReply, AnswersOfServicesStayAsTheyAre) {
  StartWithReplies(
      "mappers: [{filter: {status_code_filter: {comparison: {op: EQ, value: "
      "{default_value: 200, runtime_key: a}}}}, status_code: 500}], body_format: " +
      Text("mine"));
  EXPECT_THAT(Pass("GET /service").answer,
              AllOf(StartsWith("HTTP/1.1 200 "), EndsWith("\r\n\r\nok")));
}

TEST_F(LocalReply, TheFirstMapperThatFitsCounts) {
  StartWithReplies(
      "mappers: [" +
      Mapper("one",
             "status_code: 550, body: {inline_string: mapped}, headers_to_add: [{header: {key: "
             "x-was, value: '%RESPONSE_CODE% %REQ(:PATH)%'}}], body_format_override: " +
                 std::string(kJson)) +
      ", " + Mapper("one", "status_code: 551") + ", " + Mapper("two", "status_code: 552") +
      ", {filter: {response_flag_filter: {flags: [NC]}}, body: {inline_string: nobody}}]");
  EXPECT_THAT(AskAs("/tea", "one"),
              AllOf(StartsWith("HTTP/1.1 550 "), HasSubstr("\r\nx-was: 403 /tea\r\n"),
                    HasSubstr("\r\ncontent-type: application/json\r\n"),
                    EndsWith("\r\n\r\n{\"b\":\"mapped\",\"c\":550}\n")));
  EXPECT_THAT(AskAs("/tea", "two"), AllOf(StartsWith("HTTP/1.1 552 "), EndsWith("\r\n\r\ntea")));
  EXPECT_THAT(AskAs("/nowhere", "three"),
              AllOf(StartsWith("HTTP/1.1 503 "), EndsWith("\r\n\r\nnobody")));
  EXPECT_THAT(AskAs("/tea", "three"), AllOf(StartsWith("HTTP/1.1 403 "), EndsWith("tea")));
}

TEST_F(LocalReply, TheContentTypeIsThatOfWhoeverWroteTheBodyLast) {
  const std::string set =
      "headers_to_add: [{header: {key: content-type, value: text/x}, "
      "append_action: OVERWRITE_IF_EXISTS_OR_ADD}]";
  StartWithReplies("mappers: [" +
                   Mapper("set", set + ", body_format_override: " + std::string(kJson)) + ", " +
                   Mapper("json", "body_format_override: " + std::string(kJson)) + ", " +
                   Mapper("same", "body_format_override: " +
                                      Text("%LOCAL_REPLY_BODY%", "content_type: text/own")) +
                   ", " + Mapper("none", "body: {inline_string: ''}") + "]");
  const auto has = [](std::string_view type) {
    return HasSubstr(fmt::format("\r\ncontent-type: {}\r\n", type));
  };
  EXPECT_THAT(AskAs("/tea", "set"), has("text/x"));
  EXPECT_THAT(AskAs("/typed", "set"), has("text/x"));
  EXPECT_THAT(AskAs("/tea", "json"), has("application/json"));
  EXPECT_THAT(AskAs("/typed", "json"), has("application/json"));
  EXPECT_THAT(AskAs("/tea", "same"), has("text/own"));
  EXPECT_THAT(AskAs("/typed", "same"), has("text/route"));
  EXPECT_THAT(AskAs("/formatted", "same"), has("application/json"));
  EXPECT_THAT(AskAs("/typed", "none"),
              AllOf(Not(HasSubstr("content-type")), HasSubstr("\r\ncontent-length: 0\r\n")));
}

TEST_F(LocalReply, ADirectResponseHasAFormatOfItsOwn) {
  StartWithReplies("");
  EXPECT_THAT(Ask("GET /formatted"),
              AllOf(HasSubstr("\r\ncontent-type: application/json\r\n"),
                    EndsWith("\r\n\r\n{\"b\":\"tea\",\"p\":\"/formatted\"}\n")));
}

TEST_F(LocalReply, GrpcClientsGetTheBodyAsTheirMessage) {
  StartWithReplies("mappers: [" + Mapper("one", "status_code: 503") +
                   "], body_format: " + std::string(kJson));
  const std::string answer =
      Ask("POST /tea", "x-m: one\r\ncontent-type: application/grpc\r\nContent-Length: 0\r\n");
  EXPECT_THAT(answer, AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("\r\ngrpc-status: 14\r\n"),
                            HasSubstr("\r\ngrpc-message: {\"b\":\"tea\",\"c\":503}\r\n")));
}

TEST_F(LocalReply, WhereNoBodyMayFollowNoneIsSent) {
  StartWithReplies("mappers: [" + Mapper("one", "status_code: 304") +
                   "], body_format: " + Text("<%LOCAL_REPLY_BODY%>"));
  RawPeer client = Client();
  ASSERT_TRUE(client.Send(Head("HEAD /tea") + Head("GET /tea", "x-m: one\r\n") + Head("GET /tea")));
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"),
              AllOf(StartsWith("HTTP/1.1 403 "), HasSubstr("\r\ncontent-length: 5\r\n")));
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 304 "));
  EXPECT_THAT(client.ReadMessage(), AllOf(StartsWith("HTTP/1.1 403 "), EndsWith("<tea>")));
}

TEST_F(LocalReply, AccessLogsTellWhatWasSent) {
  LogFolder folder;
  StartWithReplies(
      "mappers: [" + Mapper("one", "status_code: 550, body: {inline_string: four}") + "]",
      ", access_log: [{name: f, typed_config: {'@type': type.googleapis.com/"
      "envoy.extensions.access_loggers.file.v3.FileAccessLog, path: '" +
          folder.Path("log") +
          "', log_format: {text_format_source: {inline_string: \"%RESPONSE_CODE% %BYTES_SENT% "
          "%RESPONSE_CODE_DETAILS%\\n\"}}}}]");
  AskAs("/tea", "one");
  EXPECT_EQ(folder.NextLine("log"), "550 4 direct_response");
}

TEST_F(LocalReply, ABodyThatBecomesTooLongIsSentAsItWas) {
  std::string format;
  for (int i = 0; i < 30; ++i) format += "%REQ(x-long)%";
  StartWithReplies("body_format: " + Text(format));
  EXPECT_THAT(Ask("GET /tea", "x-long: " + std::string(50'000, 'x') + "\r\n"),
              EndsWith("\r\n\r\ntea"));
  EXPECT_THAT(Ask("GET /tea", "x-long: y\r\n"), EndsWith("\r\n\r\n" + std::string(30, 'y')));
}

}  // namespace
}  // namespace outrigger::test
