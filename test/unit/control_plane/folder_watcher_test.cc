#include "control_plane/folder_watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "test/support/loopback.h"

namespace outrigger::control_plane {
namespace {

namespace fs = std::filesystem;

constexpr char kGone[] = "(gone)";

// A folder of its own, and what the watcher has said about it.
class FolderWatcherTest : public ::testing::Test {
 protected:
  FolderWatcherTest() {
    std::string name = (fs::temp_directory_path() / "folder_watcher_XXXXXX").string();
    folder_ = mkdtemp(name.data());
    fs::create_directories(folder_ / "clusters");
  }
  ~FolderWatcherTest() override { fs::remove_all(folder_); }

  void Write(const std::string& path, const std::string& text) {
    std::ofstream(folder_ / path) << text;
  }
  void StartWatching() {
    watcher_ = std::make_unique<FolderWatcher>(
        world_.loop, folder_.string(), [this](const std::vector<FileChange>& changes) {
          ++reports_;
          for (const FileChange& change : changes) {
            seen_[change.path] = change.text.ok() ? *change.text : kGone;
          }
        });
    ASSERT_TRUE(watcher_->Start().ok());
  }
  // Until the file's text is reported as `text`.
  bool Sees(const std::string& path, const std::string& text) {
    return world_.RunUntil([&] {
      world_.Pass(FolderWatcher::kSettleMax);
      return seen_[path] == text;
    });
  }

  LoopWorld world_;
  fs::path folder_;
  std::map<std::string, std::string> seen_;
  int reports_ = 0;
  std::unique_ptr<FolderWatcher> watcher_;
};

TEST_F(FolderWatcherTest, ReportsWhatIsThereAtTheStart) {
  Write("clusters/a.yaml", "one");
  StartWatching();
  EXPECT_EQ(reports_, 1);
  EXPECT_EQ(seen_["clusters/a.yaml"], "one");
}

TEST_F(FolderWatcherTest, SeesAFileWrittenInPlace) {
  StartWatching();
  Write("clusters/a.yaml", "one");
  EXPECT_TRUE(Sees("clusters/a.yaml", "one"));
  Write("clusters/a.yaml", "two");
  EXPECT_TRUE(Sees("clusters/a.yaml", "two"));
}

TEST_F(FolderWatcherTest, SeesAFileReplacedByRename) {
  Write("clusters/a.yaml", "one");
  StartWatching();
  Write("clusters/.a.yaml.swp", "two");
  fs::rename(folder_ / "clusters/.a.yaml.swp", folder_ / "clusters/a.yaml");
  EXPECT_TRUE(Sees("clusters/a.yaml", "two"));
}

TEST_F(FolderWatcherTest, DoesNotReadAFileThatIsStillBeingWritten) {
  StartWatching();
  std::ofstream half(folder_ / "clusters/a.yaml");
  half << "half" << std::flush;
  Write("clusters/b.yaml", "whole");
  EXPECT_TRUE(Sees("clusters/b.yaml", "whole"));
  EXPECT_FALSE(seen_.contains("clusters/a.yaml"));
  half << " and half" << std::flush;
  half.close();
  EXPECT_TRUE(Sees("clusters/a.yaml", "half and half"));
}

TEST_F(FolderWatcherTest, SeesARemoval) {
  Write("clusters/a.yaml", "one");
  StartWatching();
  fs::remove(folder_ / "clusters/a.yaml");
  EXPECT_TRUE(Sees("clusters/a.yaml", kGone));
}

TEST_F(FolderWatcherTest, SeesFilesInFoldersThatAppearLater) {
  StartWatching();
  fs::create_directories(folder_ / "nodes/n/routes");
  Write("nodes/n/routes/a.yaml", "one");
  EXPECT_TRUE(Sees("nodes/n/routes/a.yaml", "one"));
  Write("nodes/n/routes/a.yaml", "two");
  EXPECT_TRUE(Sees("nodes/n/routes/a.yaml", "two"));
  fs::remove_all(folder_ / "nodes");
  EXPECT_TRUE(Sees("nodes/n/routes/a.yaml", kGone));
}

TEST_F(FolderWatcherTest, SeesASwappedLinkAsKubernetesSwapsIt) {
  fs::create_directories(folder_ / "clusters/..1");
  Write("clusters/..1/a.yaml", "one");
  fs::create_directory_symlink("..1", folder_ / "clusters/..data");
  fs::create_symlink("..data/a.yaml", folder_ / "clusters/a.yaml");
  StartWatching();
  EXPECT_EQ(seen_["clusters/a.yaml"], "one");
  fs::create_directories(folder_ / "clusters/..2");
  Write("clusters/..2/a.yaml", "two");
  fs::create_directory_symlink("..2", folder_ / "clusters/..data_new");
  fs::rename(folder_ / "clusters/..data_new", folder_ / "clusters/..data");
  EXPECT_TRUE(Sees("clusters/a.yaml", "two"));
}

TEST_F(FolderWatcherTest, AMissingFolderIsAnError) {
  FolderWatcher watcher(world_.loop, (folder_ / "none").string(), [](const auto&) {});
  EXPECT_EQ(watcher.Start().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace outrigger::control_plane
