#include "app/reload.hpp"

#include "base/log.hpp"

namespace parley::app {

namespace {

void tell_failure(std::string_view event, std::string_view option, const base::Error& error) {
  base::log(base::Level::error, event,
            {{"option", option}, {"reason", error.public_text}, {"detail", error.log_text}});
}

}  // namespace

void Reload::take(const base::Result<ServeOptions>& read) {
  if (!read) {
    base::log(base::Level::error, "configuration refused",
              {{"reason", read.error().public_text}, {"detail", read.error().log_text}});
    return;
  }
  std::int64_t changed = 0;
  for (const Setting& setting : settings_) {
    if (setting.is_same(current_, *read)) continue;
    if (!setting.apply) {
      base::log(base::Level::warning, "option needs a restart", {{"option", setting.option}});
      continue;
    }
    const auto applied = setting.apply(current_, *read);
    if (!applied) {
      tell_failure("option refused", setting.option, applied.error());
      continue;
    }
    ++changed;
    base::log(base::Level::info, "option changed", {{"option", setting.option}});
  }
  base::log(base::Level::info, "configuration read", {{"changed", changed}});
}

}  // namespace parley::app
