// The weak ETag: it holds until a write, tells requests apart, and saves the whole answer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Bundle, newYear } from '../support/bundle.mjs';
import { served } from '../support/store.mjs';

let one;
let client;
before(async () => {
  const bundle = new Bundle({ sid: 1 }).agent(1).pageFilter(1, 'x').conversation('V1').conversation('V2');
  bundle.message(1, 'V1', 'Hello').chat('V1', newYear, { chatID: 1 });
  one = await served(bundle, new Bundle({ sid: 2 }).agent(1));
  client = one.client;
});
after(() => one?.store.close());

const span = 'startTime=2020-01-01&endTime=2020-01-31';
const requests = [
  ['listConversations', '/2020-01-01/2020-01-31'],
  ['listConversations', '/2020-01-01/2020-01-30'],
  ['listConversations', '/2020-01-01/2020-01-31', 'pageFilterId=1'],
  ['grabConversation', '/V1'],
  ['grabConversation', '/V2'],
  ['grabVisitorInfo', '/V1'],
  ['grabVisitorTags', '/V1'],
  ['grabVisitorLabels', '/V1'],
  ['grabVisitorCards', '/V1'],
  ['grabAgent', '/1'],
  ['grabAgent', '/2'],
  ['grabAgents', ''],
  ['chatStatistics', '', span],
  ['chatStatistics', '', `${span}&agentId=1`],
  ['chatStatistics', '', `${span}&channel=V1`],
  ['chatStatistics', '', `${span}&timezone=Europe/Stockholm`],
  ['chatStatistics', '', `${span}&fileType=csv`],
  ['chatStatistics', '', `${span}&fileType=csv&bom=1`],
  ['chatStatistics', '', `${span}&fileType=csv&raw=1`],
  ['chatStatistics', '', `${span}&fileType=csv&separator=;`],
  ['chatStatistics', '', `${span}&fileType=csv&timezone=Europe/Stockholm`],
  ['pageFilters', ''],
];

const tags = () => Promise.all(requests.map(async (request) => (await client.get(...request)).headers.etag));
const ask = (request, value, more = {}) =>
  client.get(request[0], request[1], request[2], { headers: { 'If-None-Match': value }, ...more });

test('it is the same for the same request, and different for each other one', async () => {
  const first = await tags();
  assert.deepEqual(await tags(), first);
  assert.equal(new Set(first).size, requests.length);
});

test('If-None-Match gives 304 with the same ETag and no body', async () => {
  for (const request of requests) {
    const { headers } = await client.get(...request);
    const { etag } = headers;
    for (const verb of ['GET', 'HEAD']) {
      const answer = await ask(request, etag, { verb });
      assert.equal(answer.status, 304);
      assert.equal(answer.headers.etag, etag);
      assert.equal(answer.body.length, 0);
    }
  }
});

test('lists, weak comparison and * are understood', async () => {
  const request = ['grabAgents', ''];
  const { etag } = (await client.get(...request)).headers;
  const strong = etag.slice(2);
  for (const value of [
    '*',
    `"x", ${etag}`,
    `${etag},"x"`,
    `W/"a" , ${etag} ,W/"b"`,
    strong,
    `"a,b", ${strong}`,
    ` ${etag} `,
  ]) {
    assert.equal((await ask(request, value)).status, 304, value);
  }
  for (const value of [
    '"x"',
    'W/"x"',
    strong.slice(1, -1),
    `${etag.slice(0, -1)}0"`,
    '',
    '"*"',
    `x${etag}`,
    'W/',
  ]) {
    assert.equal((await ask(request, value)).status, 200, value);
  }
});

test('an ETag of another request does not match', async () => {
  const { etag } = (await client.get(...requests[0])).headers;
  for (const request of requests.slice(1)) assert.equal((await ask(request, etag)).status, 200);
});

test('a write changes it, a write to another account does not', async () => {
  const first = await tags();
  await one.store.import(new Bundle({ sid: 2 }).agent(2));
  assert.deepEqual(await tags(), first, 'account 2 was written');
  await one.store.import(new Bundle({ sid: 1 }).conversation('V3', '2020-01-03T00:00:00Z'));
  assert.equal((await ask(requests[0], first[0])).status, 200);
  const changed = await client.get(...requests[0]);
  assert.notEqual(changed.headers.etag, first[0]);
  assert.equal(changed.value.length, 3);
});

test('every kind of record that is written changes the answer that shows it', async () => {
  const label = (bundle) => bundle.conversation('V1');
  const changes = [
    [requests[0], new Bundle().conversation('V4', '2020-01-04T00:00:00Z')],
    [['grabConversation', '/V1'], label(new Bundle()).message(2, 'V1', 'Two')],
    [['grabVisitorInfo', '/V1'], new Bundle().conversation('V1', newYear, { user_city: 'Oslo' })],
    [['grabVisitorTags', '/V1'], label(new Bundle()).tag('V1', 'vip')],
    [['grabVisitorLabels', '/V1'], label(new Bundle()).label('V1', 'Sales')],
    [['grabVisitorCards', '/V1'], label(new Bundle()).card('V1', '1', 'card')],
    [['grabAgent', '/1'], new Bundle().agent(1, { agentName: 'Renamed' })],
    [['grabAgents', ''], new Bundle().agent(2)],
    [['chatStatistics', '', span], label(new Bundle()).chat('V1', newYear, { chatID: 2 })],
    [['chatStatistics', '', `${span}&fileType=csv`], label(new Bundle()).label('V1', 'Late')],
    [['pageFilters', ''], new Bundle().pageFilter(2, 'y')],
  ];
  for (const [request, bundle] of changes) {
    const before = await client.get(...request);
    await one.store.import(bundle);
    const after = await ask(request, before.headers.etag);
    assert.equal(after.status, 200, `${request}`);
    assert.notEqual(after.text, before.text, `${request}`);
    assert.notEqual(after.headers.etag, before.headers.etag);
  }
});

test('without endTime the answer has an ETag too', async () => {
  const startTime = new Date(Date.now() - 86_400_000).toISOString();
  assert.equal((await client.get('chatStatistics', '', { startTime })).status, 200);
});

test('it survives a restart of the server', async () => {
  const first = await tags();
  await one.store.stop();
  one.server = await one.store.serve();
  client.url = new URL(one.server.url);
  assert.deepEqual(await tags(), first);
});
