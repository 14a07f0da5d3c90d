#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace parley::http {

/// Appends one field with its line end. Line ends and NUL inside the value become spaces, so that no value
/// can begin another field.
void append_field(std::string& out, std::string_view name, std::string_view value);

/// The header fields of an answer, in the form in which they go out (RFC 9112 section 5), in the order in
/// which they were added, as `append_field` writes them.
class HeaderFields {
 public:
  /// Names are constants of ours, spelled as they go out.
  void add(std::string_view name, std::string_view value);

  /// The value of the first field of that name, spelled as it was added. Lives until the next change.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const noexcept;
  [[nodiscard]] bool has(std::string_view name) const noexcept { return find(name).has_value(); }

  /// Appends all of them, each with its line end. `varies`: says that the answer depends on Accept-Encoding
  /// too, in the first Vary where there is one (RFC 9110 section 12.5.5).
  void append_to(std::string& out, bool varies) const;

 private:
  std::string text_;
};

}  // namespace parley::http
