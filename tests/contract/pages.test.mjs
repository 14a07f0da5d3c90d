// The pages for people and what they are made of: how they are sent, kept, and fenced in. How they look and what a
// browser makes of them is in tests/pages.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Bundle } from '../support/bundle.mjs';
import { exchange } from '../support/client.mjs';
import { spec } from '../support/spec.mjs';
import { served, Store } from '../support/store.mjs';

let one;
let url;
let assets;
before(async () => {
  one = await served(new Bundle({ sid: 1 }).agent(1));
  url = new URL(one.server.url);
  const html = (await get('/')).text + (await get('/docs')).text;
  assets = [...new Set([...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path))];
});
after(() => one?.store.close());

const get = (target, headers = {}, verb = 'GET') => exchange(url, target, { headers, verb });
const pages = { '/': 'text/html', '/docs': 'text/html', '/openapi.json': 'application/json' };
const everything = () => [...Object.keys(pages), ...assets];

test('each page is there, with its type and charset', async () => {
  for (const [path, type] of Object.entries(pages)) {
    const answer = await get(path);
    assert.equal(answer.status, 200, path);
    assert.equal(answer.headers['content-type'], `${type}; charset=utf-8`);
  }
  assert.equal((await get('/docs/')).text, (await get('/docs')).text);
  const ends = assets.map((path) => path.slice(path.lastIndexOf('.')));
  for (const end of ['.css', '.js', '.svg', '.txt']) assert.ok(ends.includes(end), end);
});

test('/openapi.json is the whole description, as one document', async () => {
  assert.deepEqual((await get('/openapi.json')).value, JSON.parse(JSON.stringify(spec)));
});

test('what is there to be kept is named by its content and kept for ever; pages are asked for again', async () => {
  for (const path of assets) {
    assert.match(path, /-[0-9a-f]{20}\.[a-z]+$/);
    const { headers, status } = await get(path);
    assert.equal(status, 200, path);
    assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
  }
  for (const path of Object.keys(pages))
    assert.equal((await get(path)).headers['cache-control'], 'no-cache', path);
});

test('each is sent in the coding that is liked best, and is the same in all', async () => {
  for (const path of everything()) {
    const plain = await get(path);
    assert.equal(plain.headers['content-encoding'], undefined, path);
    for (const [accepted, coding] of [
      ['gzip', 'gzip'],
      ['zstd', 'zstd'],
      ['gzip, deflate, br, zstd', 'zstd'],
      ['gzip;q=1, zstd;q=0.5', 'gzip'],
      ['br', undefined],
      ['identity, *;q=0', undefined],
    ]) {
      const answer = await get(path, { 'Accept-Encoding': accepted });
      assert.equal(answer.headers['content-encoding'], coding, `${path} ${accepted}`);
      assert.equal(answer.text, plain.text, `${path} ${accepted}`);
      assert.equal(answer.headers.vary, 'Accept-Encoding', path);
      assert.equal(answer.headers.etag, plain.headers.etag);
      if (coding && plain.body.length > 1000) assert.ok(answer.body.length < plain.body.length * 0.6, path);
    }
  }
});

test('HEAD gives the head alone', async () => {
  for (const path of everything()) {
    const [whole, head] = [await get(path), await get(path, {}, 'HEAD')];
    assert.equal(head.status, 200);
    assert.equal(head.body.length, 0);
    for (const name of ['content-type', 'etag', 'cache-control', 'content-security-policy', 'vary'])
      assert.equal(head.headers[name], whole.headers[name], `${path} ${name}`);
  }
});

test('who has it already gets 304, with what a kept answer needs', async () => {
  const tags = new Set();
  for (const path of everything()) {
    const { headers } = await get(path);
    tags.add(headers.etag);
    for (const verb of ['GET', 'HEAD']) {
      const fields = { 'If-None-Match': `"x", ${headers.etag}`, 'Accept-Encoding': 'gzip' };
      const again = await get(path, fields, verb);
      assert.equal(again.status, 304, path);
      assert.equal(again.body.length, 0);
      for (const name of ['etag', 'cache-control', 'vary']) assert.equal(again.headers[name], headers[name]);
    }
    assert.equal((await get(path, { 'If-None-Match': 'W/"other"' })).status, 200);
  }
  assert.equal(tags.size, everything().length, 'one tag for each');
});

test('a page may load from here and nowhere else, and stand in no frame', async () => {
  for (const path of everything()) {
    const { headers } = await get(path);
    const rules = headers['content-security-policy'].split('; ');
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self'",
      "style-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'none'",
    ])
      assert.ok(rules.includes(rule), `${path}: ${rule}`);
    assert.equal(/unsafe|\*|https?:/.test(headers['content-security-policy']), false);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
  }
});

test('every link of the pages to a page of ours leads somewhere', async () => {
  // Those of the watcher are its own tests' matter.
  const others = ['/healthz', '/readyz', '/metrics'];
  for (const path of ['/', '/docs']) {
    const found = (await get(path)).text.matchAll(/(?:href|src)="([^"#]+)[^"]*"/g);
    const links = [...found].map(([, link]) => link);
    assert.ok(links.length > 5);
    for (const link of links.filter((one) => !others.includes(one))) {
      assert.match(link, /^\//, 'every address is of this server');
      assert.equal((await get(link)).status, 200, link);
    }
  }
});

test('the home page names the program, its methods and the address it was asked by', async () => {
  const { version } = spec.info;
  const named = await get('/', { Host: 'chat.example.org:81' });
  assert.ok(named.text.includes(`<h1>Parley ${version}`));
  assert.ok(named.text.includes('http://chat.example.org:81/message/grabAgents/KEY/1'));
  for (const { get: method } of Object.values(spec.paths))
    assert.ok(named.text.includes(`/docs#/${method.tags[0]}/${method.operationId}"`), method.operationId);
  const other = await get('/', { Host: 'other.example.org' });
  assert.notEqual(other.headers.etag, named.headers.etag);
  assert.equal(other.text.includes('{{'), false);
});

test('a Host header is data in the page', async () => {
  for (const host of ['"><script>alert(1)</script>', "x'$(id)", 'a&b', '<b>']) {
    const { status, text } = await get('/', { Host: host });
    assert.equal(text.includes(host), false, host);
    if (status === 200) assert.ok(text.includes('http://HOST/message/'));
  }
});

test('the public address is shown where one is set', async () => {
  const store = await Store.create();
  try {
    const server = await store.serve('--public-url', 'https://chat.example.org/p&q/');
    const { text } = await exchange(new URL(server.url), '/');
    assert.ok(text.includes('https://chat.example.org/p&amp;q/message/grabAgents/KEY/1'));
  } finally {
    await store.close();
  }
});

test('other verbs are 405, other assets 404', async () => {
  for (const path of [...Object.keys(pages), assets[0]]) {
    for (const verb of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await get(path, {}, verb);
      assert.equal(answer.status, 405, `${verb} ${path}`);
      assert.equal(answer.headers.allow, 'GET, HEAD');
    }
  }
  for (const path of [
    '/assets',
    '/assets/',
    '/assets/index.html',
    '/assets/openapi.json',
    '/assets/site.css',
    '/assets/..%2fdocs',
    '/assets/x/y',
    `${assets[0]}x`,
    '/index.html',
  ])
    assert.equal((await get(path)).error, 'unknown_method', path);
});

test('no address of another host is in what we wrote', async () => {
  const own = assets.filter((path) => !path.includes('swagger-ui'));
  assert.equal(own.length, 4);
  for (const path of ['/docs', ...own]) {
    const found = (await get(path)).text.matchAll(/https?:\/\/[^"'\s)]+/g);
    const addresses = [...found].map(([address]) => address);
    assert.deepEqual(
      addresses.filter((address) => address !== 'http://www.w3.org/2000/svg'),
      [],
      path,
    );
  }
});

test('the viewer that is sent is the one that package.json pins, licences beside it', async () => {
  const folder = new URL('../../node_modules/swagger-ui-dist/', import.meta.url);
  const file = (name) => readFileSync(new URL(name, folder), 'utf8');
  const sent = async (part) => (await get(assets.find((path) => path.includes(part)))).text;
  const most = 1_000_000;
  assert.equal((await sent('swagger-ui-bundle')).slice(0, most), file('swagger-ui-bundle.js').slice(0, most));
  const licences = await sent('swagger-ui-licences');
  for (const name of ['LICENSE', 'NOTICE', 'swagger-ui-bundle.js.LICENSE.txt'])
    assert.ok(licences.includes(file(name)));
});
