#pragma once

#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "change/change.hpp"
#include "store/database.hpp"
#include "transfer/agent_references.hpp"
#include "transfer/chat_importer.hpp"
#include "transfer/import_report.hpp"
#include "transfer/record.hpp"

namespace parley::transfer {

/// Puts an import's records into one account, by the rules of the bundle, and counts what became of them.
/// Lives as long as one import; used by one write unit at a time. What it remembers is right only if every
/// unit it was used in is committed: after an error it is of no more use.
class AccountImporter {
 public:
  /// `is_new`: nothing was in the account before this import.
  AccountImporter(std::int64_t sid, bool is_new) noexcept;
  AccountImporter(const AccountImporter&) = delete;
  AccountImporter& operator=(const AccountImporter&) = delete;

  /// Learns what the account holds already. Before the first `put`.
  base::Task<base::Result<>> load(store::Unit& unit);

  /// Puts the next record, which must not be a header. Error: invalid_argument, `line N: …`, for what the
  /// domain refuses or a reference to nothing.
  base::Task<base::Result<>> put(store::WriteUnit& unit, Record record);

  /// Settles what could be known only at the end. After the last `put`.
  base::Task<base::Result<>> settle(store::WriteUnit& unit);

  /// Puts its counts into the report; `unit` sees all that was put.
  base::Task<base::Result<>> report(store::Unit& unit, ImportReport& report) const;

 private:
  base::Task<base::Result<>> put_any(store::WriteUnit& unit, Record& record);
  base::Task<base::Result<>> put_agent(store::WriteUnit& unit, AgentRecord& record);
  base::Task<base::Result<>> put_page_filter(store::WriteUnit& unit, PageFilterRecord& record);
  base::Task<base::Result<>> put_conversation(store::WriteUnit& unit, ConversationRecord& record);
  base::Task<base::Result<>> put_message(store::WriteUnit& unit, MessageRecord& record);
  base::Task<base::Result<>> put_tag(store::WriteUnit& unit, TagRecord& record);
  base::Task<base::Result<>> put_label(store::WriteUnit& unit, LabelRecord& record);
  base::Task<base::Result<>> put_card(store::WriteUnit& unit, CardRecord& record);
  base::Task<base::Result<>> put_chat(store::WriteUnit& unit, ChatRecord& record);
  base::Task<base::Result<>> expect_conversation(store::Unit& unit, const std::string& conversation_id);
  void replace_date(base::Timestamp& time, bool has_date) noexcept;
  void count(store::WriteUnit& unit, change::Kind kind, Tally& tally, bool is_changed) const;

  std::int64_t sid_;
  bool is_new_;
  AgentReferences agents_;
  ChatImporter chats_;
  Counts counts_;
  /// The header was line 1.
  std::uint64_t line_number_ = 1;
  std::uint64_t dates_replaced_ = 0;
  /// The conversation last seen to exist: what is said of one comes in runs.
  std::string known_conversation_;
  base::Timestamp known_created_at_;
  /// How many changes the unit had before the record in hand.
  std::size_t changes_before_ = 0;
};

}  // namespace parley::transfer
