#include "pages/routes.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "base/secret.hpp"
#include "http/negotiation.hpp"
#include "http/own_url.hpp"
#include "pages/stored_file.hpp"

namespace parley::pages {

namespace {

using base::Task;
using http::Verb;

/// What a page may do (Content Security Policy, level 3): load and ask this server, and nothing else. The
/// reference draws its icons from `data:` addresses.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// For what must be asked for again each time, which its entity tag makes cheap.
constexpr std::string_view ask_again = "no-cache";
/// For what never changes, because its name would.
constexpr std::string_view keep_for_ever = "public, max-age=31536000, immutable";

/// Where the home page shows this server's own address.
constexpr std::string_view url_mark = "{{url}}";

const StoredFile* find(std::string_view name) {
  const std::span<const StoredFile> files = stored_files();
  const auto found = std::ranges::find(files, name, &StoredFile::name);
  return found == files.end() ? nullptr : &*found;
}

const StoredFile& file(std::string_view name) {
  const StoredFile* found = find(name);
  PARLEY_CHECK(found != nullptr);
  return *found;
}

http::Response head_of(std::string_view content_type, std::string_view hash, std::string_view caching) {
  http::Response head;
  head.content_type = content_type;
  // Weak: the same for every coding of the content.
  head.headers.add("ETag", "W/\"" + std::string(hash) + "\"");
  head.headers.add("Cache-Control", caching);
  head.headers.add("Content-Security-Policy", policy);
  head.headers.add("X-Content-Type-Options", "nosniff");
  head.headers.add("Referrer-Policy", "no-referrer");
  return head;
}

/// Makes the head a 304 where the client has this content.
bool is_not_modified(const http::Request& request, http::Response& head) {
  if (!request.has_entity_tag(*head.headers.find("ETag"))) return false;
  head.status = 304;
  head.content_type = {};
  return true;
}

std::string_view form_of(const StoredFile& file, http::Coding coding) {
  switch (coding) {
    case http::Coding::identity:
      return file.identity;
    case http::Coding::gzip:
      return file.gzip;
    case http::Coding::zstd:
      return file.zstd;
  }
  return file.identity;
}

/// Sends the form that the client likes best, piece by piece: a slow reader holds a piece, not the file.
Task<void> send_stored(const http::Request& request, http::Responder responder, const StoredFile& file,
                       std::string_view caching) {
  http::Response head = head_of(file.content_type, file.hash, caching);
  if (is_not_modified(request, head)) {
    co_await std::move(responder).send(std::move(head));
    co_return;
  }
  const auto weights = http::coding_weights(request.header("accept-encoding"));
  const http::Coding coding = http::choose_coding(weights, false);
  if (coding != http::Coding::identity) head.headers.add("Content-Encoding", name_of(coding));
  // The server says it itself of what it would compress.
  if (!http::is_compressible(file.content_type)) head.headers.add("Vary", "Accept-Encoding");
  std::string_view rest = form_of(file, coding);
  http::BodyStream stream = std::move(responder).stream(std::move(head));
  while (!rest.empty()) {
    const std::string_view piece = rest.substr(0, stream.wanted_bytes());
    stream.buffer() += piece;
    rest.remove_prefix(piece.size());
    const auto sent = co_await stream.flush_if_full();
    if (!sent) co_return;
  }
  // Who has gone needs no end.
  [[maybe_unused]] const auto finished = co_await stream.finish();
}

/// Text as HTML shows it, also within quotes.
std::string escaped(std::string_view text) {
  std::string html;
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

/// The home page as this client sees it: its examples name the address that it has asked.
http::Response home(const http::Request& request, std::string_view public_url) {
  const StoredFile& page = file("index.html");
  const std::string url = escaped(http::own_url(request, public_url).value_or("http://HOST"));
  std::string html(page.identity);
  for (auto at = html.find(url_mark); at != std::string::npos; at = html.find(url_mark, at + url.size())) {
    html.replace(at, url_mark.size(), url);
  }
  const base::Sha256 digest = base::sha256(html);
  http::Response response = head_of(page.content_type, base::to_hex(std::span(digest).first(10)), ask_again);
  if (!is_not_modified(request, response)) response.body = std::move(html);
  return response;
}

http::Route route(std::string pattern, std::string name, http::Handler handler) {
  return http::Route{std::move(pattern), {Verb::get, Verb::head}, std::move(handler), std::move(name)};
}

http::Handler stored(std::string_view name) {
  const StoredFile& content = file(name);
  return [&content](const http::Request& request, http::Responder responder) {
    return send_stored(request, std::move(responder), content, ask_again);
  };
}

}  // namespace

std::vector<http::Route> routes(const base::Current<std::string>& public_url,
                                http::RefusalRenderer render_refusal) {
  const auto send_home = [&public_url](const http::Request& request, http::Responder responder) {
    return std::move(responder).send(home(request, public_url.get()));
  };
  const auto send_asset = [render_refusal = std::move(render_refusal)](const http::Request& request,
                                                                       http::Responder responder) {
    const StoredFile* asset = find(request.target.segments[1]);
    // Pages and the description have paths of their own.
    if (asset != nullptr && asset->name.find(asset->hash) != std::string_view::npos) {
      return send_stored(request, std::move(responder), *asset, keep_for_ever);
    }
    return std::move(responder).send(render_refusal(http::Refusal::unknown_path, "there is no such file"));
  };
  return {
      route("/", "home", send_home),
      route("/docs", "docs", stored("docs.html")),
      route("/openapi.json", "openapi", stored("openapi.json")),
      route("/assets/{name}", "assets", send_asset),
  };
}

}  // namespace parley::pages
