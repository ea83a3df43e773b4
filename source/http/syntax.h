// The characters and numbers of HTTP, as tables.
//
// Thread: any. Source: RFC 9110 5.6, RFC 9112, RFC 3986.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace outrigger::http {

// Where the first control character but HTAB stands (CR and LF among them); text.size() if none
// does.
size_t FindControl(std::string_view text);

// How much of the front of `text` is token characters: letters, digits and !#$%&'*+-.^_`|~
struct TokenPrefix {
  size_t size = 0;
  bool has_upper_case = false;
};
TokenPrefix ScanToken(std::string_view text);
bool IsToken(std::string_view text);  // not empty

// What may stand in a request target: visible ASCII but # " < > (R21, R44). Raw ^ ( ) | \ $ { } `
// pass, since the admin queries of pilot-agent hold regular expressions.
bool IsTarget(std::string_view text);
// uri-host [ ":" port ]: a name, an IPv4 address or a bracketed IPv6 address; no userinfo (R22).
bool IsAuthority(std::string_view text);
// As IsAuthority, and the port is there: what CONNECT asks for (R54).
bool IsAuthorityWithPort(std::string_view text);
// All of chunk-ext in RFC 9112 7.1.1, from its first semicolon on (R7).
bool IsChunkExtension(std::string_view text);

std::string_view TrimBlanks(std::string_view text);  // SP and HTAB only (R18)
std::string_view TrimLeadingBlanks(std::string_view text);
bool EqualsIgnoringCase(std::string_view a, std::string_view b);
char ToLower(char c);

// 1*DIGIT without overflow (R4).
std::optional<uint64_t> ParseDecimal(std::string_view text);
// 1*16 HEXDIG without overflow (R5).
std::optional<uint64_t> ParseHex(std::string_view text);

}  // namespace outrigger::http
