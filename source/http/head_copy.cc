#include "http/head_copy.h"

namespace outrigger::http {

void CopyFields(const HeaderMap& from, Arena& arena, HeaderMap& to) {
  for (const HeaderField& field : from) {
    const bool is_known = field.id != HeaderId::kUnknown;
    to.AddField({is_known ? HeaderName(field.id) : arena.Copy(field.name), arena.Copy(field.value),
                 field.id});
  }
}

namespace {

void CopyNames(const OriginalNames& from, Arena& arena, OriginalNames& to) {
  for (const std::string_view name : from) to.push_back(arena.Copy(name));
}

}  // namespace

void CopyHead(const RequestHead& from, Arena& arena, RequestHead& to) {
  to.method = arena.Copy(from.method);
  to.path = arena.Copy(from.path);
  to.authority = arena.Copy(from.authority);
  to.scheme = from.scheme;  // a constant
  to.version = from.version;
  to.upgrade = arena.Copy(from.upgrade);
  to.body = from.body;
  to.expects_continue = from.expects_continue;
  CopyFields(from.headers, arena, to.headers);
  CopyNames(from.original_names, arena, to.original_names);
}

void CopyHead(const ResponseHead& from, Arena& arena, ResponseHead& to) {
  to.status = from.status;
  to.version = from.version;
  to.upgrade = arena.Copy(from.upgrade);
  to.body = from.body;
  to.opens_tunnel = from.opens_tunnel;
  to.announced_length = from.announced_length;
  CopyFields(from.headers, arena, to.headers);
  CopyNames(from.original_names, arena, to.original_names);
}

}  // namespace outrigger::http
