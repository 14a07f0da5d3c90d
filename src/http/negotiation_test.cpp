#include "http/negotiation.hpp"

#include <gtest/gtest.h>

#include <string>

namespace parley::http {
namespace {

TEST(Negotiation, TakesGzipWhereTheClientPrefersIt) {
  for (const std::string value :
       {"gzip", "GZIP", "x-gzip", "*", "deflate, gzip", "gzip;q=0.001", "gzip; q=1.000",
        "gzip ;Q=0.5 ,identity;q=0.5", "*;q=0.5, identity;q=0.1", "br;q=1, gzip;q=0.2", "gzip, zstd;q=0.9",
        "identity;q=0, gzip", "gzip;q=1.", ",,gzip", "gzip, gzip;q=0", "gzip, deflate, br, zstd"}) {
    EXPECT_TRUE(choose_coding(coding_weights(value), true) == Coding::gzip) << value;
  }
}

TEST(Negotiation, LeavesBodiesPlainOtherwise) {
  for (const std::string value :
       {"", " ", "identity", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "gzip;q=0, *", "gzip;q=2",
        "gzip;q=-1", "gzip;q=x", "gzip;q=", "gzip;q=0.0001", "gzip;q=1.001", "gzip;q=0.5, identity", "gzipx",
        "q=1", "identity;q=1, *;q=0"}) {
    EXPECT_FALSE(choose_coding(coding_weights(value), true) == Coding::gzip) << value;
  }
}

TEST(Negotiation, TakesZstdOnlyByName) {
  for (const std::string value :
       {"zstd", "ZSTD", "gzip, deflate, br, zstd", "zstd, gzip", "zstd;q=0.5, gzip;q=0.499",
        "zstd;q=0.1, *;q=0", "zstd, identity;q=0.5", "*;q=0.3, zstd;q=0.4"}) {
    EXPECT_EQ(choose_coding(coding_weights(value), false), Coding::zstd) << value;
  }
  for (const std::string value : {"*", "zstd;q=0", "zstd;q=0.5, gzip", "zstdx", "zstd;q=0.4, identity;q=0.5",
                                  "gzip;q=0.5, zstd;q=0.499", "", "br"}) {
    EXPECT_NE(choose_coding(coding_weights(value), false), Coding::zstd) << value;
  }
}

TEST(Negotiation, TakesWhatIsReadyWhereBothAreLikedAlike) {
  EXPECT_EQ(choose_coding(coding_weights("gzip, zstd"), true), Coding::gzip);
  EXPECT_EQ(choose_coding(coding_weights("gzip;q=0.5, zstd"), true), Coding::zstd);
  EXPECT_EQ(choose_coding(coding_weights("zstd"), true), Coding::zstd);
  EXPECT_EQ(choose_coding(coding_weights(""), true), Coding::identity);
}

TEST(Negotiation, CompressesText) {
  for (const std::string type : {"application/json", "application/json; charset=utf-8", "Application/JSON;x",
                                 "text/csv", "text/plain; charset=utf-8", "application/x-ndjson"}) {
    EXPECT_TRUE(is_compressible(type)) << type;
  }
  for (const std::string type :
       {"", "text/", "text", "image/png", "application/octet-stream", "application/jsonx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}) {
    EXPECT_FALSE(is_compressible(type)) << type;
  }
}

}  // namespace
}  // namespace parley::http
