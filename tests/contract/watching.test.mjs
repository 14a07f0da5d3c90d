// What a server says of itself: health, readiness and metrics, as docs/METRICS.md lists them. These paths are
// no methods of the Chat API, so its description does not judge them; this file does.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { after, before, test } from 'node:test';

import { Bundle } from '../support/bundle.mjs';
import { Client } from '../support/client.mjs';
import { Store, eventually, served } from '../support/store.mjs';

const bundle = () => {
  const made = new Bundle({ sid: 1 }).agent(1).agent(2);
  for (let id = 1; id <= 3; id += 1) made.conversation(`V${id}`, Date.UTC(2020, 0, id));
  for (let id = 1; id <= 5; id += 1) made.message(id, 'V1', `message ${id}`);
  for (let id = 1; id <= 4; id += 1) made.chat('V1', Date.UTC(2020, 0, 1) + id * 60_000, { chatID: id });
  return made;
};

let one;
let client;
before(async () => {
  one = await served(bundle());
  client = one.client;
});
after(() => one?.store.close());

const ask = async (path, verb = 'GET') => {
  const answer = await fetch(new URL(path, one.store.url), { method: verb });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
const metrics = async () => (await ask('/metrics')).text;
const sample = (text, name) => {
  const line = text.split('\n').find((found) => found.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
};

/** The metrics as soon as `name` has grown by `by`: an answer is counted after its last byte has gone. */
const grownBy = async (name, before, by) => {
  let text;
  const isCounted = async () => {
    text = await metrics();
    return sample(text, name) - sample(before, name) >= by;
  };
  await eventually(isCounted, `${name} grows by ${by}`);
  return text;
};
const requests = (method, status) => `parley_http_requests_total{method="${method}",status="${status}"}`;

test('health and readiness are told without a key, and never kept', async () => {
  for (const [path, text] of [
    ['/healthz', 'ok\n'],
    ['/readyz', 'ready\n'],
    ['/healthz/', 'ok\n'],
    ['/readyz?now=1', 'ready\n'],
  ]) {
    const answer = await ask(path);
    assert.deepEqual([answer.status, answer.text], [200, text]);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
    const head = await ask(path, 'HEAD');
    assert.deepEqual([head.status, head.text], [200, '']);
    assert.equal(head.headers.get('content-length'), String(text.length));
    const refused = await ask(path, 'POST');
    assert.deepEqual([refused.status, refused.headers.get('allow')], [405, 'GET, HEAD']);
  }
  assert.equal((await ask('/healthz/more')).status, 404);
});

test('metrics are what the page lists, type by type', async () => {
  const page = readFileSync(new URL('../../docs/METRICS.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| `(\w+)` \| (\w+) \|/gm)].map(([, name, type]) => `${name} ${type}`);
  const answer = await ask('/metrics');
  const told = [...answer.text.matchAll(/^# TYPE (\w+ \w+)$/gm)].map(([, family]) => family);
  assert.ok(told.length > 15);
  assert.deepEqual(listed, told);
  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.deepEqual([(await ask('/metrics', 'HEAD')).status, (await ask('/metrics', 'HEAD')).text], [200, '']);
  assert.equal((await ask('/metrics', 'POST')).status, 405);
});

test('promtool has nothing against the metrics', async () => {
  await client.get('grabAgents');
  const { error, status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: await metrics(),
    encoding: 'utf8',
  });
  assert.equal(error, undefined, 'promtool, of the Debian package prometheus, is needed');
  assert.deepEqual([status, stdout, stderr], [0, '', '']);
});

test('requests, durations and bytes are counted by method and class of status', async () => {
  const of = (name, status) => `parley_http_${name}{method="grabAgents",status="${status}"}`;
  const before = await metrics();
  const good = await client.get('grabAgents');
  assert.equal(good.status, 200);
  assert.equal((await new Client(client.url, 'nobody', 1).get('grabAgents')).status, 401);
  assert.equal((await ask('/nothing/here')).status, 404);
  await grownBy(of('requests_total', '2xx'), before, 1);
  await grownBy(of('requests_total', '4xx'), before, 1);
  const text = await grownBy(requests('other', '4xx'), before, 1);
  const grown = (name) => sample(text, name) - sample(before, name);
  assert.equal(grown(of('requests_total', '2xx')), 1);
  assert.equal(grown(of('requests_total', '4xx')), 1);
  assert.equal(grown(of('request_duration_seconds_count', '2xx')), 1);
  assert.ok(grown(of('request_duration_seconds_sum', '2xx')) > 0);
  assert.equal(grown(of('body_bytes_total', '2xx')), good.body.length);
  assert.equal(grown(requests('other', '4xx')), 1);
  assert.ok(sample(text, 'parley_http_open_connections') >= 1);
  assert.ok(sample(text, 'parley_http_connections_total') >= sample(text, 'parley_http_open_connections'));
  assert.ok(sample(text, 'process_resident_memory_bytes') > 1_000_000);
  assert.ok(sample(text, 'parley_uptime_seconds') > 0);
  assert.ok(!text.includes(client.key), 'no key');
});

test('every method counts its rows, in every form', async () => {
  const span = 'startTime=2020-01-01&endTime=2020-01-31';
  const days = '/2020-01-01/2020-01-31';
  const asked = [
    ['listConversations', days, '', 3],
    ['listConversations', days, 'include=messages', 3],
    ['listConversations', days, 'fileType=ndjson', 3],
    ['listConversations', days, 'fileType=csv', 3],
    ['listConversations', days, 'fileType=csv&limit=2', 2],
    ['listConversations', days, 'limit=2&include=tags', 2],
    ['grabConversation', '/V1', '', 5],
    ['grabConversation', '/V1', 'fileType=ndjson&limit=3', 3],
    ['grabConversation', '/V3', '', 0],
    ['grabVisitorInfo', '/V1', '', 1],
    ['grabVisitorInfo', '/V99', '', 0],
    ['grabVisitorTags', '/V1', '', 0],
    ['grabVisitorLabels', '/V1', '', 0],
    ['grabVisitorCards', '/V1', '', 0],
    ['grabAgent', '/2', '', 1],
    ['grabAgent', '/99', '', 0],
    ['grabAgents', '', '', 2],
    ['chatStatistics', '', span, 4],
    ['chatStatistics', '', `${span}&limit=3`, 3],
    ['chatStatistics', '', `${span}&fileType=ndjson`, 4],
    ['chatStatistics', '', `${span}&fileType=csv`, 4],
    ['chatStatistics', '', `${span}&fileType=xlsx`, 4],
    ['pageFilters', '', '', 0],
  ];
  for (const [method, tail, query, rows] of asked) {
    const name = `parley_http_rows_total{method="${method}"}`;
    const before = await metrics();
    assert.equal((await client.get(method, tail, query)).status, 200);
    await client.get(method, tail, query, { verb: 'HEAD' });
    const text = await grownBy(requests(method, '2xx'), before, 2);
    assert.equal(sample(text, name) - sample(before, name), rows, `${method}${tail}?${query}, and its HEAD`);
  }
});

test('writes, their groups and their commits are counted', async () => {
  const before = await metrics();
  await one.store.createKey({ name: 'counted' });
  const text = await metrics();
  const grown = (name) => sample(text, name) - sample(before, name);
  assert.equal(grown('parley_store_writes_total'), 1);
  assert.equal(grown('parley_store_group_writes_count'), 1);
  assert.equal(grown('parley_store_group_writes_sum'), 1);
  assert.equal(grown('parley_store_commit_duration_seconds_count'), 1);
  assert.ok(grown('parley_store_commit_duration_seconds_sum') > 0);
  assert.equal(sample(text, 'parley_store_waiting_writes{priority="ordinary"}'), 0);
});

test('a server that drains is not ready', async () => {
  const store = await Store.create();
  try {
    const server = await store.serve();
    const { hostname: host, port } = new URL(server.url);
    const socket = net.connect({ host, port: Number(port) });
    const said = [];
    socket.on('data', (data) => said.push(data));
    await once(socket, 'connect');
    // A request that has begun is still answered, so the rest of it can wait until the server drains.
    const taken = () => fetch(new URL('/metrics', server.url)).then((answer) => answer.text());
    await eventually(async () => sample(await taken(), 'parley_http_open_connections') >= 2, 'a connection');
    socket.write('GET /readyz HTTP/1.1\r\n');
    await eventually(async () => (await (await fetch(new URL('/readyz', server.url))).text()) === 'ready\n', 'ready');
    const stopped = store.stop();
    await eventually(() => /"event":"stopping"/.test(server.err() + server.out()), 'it stops');
    socket.write('Host: a\r\n\r\n');
    await once(socket, 'close');
    const text = Buffer.concat(said).toString();
    assert.match(text, /^HTTP\/1\.1 503 /);
    assert.match(text, /\r\nConnection: close\r\n/);
    assert.match(text, /\r\n\r\nstopping\n$/);
    await stopped;
  } finally {
    await store.close();
  }
});

test('--metrics off leaves the path out, and nothing else', async () => {
  const store = await Store.create();
  try {
    const { url } = await store.serve('--metrics', 'off');
    const status = async (path) => (await fetch(new URL(path, url))).status;
    assert.deepEqual([await status('/metrics'), await status('/healthz'), await status('/readyz')], [404, 200, 200]);
  } finally {
    await store.close();
  }
});
