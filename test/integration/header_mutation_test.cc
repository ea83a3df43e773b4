// The header_mutation filter, compared with a real Envoy 1.40.
#include "test/integration/filters_fixture.h"

namespace outrigger::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kMutation = "header_mutation.v3.HeaderMutation";
constexpr std::string_view kPerRoute = "header_mutation.v3.HeaderMutationPerRoute";

class HeaderMutationFilter : public FiltersTest {};

TEST_F(HeaderMutationFilter, EachMutationSeesWhatThoseBeforeItDid) {
  StartProxyWithFilters(
      Filter("m", kMutation,
             "mutations: {request_mutations: [{remove: X-Old}, "
             "{append: {header: {key: x-old, value: new}, append_action: ADD_IF_ABSENT}}, "
             "{append: {header: {key: x-old, value: newer}, "
             "append_action: OVERWRITE_IF_EXISTS}}]}"),
      "[{match: {prefix: /}, route: {cluster: service}}]");
  EXPECT_THAT(Pass("GET /", "x-old: 1\r\n").request,
              AllOf(HasSubstr("\r\nx-old: newer\r\n"), Not(HasSubstr("x-old: 1"))));
}

// As in Envoy: the route's word first, the table's last, unless the filter says otherwise.
TEST_F(HeaderMutationFilter, WhoComesLastWinsAmongTheLevels) {
  const auto set = [](std::string_view value) {
    return fmt::format(
        "mutations: {{response_mutations: [{{append: {{header: {{key: x-from, value: {}}}, "
        "append_action: OVERWRITE_IF_EXISTS_OR_ADD}}}}]}}",
        value);
  };
  const std::string routes = "[{match: {prefix: /}, direct_response: {status: 204}, " +
                             Say("m", kPerRoute, set("route")) + "}]";
  StartProxyWithFilters(Filter("m", kMutation), routes, Say("m", kPerRoute, set("host")));
  EXPECT_THAT(Ask("GET /"), HasSubstr("\r\nx-from: host\r\n"));
  FinishNeighbour();
  StartProxyWithFilters(Filter("m", kMutation, "most_specific_header_mutations_wins: true"), routes,
                        Say("m", kPerRoute, set("host")));
  EXPECT_THAT(Ask("GET /"), HasSubstr("\r\nx-from: route\r\n"));
}

}  // namespace
}  // namespace outrigger::test
