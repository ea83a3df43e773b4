#include "http/grpc_status.h"

#include <gtest/gtest.h>

namespace outrigger::http {
namespace {

bool IsGrpc(std::string_view content_type) {
  RequestHead request;
  request.headers.Add(HeaderId::kContentType, content_type);
  return IsGrpcRequest(request);
}

TEST(GrpcStatus, GrpcIsToldByItsContentType) {
  EXPECT_TRUE(IsGrpc("application/grpc"));
  EXPECT_TRUE(IsGrpc("application/grpc+proto"));
  EXPECT_FALSE(IsGrpc("application/grpc;charset=x"));
  EXPECT_FALSE(IsGrpc("application/grpc-web"));
  EXPECT_FALSE(IsGrpc("application/json"));
  EXPECT_FALSE(IsGrpcRequest(RequestHead()));
}

TEST(GrpcStatus, StatusesAreMappedAsGrpcDoes) {
  EXPECT_EQ(GrpcStatusFor(400), "13");
  EXPECT_EQ(GrpcStatusFor(401), "16");
  EXPECT_EQ(GrpcStatusFor(403), "7");
  EXPECT_EQ(GrpcStatusFor(404), "12");
  for (uint16_t status : {429, 502, 503, 504}) EXPECT_EQ(GrpcStatusFor(status), "14");
  EXPECT_EQ(GrpcStatusFor(500), "2");
}

TEST(GrpcStatus, MessagesArePercentEncoded) {
  SlabPool slabs;
  Arena arena(slabs);
  EXPECT_EQ(EncodeGrpcMessage("no healthy upstream", arena), "no healthy upstream");
  EXPECT_EQ(EncodeGrpcMessage("100% \n\xc3", arena), "100%25 %0A%C3");
}

}  // namespace
}  // namespace outrigger::http
