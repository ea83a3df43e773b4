#include "http/syntax.h"

#include <gtest/gtest.h>

#include <string>

namespace outrigger::http {
namespace {

TEST(Syntax, ControlCharactersAreFoundAtEveryPosition) {
  for (size_t size : {1, 15, 16, 17, 31, 32, 33, 100}) {
    const std::string text(size, '\t');
    EXPECT_EQ(FindControl(text), size);
    EXPECT_EQ(FindControl(std::string(size, '\xff')), size);
    for (size_t at = 0; at < size; ++at) {
      for (char c : {'\0', '\n', '\r', '\x1f', '\x7f'}) {
        std::string with = text;
        with[at] = c;
        with.back() = at + 1 < size ? '\n' : c;
        EXPECT_EQ(FindControl(with), at);
      }
    }
  }
  EXPECT_EQ(FindControl(""), 0u);
}

TEST(Syntax, EveryByteIsControlOrNot) {
  for (int code = 0; code < 256; ++code) {
    const std::string text(20, static_cast<char>(code));
    const bool is_control = (code < 0x20 && code != '\t') || code == 0x7f;
    EXPECT_EQ(FindControl(text), is_control ? 0 : text.size()) << code;  // the wide path
    EXPECT_EQ(FindControl(text.substr(0, 1)), is_control ? 0u : 1u) << code;
  }
}

TEST(Syntax, TokensEndAtTheFirstOtherCharacter) {
  EXPECT_EQ(ScanToken("abc: d").size, 3u);
  EXPECT_FALSE(ScanToken("abc:D").has_upper_case);
  EXPECT_TRUE(ScanToken("aBc:").has_upper_case);
  EXPECT_EQ(ScanToken(":").size, 0u);
  EXPECT_FALSE(IsToken("") || IsToken("a b") || IsToken("a\xe9"));
  EXPECT_TRUE(IsToken("!#$%&'*+-.^_`|~09azAZ"));
}

TEST(Syntax, DecimalsAreDigitsThatFit) {
  EXPECT_EQ(ParseDecimal("0"), 0u);
  EXPECT_EQ(ParseDecimal("9999999999999999999"), 9999999999999999999u);
  for (std::string_view text : {"", "-1", "+1", "1 ", "10000000000000000000", "a"}) {
    EXPECT_EQ(ParseDecimal(text), std::nullopt) << text;
  }
}

TEST(Syntax, HexadecimalsAreDigitsThatFit) {
  EXPECT_EQ(ParseHex("fF09"), 0xff09u);
  EXPECT_EQ(ParseHex("ffffffffffffffff"), UINT64_MAX);
  for (std::string_view text : {"", "0x1", "g", "1 ", "00000000000000000"}) {
    EXPECT_EQ(ParseHex(text), std::nullopt) << text;
  }
}

TEST(Syntax, OnlySpacesAndTabsAreBlanks) {
  EXPECT_EQ(TrimBlanks(" \t a b\t "), "a b");
  EXPECT_EQ(TrimBlanks(" \t "), "");
  EXPECT_EQ(TrimBlanks("\v\xa0"), "\v\xa0");
}

}  // namespace
}  // namespace outrigger::http
