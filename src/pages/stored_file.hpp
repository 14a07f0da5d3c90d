#pragma once

#include <span>
#include <string_view>

namespace parley::pages {

/// A file that the program carries, in each form that it can be sent in. Made by web/site/build.mjs; all of
/// it lasts as long as the program.
struct StoredFile {
  std::string_view name;  ///< `docs.html`; an asset's tells its content: `site-d670460b4b4aece5915c.css`.
  std::string_view content_type;  ///< With its charset.
  std::string_view hash;          ///< Of the content: another content has another.
  std::string_view identity;      ///< As it is.
  std::string_view gzip;
  std::string_view zstd;
};

/// All of them.
[[nodiscard]] std::span<const StoredFile> stored_files();

}  // namespace parley::pages
