#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "transfer/demo_conversation.hpp"
#include "transfer/demo_random.hpp"
#include "transfer/record.hpp"

/// The demo account: an invented shop with a year and more of chats, to try Parley on and to measure it with.
namespace parley::transfer {

/// What a demo account is made of. Equal options give the same records on every machine.
struct DemoOptions {
  std::int64_t sid = 1;
  std::uint32_t conversations = 20'000;  ///< 1 … limits::demo_conversations; about ten messages each.
  std::uint64_t seed = 1;
  /// The last day, in Swedish local time. Fixed, because a demo made today must be the one made tomorrow;
  /// this one has three changes of the clock among the demo::demo_days days before it.
  std::chrono::sys_days end_day = std::chrono::year(2026) / std::chrono::October / 31;
};

/// Gives the records of a demo account one by one, in memory of one day's conversations; a `RecordSource`.
/// Each conversation comes with all that is its own, in order of creation. Never fails. On one thread at a
/// time.
class DemoGenerator {
 public:
  explicit DemoGenerator(DemoOptions options);

  /// The next record; nothing at the end.
  [[nodiscard]] base::Result<std::optional<Record>> operator()();

 private:
  void begin();
  bool next_conversation();
  [[nodiscard]] std::string make_conversation_id(base::Timestamp created_at);

  DemoOptions options_;
  demo::World world_;
  demo::Random random_;
  std::vector<std::uint32_t> per_day_;
  std::size_t day_ = 0;                  ///< The next day to begin.
  std::vector<base::Timestamp> starts_;  ///< Of the day that has begun.
  std::size_t started_ = 0;              ///< Of them.
  std::uint32_t conversations_ = 0;      ///< Written so far.
  std::int64_t last_id_time_ = 0;
  std::uint32_t last_id_suffix_ = 0;
  std::vector<Record> ready_;
  std::size_t given_ = 0;  ///< Of the ready ones.
};

}  // namespace parley::transfer
