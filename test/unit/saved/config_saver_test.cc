#include "saved/config_saver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "base/read_file.h"
#include "envoy/extensions/transport_sockets/tls/v3/secret.pb.h"
#include "test/support/log_folder.h"

namespace outrigger::saved {
namespace {

using testing::ElementsAre;

constexpr std::string_view kSecret =
    "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

SavedResource SecretWith(const std::string& name, const std::string& key) {
  envoy::extensions::transport_sockets::tls::v3::Secret secret;
  secret.set_name(name);
  if (!key.empty()) secret.mutable_tls_certificate()->mutable_private_key()->set_inline_string(key);
  auto bytes = std::make_shared<const std::string>(secret.SerializeAsString());
  const uint64_t hash = std::hash<std::string>()(*bytes);
  return {kSecret, name, "1", std::move(bytes), hash};
}

class ConfigSaverTest : public testing::Test {
 protected:
  // What lies there once all has been written.
  SavedConfiguration SaveAll(const std::vector<std::vector<SavedResource>>& versions,
                             bool saves_keys = false) {
    {
      ConfigSaver saver({path_, saves_keys});
      for (const auto& resources : versions) {
        saver.Save({"node", WallTime(), resources, {}});
        WaitForWrites(saver, ++writes_);
      }
      writes_ = 0;
      counts_ = saver.counts();
    }
    return Read();
  }
  SavedConfiguration Read() {
    return Decode(ReadFile(path_, 1).value(), "node", {kSecret}).value();
  }
  static void WaitForWrites(const ConfigSaver& saver, uint64_t count) {
    while (saver.counts().written + saver.counts().failed < count) std::this_thread::yield();
  }
  static std::vector<std::string> NamesOf(const SavedConfiguration& configuration) {
    std::vector<std::string> names;
    for (const SavedResource& resource : configuration.resources) names.push_back(resource.name);
    return names;
  }

  const test::LogFolder folder_;
  const std::string path_ = folder_.Path("saved");
  uint64_t writes_ = 0;
  ConfigSaver::Counts counts_;
};

TEST_F(ConfigSaverTest, WhatHoldsAKeyIsLeftOutAndNamed) {
  const SavedConfiguration saved = SaveAll({{SecretWith("plain", ""), SecretWith("keyed", "key")}});
  EXPECT_THAT(NamesOf(saved), ElementsAre("plain"));
  EXPECT_THAT(saved.left_out, ElementsAre(std::string(kSecret) + " keyed"));
  EXPECT_EQ(counts_.written, 1U);
  EXPECT_EQ(counts_.left_out, 1U);
}

TEST_F(ConfigSaverTest, UnlessItsOwnerSaysSo) {
  const SavedConfiguration saved = SaveAll({{SecretWith("keyed", "key")}}, true);
  EXPECT_THAT(NamesOf(saved), ElementsAre("keyed"));
  EXPECT_TRUE(saved.left_out.empty());
}

TEST_F(ConfigSaverTest, AResourceThatGetsAKeyIsLeftOutFromThenOn) {
  EXPECT_THAT(NamesOf(SaveAll({{SecretWith("a", "")}, {SecretWith("a", "key")}})), ElementsAre());
  EXPECT_THAT(NamesOf(SaveAll({{SecretWith("a", "key")}, {SecretWith("a", "")}})),
              ElementsAre("a"));
}

TEST_F(ConfigSaverTest, TheNewestOfThoseThatWaitIsThereAtTheEnd) {
  {
    ConfigSaver saver({path_, false});
    for (int i = 0; i < 100; ++i) {
      saver.Save({"node", WallTime(), {SecretWith(std::to_string(i), "")}, {}});
    }
  }
  EXPECT_THAT(NamesOf(Read()), ElementsAre("99"));
}

TEST_F(ConfigSaverTest, AFailureIsCountedAndTheNextOneIsTried) {
  const std::string inside = folder_.Path("later");
  ConfigSaver saver({inside + "/saved", false});
  saver.Save({"node", WallTime(), {}, {}});
  WaitForWrites(saver, 1);
  EXPECT_EQ(saver.counts().failed, 1U);
  ASSERT_EQ(mkdir(inside.c_str(), 0700), 0);
  saver.Save({"node", WallTime(), {}, {}});
  WaitForWrites(saver, 2);
  EXPECT_EQ(saver.counts().written, 1U);
  EXPECT_TRUE(Decode(ReadFile(inside + "/saved", 1).value(), "node", {kSecret}).ok());
  unlink((inside + "/saved").c_str());
  rmdir(inside.c_str());
}

}  // namespace
}  // namespace outrigger::saved
