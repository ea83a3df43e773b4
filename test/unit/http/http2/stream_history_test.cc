#include "http/http2/stream_history.h"

#include <gtest/gtest.h>

namespace outrigger::http::http2 {
namespace {

using Past = StreamHistory::Past;

TEST(StreamHistory, TellsClosedFromNeverOpened) {
  StreamHistory history;
  history.OnOpened(1);
  history.OnOpened(5);
  history.OnClosedByPeer(1);
  EXPECT_EQ(history.newest(), 5);
  EXPECT_EQ(history.Judge(1), Past::kClosedByPeer);
  EXPECT_EQ(history.Judge(3), Past::kNeverOpened);
  EXPECT_EQ(history.Judge(5), Past::kUnknown);  // ended by us: its frames may be on their way
}

TEST(StreamHistory, SaysNothingOfStreamsLongPast) {
  StreamHistory history;
  for (int32_t stream = 1; stream < 1000; stream += 2) {
    history.OnOpened(stream);
    history.OnClosedByPeer(stream);
  }
  EXPECT_EQ(history.Judge(1), Past::kUnknown);
  EXPECT_EQ(history.Judge(997), Past::kClosedByPeer);
}

TEST(StreamHistory, NumbersNeverGoBack) {
  StreamHistory history;
  history.OnOpened(9);
  history.OnOpened(3);
  EXPECT_EQ(history.newest(), 9);
  EXPECT_EQ(history.Judge(3), Past::kNeverOpened);
}

}  // namespace
}  // namespace outrigger::http::http2
