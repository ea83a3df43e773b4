// Secrets and the TLS contexts that are made of them: all of its profiles take one, or none does.
#include "compiler/tls_profiles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "test/support/certificates.h"

namespace outrigger::compiler {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Role = SecretUse::Role;

class TlsProfilesTest : public testing::Test {
 protected:
  static Secret Pair(const test::Identity& identity) {
    return TlsCertificate{identity.chain_pem, identity.key_pem};
  }
  static Secret TrustIn(const std::string& pem) {
    TlsValidation validation;
    validation.trusted_ca_pem = pem;
    return validation;
  }
  static std::string MessageOf(const absl::Status& status) { return std::string(status.message()); }
  TlsProfilePointer Find(std::vector<SecretUse> secrets, TlsSettings settings = {}) {
    auto found = profiles_.Find(std::move(settings), std::move(secrets));
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? *found : nullptr;
  }
  absl::Status Take(const std::string& key, const Secret& secret) {
    absl::Status status = profiles_.Take(key, secret);
    if (status.ok()) secrets_[key].value = std::make_shared<const Secret>(secret);
    return status;
  }

  const test::Authority authority_;
  const test::Identity identity_ = authority_.Issue("DNS:a.test");
  xds::ResourceStore<Secret> secrets_;
  TlsProfiles profiles_{secrets_};
};

TEST_F(TlsProfilesTest, HasNoContextBeforeAllOfItsSecretsAreThere) {
  const TlsProfilePointer profile = Find({{Role::kCertificate, "pair"}, {Role::kValidation, "ca"}});
  EXPECT_THAT(profiles_.Contexts(), IsEmpty());
  ASSERT_TRUE(Take("ca", TrustIn(authority_.pem())).ok());
  EXPECT_THAT(profiles_.Contexts(), IsEmpty());
  profiles_.TakeChanges();
  ASSERT_TRUE(Take("pair", Pair(identity_)).ok());
  const TlsProfiles::Changes changes = profiles_.TakeChanges();
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].first, profile->id);
  EXPECT_NE(changes[0].second, nullptr);
}

TEST_F(TlsProfilesTest, OneThatComesLaterFindsTheSecretsThatAreThere) {
  ASSERT_TRUE(Take("pair", Pair(identity_)).ok());
  const TlsProfilePointer profile = Find({{Role::kCertificate, "pair"}});
  EXPECT_THAT(profiles_.Contexts(), SizeIs(1));
}

TEST_F(TlsProfilesTest, ASecretIsTakenByAllOrByNone) {
  TlsSettings with_names;
  with_names.validation.names.push_back({});
  const TlsProfilePointer any = Find({{Role::kValidation, "ca"}});
  const TlsProfilePointer named = Find({{Role::kValidation, "ca"}}, with_names);
  ASSERT_TRUE(Take("ca", TrustIn(authority_.pem())).ok());
  profiles_.TakeChanges();
  EXPECT_THAT(MessageOf(Take("ca", TrustIn(""))), HasSubstr("without trusted_ca"));
  EXPECT_THAT(profiles_.TakeChanges(), IsEmpty());
}

TEST_F(TlsProfilesTest, SaysWhatIsWrongWithASecretThatNobodyCanUse) {
  const test::Identity other = authority_.Issue("DNS:b.test");
  EXPECT_THAT(MessageOf(Take("pair", Pair({identity_.chain_pem, other.key_pem}))),
              HasSubstr("tls_certificate: "));
  EXPECT_THAT(MessageOf(Take("ca", TrustIn("no certificate"))),
              HasSubstr("validation_context.trusted_ca: "));
}

TEST_F(TlsProfilesTest, ASecretOfTheOtherKindIsRefused) {
  const TlsProfilePointer profile = Find({{Role::kCertificate, "pair"}});
  EXPECT_EQ(MessageOf(Take("pair", TrustIn(authority_.pem()))),
            "secret pair: must be a tls_certificate");
}

TEST_F(TlsProfilesTest, WhatNobodyUsesAnyMoreIsForgottenWithItsKey) {
  ASSERT_TRUE(Take("pair", Pair(identity_)).ok());
  TlsProfilePointer profile = Find({{Role::kCertificate, "pair"}});
  const std::weak_ptr<const TlsContext> context = profiles_.Contexts().front();
  const TlsProfileId id = profile->id;
  profile.reset();
  profiles_.Sweep();
  EXPECT_EQ(profiles_.TakeChanges().back(), (std::pair{id, TlsProfiles::ContextPointer()}));
  EXPECT_TRUE(context.expired());
  // The id is free for another.
  EXPECT_EQ(Find({{Role::kCertificate, "other"}})->id, id);
}

}  // namespace
}  // namespace outrigger::compiler
