#include "base/byte_buffer.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"

namespace outrigger {
namespace {

std::string Pattern(size_t size) {
  std::string text(size, '\0');
  for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>('a' + i % 26);
  return text;
}

TEST(ByteBufferTest, HoldsNoSlabWhileEmpty) {
  SlabPool pool;
  ByteBuffer buffer(pool);
  buffer.Append("");
  EXPECT_EQ(pool.slabs_out(), 0u);
  buffer.Append("x");
  EXPECT_EQ(pool.slabs_out(), 1u);
  buffer.Consume(1);
  EXPECT_EQ(pool.slabs_out(), 0u);
  EXPECT_EQ(buffer.Front(), "");
}

TEST(ByteBufferTest, ReturnsBytesInOrderAcrossSlabs) {
  SlabPool pool(256, 8);
  ByteBuffer buffer(pool);
  const std::string text = Pattern(1000);
  buffer.Append(text);
  EXPECT_EQ(buffer.size(), 1000u);
  EXPECT_EQ(buffer.ToString(), text);
  EXPECT_LT(buffer.Front().size(), 256u);
}

TEST(ByteBufferTest, LinearizesWhatLiesInSeveralSlabs) {
  SlabPool pool(256, 8);
  ByteBuffer buffer(pool);
  const std::string text = Pattern(1000);
  buffer.Append(text);
  buffer.Consume(10);
  EXPECT_EQ(buffer.Linearize(), text.substr(10));
  buffer.Append("tail");
  EXPECT_EQ(buffer.Linearize(), text.substr(10) + "tail");
}

TEST(ByteBufferTest, LinearizesIntoASlabWhatFitsIntoOne) {
  SlabPool pool(256, 8);
  ByteBuffer buffer(pool);
  buffer.Append(Pattern(210));
  buffer.Consume(200);
  buffer.Append(Pattern(100));
  EXPECT_EQ(buffer.Linearize(), Pattern(210).substr(200) + Pattern(100));
  EXPECT_EQ(pool.slabs_out(), 1u);
}

TEST(ByteBufferTest, FillsAtMostTheGivenNumberOfPieces) {
  SlabPool pool(256, 8);
  ByteBuffer buffer(pool);
  buffer.Append(Pattern(1000));
  iovec pieces[2];
  ASSERT_EQ(buffer.FillIovec(pieces, 2), 2);
  const std::string first(static_cast<const char*>(pieces[0].iov_base), pieces[0].iov_len);
  const std::string second(static_cast<const char*>(pieces[1].iov_base), pieces[1].iov_len);
  EXPECT_EQ(Pattern(1000).substr(0, first.size() + second.size()), first + second);
}

TEST(ByteBufferTest, MovesEverythingFromAnother) {
  SlabPool pool(256, 8);
  ByteBuffer buffer(pool);
  ByteBuffer other(pool);
  buffer.Append("head ");
  other.Append(Pattern(500));
  buffer.MoveFrom(other);
  buffer.MoveFrom(other);
  EXPECT_TRUE(other.empty());
  EXPECT_EQ(buffer.ToString(), "head " + Pattern(500));
}

TEST(ByteBufferTest, ClearGivesAllSlabsBack) {
  SlabPool pool(256, 8);
  ByteBuffer buffer(pool);
  buffer.Append(Pattern(1000));
  buffer.Clear();
  EXPECT_EQ(pool.slabs_out(), 0u);
  EXPECT_TRUE(buffer.empty());
}

TEST(ByteBufferDeathTest, AbortsWhenMoreIsConsumedThanThereIs) {
  SlabPool pool;
  ByteBuffer buffer(pool);
  buffer.Append("ab");
  EXPECT_DEATH(buffer.Consume(3), "broken invariant");
}

TEST(ByteBufferTest, AgreesWithAStringUnderRandomUse) {
  constexpr uint64_t kSeed = 20261124;
  SCOPED_TRACE(kSeed);
  FastRandom random(kSeed);
  SlabPool pool(128, 4);
  ByteBuffer buffer(pool);
  std::string model;
  for (int i = 0; i < 3000; ++i) {
    const uint64_t action = random.Below(8);
    if (action < 4) {
      const std::string more = Pattern(random.Below(200));
      buffer.Append(more);
      model += more;
    } else if (action < 7) {
      const size_t count = random.Below(model.size() + 1);
      buffer.Consume(count);
      model.erase(0, count);
    } else {
      ASSERT_EQ(buffer.Linearize(), model);
    }
    ASSERT_EQ(buffer.size(), model.size());
  }
  EXPECT_EQ(buffer.ToString(), model);
}

}  // namespace
}  // namespace outrigger
