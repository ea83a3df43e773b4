#include "base/resource_source.h"

#include <gtest/gtest.h>

namespace outrigger {
namespace {

SourcePointer File(std::string path, std::string watched_folder = {}) {
  return std::make_shared<const ResourceSource>(
      FileSource{std::move(path), std::move(watched_folder)});
}
SourcePointer Stream(std::string service) {
  return std::make_shared<const ResourceSource>(StreamSource{std::move(service), "sds"});
}

TEST(ResourceSourceTest, WithoutAFileTheNameIsTheKey) {
  EXPECT_EQ(ResourceKey("web", nullptr), "web");
  EXPECT_FALSE(IsFileKey("web"));
  EXPECT_EQ(NameInKey("web"), "web");
  EXPECT_EQ(DescribeResource("web", nullptr), "web");
}

TEST(ResourceSourceTest, AKeyTellsNameFileAndFolderApartFromOthers) {
  const std::string key = ResourceKey("web", File("/a"));
  EXPECT_TRUE(IsFileKey(key));
  EXPECT_NE(key, ResourceKey("web", File("/b")));
  EXPECT_NE(key, ResourceKey("web", File("/a", "/")));
  EXPECT_NE(key, ResourceKey("other", File("/a")));
  EXPECT_EQ(key, ResourceKey("web", File("/a")));
  EXPECT_EQ(DescribeResource("web", File("/a")), "web in /a");
}

TEST(ResourceSourceTest, AKeyTellsStreamsApart) {
  const std::string key = ResourceKey("web", Stream("a"));
  EXPECT_FALSE(IsFileKey(key));
  EXPECT_NE(key, ResourceKey("web", Stream("b")));
  EXPECT_NE(key, ResourceKey("web", nullptr));
  EXPECT_EQ(key, ResourceKey("web", Stream("a")));
  EXPECT_EQ(SourceInKey(key), SourceInKey(ResourceKey("other", Stream("a"))));
  EXPECT_EQ(SourceInKey("web"), "");
  EXPECT_EQ(DescribeResource("web", Stream("a")), "web from cluster sds");
}

TEST(ResourceSourceTest, TheNameComesBackFromTheKeyWhateverItHolds) {
  for (const char* name : {"", "web", "a/b",
                           "\x02"
                           "b\x02",
                           "outbound|80||a"}) {
    EXPECT_EQ(NameInKey(ResourceKey(name, File("/a", "/b"))), name);
    EXPECT_EQ(NameInKey(ResourceKey(name, File("/a"))), name);
    EXPECT_EQ(NameInKey(ResourceKey(name, Stream("\x03"))), name);
  }
}

}  // namespace
}  // namespace outrigger
