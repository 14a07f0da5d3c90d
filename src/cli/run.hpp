#pragma once

#include <string>
#include <vector>

namespace parley::cli {

/// The whole program: reads the words after the program's name, carries them out, tells what went wrong.
/// Returns the exit status: 0 done, 1 failed, 2 the words could not be read.
[[nodiscard]] int run(const std::vector<std::string>& words);

}  // namespace parley::cli
