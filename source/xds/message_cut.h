// A serialized message, cut at one of its repeated message fields without being parsed: what has
// not changed since the version before need not be.
//
// Thread: any (pure). Source: the protobuf encoding ("Message Structure").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace outrigger::xds {

struct MessageCut {
  std::string rest;                     // everything else, in order: a message of the same type
  std::vector<std::string_view> parts;  // the elements of the field, serialized
};

// Unset when the bytes are no message.
std::optional<MessageCut> CutMessage(std::string_view bytes, int field);
// The other way round: `message` with another element of the field.
void AppendPart(int field, std::string_view part, std::string& message);

}  // namespace outrigger::xds
