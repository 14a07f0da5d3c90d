// Tags, labels and cards: what agents and the site note about a visitor.

#include <fmt/format.h>

#include <utility>

#include "base/limits.hpp"
#include "change/change.hpp"
#include "visitor/visitor.hpp"

namespace parley::visitor {

namespace {

using base::ErrorCode;
using base::Result;
using base::Task;
using store::bind;
using store::Row;

// Rows are inserted or updated, not either by ON CONFLICT: that names the columns of the key, and
// PostgreSQL's has a digest for the text.
const store::Sql select_tags(
    "SELECT created_at, tag, type FROM tag WHERE sid = ?1 AND conversation_id = ?2 ORDER BY created_at, tag, "
    "type");
const store::Sql select_tag(
    "SELECT created_at FROM tag WHERE sid = ?1 AND conversation_id = ?2 AND type = ?3 AND tag = ?4");
const store::Sql delete_other_names(
    "DELETE FROM tag WHERE sid = ?1 AND conversation_id = ?2 AND type = 0 AND tag <> ?3");
const store::Sql insert_tag(
    "INSERT INTO tag (sid, conversation_id, type, tag, created_at) VALUES (?1, ?2, ?3, ?4, ?5)");
const store::Sql update_tag(
    "UPDATE tag SET created_at = ?5 WHERE sid = ?1 AND conversation_id = ?2 AND type = ?3 AND tag = ?4");
const store::Sql count_tags("SELECT count(*) FROM tag WHERE sid = ?1 AND conversation_id = ?2");

const store::Sql select_labels(
    "SELECT created_at, label FROM label WHERE sid = ?1 AND conversation_id = ?2 ORDER BY created_at, label");
const store::Sql select_label(
    "SELECT created_at FROM label WHERE sid = ?1 AND conversation_id = ?2 AND label = ?3");
const store::Sql insert_label(
    "INSERT INTO label (sid, conversation_id, label, created_at) VALUES (?1, ?2, ?3, ?4)");
const store::Sql update_label(
    "UPDATE label SET created_at = ?4 WHERE sid = ?1 AND conversation_id = ?2 AND label = ?3");
const store::Sql count_labels("SELECT count(*) FROM label WHERE sid = ?1 AND conversation_id = ?2");

const store::Sql select_cards(
    "SELECT data_id, data, created_at, updated_at FROM card WHERE sid = ?1 AND conversation_id = ?2 "
    "ORDER BY created_at, data_id");
const store::Sql select_card(
    "SELECT data_id, data, created_at, updated_at FROM card WHERE sid = ?1 AND conversation_id = ?2 AND "
    "data_id = ?3");
const store::Sql insert_card(
    "INSERT INTO card (sid, conversation_id, data_id, data, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, "
    "?5, ?6)");
const store::Sql update_card(
    "UPDATE card SET data = ?4, created_at = ?5, updated_at = ?6 WHERE sid = ?1 AND conversation_id = ?2 AND "
    "data_id = ?3");
const store::Sql count_cards("SELECT count(*) FROM card WHERE sid = ?1 AND conversation_id = ?2");

Result<> check_text(std::string_view name, std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return {};
  return base::fail(ErrorCode::invalid_argument,
                    fmt::format("{} is {} bytes long; it takes at most {}", name, text.size(), limit));
}

Task<Result<>> check_room(store::WriteUnit& unit, const store::Sql& count, std::int64_t sid,
                          std::string_view conversation_id, std::string_view what) {
  std::int64_t held = 0;
  PARLEY_CO_TRY(co_await unit.query(count, bind(sid, conversation_id),
                                    [&held](const Row& row) { held = row.integer(0); }));
  if (static_cast<std::size_t>(held) < limits::tags_per_conversation) co_return Result<>{};
  co_return base::fail(ErrorCode::too_large, fmt::format("a conversation takes at most {} {}",
                                                         limits::tags_per_conversation, what));
}

/// The creation time of the one row that `select` finds, if it finds one.
Task<Result<std::optional<base::Timestamp>>> created(store::Unit& unit, const store::Sql& select,
                                                     store::Values values) {
  std::optional<base::Timestamp> found;
  PARLEY_CO_TRY(co_await unit.query(select, values, [&found](const Row& row) { found = row.timestamp(0); }));
  co_return found;
}

change::Action action_of(bool existed) {
  return existed ? change::Action::updated : change::Action::created;
}

Card read_card(const Row& row) {
  return {std::string(row.text(0)), std::string(row.text(1)), row.timestamp(2), row.timestamp(3)};
}

}  // namespace

Task<Result<std::vector<Tag>>> tags(store::Unit& unit, std::int64_t sid, std::string_view conversation_id) {
  std::vector<Tag> found;
  PARLEY_CO_TRY(co_await unit.query(select_tags, bind(sid, conversation_id), [&found](const Row& row) {
    found.push_back({row.timestamp(0), std::string(row.text(1)),
                     row.integer(2) == 0 ? TagType::name : TagType::ordinary});
  }));
  co_return found;
}

Task<Result<std::vector<Label>>> labels(store::Unit& unit, std::int64_t sid,
                                        std::string_view conversation_id) {
  std::vector<Label> found;
  PARLEY_CO_TRY(co_await unit.query(select_labels, bind(sid, conversation_id), [&found](const Row& row) {
    found.push_back({row.timestamp(0), std::string(row.text(1))});
  }));
  co_return found;
}

Task<Result<std::vector<Card>>> cards(store::Unit& unit, std::int64_t sid, std::string_view conversation_id) {
  std::vector<Card> found;
  PARLEY_CO_TRY(co_await unit.query(select_cards, bind(sid, conversation_id),
                                    [&found](const Row& row) { found.push_back(read_card(row)); }));
  co_return found;
}

namespace {

/// A conversation has one name: the last one goes when another comes.
Task<Result<>> remove_other_names(store::WriteUnit& unit, std::int64_t sid, std::string_view conversation_id,
                                  std::string_view name) {
  PARLEY_CO_TRY_ASSIGN(const std::int64_t gone,
                       co_await unit.execute(delete_other_names, bind(sid, conversation_id, name)));
  for (std::int64_t i = 0; i < gone; ++i) {
    change::touch(unit, {sid, std::string(conversation_id), change::Kind::tag, "0", change::Action::removed});
  }
  co_return Result<>{};
}

}  // namespace

Task<Result<bool>> put_tag(store::WriteUnit& unit, std::int64_t sid, std::string_view conversation_id,
                           Tag tag) {
  PARLEY_CO_TRY(check_text("tag", tag.tag, limits::short_text_bytes));
  const int type = static_cast<int>(tag.type);
  PARLEY_CO_TRY_ASSIGN(const auto known,
                       co_await created(unit, select_tag, bind(sid, conversation_id, type, tag.tag)));
  if (known == tag.created_at) co_return false;
  if (tag.type == TagType::name) {
    PARLEY_CO_TRY(co_await remove_other_names(unit, sid, conversation_id, tag.tag));
  } else if (!known) {
    PARLEY_CO_TRY(co_await check_room(unit, count_tags, sid, conversation_id, "tags"));
  }
  const store::Sql& write = known ? update_tag : insert_tag;
  PARLEY_CO_TRY(co_await unit.execute(write, bind(sid, conversation_id, type, tag.tag, tag.created_at)));
  change::touch(unit, {sid, std::string(conversation_id), change::Kind::tag,
                       fmt::format("{}:{}", type, tag.tag), action_of(known.has_value())});
  co_return true;
}

Task<Result<bool>> put_label(store::WriteUnit& unit, std::int64_t sid, std::string_view conversation_id,
                             Label label) {
  PARLEY_CO_TRY(check_text("label", label.label, limits::short_text_bytes));
  PARLEY_CO_TRY_ASSIGN(const auto known,
                       co_await created(unit, select_label, bind(sid, conversation_id, label.label)));
  if (known == label.created_at) co_return false;
  if (!known) PARLEY_CO_TRY(co_await check_room(unit, count_labels, sid, conversation_id, "labels"));
  const store::Sql& write = known ? update_label : insert_label;
  PARLEY_CO_TRY(co_await unit.execute(write, bind(sid, conversation_id, label.label, label.created_at)));
  change::touch(unit, {sid, std::string(conversation_id), change::Kind::label, label.label,
                       action_of(known.has_value())});
  co_return true;
}

Task<Result<bool>> put_card(store::WriteUnit& unit, std::int64_t sid, std::string_view conversation_id,
                            Card card) {
  PARLEY_CO_TRY(check_text("dataID", card.data_id, limits::short_text_bytes));
  if (card.data.size() > limits::card_bytes) {
    co_return base::fail(
        ErrorCode::invalid_argument,
        fmt::format("data is {} bytes long; it takes at most {}", card.data.size(), limits::card_bytes));
  }
  std::optional<Card> known;
  PARLEY_CO_TRY(co_await unit.query(select_card, bind(sid, conversation_id, card.data_id),
                                    [&known](const Row& row) { known = read_card(row); }));
  if (known == card) co_return false;
  if (!known) PARLEY_CO_TRY(co_await check_room(unit, count_cards, sid, conversation_id, "cards"));
  const store::Sql& write = known ? update_card : insert_card;
  PARLEY_CO_TRY(co_await unit.execute(
      write, bind(sid, conversation_id, card.data_id, card.data, card.created_at, card.updated_at)));
  change::touch(unit, {sid, std::string(conversation_id), change::Kind::card, card.data_id,
                       action_of(known.has_value())});
  co_return true;
}

}  // namespace parley::visitor
