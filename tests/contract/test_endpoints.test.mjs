// The paths that `serve --test-endpoints` adds for conformance suites, and that a public address may not have.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';

import { readAnswers } from '../support/client.mjs';
import { parseCsv } from '../support/csv.mjs';
import { Store } from '../support/store.mjs';

let store;
before(async () => {
  store = await Store.create();
  await store.serve('--test-endpoints');
});
after(() => store?.close());

const echoed = 1024 * 1024;
/** Instants that fit well into one request line. */
const most = 500;

/** Sends a request over a socket of its own: fetch refuses verbs and bodies that HTTP knows. */
function send(verb, path, { fields = {}, body = '' } = {}) {
  const { hostname: host, port } = new URL(store.url);
  const lines = Object.entries({ Host: host, 'Content-Length': Buffer.byteLength(body), ...fields });
  const head = `${verb} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port: Number(port) });
    const chunks = [];
    const requests = [{ verb, target: path }];
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const { answers, done } = readAnswers(Buffer.concat(chunks), requests);
      if (done) socket.destroy();
      if (done) resolve(answers[0]);
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`${verb} ${path}: no answer`)));
    socket.write(head);
    socket.write(body);
  });
}

test('echo gives back any body of any verb, in its own type', async () => {
  const body = Buffer.from([0, 255, 10, 13, ...Buffer.from('{"a":"å"}')]);
  for (const verb of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'BREW', 'x-own']) {
    const answer = await send(verb, '/test/echo', { fields: { 'Content-Type': 'text/x-own; a=b' }, body });
    assert.equal(answer.status, 200, verb);
    assert.deepEqual(answer.body, body, verb);
    assert.equal(answer.headers['content-type'], 'text/x-own; a=b', verb);
  }
  const plain = await send('POST', '/test/echo?x=1', { body });
  assert.deepEqual([plain.status, plain.headers['content-type']], [200, 'application/octet-stream']);
  const empty = await send('BREW', '/test/echo');
  assert.deepEqual([empty.status, empty.body.length, empty.headers['content-length']], [200, 0, '0']);
});

test('HEAD of echo has the head of what GET gives, without the body', async () => {
  const answer = await send('HEAD', '/test/echo', { body: 'abc' });
  assert.deepEqual([answer.status, answer.body.length, answer.headers['content-length']], [200, 0, '3']);
});

test('a chunked body is echoed whole', async () => {
  const answer = await (
    await fetch(new URL('/test/echo', store.url), {
      method: 'POST',
      duplex: 'half',
      body: new ReadableStream({
        start(controller) {
          for (const piece of ['one ', 'two ', 'three']) controller.enqueue(Buffer.from(piece));
          controller.close();
        },
      }),
    })
  ).text();
  assert.equal(answer, 'one two three');
});

test('echo is bounded', async () => {
  for (const bytes of [echoed - 1, echoed]) {
    const answer = await send('POST', '/test/echo', { body: Buffer.alloc(bytes, 'x') });
    assert.deepEqual([answer.status, answer.body.length], [200, bytes]);
  }
  assert.equal((await send('POST', '/test/echo', { body: Buffer.alloc(echoed + 1, 'x') })).status, 413);
});

const local = async (timezone, times) => {
  const query = new URLSearchParams([['timezone', timezone], ...times.map((t) => ['t', t])]);
  const answer = await fetch(new URL(`/test/local-time?${query}`, store.url));
  return { status: answer.status, value: await answer.json() };
};

const cases = [
  ['UTC', '2026-03-29T01:30:00Z', '2026-03-29T01:30:00.000Z'],
  // Stockholm springs from 02:00 to 03:00 at 01:00 UTC, and back at 01:00 UTC in October.
  ['Europe/Stockholm', '2026-03-29T00:59:59Z', '2026-03-29T01:59:59.000+01:00'],
  ['Europe/Stockholm', '2026-03-29T00:59:59.999Z', '2026-03-29T01:59:59.999+01:00'],
  ['Europe/Stockholm', '2026-03-29T01:00:00Z', '2026-03-29T03:00:00.000+02:00'],
  ['Europe/Stockholm', '2026-03-29T01:30:00Z', '2026-03-29T03:30:00.000+02:00'],
  ['Europe/Stockholm', '2026-10-25T00:30:00Z', '2026-10-25T02:30:00.000+02:00'],
  ['Europe/Stockholm', '2026-10-25T01:30:00Z', '2026-10-25T02:30:00.000+01:00'],
  ['America/New_York', '2026-03-08T06:59:59Z', '2026-03-08T01:59:59.000-05:00'],
  ['America/New_York', '2026-03-08T07:00:00Z', '2026-03-08T03:00:00.000-04:00'],
  ['America/New_York', '2026-11-01T05:30:00Z', '2026-11-01T01:30:00.000-04:00'],
  ['America/New_York', '2026-11-01T06:30:00Z', '2026-11-01T01:30:00.000-05:00'],
  // Offsets of half hours and quarters; Lord Howe moves by half an hour.
  ['Asia/Kolkata', '2026-01-01T00:00:00Z', '2026-01-01T05:30:00.000+05:30'],
  ['Asia/Kathmandu', '2026-01-01T00:00:00Z', '2026-01-01T05:45:00.000+05:45'],
  ['America/St_Johns', '2026-01-01T00:00:00Z', '2025-12-31T20:30:00.000-03:30'],
  ['Australia/Lord_Howe', '2026-04-04T14:59:59Z', '2026-04-05T01:59:59.000+11:00'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', '2026-04-05T01:30:00.000+10:30'],
  // A day that Samoa left out.
  ['Pacific/Apia', '2011-12-30T09:59:59Z', '2011-12-29T23:59:59.000-10:00'],
  ['Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-31T00:00:00.000+14:00'],
  // Long ago: mean solar time, told to the minute; and before there were zones at all.
  ['Europe/Stockholm', '1800-01-01T00:00:00Z', '1800-01-01T01:12:00.000+01:12'],
  ['Europe/Stockholm', '0000-01-01T00:00:00Z', '0000-01-01T01:12:00.000+01:12'],
  ['Europe/Stockholm', '1969-12-31T23:59:59Z', '1970-01-01T00:59:59.000+01:00'],
  ['Europe/Stockholm', '2036-07-01T12:00:00Z', '2036-07-01T14:00:00.000+02:00'],
  ['Asia/Kolkata', '9999-12-31T12:00:00Z', '9999-12-31T17:30:00.000+05:30'],
  // An instant may be given with an offset.
  ['Asia/Tokyo', '2026-03-29T01:30:00+02:00', '2026-03-29T08:30:00.000+09:00'],
];

test('local time is told with its offset, over gaps and folds', async () => {
  for (const [zone, t, localTime] of cases) {
    const { status, value } = await local(zone, [t]);
    assert.equal(status, 200, `${zone} ${t}`);
    assert.deepEqual(value, { result: 'success', json: [{ t, localTime }], length: 1 }, zone);
  }
});

test('many instants come back in the order they were given', async () => {
  const zone = 'Europe/Stockholm';
  const mine = cases.filter(([name]) => name === zone).reverse();
  const { value } = await local(zone, mine.map(([, t]) => t));
  assert.deepEqual(value.json, mine.map(([, t, localTime]) => ({ t, localTime })));
  const times = (count) => Array(count).fill('2026-01-01T00:00:00Z');
  assert.equal((await local(zone, times(most))).value.length, most);
  const long = new URLSearchParams(times(most * 2).map((t) => ['t', t]));
  assert.equal((await fetch(new URL(`/test/local-time?${long}`, store.url))).status, 414);
});

test('local time is the one that statistics tell', async () => {
  const zoned = await local('Europe/Stockholm', ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z']);
  const { Bundle } = await import('../support/bundle.mjs');
  const bundle = new Bundle({ sid: 1 }).conversation('V1', Date.UTC(2026, 9, 25));
  for (const hour of [0, 1]) bundle.chat('V1', Date.UTC(2026, 9, 25, hour, 30), { chatID: hour + 1 });
  await store.import(bundle);
  const client = await store.client({ account: 1 });
  const answer = await client.get('chatStatistics', '', {
    startTime: '2026-10-25',
    endTime: '2026-10-25',
    timezone: 'Europe/Stockholm',
    fileType: 'csv',
  });
  const [, ...rows] = parseCsv(answer.text);
  assert.deepEqual(rows.map((row) => row[15]), zoned.value.json.map((row) => row.localTime));
});

test('what cannot be read is refused by name', async () => {
  const now = '2026-01-01T00:00:00Z';
  for (const [zone, times, message] of [
    ['Mars/Base', [now], /^timezone is 'Mars\/Base'; it takes an IANA time zone name such as Europe\/Stockholm/],
    ['', [now], /^timezone is ''; it takes an IANA/],
    ['+01:00', [now], /^timezone is /],
    ['UTC', ['tomorrow'], /^t is 'tomorrow'; it takes a date and time such as /],
    ['UTC', [now, '2026-02-30T00:00:00Z'], /^t is '2026-02-30T00:00:00Z'; it takes /],
    ['UTC', ['2026-01-01'], /^t is /],
    ['UTC', ['2026-01-01T00:00:00'], /^t is /],
  ]) {
    const { status, value } = await local(zone, times);
    assert.deepEqual([status, value.result, value.error], [400, 'error', 'invalid_parameter'], message.source);
    assert.match(value.message, message);
  }
  const none = await local('UTC', []);
  assert.deepEqual([none.status, none.value.error], [400, 'missing_parameter']);
  assert.match(none.value.message, /^t is missing; it takes /);
  const twice = await fetch(new URL(`/test/local-time?t=${now}&timezone=UTC&timezone=UTC`, store.url));
  assert.equal(twice.status, 400);
  assert.match((await twice.json()).message, /^timezone is given 2 times/);
  assert.equal((await fetch(new URL(`/test/local-time?t=${now}`, store.url), { method: 'POST' })).status, 405);
});

test('other paths keep their verbs beside an echo that takes every one', async () => {
  assert.equal((await send('BREW', '/healthz')).status, 405);
  assert.equal((await send('POST', '/test/echo/more')).status, 405);
  assert.equal((await send('GET', '/test')).status, 404);
});

test('without the option the paths are not there', async () => {
  const other = await Store.create();
  try {
    const { url } = await other.serve();
    for (const path of ['/test/echo', '/test/local-time?t=2026-01-01T00:00:00Z']) {
      assert.equal((await fetch(new URL(path, url))).status, 404);
    }
  } finally {
    await other.close();
  }
});

test('an address that strangers may reach has no test endpoints', async () => {
  const other = await Store.create();
  try {
    for (const listen of ['0.0.0.0:0', '[::]:0', '192.0.2.1:0', '[2001:db8::1]:0', 'example.org:0', '128.0.0.1:0']) {
      const { code, stdout, stderr } = await other.run([
        ...['serve', '--store', other.name, '--listen', listen, '--test-endpoints'],
      ]);
      assert.equal(code, 2, listen);
      assert.equal(stdout, '', listen);
      assert.match(stderr, /--test-endpoints/, listen);
      assert.match(stderr, /loopback/, listen);
    }
  } finally {
    await other.close();
  }
});
