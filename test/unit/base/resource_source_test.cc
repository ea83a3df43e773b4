#include "base/file_source.h"

#include <gtest/gtest.h>

namespace outrigger {
namespace {

FilePointer File(std::string path, std::string watched_folder = {}) {
  return std::make_shared<const FileSource>(FileSource{std::move(path), std::move(watched_folder)});
}

TEST(FileSourceTest, WithoutAFileTheNameIsTheKey) {
  EXPECT_EQ(ResourceKey("web", nullptr), "web");
  EXPECT_FALSE(IsFileKey("web"));
  EXPECT_EQ(NameInKey("web"), "web");
  EXPECT_EQ(DescribeResource("web", nullptr), "web");
}

TEST(FileSourceTest, AKeyTellsNameFileAndFolderApartFromOthers) {
  const std::string key = ResourceKey("web", File("/a"));
  EXPECT_TRUE(IsFileKey(key));
  EXPECT_NE(key, ResourceKey("web", File("/b")));
  EXPECT_NE(key, ResourceKey("web", File("/a", "/")));
  EXPECT_NE(key, ResourceKey("other", File("/a")));
  EXPECT_EQ(key, ResourceKey("web", File("/a")));
  EXPECT_EQ(DescribeResource("web", File("/a")), "web in /a");
}

TEST(FileSourceTest, TheNameComesBackFromTheKeyWhateverItHolds) {
  for (const char* name : {"", "web", "a/b",
                           "\x02"
                           "b\x02",
                           "outbound|80||a"}) {
    EXPECT_EQ(NameInKey(ResourceKey(name, File("/a", "/b"))), name);
    EXPECT_EQ(NameInKey(ResourceKey(name, File("/a"))), name);
  }
}

}  // namespace
}  // namespace outrigger
