#include "encoding/zstd.hpp"

#include <gtest/gtest.h>
#include <zstd.h>

#include <random>
#include <string>

namespace parley::encoding {
namespace {

using base::ErrorCode;

std::string random_text(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text(size, 'a');
  for (char& c : text) c = static_cast<char>('a' + random() % 20);
  return text;
}

TEST(Zstd, GivesBackWhatItTook) {
  for (const std::size_t size : {0UL, 1UL, 16'384UL, 16'385UL, 400'000UL}) {
    const std::string text = random_text(size, size);
    for (const int level : {1, 3, 19}) ASSERT_EQ(unzstd(zstd(text, level), size).value(), text) << size;
  }
}

TEST(ZstdWriter, TakesAnyPieces) {
  std::mt19937_64 random(20);
  const std::string text = random_text(600'000, 21);
  for (const Memory memory : {Memory::ample, Memory::usual, Memory::thrifty}) {
    ZstdWriter first(1, memory);
    ZstdWriter writer = std::move(first);
    std::string out;
    for (std::size_t place = 0; place < text.size();) {
      const std::size_t size = random() % 50'000;
      writer.write(out, std::string_view(text).substr(place, size));
      place += size;
    }
    writer.finish(out);
    EXPECT_LT(out.size(), text.size());
    ASSERT_EQ(unzstd(out, text.size()).value(), text);
  }
}

TEST(ZstdWriter, EndsAnEmptyFrame) {
  ZstdWriter writer(1);
  std::string out;
  writer.write(out, "");
  writer.finish(out);
  EXPECT_EQ(unzstd(out, 0).value(), "");
}

TEST(Unzstd, KeepsToTheMaximum) {
  for (const std::size_t size : {1UL, 16'384UL, 100'000UL}) {
    const std::string packed = zstd(std::string(size, 'a'), 3);
    EXPECT_TRUE(unzstd(packed, size).has_value());
    EXPECT_TRUE(unzstd(packed, std::string::npos).has_value());
    const auto refused = unzstd(packed, size - 1);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::too_large);
  }
}

TEST(Unzstd, RefusesWhatIsCutOffDamagedOrFollowedByRubbish) {
  const std::string packed = zstd(random_text(3'000, 22), 3);
  for (std::size_t size = 0; size < packed.size(); ++size) {
    const auto refused = unzstd(std::string_view(packed).substr(0, size), 10'000);
    ASSERT_FALSE(refused.has_value()) << size;
    ASSERT_EQ(refused.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_FALSE(unzstd(packed + "x", 10'000).has_value());
  EXPECT_FALSE(unzstd("plain text", 10'000).has_value());
}

/// A frame that asks for a window of that power of two, made of a text that fills it.
std::string frame_with_window(int window) {
  const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, window);
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_contentSizeFlag, 0);
  std::string out(1'000'000, '\0');
  const std::string text(200'000, 'a');
  ZSTD_inBuffer input{.src = text.data(), .size = text.size(), .pos = 0};
  ZSTD_outBuffer output{.dst = out.data(), .size = out.size(), .pos = 0};
  ZSTD_compressStream2(context.get(), &output, &input, ZSTD_e_continue);
  ZSTD_compressStream2(context.get(), &output, &input, ZSTD_e_end);
  out.resize(output.pos);
  return out;
}

TEST(Unzstd, TakesTheWindowThatHttpAllowsAndNoLarger) {
  EXPECT_TRUE(unzstd(frame_with_window(22), 200'000).has_value());
  EXPECT_TRUE(unzstd(frame_with_window(23), 200'000).has_value());
  EXPECT_FALSE(unzstd(frame_with_window(24), 200'000).has_value());
}

}  // namespace
}  // namespace parley::encoding
