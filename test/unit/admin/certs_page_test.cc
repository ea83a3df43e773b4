// /certs, from TLS contexts as connections use them.
#include <fmt/format.h>

#include "admin/time_text.h"
#include "test/support/certificates.h"
#include "test/unit/admin/admin_fixture.h"

namespace outrigger::admin {
namespace {

class CertsPageTest : public AdminTest {
 protected:
  void Add(const TlsSettings& settings) {
    auto context = TlsContext::Make(settings);
    ASSERT_TRUE(context.ok()) << context.status();
    ledger_->tls_contexts.push_back(*std::move(context));
  }
  static std::string Entry(const CertificateDetails& details, const std::string& path,
                           const std::string& names, int days) {
    return fmt::format(
        "\n    {{\n     \"path\": \"{}\",\n     \"serial_number\": \"{}\",\n"
        "     \"subject_alt_names\": [{}],\n     \"days_until_expiration\": \"{}\",\n"
        "     \"valid_from\": \"{}\",\n     \"expiration_time\": \"{}\"\n    }}\n   ",
        path, details.serial_number, names, days, TimestampInSeconds(details.valid_from),
        TimestampInSeconds(details.expires_at));
  }
};

TEST_F(CertsPageTest, WithoutTlsTheListIsEmpty) {
  EXPECT_EQ(Get("/certs").body, "{\n \"certificates\": []\n}\n");
}

TEST_F(CertsPageTest, EachContextShowsWhatItTrustsAndWhatItIs) {
  const test::Authority authority;
  const test::Identity identity = authority.Issue("DNS:a.test");
  TlsSettings settings;
  settings.certificates = {{identity.chain_pem, identity.key_pem, "/etc/cert.pem"}};
  settings.validation.trusted_ca_pem = authority.pem();
  Add(settings);
  TlsSettings client;
  client.side = TlsSettings::Side::kClient;
  Add(client);
  const ContextCertificates& shown = ledger_->tls_contexts[0]->certificates();
  world_.clock.JumpWall(shown.own[0].expires_at - std::chrono::hours(50) - world_.clock.WallNow());
  const int64_t ca_days = shown.trusted->DaysLeft(world_.clock.WallNow());
  const std::string names = "\n      {\n       \"dns\": \"a.test\"\n      }\n     ";
  EXPECT_EQ(Get("/certs").body,
            "{\n \"certificates\": [\n  {\n   \"ca_cert\": [" +
                Entry(*shown.trusted, "<inline>", "", static_cast<int>(ca_days)) +
                "],\n   \"cert_chain\": [" + Entry(shown.own[0], "/etc/cert.pem", names, 2) +
                "]\n  },\n  {\n   \"ca_cert\": [],\n   \"cert_chain\": []\n  }\n ]\n}\n");
}

}  // namespace
}  // namespace outrigger::admin
