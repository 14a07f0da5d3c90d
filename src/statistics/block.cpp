#include "statistics/block.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "base/limits.hpp"
#include "encoding/compression.hpp"

namespace parley::statistics {

namespace {

/// Of one place: the row's end in the text (4 bytes), its start in milliseconds of the day (4), its chat (8),
/// all little-endian.
constexpr std::size_t place_bytes = 16;

template <typename T>
T read_number(const char* from) noexcept {
  std::array<unsigned char, sizeof(T)> bytes{};
  std::memcpy(bytes.data(), from, bytes.size());
  T number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) number = static_cast<T>(number << 8U) | T{bytes[i]};
  return number;
}

template <typename T>
void append_number(std::string& out, T number) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out.push_back(static_cast<char>(static_cast<unsigned char>(number >> (8U * i))));
  }
}

}  // namespace

bool RowPlaces::fits(std::size_t text_bytes) const noexcept {
  if (bytes_.empty() || bytes_.size() % place_bytes != 0) return false;
  std::size_t begin = 0;
  for (std::size_t row = 0; row < size(); ++row) {
    const std::size_t end = end_of(row);
    if (end < begin) return false;
    begin = end + joint_bytes_;
  }
  return end_of(size() - 1) == text_bytes;
}

std::size_t RowPlaces::size() const noexcept {
  return bytes_.size() / place_bytes;
}

std::size_t RowPlaces::end_of(std::size_t row) const noexcept {
  return read_number<std::uint32_t>(bytes_.data() + row * place_bytes);
}

RowPlace RowPlaces::operator[](std::size_t row) const noexcept {
  const char* const from = bytes_.data() + row * place_bytes;
  RowPlace place;
  if (row > 0) place.begin = end_of(row - 1) + joint_bytes_;
  place.end = end_of(row);
  place.position.started_at =
      base::Timestamp(day_) + std::chrono::milliseconds(read_number<std::uint32_t>(from + 4));
  place.position.chat_id = static_cast<std::int64_t>(read_number<std::uint64_t>(from + 8));
  return place;
}

std::size_t RowPlaces::first_after(const Position& position) const noexcept {
  std::size_t from = 0;
  std::size_t to = size();
  while (from < to) {
    const std::size_t middle = from + (to - from) / 2;
    if ((*this)[middle].position <= position) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

Block deflate(const Block& block) {
  Block deflated;
  deflated.form = deflated_form(block.form);
  deflated.first = block.first;
  deflated.last = block.last;
  deflated.rows = block.rows;
  deflated.text_bytes = block.text_bytes;
  deflated.text_crc32 = encoding::deflate_piece(deflated.body, block.body, limits::statistics_block_level);
  return deflated;
}

bool has_body(const Block& block, std::string_view stored) {
  if (stored == block.body) return true;
  if (!is_deflated(block.form)) return false;
  const auto inflated = [&block](std::string_view bytes) {
    encoding::GzipWriter writer(limits::statistics_block_level);
    std::string member;
    writer.append_deflated(member, {bytes, block.text_crc32, block.text_bytes});
    writer.finish(member);
    return encoding::gunzip(member, block.text_bytes);
  };
  const auto found = inflated(stored);
  return found && *found == inflated(block.body);
}

bool BlockWriter::add(const Position& position, std::string_view row) {
  const std::string_view joint = row_joint(form_);
  const bool is_full =
      open_.rows > 0 && open_.body.size() + joint.size() + row.size() > limits::statistics_block_bytes;
  if (is_full) whole_ = std::exchange(open_, Block{});
  if (open_.rows == 0) open_.first = position;
  if (open_.rows > 0) open_.body += joint;
  open_.body += row;
  open_.last = position;
  ++open_.rows;
  append_number(open_.places, static_cast<std::uint32_t>(open_.body.size()));
  append_number(open_.places,
                static_cast<std::uint32_t>((position.started_at - base::Timestamp(day_)).count()));
  append_number(open_.places, static_cast<std::uint64_t>(position.chat_id));
  return is_full;
}

Block BlockWriter::take() {
  Block taken = std::exchange(whole_.rows > 0 ? whole_ : open_, Block{});
  taken.form = form_;
  taken.text_bytes = taken.body.size();
  return taken;
}

}  // namespace parley::statistics
