#pragma once

#include <string>
#include <vector>

#include "check/claims.hpp"

namespace parley::check {

/// A way to spoil the store of check_test_support.hpp, and what the finding must name.
struct Damage {
  Claim claim;
  std::string table;
  std::string key;
  std::string sql;
};

/// At least one for each claim; where a claim has several sides, one for each.
[[nodiscard]] std::vector<Damage> damages();

}  // namespace parley::check
