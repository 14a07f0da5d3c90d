#include "encoding/url.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>
#include <string>

#include "base/limits.hpp"

namespace parley::encoding {
namespace {

using base::ErrorCode;
using Segments = std::vector<std::string>;

TEST(PercentDecode, DecodesEveryByteInBothCasesAndLeavesPlus) {
  EXPECT_EQ(percent_decode("").value(), "");
  EXPECT_EQ(percent_decode("a+b%20c%2Fd%2b").value(), "a+b c/d+");
  for (unsigned byte = 0; byte < 256; ++byte) {
    char upper[8];
    char lower[8];
    std::snprintf(upper, sizeof upper, "%%%02X", byte);
    std::snprintf(lower, sizeof lower, "%%%02x", byte);
    EXPECT_EQ(percent_decode(upper).value(), std::string(1, static_cast<char>(byte)));
    EXPECT_EQ(percent_decode(lower).value(), std::string(1, static_cast<char>(byte)));
  }
}

TEST(PercentDecode, RefusesBrokenEscapes) {
  for (const std::string_view text :
       {"%", "%2", "a%", "a%4", "%zz", "%2g", "%g2", "% 20", "%%20", "%+2", "%-1", "%u0041"}) {
    const auto decoded = percent_decode(text);
    ASSERT_FALSE(decoded.has_value()) << text;
    EXPECT_EQ(decoded.error().code, ErrorCode::invalid_argument);
  }
}

TEST(PercentEncode, LeavesTheUnreservedAlone) {
  std::string out = "kept:";
  append_percent_encoded(out, "AZaz09-._~ /?&=+%å");
  EXPECT_EQ(out, "kept:AZaz09-._~%20%2F%3F%26%3D%2B%25%C3%A5");
}

TEST(PercentEncode, IsUndoneByDecoding) {
  std::mt19937_64 random(9);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 40, 'a');
    for (char& c : text) c = static_cast<char>(random());
    std::string encoded;
    append_percent_encoded(encoded, text);
    ASSERT_EQ(percent_decode(encoded).value(), text);
    ASSERT_EQ(
        encoded.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%"),
        std::string::npos);
  }
}

TEST(ParseQuery, SplitsAndDecodes) {
  const QueryParameters expected = {{"a", "1"}, {"b", "x y+z=&å"}, {"a", "2"},
                                    {"c", ""},  {"d", ""},         {"", "e"}};
  EXPECT_EQ(parse_query("a=1&b=x+y%2Bz=%26%C3%A5&a=2&c&d=&=e").value(), expected);
  EXPECT_EQ(parse_query("").value(), QueryParameters());
  EXPECT_EQ(parse_query("&&&").value(), QueryParameters());
  EXPECT_EQ(parse_query("&a=1&").value(), (QueryParameters{{"a", "1"}}));
  EXPECT_EQ(parse_query("a%5B%5D=1&a[]=2").value(), (QueryParameters{{"a[]", "1"}, {"a[]", "2"}}));
  EXPECT_EQ(parse_query("=").value(), (QueryParameters{{"", ""}}));
  EXPECT_EQ(parse_query("a;b=1?c").value(), (QueryParameters{{"a;b", "1?c"}}));
}

TEST(ParseQuery, RefusesBrokenEscapesAndWhatIsNoText) {
  for (const std::string_view query :
       {"a=%", "a=%zz", "%=1", "a=%FF", "a=%00", "%00=a", "a=%C3", "a=%ED%A0%80", "a=\xFF"}) {
    const auto parameters = parse_query(query);
    ASSERT_FALSE(parameters.has_value()) << query;
    EXPECT_EQ(parameters.error().code, ErrorCode::invalid_argument);
  }
}

TEST(ParseQuery, LimitsTheParameters) {
  for (const std::size_t count :
       {limits::query_parameters - 1, limits::query_parameters, limits::query_parameters + 1}) {
    std::string query;
    for (std::size_t i = 0; i < count; ++i) query += "a&";
    const auto parameters = parse_query(query);
    if (count <= limits::query_parameters) {
      ASSERT_TRUE(parameters.has_value());
      EXPECT_EQ(parameters->size(), count);
    } else {
      ASSERT_FALSE(parameters.has_value());
      EXPECT_EQ(parameters.error().code, ErrorCode::too_large);
    }
  }
}

TEST(SplitPath, SplitsBeforeItDecodes) {
  EXPECT_EQ(split_path("/").value(), Segments());
  EXPECT_EQ(split_path("/a").value(), Segments({"a"}));
  EXPECT_EQ(split_path("/a/").value(), Segments({"a"}));
  EXPECT_EQ(split_path("/message/grabAgent/key/1/7/").value(),
            Segments({"message", "grabAgent", "key", "1", "7"}));
  EXPECT_EQ(split_path("/a%2Fb/c+d/%C3%A5").value(), Segments({"a/b", "c+d", "å"}));
  EXPECT_EQ(split_path("/a//b").value(), Segments({"a", "", "b"}));
  EXPECT_EQ(split_path("//").value(), Segments({""}));
  EXPECT_EQ(split_path("/a//").value(), Segments({"a", ""}));
  EXPECT_EQ(split_path("//a").value(), Segments({"", "a"}));
  EXPECT_EQ(split_path("/../%2e%2E/.").value(), Segments({"..", "..", "."}));
}

TEST(SplitPath, RefusesWhatIsNoPathOrNoText) {
  for (const std::string_view path :
       {"", "a", "a/", "*", "/%", "/a/%zz", "/%00", "/%FF", "/a%C3/b", "http://h/"}) {
    const auto segments = split_path(path);
    ASSERT_FALSE(segments.has_value()) << path;
    EXPECT_EQ(segments.error().code, ErrorCode::invalid_argument);
  }
}

TEST(HostOf, FindsTheHost) {
  EXPECT_EQ(host_of("https://www.example.com/a?b#c"), "www.example.com");
  EXPECT_EQ(host_of("https://www.Example.com"), "www.Example.com");
  EXPECT_EQ(host_of("http://example.com:8080/"), "example.com");
  EXPECT_EQ(host_of("http://user:secret@example.com:80/x@y"), "example.com");
  EXPECT_EQ(host_of("http://a@b@example.com"), "example.com");
  EXPECT_EQ(host_of("http://[::1]:8080/"), "[::1]");
  EXPECT_EQ(host_of("http://[::1"), "");
  EXPECT_EQ(host_of("https://example.com?q=http://other/"), "example.com");
  EXPECT_EQ(host_of("https://example.com#@other"), "example.com");
  EXPECT_EQ(host_of("https://example.com\\@other"), "example.com");
  EXPECT_EQ(host_of("android-app://com.google.android.gm/"), "com.google.android.gm");
  for (const std::string_view url :
       {"", "example.com", "/path", "//example.com/", "mailto:a@b", "://x", "https://", "https:///path",
        "/a?u=http://x/", "about:blank", "http:/x"}) {
    EXPECT_EQ(host_of(url), "") << url;
  }
}

}  // namespace
}  // namespace parley::encoding
