#include "http/request.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.hpp"

namespace parley::http {
namespace {

using Texts = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(Target, IsSplitThenDecoded) {
  const auto target = parse_target("/message/grab%2FAgent/-/%c3%a4+b/?a%5B%5D=1&a=%26&b+c=d+e");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->segments, (Texts{"message", "grab/Agent", "-", "ä+b"}));
  EXPECT_EQ(target->query, (Pairs{{"a[]", "1"}, {"a", "&"}, {"b c", "d e"}}));
}

TEST(Target, DropsOneTrailingSlash) {
  EXPECT_EQ(parse_target("/").value().segments, Texts{});
  EXPECT_EQ(parse_target("/a").value().segments, Texts{"a"});
  EXPECT_EQ(parse_target("/a/").value().segments, Texts{"a"});
  EXPECT_EQ(parse_target("/a//").value().segments, (Texts{"a", ""}));
  EXPECT_EQ(parse_target("/a/?x=/").value().segments, Texts{"a"});
}

TEST(Target, SaysWhatItCannotRead) {
  for (const std::string target : {"", "a", "*", "?a", "/%", "/%4", "/%zz", "/%ff", "/%00"}) {
    const auto parsed = parse_target(target);
    ASSERT_FALSE(parsed.has_value()) << target;
    EXPECT_EQ(parsed.error().code, base::ErrorCode::invalid_argument) << target;
    EXPECT_FALSE(parsed.error().public_text.empty()) << target;
  }
}

TEST(Target, KeepsWhatIsWrongWithItsQuery) {
  for (const std::string target : {"/a?%", "/a?x=1&a=%ff", "/a?a=%00"}) {
    const auto parsed = parse_target(target);
    ASSERT_TRUE(parsed.has_value()) << target;
    EXPECT_EQ(parsed->segments, Texts{"a"}) << target;
    EXPECT_EQ(parsed->query, Pairs{}) << target;
    EXPECT_FALSE(parsed->query_fault.empty()) << target;
  }
  EXPECT_EQ(parse_target("/a?x=1").value().query_fault, "");
}

TEST(Target, LimitsItsParameters) {
  const auto with = [](std::size_t count) {
    std::string target = "/?a";
    for (std::size_t i = 1; i < count; ++i) target += "&a";
    return parse_target(target);
  };
  EXPECT_EQ(with(limits::query_parameters - 1).value().query.size(), limits::query_parameters - 1);
  EXPECT_EQ(with(limits::query_parameters).value().query.size(), limits::query_parameters);
  EXPECT_EQ(with(limits::query_parameters).value().query_fault, "");
  EXPECT_EQ(with(limits::query_parameters + 1).value().query, Pairs{});
  EXPECT_NE(with(limits::query_parameters + 1).value().query_fault, "");
}

Request with_tags(const Texts& values) {
  Request request;
  for (const std::string& value : values) request.headers.emplace_back("if-none-match", value);
  return request;
}

TEST(EntityTag, IsComparedWeakly) {
  for (const Texts& values :
       {Texts{"W/\"a\""}, Texts{"\"a\""}, Texts{"*"}, Texts{" * "}, Texts{"\"b\", W/\"a\""},
        Texts{"\"b\"", "\"a\""}, Texts{"\"x,\" ,\"a\""}, Texts{"\"b\",,\"a\""}}) {
    EXPECT_TRUE(with_tags(values).has_entity_tag("W/\"a\"")) << values.front();
    EXPECT_TRUE(with_tags(values).has_entity_tag("\"a\"")) << values.front();
  }
  for (const Texts& values : {Texts{}, Texts{""}, Texts{"a"}, Texts{"\"b\""}, Texts{"\"a"}, Texts{"W/a"},
                              Texts{"w/\"a\""}, Texts{"\"A\""}, Texts{"\"b\", *"}, Texts{"\"b, \"a\""}}) {
    EXPECT_FALSE(with_tags(values).has_entity_tag("W/\"a\"")) << (values.empty() ? "" : values.front());
  }
}

TEST(Request, FindsItsFirstHeaderOfAName) {
  Request request;
  request.headers = {{"a", "1"}, {"b", "2"}, {"a", "3"}};
  EXPECT_EQ(request.header("a"), "1");
  EXPECT_EQ(request.header("c"), "");
}

}  // namespace
}  // namespace parley::http
