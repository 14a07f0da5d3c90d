// chatStatistics: the sets that filter, how spellings merge, and null against 0.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Bundle, newYear } from '../support/bundle.mjs';
import { served } from '../support/store.mjs';

const span = { startTime: '2020-01-01', endTime: '2020-01-31' };
const at = (ms) => new Date(Date.parse(newYear) + ms).toISOString();

/** Chats 1 to 6: [channel, agent]. */
const chats = [
  ['V1', 1],
  ['V1', 2],
  ['V2', 1],
  ['V2', 3],
  ['V18446744073709551617', 2],
  ['V3', null],
];

function account() {
  const bundle = new Bundle({ sid: 1 }).agent(1).agent(2).agent(3, { removed: true }).agent(4);
  bundle
    .pageFilter(1, 'https://one', { matchType: 'prefix' })
    .pageFilter(2, 'https://two', { matchType: 'prefix' });
  const exitPage = { V1: 'https://one/', V2: 'https://two/' };
  for (const id of new Set(chats.map(([channel]) => channel)))
    bundle.conversation(id, newYear, { exitPage: exitPage[id] ?? '' });
  for (const [index, [channel, agent]] of chats.entries()) {
    const by = agent ? { agentName: `Agent ${agent}`, agentEmail: `agent${agent}@example.org` } : {};
    bundle.chat(channel, Date.parse(newYear) + index, {
      chatID: index + 1,
      city: String(index + 1),
      exitPage: '',
      ...by,
    });
  }
  return zeros(bundle);
}

/** Account data for null against 0, and for labels and tags: conversation V4. */
function zeros(bundle) {
  bundle.conversation('V4', newYear, { exitPage: '' });
  const by = { agentName: 'Agent 4', agentEmail: 'agent4@example.org' };
  bundle.chat('V4', '2020-02-01T00:00:00Z', { chatID: 10, duration: 0, responseTime: 0, rating: 1, ...by });
  bundle.chat('V4', '2020-02-02T00:00:00Z', {
    chatID: 11,
    duration: null,
    responseTime: 0,
    rating: 5,
    ...by,
  });
  bundle.chat('V4', '2020-02-03T00:00:00Z', { chatID: 12, duration: null, responseTime: null, rating: 3 });
  bundle.chat('V4', '2020-02-04T00:00:00Z', {
    chatID: 13,
    duration: 9007199254740991,
    responseTime: 1,
    rating: null,
    ...by,
  });
  bundle.chat('V4', '2020-02-05T00:00:00Z', {
    chatID: 14,
    labels: ['from the chat'],
    tags: ['not a tag'],
    ...by,
  });
  for (const [text, ms] of [
    ['b', 1],
    ['a', 1],
    ['c', 0],
    ['B', 1],
  ])
    bundle.label('V4', text, { createdDate: at(ms) }).tag('V4', text, { createdDate: at(ms) });
  return bundle.tag('V4', 'The Name', { type: 0 });
}

let one;
let client;
before(async () => {
  one = await served(account());
  client = one.client;
});
after(() => one?.store.close());

async function found(query) {
  const text = `startTime=${span.startTime}&endTime=${span.endTime}${query ? `&${query}` : ''}`;
  return (await client.rows('chatStatistics', '', text)).map(({ city }) => Number(city));
}

const questions = [
  ['', [1, 2, 3, 4, 5, 6]],
  ['agentId=1', [1, 3]],
  ['agentId=1&agentId=2', [1, 2, 3, 5]],
  ['agentIds=1&agentIds=2', [1, 2, 3, 5]],
  ['agentId=1&agentIds=2', [1, 2, 3, 5]],
  ['agentIds[]=1&agentIds[]=2', [1, 2, 3, 5]],
  ['agentId[]=1&agentIds%5B%5D=2', [1, 2, 3, 5]],
  ['agentIds=1&agentIds=1&agentId=1', [1, 3]],
  ['agentId=3', [4]],
  ['agentId=4', []],
  ['agentId=99', []],
  ['agentId=99&agentId=1', [1, 3]],
  ['agentId=0', []],
  ['agentId=9007199254740991', []],
  ['channel=V1', [1, 2]],
  ['channel=V1&channels=V3', [1, 2, 6]],
  ['channels[]=V1&channel[]=V3&channel=V2', [1, 2, 3, 4, 6]],
  ['channel=V18446744073709551617', [5]],
  ['channel=V18446744073709551616', []],
  ['channel=V01', []],
  ['channel=%561', [1, 2]],
  ['pageFilterId=1', [1, 2]],
  ['pageFilterId=1&pageFilterId[]=2', [1, 2, 3, 4]],
  ['pageFilterId=9', []],
  ['agentId=1&channel=V1', [1]],
  ['agentId=1&channel=V2&pageFilterId=1', []],
  ['agentId=1&agentIds=2&channel=V1&channels=V2&pageFilterId=1&pageFilterId=2', [1, 2, 3]],
  ['agentId=99&channel=V1', []],
  ['agentId=1&pageFilterId=2&x=1&agentid=2', [3]],
];

for (const [query, expected] of questions) {
  test(`the filters ${query || '(none)'} find ${expected.join() || 'nothing'}`, async () => {
    assert.deepEqual(await found(query), expected);
  });
}

test('many values in one set', async () => {
  const many = Array.from({ length: 400 }, (_, index) => `channels=V${index + 3}`).join('&');
  assert.deepEqual(await found(many), [6]);
  assert.deepEqual(await found(`${many}&channel=V1`), [1, 2, 6]);
});

test('null is not 0: duration, responseTime and rating', async () => {
  const rows = await client.rows('chatStatistics', '', { startTime: '2020-02-01', endTime: '2020-02-04' });
  assert.deepEqual(
    rows.map(({ duration, responseTime, rating }) => [duration, responseTime, rating]),
    [
      [0, 0, 1],
      [null, 0, 5],
      [null, null, 3],
      [9007199254740991, 1, null],
    ],
  );
  const csv = await client.get('chatStatistics', '', {
    startTime: '2020-02-01',
    endTime: '2020-02-04',
    fileType: 'csv',
  });
  const cells = csv.text
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(',').slice(-4, -1).join());
  assert.deepEqual(cells, ['0,1,0', ',5,0', ',3,', '9007199254740991,,1']);
});

test("labels and tags are the conversation's, in their order; the name is no tag; what the chat's record says does not count", async () => {
  const rows = await client.rows('chatStatistics', '', { startTime: '2020-02-05', endTime: '2020-02-05' });
  assert.deepEqual(rows[0].labels, ['c', 'B', 'a', 'b']);
  assert.deepEqual(rows[0].tags, ['c', 'B', 'a', 'b']);
});

test('a late label and a late tag reach every chat of the conversation', async () => {
  const late = { createdDate: at(1000) };
  await one.store.import(
    new Bundle()
      .conversation('V4', newYear, { exitPage: '' })
      .label('V4', 'late', late)
      .tag('V4', 'late', late),
  );
  const rows = await client.rows('chatStatistics', '', { startTime: '2020-02-01', endTime: '2020-02-28' });
  assert.equal(rows.length, 5);
  for (const { labels, tags } of rows)
    assert.deepEqual(
      [labels, tags],
      [
        ['c', 'B', 'a', 'b', 'late'],
        ['c', 'B', 'a', 'b', 'late'],
      ],
    );
});

test('a chat that comes again with its chatID is written over', async () => {
  const bundle = new Bundle().agent(1).conversation('V1', newYear, { exitPage: 'https://one/' });
  bundle.chat('V1', Date.parse(newYear), {
    chatID: 1,
    city: '1',
    rating: 2,
    agentName: 'Agent 1',
    agentEmail: 'agent1@example.org',
    exitPage: '',
  });
  await one.store.import(bundle);
  const rows = await client.rows('chatStatistics', '', { ...span, channel: 'V1' });
  assert.deepEqual(
    rows.map(({ rating }) => rating),
    [2, null],
  );
});
