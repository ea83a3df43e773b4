// Admin pages of the whole proxy: what it was started with, levels of its log, certificates in use,
// counters after a reset, admin behind a Unix socket.
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "net/address.h"
#include "test/integration/tls_fixture.h"
#include "test/support/http_client.h"

namespace outrigger::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class AdminPagesTest : public TlsTest {
 protected:
  Answer Admin(const std::string& method, const std::string& target) {
    HttpClient admin(proxy_->admin_port());
    const auto answer = admin.Send(method + " " + target + " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(answer.has_value()) << admin.failure();
    return answer.value_or(Answer());
  }
};

TEST_F(AdminPagesTest, CountersBeginAnewAfterAReset) {
  StartProxyWithRoutes("[{match: {prefix: /}, direct_response: {status: 200}}]");
  HttpClient client(port_);
  ASSERT_TRUE(client.Get("/").has_value());
  ASSERT_TRUE(client.Get("/").has_value());
  EXPECT_EQ(proxy_->Stat("http.ingress.downstream_rq_total"), 2);
  EXPECT_EQ(Admin("POST", "/reset_counters").body, "OK\n");
  EXPECT_EQ(proxy_->Stat("http.ingress.downstream_rq_total"), 0);
  EXPECT_EQ(proxy_->Stat("http.ingress.downstream_cx_active"), 1) << "a gauge goes on";
  ASSERT_TRUE(client.Get("/").has_value());
  EXPECT_EQ(proxy_->Stat("http.ingress.downstream_rq_total"), 1);
}

TEST_F(AdminPagesTest, LevelsOfTheLogChangeWhileItRuns) {
  const LogLevel before = CurrentLogLevel();
  StartProxy();
  EXPECT_THAT(Admin("POST", "/logging?upstream=debug").body, HasSubstr("\n  upstream: debug\n"));
  EXPECT_EQ(CurrentLogLevel(), LogLevel::kDebug);
  EXPECT_EQ(Admin("POST", "/logging?level=bogus").status, 400);
  SetLogLevel(before);
}

TEST_F(AdminPagesTest, TheCertificatesOfListenersAreShown) {
  StartTlsListener(Certificates(server_) + ", " + Trust(authority_));
  const std::string body = Admin("GET", "/certs").body;
  EXPECT_THAT(body, HasSubstr("\"path\": \"<inline>\""));
  EXPECT_THAT(body, HasSubstr("\"dns\": \"server.test\""));
  EXPECT_THAT(body, HasSubstr("\"ca_cert\": [\n    {"));
}

TEST(AdminRuntimeTest, TheStaticLayersOfTheBootstrapAreShown) {
  RunningProxy proxy(StaticBootstrap().ToYaml() +
                     "\nlayered_runtime: {layers: [{name: base, static_layer: {a: {b: 5}}}, "
                     "{name: top, admin_layer: {}}]}\n");
  const auto answer = HttpClient(proxy.admin_port()).Get("/runtime");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(
      answer->body,
      "{\n \"entries\": {\n  \"a.b\": {\n   \"layer_values\": [\n    \"5\",\n    \"\"\n   ],\n"
      "   \"final_value\": \"5\"\n  }\n },\n \"layers\": [\n  \"base\",\n  \"top\"\n ]\n}\n");
}

TEST(AdminUnixSocketTest, AdminIsServedBehindAFileWithItsMode) {
  const std::string path =
      testing::TempDir() + "outrigger_admin_" + std::to_string(getpid()) + ".sock";
  RunningProxy proxy("{admin: {address: {pipe: {path: '" + path + "', mode: 384}}}}");
  struct stat status{};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  RawPeer client(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const Address address = *Address::FromPath(path);
  ASSERT_EQ(connect(client.fd(), address.data(), address.size()), 0);
  ASSERT_TRUE(client.Send("GET /hot_restart_version HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_THAT(client.ReadMessage(), testing::EndsWith("disabled"));
  unlink(path.c_str());
}

}  // namespace
}  // namespace outrigger::test
