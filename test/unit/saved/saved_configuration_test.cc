#include "saved/saved_configuration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "outrigger/saved/v1/saved_configuration.pb.h"

namespace outrigger::saved {
namespace {

using testing::ElementsAre;

constexpr std::string_view kCluster = "type.googleapis.com/a.Cluster";
constexpr std::string_view kRoute = "type.googleapis.com/a.Route";
const std::vector<std::string_view> kTypes = {kCluster, kRoute};

SavedConfiguration Example() {
  SavedConfiguration configuration;
  configuration.node_id = "sidecar~a";
  configuration.saved_at = WallTime(std::chrono::milliseconds(1'764'000'000'250));
  configuration.resources.push_back(
      {kCluster, "one", "v1", std::make_shared<const std::string>("content"), 0});
  configuration.resources.push_back({kRoute, "two", "", std::make_shared<const std::string>(), 0});
  configuration.left_out = {"type.googleapis.com/a.Secret with spaces"};
  return configuration;
}

TEST(SavedConfigurationTest, ComesBackAsItWas) {
  const auto decoded = Decode(Encode(Example()), "sidecar~a", kTypes);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->node_id, "sidecar~a");
  EXPECT_EQ(decoded->saved_at, Example().saved_at);
  ASSERT_EQ(decoded->resources.size(), 2U);
  EXPECT_EQ(decoded->resources[0].type_url, kCluster);
  EXPECT_EQ(decoded->resources[0].name, "one");
  EXPECT_EQ(decoded->resources[0].version, "v1");
  EXPECT_EQ(*decoded->resources[0].bytes, "content");
  EXPECT_EQ(decoded->resources[1].type_url, kRoute);
  EXPECT_EQ(*decoded->resources[1].bytes, "");
  EXPECT_THAT(decoded->left_out, ElementsAre("type.googleapis.com/a.Secret with spaces"));
}

TEST(SavedConfigurationTest, NoPartOfItIsTakenForTheWhole) {
  const std::string whole = Encode(Example());
  for (size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(Decode(whole.substr(0, length), "sidecar~a", kTypes).ok()) << length;
  }
}

TEST(SavedConfigurationTest, NoFlippedBitGoesUnnoticed) {
  const std::string whole = Encode(Example());
  for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(Decode(flipped, "sidecar~a", kTypes).ok()) << bit;
  }
}

TEST(SavedConfigurationTest, SaysWhatIsWrongWithIt) {
  EXPECT_EQ(Decode(Encode(Example()), "sidecar~b", kTypes).status().message(),
            "is that of node \"sidecar~a\"");
  EXPECT_EQ(Decode(Encode(Example()), "sidecar~a", {kCluster}).status().message(),
            "holds a resource of type \"type.googleapis.com/a.Route\"");
  EXPECT_EQ(Decode("no file of ours", "a", kTypes).status().message(),
            "is damaged: it is no saved configuration");
  ::outrigger::saved::v1::SavedFile file;
  ASSERT_TRUE(file.ParseFromString(Encode(Example())));
  file.set_checksum(file.checksum() + 1);
  EXPECT_EQ(Decode(file.SerializeAsString(), "sidecar~a", kTypes).status().message(),
            "is damaged: its checksum does not fit");
  file.set_format(kFormat + 1);
  EXPECT_EQ(Decode(file.SerializeAsString(), "sidecar~a", kTypes).status().message(),
            "has format 2, and this version reads 1");
}

}  // namespace
}  // namespace outrigger::saved
