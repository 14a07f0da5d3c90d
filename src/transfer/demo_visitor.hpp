#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "page_filter/page_filter.hpp"
#include "transfer/demo_language.hpp"
#include "transfer/demo_random.hpp"

/// Who writes to the demo shop, and the shop's pages.
namespace parley::transfer::demo {

/// Articles of the shop; each language names them in this order.
inline constexpr std::size_t product_count = 10;

/// One visitor.
struct Person {
  const Language* language = nullptr;
  std::string first_name;
  std::string full_name;
  std::string email;
  std::string traffic_type;
  std::string search_engine;
  std::string browser;
  std::string os;
  std::string city;
  std::string country;
  bool tells_name = false;  ///< Whether agents come to know the name.
};

/// Somebody who comes to the shop for the first time at `time`.
[[nodiscard]] Person make_person(base::Timestamp time, Random& random);

/// What somebody wants.
struct Errand {
  Topic topic = Topic::delivery;
  std::size_t product = 0;  ///< Below `product_count`, and one that the topic makes sense for.
};

[[nodiscard]] Errand make_errand(const Language& language, Random& random);

/// A size of clothes or, for boots, of shoes.
[[nodiscard]] std::string size_of(std::size_t product, Random& random);

/// The page on which somebody with this errand writes.
[[nodiscard]] std::string page_for(const Language& language, const Errand& errand, base::Timestamp time,
                                   Random& random);

/// A page somebody leaves the shop from.
[[nodiscard]] std::string last_page(const Language& language, const Errand& errand, base::Timestamp time,
                                    Random& random);

/// The shop's page filters; every one but the last matches some pages.
[[nodiscard]] std::vector<page_filter::PageFilter> page_filters();

}  // namespace parley::transfer::demo
