#include "cli/nearest.hpp"

#include <gtest/gtest.h>

namespace parley::cli {
namespace {

const std::vector<std::string> options = {"--account", "--expires", "--name", "--scope", "--store"};

TEST(Nearest, FindsWhatWasMeant) {
  EXPECT_EQ(nearest("--stroe", options), "--store");
  EXPECT_EQ(nearest("--acount", options), "--account");
  EXPECT_EQ(nearest("--expire", options), "--expires");
  EXPECT_EQ(nearest("--name", options), "--name");
}

TEST(Nearest, SaysNothingWhenNothingIsNear) {
  EXPECT_EQ(nearest("--verbose-logging", options), "");
  EXPECT_EQ(nearest("x", options), "");
  EXPECT_EQ(nearest("--store", {}), "");
}

TEST(Nearest, AsksInOneSentence) {
  EXPECT_EQ(suggestion("--stroe", options), " (did you mean --store?)");
  EXPECT_EQ(suggestion("--verbose-logging", options), "");
}

}  // namespace
}  // namespace parley::cli
