// The bundle reader: lines out of a file, records out of lines. Whatever is taken must be written as a line
// that is taken again and written the same.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "encoding/line_file.hpp"
#include "transfer/record_reader.hpp"
#include "transfer/record_writer.hpp"

namespace {

using namespace parley;

/// A file in memory with these bytes, to be read from its beginning.
int file_of(const std::uint8_t* data, std::size_t size) {
  const int descriptor = ::memfd_create("bundle", MFD_CLOEXEC);
  PARLEY_CHECK(descriptor >= 0);
  std::size_t written = 0;
  while (written < size) {
    const ssize_t count = ::write(descriptor, data + written, size - written);
    PARLEY_CHECK(count > 0);
    written += static_cast<std::size_t>(count);
  }
  PARLEY_CHECK(::lseek(descriptor, 0, SEEK_SET) == 0);
  return descriptor;
}

std::string line_of(std::int64_t sid, const transfer::Record& record) {
  std::string line;
  transfer::append_line(line, sid, record);
  PARLEY_CHECK(line.find('\n') == line.size() - 1);
  return line;
}

std::int64_t sid_of(const transfer::Record& record, std::int64_t known) {
  const auto* header = std::get_if<transfer::BundleHeader>(&record);
  return header != nullptr ? header->sid : known;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t line_bytes = 64 * 1024;
  auto lines =
      encoding::LineReader::from_descriptor(file_of(data, size), encoding::Compression::none, line_bytes);
  PARLEY_CHECK(lines.has_value());
  transfer::RecordReader reader(*std::move(lines));
  transfer::RecordParser again;
  std::int64_t sid = 0;
  std::uint64_t line_number = 0;
  while (true) {
    const auto record = reader.next();
    if (!record) {
      PARLEY_CHECK(!record.error().public_text.empty());
      return 0;
    }
    if (!*record) return 0;
    sid = sid_of(**record, sid);
    // A chat whose start is still to be replaced may end before the one that stands in its place here.
    const auto* chat = std::get_if<transfer::ChatRecord>(&**record);
    if (chat != nullptr && !chat->has_start) continue;
    const std::string line = line_of(sid, **record);
    const auto read = again.parse(std::string_view(line).substr(0, line.size() - 1), ++line_number);
    PARLEY_CHECK(read.has_value());
    PARLEY_CHECK(line_of(sid, *read) == line);
  }
}
