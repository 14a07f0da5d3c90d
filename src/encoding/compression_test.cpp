#include "encoding/compression.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace parley::encoding {
namespace {

using base::ErrorCode;

std::string random_text(std::size_t size, std::uint64_t seed, unsigned letters) {
  std::mt19937_64 random(seed);
  std::string text(size, 'a');
  for (char& c : text) c = static_cast<char>(random() % letters);
  return text;
}

TEST(Gzip, GivesBackWhatItTook) {
  for (const std::size_t size : {0UL, 1UL, 100UL, 16'383UL, 16'384UL, 16'385UL, 200'000UL}) {
    for (const unsigned letters : {1U, 4U, 256U}) {
      const std::string text = random_text(size, size, letters);
      for (const int level : {1, 6, 9}) ASSERT_EQ(gunzip(gzip(text, level), size).value(), text) << size;
    }
  }
}

TEST(Gzip, EqualInputGivesEqualBytesWithoutATime) {
  const std::string packed = gzip("hello", 6);
  EXPECT_EQ(packed, gzip("hello", 6));
  EXPECT_EQ(packed.substr(0, 4), std::string("\x1F\x8B\x08\x00", 4));
  EXPECT_EQ(packed.substr(4, 4), std::string(4, '\0'));
}

TEST(GzipWriter, TakesAnyPiecesAndFlushesWhatItHas) {
  std::mt19937_64 random(10);
  const std::string text = random_text(300'000, 11, 20);
  for (int round = 0; round < 9; ++round) {
    GzipWriter writer(1 + round % 9);
    std::string out;
    std::string sent;
    std::size_t place = 0;
    while (place < text.size()) {
      const std::size_t size = random() % 20'000;
      writer.write(out, std::string_view(text).substr(place, size));
      place += size;
      if (random() % 4 == 0) {
        writer.flush(out);
        writer.flush(out);
      }
      sent += out;
      out.clear();
    }
    writer.finish(out);
    ASSERT_EQ(gunzip(sent + out, text.size()).value(), text);
  }
}

TEST(GzipWriter, AfterAFlushAReaderHasEverything) {
  GzipWriter writer(6);
  std::string out;
  writer.write(out, "first");
  writer.flush(out);
  const std::string so_far = out;
  writer.write(out, "second");
  writer.finish(out);
  EXPECT_EQ(gunzip(out, 100).value(), "firstsecond");
  // Closed by hand with an empty last block and a trailer, what was flushed is a whole member.
  const std::string first = gzip("first", 6);
  EXPECT_EQ(gunzip(so_far + std::string("\x03\x00", 2) + first.substr(first.size() - 8), 100).value(),
            "first");
}

TEST(GzipWriter, MixesPiecesCompressedBeforeWithText) {
  std::mt19937_64 random(13);
  for (int round = 0; round < 60; ++round) {
    GzipWriter writer(1 + round % 9, round % 2 == 0 ? Memory::usual : Memory::thrifty);
    std::string out;
    std::string expected;
    for (std::uint64_t parts = random() % 12; parts > 0; --parts) {
      // Sizes about what is stored as it is, and texts that repeat what stands before them.
      const std::size_t size = random() % 3 == 0 ? random() % 50'000 : 510 + random() % 4;
      const std::string text = random_text(random() % 5 == 0 ? 0 : size, random() % 3, 20);
      expected += text;
      if (random() % 2 == 0) {
        writer.write(out, text);
        if (random() % 4 == 0) writer.flush(out);
        continue;
      }
      std::string bytes;
      const std::uint32_t checksum = deflate_piece(bytes, text, 6);
      writer.append_deflated(out, {bytes, checksum, text.size()});
    }
    writer.finish(out);
    ASSERT_EQ(gunzip(out, expected.size()).value(), expected) << round;
  }
}

TEST(GzipWriter, TellsByItsChecksumThatAPieceIsAnother) {
  std::string bytes;
  const std::uint32_t checksum = deflate_piece(bytes, "piece", 6);
  for (const bool damaged : {false, true}) {
    GzipWriter writer(6);
    std::string out;
    writer.append_deflated(out, {bytes, damaged ? checksum + 1 : checksum, 5});
    writer.finish(out);
    EXPECT_EQ(gunzip(out, 100).has_value(), !damaged);
  }
}

TEST(GzipWriter, CanBeMoved) {
  GzipWriter writer(6);
  std::string out;
  writer.write(out, "one");
  GzipWriter moved = std::move(writer);
  moved.write(out, "two");
  moved.finish(out);
  EXPECT_EQ(gunzip(out, 6).value(), "onetwo");
}

TEST(Gunzip, ReadsMembersOneAfterAnother) {
  EXPECT_EQ(gunzip(gzip("one", 6) + gzip("", 6) + gzip("two", 1), 6).value(), "onetwo");
}

TEST(Gunzip, KeepsToTheMaximum) {
  for (const std::size_t size : {0UL, 1UL, 16'384UL, 100'000UL}) {
    const std::string packed = gzip(std::string(size, 'a'), 9);
    EXPECT_TRUE(gunzip(packed, size).has_value());
    EXPECT_TRUE(gunzip(packed, size + 1).has_value());
    EXPECT_TRUE(gunzip(packed, std::string::npos).has_value());
    if (size == 0) continue;
    const auto refused = gunzip(packed, size - 1);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::too_large);
  }
}

TEST(Gunzip, RefusesWhatIsCutOffDamagedOrFollowedByRubbish) {
  const std::string packed = gzip(random_text(3'000, 12, 30), 6);
  for (std::size_t size = 0; size < packed.size(); ++size) {
    const auto refused = gunzip(std::string_view(packed).substr(0, size), 10'000);
    ASSERT_FALSE(refused.has_value()) << size;
    ASSERT_EQ(refused.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_FALSE(gunzip(packed + "x", 10'000).has_value());
  EXPECT_FALSE(gunzip("plain text", 10'000).has_value());
  std::string damaged = packed;
  damaged[packed.size() - 6] ^= 1;
  EXPECT_FALSE(gunzip(damaged, 10'000).has_value());
}

}  // namespace
}  // namespace parley::encoding
