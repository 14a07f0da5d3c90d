#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What people say in the demo shop: templates of small dialogues, language by language.
namespace parley::transfer::demo {

/// What a chat is about.
enum class Topic : std::uint8_t { delivery, returns, size, billing, product, claim, account };
inline constexpr std::size_t topic_count = 7;

/// What a template leaves open, written `{order}` and so on.
enum class Slot : std::uint8_t {
  none,
  order,
  product,
  color,
  size,
  price,
  date,
  agent,  ///< Who writes.
  other,  ///< The colleague who takes over.
  name,   ///< The visitor's.
  email,
  tracking,
  count,
};
inline constexpr std::size_t slot_count = 13;

/// What is put into the slots; the place of each is its `Slot`'s number.
using SlotValues = std::array<std::string, slot_count>;

/// One text with slots, taken apart when it is read: filling it in is a few appends.
class Template {
 public:
  /// `text` lives as long as the program. A slot that no `Slot` has is a fault of the texts, found by their
  /// test.
  explicit Template(std::string_view text);

  [[nodiscard]] std::string fill(const SlotValues& values) const;
  [[nodiscard]] bool has(Slot slot) const noexcept;

 private:
  struct Piece {
    std::string_view text;
    Slot slot = Slot::none;  ///< Follows the text.
  };
  std::vector<Piece> pieces_;
};

using Templates = std::vector<Template>;

/// A question and what the other says to it.
struct Exchange {
  Template question;
  Template answer;
};

/// One matter: what is said about it, in this order, of each part any one.
struct Thread {
  Templates open;             ///< The visitor begins.
  std::vector<Exchange> ask;  ///< The agent asks back, the visitor replies.
  Templates answer;           ///< The agent helps.
};

/// The matters of one topic, and what visitors ask besides whichever it was.
struct Script {
  std::vector<Thread> threads;
  std::vector<Exchange> more;
};

/// A language with its dialogues, its people and the places they write from.
struct Language {
  struct Place {
    std::string_view city;
    std::string_view country;
  };

  std::string_view code;     ///< ISO 639-1.
  std::string_view path;     ///< Where its pages stand in the shop: empty, `/en` or `/de`.
  std::uint32_t weight = 0;  ///< How many visitors write in it, in a thousand.
  std::vector<Place> places;
  std::vector<std::string_view> products;  ///< In the order of the shop's articles.
  std::vector<std::string_view> colors;
  std::vector<std::string_view> first_names;
  std::vector<std::string_view> last_names;
  Templates price;                          ///< How a sum is written.
  Templates greet;                          ///< The agent.
  Templates wait;                           ///< The agent.
  Templates transfer;                       ///< The agent hands over to `{other}`.
  Templates take_over;                      ///< The colleague, now `{agent}`.
  Templates thank;                          ///< The visitor.
  Templates bye;                            ///< The agent.
  Templates nudge;                          ///< The visitor waits.
  Templates leave;                          ///< The visitor leaves an address.
  Templates late;                           ///< The agent, the next morning.
  std::array<Script, topic_count> scripts;  ///< By topic; empty where the language has none.

  [[nodiscard]] const Script& script(Topic topic) const noexcept {
    return scripts[static_cast<std::size_t>(topic)];
  }
};

/// All languages, read once, the same order always; lives as long as the program. From any thread.
[[nodiscard]] const std::vector<Language>& languages();

/// The texts, one language each. A line is a keyword and what belongs to it, a bar parts two fields; `#
/// topic` begins the lines of a topic, and there an `open` after anything else begins a thread. Empty lines
/// part paragraphs.
extern const std::string_view swedish_texts;
extern const std::string_view english_texts;
extern const std::string_view german_texts;
extern const std::string_view finnish_texts;
extern const std::string_view french_texts;
extern const std::string_view arabic_texts;
extern const std::string_view japanese_texts;
extern const std::string_view ukrainian_texts;

/// Reads one language's texts. Ends the program on a line it cannot read: the texts are ours.
[[nodiscard]] Language read_language(std::string_view texts);

}  // namespace parley::transfer::demo
