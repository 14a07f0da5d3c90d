#include "transfer/demo_conversation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "encoding/json_writer.hpp"

namespace parley::transfer::demo {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

/// Quantiles in milliseconds at equal distances (`Random::from_quantiles`): until the first answer on an
/// ordinary day and in a rush, until the next visit of somebody who comes back.
constexpr std::array<std::int64_t, 9> calm_wait = {2'500,  7'000,  12'000,  19'000, 28'000,
                                                   42'000, 70'000, 130'000, 480'000};
constexpr std::array<std::int64_t, 9> rush_wait = {6'000,   18'000,  35'000,  60'000,   110'000,
                                                   190'000, 330'000, 600'000, 1'500'000};
constexpr std::array<std::int64_t, 8> until_next_visit = {
    2'400'000, 21'600'000, 86'400'000, 259'200'000, 604'800'000, 1'382'400'000, 3'456'000'000, 4'294'000'000};

/// Chances in a thousand.
constexpr std::uint32_t comes_back_to_write = 132;
constexpr std::uint32_t comes_back_to_look = 110;
constexpr std::uint32_t missed_on_calm_day = 45;
constexpr std::uint32_t missed_in_rush = 190;
constexpr std::uint32_t answered_next_day = 130;
constexpr std::uint32_t writes_something_odd = 40;

/// What people write besides: what a spreadsheet would run, quotes, line breaks, text that looks like ours,
/// both directions of writing, signs of many bytes. Telephone numbers are from the range kept for stories
/// (PTS).
constexpr std::array<std::string_view, 14> odd_texts = {
    "=SUMMA(A1:A3) är vad mitt kalkylark säger",
    "+46 70 174 06 58 är mitt nummer",
    "-20 % stod det i mejlet",
    "@norrsken \"Vinterrean\" gäller väl?",
    "Rad ett\nRad två\r\nRad tre; med semikolon, komma och \"citat\"",
    "\tinflyttad text",
    "<b>fet</b> & <script>alert('hej')</script>",
    "{\"type\":\"visitorJoin\",\"currentPage\":\"https://example.org/inte-var\"}",
    "👩🏽‍🚀🏔️🇸🇪👨‍👩‍👧‍👦",
    "Heter det Norrsken נורסקן eller نورسكن?",
    "Z̸̢a̴͝l̷̛g̵o, och é är inte é",
    "\\o/ C:\\bilder\\talt.png 100%_klart",
    "''; DROP TABLE ordrar; --",
    "𝕋𝕒𝕔𝕜 𠮷野家 ꧁꧂",
};

}  // namespace

ConversationWriter::ConversationWriter(World& world, std::string conversation_id, base::Timestamp start,
                                       std::uint64_t seed)
    : world_(world),
      random_(seed),
      conversation_id_(std::move(conversation_id)),
      created_at_(start),
      person_(make_person(start, random_)),
      now_(start),
      last_visit_at_(start) {}

void ConversationWriter::write(bool stays_open, std::vector<Record>& out) {
  chat(stays_open);
  while (!stays_open && random_.chance(comes_back_to_write)) {
    const auto visit = next_visit();
    if (!visit) break;
    now_ = *visit;
    chat(false);
  }
  if (!stays_open && random_.chance(comes_back_to_look)) visit_again();

  out.push_back(ConversationRecord{.conversation = {conversation_id_, created_at_},
                                   .traffic_type = person_.traffic_type,
                                   .search_engine = person_.search_engine,
                                   .last_visit_at = last_visit_at_,
                                   .browser = person_.browser,
                                   .os = person_.os,
                                   .city = person_.city,
                                   .country = person_.country,
                                   .exit_page = exit_page_});
  for (auto& record : messages_) out.push_back(std::move(record));
  for (auto& tag : tags_) out.push_back(TagRecord{conversation_id_, std::move(tag)});
  for (auto& label : labels_) out.push_back(LabelRecord{conversation_id_, std::move(label)});
  for (auto& card : cards_) out.push_back(CardRecord{conversation_id_, std::move(card)});
  for (auto& record : chats_) out.push_back(std::move(record));
}

void ConversationWriter::chat(bool stays_open) {
  new_errand();
  join(now_);
  // Around a change of the clock the chat begins as the visit does, so that its start stands at the very
  // edge.
  const base::Timestamp change = std::chrono::floor<days>(now_) + hours(1);
  const bool at_change =
      changes_clock(std::chrono::floor<days>(now_)) && std::chrono::abs(now_ - change) <= hours(1);
  if (!at_change) wait(milliseconds(random_.between(4'000, 260'000)));

  ChatRecord record;
  record.chat_id = world_.next_chat_id++;
  record.conversation_id = conversation_id_;
  record.started_at = now_;
  record.is_given = false;
  const Outcome outcome = talk(record.started_at);
  if (outcome.is_closed) wait(milliseconds(random_.between(3'000, 90'000)));
  if (!stays_open) record.ended_at = outcome.is_closed ? now_ : messages_.back().message.sent_at;
  record.routed_agent_id = outcome.routed_agent_id;
  rate(record, outcome);
  note(record.started_at, outcome);
  exit_page_ = last_page(*person_.language, errand_, now_, random_);
  chats_.push_back(std::move(record));
}

void ConversationWriter::visit_again() {
  const auto visit = next_visit();
  if (!visit) return;
  now_ = *visit;
  errand_ = make_errand(*person_.language, random_);
  join(now_);
  if (random_.chance(600)) exit_page_ = last_page(*person_.language, errand_, now_, random_);
}

ConversationWriter::Outcome ConversationWriter::talk(base::Timestamp started_at) {
  const auto day = std::chrono::floor<days>(started_at + stockholm_offset(started_at));
  const DayKind kind = kind_of(day);
  const bool is_rush = kind == DayKind::campaign || kind == DayKind::peak;
  visitor_says(thread_->open);
  const auto agent_id = world_.staff.at_work(now_, person_.language->code, random_);
  if (!agent_id || random_.chance(is_rush ? missed_in_rush : missed_on_calm_day)) return miss(agent_id);

  Outcome outcome;
  outcome.is_answered = true;
  outcome.routed_agent_id = agent_id;
  if (random_.chance(40)) {
    // Offered to one, taken by another.
    const auto other = world_.staff.at_work(now_, person_.language->code, random_, *agent_id);
    if (other) outcome.routed_agent_id = other;
  }
  wait(milliseconds(random_.from_quantiles(is_rush ? std::span(rush_wait) : std::span(calm_wait))));
  outcome.waited_ms = (now_ - started_at).count();
  converse(*agent_id);
  outcome.is_closed = random_.chance(620);
  return outcome;
}

ConversationWriter::Outcome ConversationWriter::miss(std::optional<std::int64_t> routed) {
  Outcome outcome;
  outcome.routed_agent_id = routed;
  while (random_.chance(450)) {
    wait(milliseconds(random_.between(40'000, 400'000)));
    visitor_says(person_.language->nudge);
  }
  if (random_.chance(380)) {
    wait(milliseconds(random_.between(20'000, 120'000)));
    visitor_says(person_.language->leave);
  }
  if (routed || !random_.chance(answered_next_day)) return outcome;
  const base::Timestamp asked_at = now_;
  const auto opening = world_.staff.next_opening(now_);
  if (!opening || *opening + hours(1) > world_.end) return outcome;
  answer_late(*opening);
  outcome.is_answered = now_ != asked_at;
  outcome.waited_ms = (now_ - asked_at).count();
  return outcome;
}

void ConversationWriter::answer_late(base::Timestamp opening) {
  const auto agent_id = world_.staff.at_work(opening, person_.language->code, random_);
  if (!agent_id) return;
  now_ = std::max(now_, opening);
  wait(milliseconds(random_.between(60'000, 1'800'000)));
  agent_says(*agent_id, person_.language->late);
  agent_types(*agent_id, thread_->answer);
  if (!random_.chance(500)) return;
  wait(milliseconds(random_.between(120'000, 1'500'000)));
  visitor_says(person_.language->thank);
}

void ConversationWriter::converse(std::int64_t agent_id) {
  const Language& language = *person_.language;
  agent_says(agent_id, language.greet);
  const Exchange& asked = random_.pick(thread_->ask);
  agent_types(agent_id, asked.question);
  value(Slot::date) = past_date_;
  visitor_types(asked.answer.fill(values_));
  if (random_.chance(writes_something_odd)) visitor_types(std::string(random_.pick(odd_texts)));
  if (random_.chance(60)) agent_id = hand_over(agent_id);
  if (random_.chance(400)) agent_types(agent_id, language.wait);
  agent_types(agent_id, thread_->answer);
  if (random_.chance(30)) {
    message(std::string(world_.staff.name_at(agent_id, now_)), agent_id,
            fmt::format("https://files.example.com/norrsken/{:08x}/f%C3%B6ljesedel.pdf",
                        random_.below(0xFFFFFFFF)));
  }
  ask_more(agent_id);
  if (!random_.chance(860)) return;
  visitor_types(language.thank);
  if (random_.chance(840)) agent_types(agent_id, language.bye);
}

std::int64_t ConversationWriter::hand_over(std::int64_t agent_id) {
  std::int64_t next = world_.staff.back_office(random_);
  if (errand_.topic != Topic::billing) {
    const auto colleague = world_.staff.at_work(now_, person_.language->code, random_, agent_id);
    if (!colleague) return agent_id;
    next = *colleague;
  }
  value(Slot::other) = world_.staff.name_at(next, now_);
  agent_types(agent_id, person_.language->transfer);
  wait(milliseconds(random_.between(10'000, 120'000)));
  agent_says(next, person_.language->take_over);
  return next;
}

void ConversationWriter::ask_more(std::int64_t agent_id) {
  const auto& more = person_.language->script(errand_.topic).more;
  if (more.empty()) return;
  const auto first = random_.below(static_cast<std::uint32_t>(more.size()));
  // Each is asked once, from a random one on.
  for (std::size_t asked = 0; asked < more.size() && random_.chance(700); ++asked) {
    const Exchange& exchange = more[(first + asked) % more.size()];
    value(Slot::count) = std::to_string(random_.between(2, 9));
    visitor_types(exchange.question.fill(values_));
    agent_types(agent_id, exchange.answer);
  }
}

void ConversationWriter::new_errand() {
  const Language& language = *person_.language;
  errand_ = make_errand(language, random_);
  thread_ = &random_.pick(language.script(errand_.topic).threads);
  value(Slot::order) = fmt::format("NO-{}", random_.between(100'000, 999'999));
  value(Slot::product) = std::string(language.products[errand_.product]);
  value(Slot::color) = std::string(random_.pick(language.colors));
  value(Slot::size) = size_of(errand_.product, random_);
  value(Slot::count) = std::to_string(random_.between(2, 9));
  value(Slot::price) = random_.pick(language.price).fill(values_);
  value(Slot::name) = person_.first_name;
  value(Slot::email) = person_.email;
  value(Slot::tracking) = fmt::format("SE{:09}", random_.below(1'000'000'000));
  const auto today = std::chrono::floor<days>(now_);
  past_date_.clear();
  coming_date_.clear();
  base::append_date(past_date_, today - days(random_.between(2, 12)));
  base::append_date(coming_date_, today + days(random_.between(1, 6)));
}

void ConversationWriter::join(base::Timestamp at) {
  exit_page_ = page_for(*person_.language, errand_, at, random_);
  last_visit_at_ = at;
  std::string text = R"({"type":"visitorJoin","currentPage":)";
  encoding::append_json_string(text, exit_page_);
  text.push_back('}');
  message("system", std::nullopt, std::move(text));
}

void ConversationWriter::visitor_says(const Templates& templates) {
  value(Slot::date) = past_date_;
  visitor_says(random_.pick(templates).fill(values_));
}

void ConversationWriter::visitor_says(std::string text) {
  last_visit_at_ = now_;
  message(conversation_id_, 0, std::move(text));
}

void ConversationWriter::visitor_types(std::string text) {
  const std::int64_t per_byte = random_.between(40, 160);
  wait(milliseconds(random_.between(3'500, 25'000) + static_cast<std::int64_t>(text.size()) * per_byte));
  visitor_says(std::move(text));
}

void ConversationWriter::visitor_types(const Templates& templates) {
  value(Slot::date) = past_date_;
  visitor_types(random_.pick(templates).fill(values_));
}

void ConversationWriter::agent_says(std::int64_t agent_id, const Templates& templates) {
  const Template* text = &random_.pick(templates);
  if (!person_.tells_name && text->has(Slot::name)) {
    const auto nameless =
        std::ranges::find_if(templates, [](const Template& each) { return !each.has(Slot::name); });
    PARLEY_CHECK(nameless != templates.end());
    text = &*nameless;
  }
  agent_says(agent_id, *text);
}

void ConversationWriter::agent_says(std::int64_t agent_id, const Template& text) {
  const std::string_view name = world_.staff.name_at(agent_id, now_);
  value(Slot::agent) = name.substr(0, name.find(' '));
  value(Slot::date) = coming_date_;
  message(std::string(name), agent_id, text.fill(values_));
}

void ConversationWriter::agent_types(std::int64_t agent_id, const Templates& templates) {
  take_time_to_type();
  agent_says(agent_id, templates);
}

void ConversationWriter::agent_types(std::int64_t agent_id, const Template& text) {
  take_time_to_type();
  agent_says(agent_id, text);
}

void ConversationWriter::take_time_to_type() {
  // Some have the words ready: equal times occur.
  if (!random_.chance(12)) wait(milliseconds(random_.between(4'000, 45'000)));
}

void ConversationWriter::message(std::string sender, std::optional<std::int64_t> agent_id, std::string text) {
  messages_.push_back({.message = {.message_id = world_.next_message_id++,
                                   .conversation_id = conversation_id_,
                                   .sender = std::move(sender),
                                   .text = std::move(text),
                                   .sent_at = now_,
                                   .agent_id = agent_id}});
}

void ConversationWriter::wait(Milliseconds time) {
  now_ = std::min(now_ + time, world_.end);
}

base::Timestamp ConversationWriter::later(base::Timestamp time, std::int64_t most_ms) {
  return std::min(time + milliseconds(random_.between(1'000, most_ms)), world_.end);
}

std::optional<base::Timestamp> ConversationWriter::next_visit() {
  const base::Timestamp about = now_ + milliseconds(random_.from_quantiles(until_next_visit));
  const auto day = std::chrono::floor<days>(about + stockholm_offset(about));
  const base::Timestamp visit = starts_of_day(day, 1, random_).front();
  if (visit < now_ + minutes(20) || visit + hours(6) > world_.end) return std::nullopt;
  return visit;
}

}  // namespace parley::transfer::demo
