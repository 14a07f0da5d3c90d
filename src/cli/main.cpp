#include "cli/run.hpp"

int main(int count, char** words) {
  return parley::cli::run({words + 1, words + count});
}
