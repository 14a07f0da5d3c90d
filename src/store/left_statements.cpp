#include "store/left_statements.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <unordered_set>

#include "store/sqlite_connection.hpp"

namespace parley::store {

namespace {

constexpr std::size_t chunk_bytes = 16 * 1024;

bool is_same(const Value& a, const Value& b) noexcept {
  return a.kind() == b.kind() && a.integer() == b.integer() && a.real() == b.real() && a.bytes() == b.bytes();
}

}  // namespace

std::string_view LeftStatements::copy(std::string_view bytes) {
  if (bytes.empty()) return {};
  if (bytes.size() > free_bytes_) {
    free_bytes_ = std::max(chunk_bytes, bytes.size());
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(free_bytes_));
    free_ = chunks_.back().get();
  }
  std::memcpy(free_, bytes.data(), bytes.size());
  const std::string_view copied(free_, bytes.size());
  free_ += bytes.size();
  free_bytes_ -= bytes.size();
  return copied;
}

void LeftStatements::add(const Sql& sql, std::size_t keys, Values values) {
  statements_.push_back({&sql, keys, values_.size(), values.size(), false});
  bytes_ += values.size() * sizeof(Value);
  for (const Value& value : values) {
    bytes_ += value.bytes().size();
    if (value.kind() == Value::Kind::text) {
      values_.emplace_back(copy(value.bytes()));
    } else if (value.kind() == Value::Kind::blob) {
      values_.push_back(Value::blob(copy(value.bytes())));
    } else {
      values_.push_back(value);
    }
  }
}

void LeftStatements::keep_first(std::size_t size) noexcept {
  if (size >= statements_.size()) return;
  values_.erase(values_.begin() + static_cast<std::ptrdiff_t>(statements_[size].first_value), values_.end());
  statements_.erase(statements_.begin() + static_cast<std::ptrdiff_t>(size), statements_.end());
  if (size != 0) return;
  // One chunk stays for the next group.
  if (chunks_.size() > 1) chunks_.clear();
  free_ = chunks_.empty() ? nullptr : chunks_.front().get();
  free_bytes_ = chunks_.empty() ? 0 : chunk_bytes;
  bytes_ = 0;
}

Values LeftStatements::values_of(const Statement& statement) const noexcept {
  return Values(values_).subspan(statement.first_value, statement.value_count);
}

bool LeftStatements::names_same_row(const Statement& a, const Statement& b) const noexcept {
  if (a.sql != b.sql) return false;
  return std::ranges::equal(values_of(a).first(a.keys), values_of(b).first(b.keys), is_same);
}

void LeftStatements::mark_outdone(std::size_t size) {
  const auto hash = [this](const Statement* statement) {
    std::size_t mixed = std::hash<const void*>()(statement->sql);
    for (const Value& key : values_of(*statement).first(statement->keys)) {
      mixed =
          mixed * 31 + std::hash<std::int64_t>()(key.integer()) + std::hash<std::string_view>()(key.bytes());
    }
    return mixed;
  };
  const auto same = [this](const Statement* a, const Statement* b) { return names_same_row(*a, *b); };
  std::unordered_set<const Statement*, decltype(hash), decltype(same)> newest(0, hash, same);
  for (std::size_t i = size; i > 0; --i) {
    Statement& statement = statements_[i - 1];
    if (statement.keys != 0) statement.is_outdone = !newest.insert(&statement).second;
  }
}

base::Result<> LeftStatements::run_first(SqliteConnection& connection, std::size_t size) {
  mark_outdone(size);
  base::Result<> result;
  for (std::size_t i = 0; i < size && result; ++i) {
    if (statements_[i].is_outdone) continue;
    auto done = connection.execute(*statements_[i].sql, values_of(statements_[i]));
    if (!done) result = base::fail(std::move(done).error());
  }
  if (size == statements_.size()) {
    keep_first(0);
  } else {
    statements_.erase(statements_.begin(), statements_.begin() + static_cast<std::ptrdiff_t>(size));
  }
  return result;
}

}  // namespace parley::store
