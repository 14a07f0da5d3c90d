// Makes what the program carries for its pages: /openapi.json from the API's description, the pages of this folder,
// and the reference's viewer, each as it is and compressed, with a C++ file that takes them all in.
//
// Usage: build.mjs FOLDER VERSION      FOLDER gets embedded.cpp and the files it names
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';

const root = fileURLToPath(new URL('../../', import.meta.url));
const viewer = 'node_modules/swagger-ui-dist';

const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** Ends the build with words that say what is missing and how to get it. */
function fail(words) {
  process.stderr.write(`web/site/build.mjs: ${words}\n`);
  process.exit(1);
}

/** A package's file, of exactly the version that package.json pins. */
function fromPackage(folder, name) {
  const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).dependencies[basename(folder)];
  let found = 'none';
  try {
    found = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).version;
  } catch {
    // Said below.
  }
  if (found !== wanted) {
    fail(`${folder} is to be version ${wanted}, and is ${found}; "npm ci" in ${root} mends it (./dev build does it too)`);
  }
  return readFileSync(join(root, folder, name), 'utf8');
}

/** The API's description as one document, with references only within it. */
async function description(version) {
  fromPackage('node_modules/yaml', 'package.json');
  const { parse } = await import('yaml');
  const value = parse(readFileSync(join(root, 'spec/openapi.yaml'), 'utf8'));
  assert.equal(value.info.version, version, 'spec/openapi.yaml and CMakeLists.txt name different versions');
  const text = JSON.stringify(value);
  for (const [, target] of text.matchAll(/"\$ref":"([^"]*)"/g))
    assert.match(target, /^#\//, `a reference that leads out of the document: ${target}`);
  return { value, text };
}

const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text) => text.replace(/[&<>"']/g, (mark) => escapes[mark]);
/** The few marks of the description's one-line texts: `code`. */
const inline = (text) => escaped(text).replace(/`([^`]*)`/g, '<code>$1</code>');

/** The methods in the groups of the description, as HTML; each leads to its place in the reference. */
function methodsOf({ tags, paths }) {
  const gets = Object.values(paths).map(({ get }) => get);
  const group = ({ name, description: words }) => {
    const rows = gets
      .filter((get) => get.tags[0] === name)
      .map(
        ({ operationId, summary }) =>
          `<li><a href="/docs#/${name}/${operationId}"><code>${operationId}</code></a> ${inline(summary)}</li>`,
      );
    return `<section><h3>${escaped(name)}</h3><p>${inline(words)}</p><ul>${rows.join('')}</ul></section>`;
  };
  return tags.map(group).join('\n');
}

/** Browsers' tools look for a map beside the file; there is none. */
const withoutMap = (text) => text.replace(/\n?(\/\/|\/\*)# sourceMappingURL=[^\n]*\s*$/, '\n');

const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 20);

/** A file to be taken in. `name`: what it is asked for by; `key`: a name for its bytes, new when they change. */
function stored(name, text) {
  const bytes = Buffer.from(text);
  const hash = hashOf(bytes);
  return { name, hash, bytes, type: types[extname(name)], key: `${hash}-${name}` };
}

/** A file whose name tells its content, so that it can be kept for ever. */
function asset(name, text) {
  const extension = extname(name);
  const file = stored(name, text);
  return { ...file, source: name, name: `${basename(name, extension)}-${file.hash}${extension}` };
}

function readAssets() {
  const own = (name) => asset(name, readFileSync(join(root, 'web/site', name), 'utf8'));
  const licences = ['LICENSE', 'NOTICE', 'swagger-ui-bundle.js.LICENSE.txt'];
  return [
    own('site.css'),
    own('home.js'),
    own('docs.js'),
    own('mark.svg'),
    asset('swagger-ui.css', withoutMap(fromPackage(viewer, 'swagger-ui.css'))),
    asset('swagger-ui-bundle.js', withoutMap(fromPackage(viewer, 'swagger-ui-bundle.js'))),
    asset('swagger-ui-licences.txt', licences.map((name) => fromPackage(viewer, name)).join('\n\n')),
  ];
}

/** A page of this folder with its `{{…}}` filled in; `{{url}}` is left, for the program to fill in. */
function page(name, values, assets) {
  const text = readFileSync(join(root, 'web/site', name), 'utf8').replace(/\{\{([^}]+)\}\}/g, (mark, key) => {
    if (key === 'url') return mark;
    const file = assets.find(({ source }) => source === key);
    if (file) return `/assets/${file.name}`;
    assert.ok(key in values, `${name} asks for {{${key}}}, which nothing gives`);
    return values[key];
  });
  return stored(name, text);
}

/** The forms of a file. Windows of 2 MB hold the largest whole and stay below what HTTP allows (RFC 9659). */
function forms({ bytes }) {
  const params = {
    [constants.ZSTD_c_compressionLevel]: 22,
    [constants.ZSTD_c_windowLog]: 21,
    [constants.ZSTD_c_contentSizeFlag]: 1,
  };
  return [
    ['identity', '', bytes],
    ['gzip', '.gz', gzipSync(bytes, { level: 9, memLevel: 9 })],
    ['zstd', '.zst', zstdCompressSync(bytes, { params, pledgedSrcSize: bytes.length })],
  ];
}

/** One file's part of embedded.cpp: the bytes of each form between two labels, and its row. */
function takeIn(folder, file, index) {
  const blocks = [];
  const spans = [];
  for (const [form, ending, bytes] of forms(file)) {
    const path = join(folder, file.key + ending);
    const label = `parley_page_${index}_${form}`;
    writeFileSync(path, bytes);
    blocks.push(
      `__asm__(".section .rodata\\n${label}_begin:\\n.incbin \\"${path}\\"\\n${label}_end:\\n.byte 0\\n.previous\\n");\n` +
        `extern "C" { extern const char ${label}_begin[]; extern const char ${label}_end[]; }\n`,
    );
    spans.push(`between(${label}_begin, ${label}_end)`);
  }
  const words = [file.name, file.type, file.hash].map((text) => JSON.stringify(text)).join(', ');
  return { block: blocks.join(''), row: `      {${words}, ${spans.join(', ')}},\n` };
}

function source(parts) {
  return `// Generated by web/site/build.mjs.
#include <cstddef>

#include "pages/stored_file.hpp"

${parts.map(({ block }) => block).join('')}
namespace parley::pages {

namespace {
std::string_view between(const char* begin, const char* end) {
  return std::string_view(begin, static_cast<std::size_t>(end - begin));
}
}  // namespace

std::span<const StoredFile> stored_files() {
  static const StoredFile files[] = {
${parts.map(({ row }) => row).join('')}  };
  return files;
}

}  // namespace parley::pages
`;
}

const [folder, version] = process.argv.slice(2);
const api = await description(version);
const assets = readAssets();
const values = { version: escaped(version), methods: methodsOf(api.value) };
const pages = ['index.html', 'docs.html'].map((name) => page(name, values, assets));
const files = [...pages, stored('openapi.json', api.text), ...assets];

mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) rmSync(join(folder, name));
const parts = files.map((file, index) => takeIn(folder, file, index));
writeFileSync(join(folder, 'embedded.cpp'), source(parts));
