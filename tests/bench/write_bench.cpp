// How many visitors' messages a second become durable: the whole of it (message, chat, fact, change,
// counters), a bare row through the same writer, and a raw append with fdatasync, at one and the same number
// waiting.
//
// Usage: write_bench DIRECTORY WAITING ROUNDS SECONDS; prints one line of JSON a round. ./dev bench starts
// it.

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "account/account.hpp"
#include "app/open_store.hpp"
#include "base/task.hpp"
#include "change/change.hpp"
#include "conversation/chat.hpp"
#include "conversation/conversation.hpp"
#include "conversation/message.hpp"
#include "store/database.hpp"
#include "store/open.hpp"

namespace parley::bench {
namespace {

using base::Result;
using base::Task;
using store::bind;
using store::WriteUnit;
using SteadyClock = std::chrono::steady_clock;

constexpr std::int64_t sid = 1;
/// As in the demo: a visitor writes about so often before the next one comes.
constexpr std::int64_t messages_per_conversation = 10;
/// Bytes that a stored message of the demo takes with its keys.
constexpr std::size_t row_bytes = 160;
constexpr std::string_view text =
    "Hello, my parcel has not come yet. Could you have a look where it is, please?";

const store::Sql insert_bare(
    "INSERT INTO message (sid, conversation_id, sent_at, message_id, agent_id, sender, text) "
    "VALUES (?1, ?2, ?3, ?4, 0, NULL, ?5)");

/// What all writers of one round share.
struct Round {
  store::Database& database;
  SteadyClock::time_point end;
  std::int64_t written = 0;
  std::int64_t running = 0;
};

/// Numbers that no earlier round has used.
std::int64_t next_number() {
  static std::int64_t last = 0;
  return ++last;
}

std::string conversation_id(std::int64_t number) {
  return fmt::format("V{}", 11'790'842'848'000'000 + number);
}

Task<Result<>> open_conversation(WriteUnit& unit, std::string id) {
  const conversation::Conversation made{id, unit.began_at()};
  PARLEY_CO_TRY(co_await conversation::put(unit, sid, made));
  conversation::Chat chat;
  chat.conversation_id = id;
  chat.started_at = unit.began_at();
  PARLEY_CO_TRY(co_await conversation::put_chat(unit, sid, chat));
  co_return Result<>{};
}

Task<Result<>> write_message(WriteUnit& unit, std::string id, bool is_first) {
  if (is_first) PARLEY_CO_TRY(co_await open_conversation(unit, id));
  conversation::Message message;
  message.conversation_id = id;
  message.sender = id;
  message.text = text;
  message.sent_at = unit.began_at();
  message.agent_id = 0;
  PARLEY_CO_TRY(co_await conversation::put_message(unit, sid, std::move(message)));
  co_return Result<>{};
}

/// One visitor after another, each message written when the one before is durable.
Task<void> whole_writer(Round& round) {
  std::string id;
  for (std::int64_t i = 0; SteadyClock::now() < round.end; ++i) {
    const bool is_first = i % messages_per_conversation == 0;
    if (is_first) id = conversation_id(next_number());
    const auto body = [id, is_first](WriteUnit& unit) { return write_message(unit, id, is_first); };
    const auto written = co_await round.database.write(store::Priority::message, body);
    if (written) ++round.written;
  }
  --round.running;
}

Task<Result<>> write_row(WriteUnit& unit, std::string id, std::int64_t number) {
  PARLEY_CO_TRY(co_await unit.execute(insert_bare, bind(sid, id, unit.began_at(), number, text)));
  co_return Result<>{};
}

Task<void> bare_writer(Round& round) {
  std::string id;
  for (std::int64_t i = 0; SteadyClock::now() < round.end; ++i) {
    const std::int64_t number = next_number();
    if (i % messages_per_conversation == 0) id = conversation_id(number);
    const auto body = [id, number](WriteUnit& unit) { return write_row(unit, id, number); };
    const auto written = co_await round.database.write(store::Priority::message, body);
    if (written) ++round.written;
  }
  --round.running;
}

/// Writes a second by `waiting` writers, each with one write under way at any time.
double rate_of(store::Database& database, int waiting, std::chrono::seconds time,
               Task<void> (*writer)(Round&)) {
  const auto begin = SteadyClock::now();
  Round round{database, begin + time, 0, waiting};
  base::RunLoop loop;
  for (int i = 0; i < waiting; ++i) {
    loop.post([&round, writer] { base::spawn(writer(round)); });
  }
  loop.run_until([&round] { return round.running == 0; });
  const std::chrono::duration<double> taken = SteadyClock::now() - begin;
  return static_cast<double>(round.written) / taken.count();
}

double append_rate(const std::string& path, int waiting, std::chrono::seconds time) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return 0;
  const std::string batch(row_bytes * static_cast<std::size_t>(waiting), 'x');
  const auto begin = SteadyClock::now();
  std::int64_t written = 0;
  while (SteadyClock::now() < begin + time) {
    if (::write(file, batch.data(), batch.size()) < 0 || ::fdatasync(file) != 0) break;
    written += waiting;
  }
  const std::chrono::duration<double> taken = SteadyClock::now() - begin;
  ::close(file);
  ::unlink(path.c_str());
  return static_cast<double>(written) / taken.count();
}

Task<Result<>> make_account(WriteUnit& unit) {
  account::Account account;
  account.sid = sid;
  account.name = "Bench";
  PARLEY_CO_TRY(co_await account::create(unit, account));
  co_return co_await change::begin_log(unit, sid);
}

Result<> run(const std::string& directory, int waiting, int rounds, std::chrono::seconds time) {
  store::Location whole_place;
  whole_place.directory = directory + "/whole";
  PARLEY_TRY_ASSIGN(const auto whole, app::open_store(whole_place, store::Access::read_write));
  PARLEY_TRY(base::block_on(whole->write(store::Priority::ordinary, make_account)));
  // The bare rows' store has no hooks, so a unit is its statement and nothing else.
  store::Location bare_place;
  bare_place.directory = directory + "/bare";
  PARLEY_TRY_ASSIGN(const auto bare, store::open(bare_place, store::Access::read_write));
  for (int i = 0; i < rounds; ++i) {
    const double whole_rate = rate_of(*whole, waiting, time, whole_writer);
    const double bare_rate = rate_of(*bare, waiting, time, bare_writer);
    const double appended = append_rate(directory + "/append", waiting, time);
    fmt::print("{{\"whole\":{:.1f},\"bare\":{:.1f},\"append\":{:.1f}}}\n", whole_rate, bare_rate, appended);
    std::fflush(stdout);
  }
  return {};
}

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) {
  if (argc != 5) {
    fmt::print(stderr, "Usage: write_bench DIRECTORY WAITING ROUNDS SECONDS\n");
    return 2;
  }
  const auto done =
      parley::bench::run(argv[1], std::max(1, std::atoi(argv[2])), std::max(1, std::atoi(argv[3])),
                         std::chrono::seconds(std::max(1, std::atoi(argv[4]))));
  if (done) return 0;
  fmt::print(stderr, "write_bench: {} {}\n", done.error().public_text, done.error().log_text);
  return 1;
}
