#include "transfer/demo_visitor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "transfer/demo_calendar.hpp"

namespace parley::transfer::demo {

namespace {

struct Device {
  std::string_view browser;  ///< Family.
  std::string_view os;
  int version_in_january_2025;  ///< One more each month where `rolls`.
  bool rolls;
  std::uint32_t weight;
};

/// The vendor's form: a Windows release is part of the family.
constexpr std::array<Device, 15> devices = {{
    {"Mobile Safari", "iOS 18.6.2", 18, false, 260},
    {"Mobile Safari", "iOS 17.7.0", 17, false, 40},
    {"Chrome Mobile", "Android 10.0.0", 132, true, 200},
    {"Chrome Mobile iOS", "iOS 18.5.0", 132, true, 25},
    {"Samsung Internet", "Android 10.0.0", 28, false, 45},
    {"Chrome", "Windows 10 0.0.0", 132, true, 190},
    {"Chrome", "Mac OS X 10.15.7", 132, true, 60},
    {"Chrome", "Linux 0.0.0", 132, true, 12},
    {"Edge", "Windows 10 0.0.0", 132, true, 70},
    {"Firefox", "Windows 10 0.0.0", 134, true, 30},
    {"Firefox", "Ubuntu 0.0.0", 134, true, 14},
    {"Safari", "Mac OS X 10.15.7", 18, false, 38},
    {"Facebook", "iOS 18.6.2", 517, true, 8},
    {"IE", "Windows 7 0.0.0", 11, false, 3},
    {"Other", "Other 0.0.0", 0, false, 5},
}};

struct Source {
  std::string_view traffic_type;
  std::string_view search_engine;
  std::uint32_t weight;
};

constexpr std::array<Source, 14> sources = {{
    {"Direct", "", 345},
    {"Organic", "Google", 300},
    {"Organic", "Bing", 32},
    {"Organic", "DuckDuckGo", 18},
    {"Organic", "Ecosia", 9},
    {"Organic", "Yahoo", 8},
    {"www.facebook.com", "", 66},
    {"l.instagram.com", "", 62},
    {"www.youtube.com", "", 28},
    {"nyhetsbrev.example.com", "", 74},
    {"www.fjallbloggen.example.org", "", 24},
    {"prisjamfor.example.org", "", 22},
    {"forum.friluft.example.org", "", 8},
    {"xn--skidkning-t4a.example.org", "", 4},
}};

constexpr std::string_view shop = "https://norrsken.example.com";
constexpr std::array<std::string_view, product_count> product_slugs = {
    "vidda-2-t%C3%A4lt", "skare-skaljacka",     "rimfrost-kanga",      "fjallbris-45",
    "snodriva-sovsack",  "glod-stormkok",       "lav-underst%C3%A4ll", "duggregn-regnbyxa",
    "isrosen-dunjacka",  "polstjarna-pannlampa"};
constexpr std::array<std::string_view, 6> color_slugs = {"svart",   "mossgron", "havsbla",
                                                         "rostrod", "gul",      "gra"};

/// The words in the pages' addresses; the Swedish shop stands at the root.
struct PageWords {
  std::string_view product, cart, payment, delivery, returns, sizes, claim, account, categories;
};
constexpr PageWords swedish_words = {"produkt",       "kassa",       "betalning",  "leverans", "retur",
                                     "storleksguide", "reklamation", "mina-sidor", "kategori"};
constexpr PageWords english_words = {"product",    "checkout", "payment", "delivery", "returns",
                                     "size-guide", "claims",   "account", "category"};
constexpr PageWords german_words = {"produkt",         "kasse",       "zahlung", "lieferung", "rueckgabe",
                                    "groessentabelle", "reklamation", "konto",   "kategorie"};

const PageWords& words_of(const Language& language) noexcept {
  if (language.path == "/de") return german_words;
  return language.path == "/en" ? english_words : swedish_words;
}

constexpr std::array<std::uint32_t, topic_count> topic_weights = {290, 190, 150, 120, 130, 70, 50};
/// What can be worn, what has a zip, what can be waterproof.
constexpr std::array<std::size_t, 5> worn = {1, 2, 6, 7, 8};
constexpr std::array<std::size_t, 6> zipped = {0, 1, 3, 4, 7, 8};
constexpr std::array<std::size_t, 5> outermost = {0, 1, 2, 3, 7};
constexpr std::size_t boots = 2;

template <std::size_t N, typename Row>
const Row& by_weight(const std::array<Row, N>& rows, Random& random) {
  std::array<std::uint32_t, N> weights;
  for (std::size_t index = 0; index < N; ++index) weights[index] = rows[index].weight;
  return rows[random.weighted(weights)];
}

const Language& language_of(Random& random) {
  std::array<std::uint32_t, 16> weights{};
  const auto& all = languages();
  for (std::size_t index = 0; index < all.size(); ++index) weights[index] = all[index].weight;
  return all[random.weighted(std::span(weights).first(all.size()))];
}

/// A mailbox made of a name: letters with marks lose them, and a name in another script gives `kund` and a
/// number.
std::string mailbox(std::string_view name, Random& random) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 24> plain = {
      {{"å", "a"}, {"ä", "a"}, {"ö", "o"}, {"Å", "a"},  {"Ä", "a"}, {"Ö", "o"}, {"é", "e"}, {"è", "e"},
       {"ï", "i"}, {"î", "i"}, {"ü", "u"}, {"ß", "ss"}, {"á", "a"}, {"ç", "c"}, {"ş", "s"}, {"ı", "i"},
       {"É", "e"}, {"ó", "o"}, {"ñ", "n"}, {" ", "."},  {"'", ""},  {"’", ""},  {"-", "-"}, {"â", "a"}}};
  std::string box;
  while (!name.empty()) {
    const char first = name.front();
    if ((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z')) {
      box.push_back(first <= 'Z' ? static_cast<char>(first - 'A' + 'a') : first);
      name.remove_prefix(1);
      continue;
    }
    const auto known =
        std::ranges::find_if(plain, [name](const auto& pair) { return name.starts_with(pair.first); });
    if (known == plain.end()) return fmt::format("kund{}", random.between(10'000, 99'999));
    box.append(known->second);
    name.remove_prefix(known->first.size());
  }
  return box;
}

std::string browser_text(const Device& device, base::Timestamp time, Random& random) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  const int months =
      (static_cast<int>(date.year()) - 2025) * 12 + static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  // Some are a release behind.
  const int behind = random.chance(250) ? 1 : 0;
  const int major = device.version_in_january_2025 + (device.rolls ? months - behind : 0);
  return fmt::format("{} {}.{}.0", device.browser, major, device.rolls || major == 0 ? 0 : random.below(6));
}

}  // namespace

Person make_person(base::Timestamp time, Random& random) {
  Person person;
  person.language = &language_of(random);
  const Language& language = *person.language;
  person.first_name = random.pick(language.first_names);
  const std::string_view last = random.pick(language.last_names);
  // Japanese names stand the other way round, without a blank.
  person.full_name = language.code == "ja" ? fmt::format("{}{}", last, person.first_name)
                                           : fmt::format("{} {}", person.first_name, last);
  person.email = mailbox(person.full_name, random);
  person.email += random.chance(500) ? "@example.com" : "@example.org";
  const Source& source = by_weight(sources, random);
  person.traffic_type = source.traffic_type;
  person.search_engine = source.search_engine;
  const Device& device = by_weight(devices, random);
  person.browser = browser_text(device, time, random);
  person.os = device.os;
  const Language::Place& place = random.pick(language.places);
  person.city = place.city;
  person.country = place.country;
  if (random.chance(25)) {
    person.city.clear();
    person.country.clear();
  }
  person.tells_name = random.chance(560);
  return person;
}

Errand make_errand(const Language& language, Random& random) {
  Errand errand;
  do {
    errand.topic = static_cast<Topic>(random.weighted(topic_weights));
  } while (language.script(errand.topic).threads.empty());
  switch (errand.topic) {
    case Topic::size:
      errand.product = random.pick(worn);
      break;
    case Topic::claim:
      errand.product = random.pick(zipped);
      break;
    case Topic::product:
      errand.product = random.pick(outermost);
      break;
    case Topic::delivery:
    case Topic::returns:
    case Topic::billing:
    case Topic::account:
      errand.product = random.below(product_count);
      break;
  }
  return errand;
}

std::string size_of(std::size_t product, Random& random) {
  constexpr std::array<std::string_view, 6> sizes = {"XS", "S", "M", "L", "XL", "XXL"};
  if (product == boots) return fmt::format("{}", random.between(36, 46));
  return std::string(random.pick(sizes));
}

std::string page_for(const Language& language, const Errand& errand, base::Timestamp time, Random& random) {
  const PageWords& words = words_of(language);
  const std::string root = std::string(shop).append(language.path);
  const auto product_page = [&] {
    std::string page = fmt::format("{}/{}/{}", root, words.product, product_slugs[errand.product]);
    if (random.chance(450)) page += fmt::format("?farg={}", random.pick(color_slugs));
    return page;
  };
  if (random.chance(60)) {
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
    return fmt::format("{}/?utm_source=nyhetsbrev&utm_medium=email&utm_campaign=rea-{}-{:02}", root,
                       static_cast<int>(date.year()), static_cast<unsigned>(date.month()));
  }
  switch (errand.topic) {
    case Topic::delivery:
      return random.chance(300) ? fmt::format("{}/{}/order", root, words.account)
                                : fmt::format("{}/support/{}", root, words.delivery);
    case Topic::returns:
      return fmt::format("{}/support/{}", root, words.returns);
    case Topic::size:
      return random.chance(400) ? fmt::format("{}/{}", root, words.sizes) : product_page();
    case Topic::billing:
      if (random.chance(60))
        return fmt::format("{}/{}?order={}", root, words.cart, random.between(100'000, 999'999));
      return random.chance(400) ? fmt::format("{}/{}/{}", root, words.cart, words.payment)
                                : fmt::format("{}/{}", root, words.cart);
    case Topic::product:
      return product_page();
    case Topic::claim:
      return fmt::format("{}/support/{}", root, words.claim);
    case Topic::account:
      return fmt::format("{}/{}", root, words.account);
  }
  PARLEY_CHECK(false);
}

std::string last_page(const Language& language, const Errand& errand, base::Timestamp time, Random& random) {
  const PageWords& words = words_of(language);
  const std::string root = std::string(shop).append(language.path);
  switch (random.below(6)) {
    case 0:
      return root + "/";
    case 1:
      return fmt::format("{}/{}", root, words.cart);
    case 2: {
      const std::string_view category = random.chance(500) ? "herr" : "dam";
      return fmt::format("{}/{}/{}?sort=pris&sida={}", root, words.categories, category,
                         random.between(1, 9));
    }
    default:
      return page_for(language, errand, time, random);
  }
}

std::vector<page_filter::PageFilter> page_filters() {
  using page_filter::MatchType;
  return {
      {1, "Kassan", "/kass", MatchType::like},
      {2, "Produktsidor", std::string(shop) + "/produkt/", MatchType::prefix},
      {3, "Startsidan", std::string(shop) + "/", MatchType::exact},
      {4, "Support, alla språk", R"(/support/(retur|returns|rueckgabe|reklamation|claims)(\?|$))",
       MatchType::regex},
      {5, "Tyska butiken", std::string(shop) + "/de/", MatchType::prefix},
      {6, "Nyhetsbrevens kampanjer", "utm_campaign=rea-%", MatchType::like},
      {7, "Storleksguider", R"(/(storleksguide|size-guide|groessentabelle)$)", MatchType::regex},
      {8, "Presentkort", "/presentkort", MatchType::like},
  };
}

}  // namespace parley::transfer::demo
