// The main of a fuzz target in a build without libFuzzer: feeds it every file of the folders named on the
// command line, so that what fuzzing has taught stays a test.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// Feeds the files of one folder. Returns how many there were; none also when the folder cannot be read.
int replay(const std::filesystem::path& folder) {
  int count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (!entry.is_regular_file(error)) {
      continue;
    }
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    // A copy of exactly this size: a read past its end is then a read past an allocation.
    const std::vector<std::uint8_t> input(bytes.begin(), bytes.end());
    // Said before the call, so that a crash names its input.
    std::fprintf(stderr, "%s\n", entry.path().filename().c_str());
    LLVMFuzzerTestOneInput(input.data(), input.size());
    ++count;
  }
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint8_t nothing = 0;
  LLVMFuzzerTestOneInput(&nothing, 0);
  int count = 0;
  for (int i = 1; i < argc; ++i) {
    count += replay(argv[i]);
  }
  std::fprintf(stderr, "%d inputs\n", count);
  // A corpus that went missing is a failure, not an easy success.
  return count > 0 ? 0 : 1;
}
