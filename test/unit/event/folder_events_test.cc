#include "event/folder_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "test/support/moved_files.h"

namespace outrigger {
namespace {

namespace fs = std::filesystem;

using Kind = FolderEvent::Kind;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

struct Seen {
  Kind kind;
  std::string folder;
  std::string name;
  bool operator==(const Seen&) const = default;
};

class FolderEventsTest : public ::testing::Test {
 protected:
  std::vector<Seen> Take() {
    loop_.RunOnce(Duration::zero());
    return std::exchange(seen_, {});
  }

  SystemClock clock_;
  EventLoop loop_{clock_};
  test::MovedFiles files_;
  std::vector<Seen> seen_;
  FolderEvents events_{
      loop_, [this](const FolderEvent& event) {
        seen_.push_back({event.kind, std::string(event.folder), std::string(event.name)});
      }};
};

TEST_F(FolderEventsTest, TellsWhatIsMovedInAndNothingElseUnlessAskedTo) {
  ASSERT_TRUE(events_.Watch(files_.path(), "f", FolderEvents::Interest::kMovesIn).ok());
  files_.Put("a", "x");
  files_.WriteInPlace("a", "y");
  files_.Remove("a");
  EXPECT_THAT(Take(), ElementsAre(Seen{Kind::kMovedIn, "f", "a"}));
}

TEST_F(FolderEventsTest, TellsEverythingWhenAskedTo) {
  ASSERT_TRUE(events_.Watch(files_.path(), "f", FolderEvents::Interest::kEverything).ok());
  files_.WriteInPlace("a", "x");
  files_.Remove("a");
  fs::create_directory(files_.Path("d"));
  EXPECT_THAT(Take(), ElementsAre(Seen{Kind::kCreated, "f", "a"}, Seen{Kind::kWritten, "f", "a"},
                                  Seen{Kind::kLeft, "f", "a"}, Seen{Kind::kFolders, "f", "d"}));
}

TEST_F(FolderEventsTest, ALinkToAFolderIsMovedInLikeAFile) {
  ASSERT_TRUE(events_.Watch(files_.path(), "f", FolderEvents::Interest::kMovesIn).ok());
  files_.Swap({{"a", "x"}});
  EXPECT_THAT(Take(), ElementsAre(Seen{Kind::kMovedIn, "f", "..data"}));
}

TEST_F(FolderEventsTest, AFolderWithTwoNamesIsToldByBoth) {
  fs::create_directory(files_.Path("d"));
  ASSERT_TRUE(events_.Watch(files_.path(), "one", FolderEvents::Interest::kMovesIn).ok());
  ASSERT_TRUE(events_.Watch(files_.Path("d/.."), "two", FolderEvents::Interest::kMovesIn).ok());
  files_.Put("a", "x");
  EXPECT_THAT(Take(),
              ElementsAre(Seen{Kind::kMovedIn, "one", "a"}, Seen{Kind::kMovedIn, "two", "a"}));
  events_.Forget("one");
  files_.Put("a", "x");
  EXPECT_THAT(Take(), ElementsAre(Seen{Kind::kMovedIn, "two", "a"}));
}

TEST_F(FolderEventsTest, NothingIsToldOfAFolderThatIsForgotten) {
  ASSERT_TRUE(events_.Watch(files_.path(), "f", FolderEvents::Interest::kMovesIn).ok());
  files_.Put("a", "x");
  events_.Forget("f");
  files_.Put("a", "x");
  EXPECT_THAT(Take(), IsEmpty());
  events_.Forget("f");  // no harm
}

TEST_F(FolderEventsTest, AFolderThatIsMovedAwayIsWatchedNoMore) {
  fs::create_directory(files_.Path("d"));
  ASSERT_TRUE(events_.Watch(files_.Path("d"), "d", FolderEvents::Interest::kMovesIn).ok());
  fs::rename(files_.Path("d"), files_.Path("e"));
  EXPECT_THAT(Take(), Contains(Seen{Kind::kFolderGone, "d", ""}));
  files_.Put("e/a", "x");
  EXPECT_THAT(Take(), IsEmpty());
  ASSERT_TRUE(events_.Watch(files_.Path("e"), "e", FolderEvents::Interest::kMovesIn).ok());
  files_.Put("e/a", "x");
  EXPECT_THAT(Take(), ElementsAre(Seen{Kind::kMovedIn, "e", "a"}));
}

TEST_F(FolderEventsTest, AFolderThatIsNotThereIsAnErrorThatNamesIt) {
  const std::string path = files_.Path("none");
  const absl::Status status = events_.Watch(path, "f", FolderEvents::Interest::kMovesIn);
  EXPECT_EQ(status.message(), "cannot watch " + path + ": No such file or directory");
}

}  // namespace
}  // namespace outrigger
