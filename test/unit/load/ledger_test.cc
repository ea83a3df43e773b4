#include "tools/load/ledger.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace outrigger::load {
namespace {

std::string Content(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(LedgerTest, ALineTellsTheIdAndTheBodyOfARequestAndWhatBecameOfIt) {
  const std::string path = testing::TempDir() + "/ledger-" + std::to_string(getpid());
  BodyDigest body;
  body.Add("abc");
  {
    Ledger ledger(path);
    ASSERT_TRUE(ledger.is_usable());
    ledger.Note("one", {}, "seen");
    ledger.Note("two", body, "answered");
  }
  EXPECT_EQ(Content(path), "one 0 ef46db3751d8e999 seen\ntwo 3 44bc2cf5ad770999 answered\n");
  EXPECT_EQ(unlink(path.c_str()), 0);
}

TEST(LedgerTest, PiecesMakeTheSameBody) {
  BodyDigest whole;
  BodyDigest pieces;
  whole.Add("abcdef");
  pieces.Add("ab");
  pieces.Add("");
  pieces.Add("cdef");
  EXPECT_EQ(whole.hash(), pieces.hash());
  EXPECT_EQ(whole.length(), pieces.length());
}

TEST(LedgerTest, WithoutAPathNothingIsNotedAndAFolderThatIsNotThereIsNoPlace) {
  EXPECT_TRUE(Ledger("").is_usable());
  EXPECT_FALSE(Ledger("/none/ledger").is_usable());
}

}  // namespace
}  // namespace outrigger::load
