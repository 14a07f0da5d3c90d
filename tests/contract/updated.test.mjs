// updatedAfter and updatedUntil: what was touched since, in the order of the touches.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Bundle, newYear } from '../support/bundle.mjs';
import { served } from '../support/store.mjs';

const start = Date.parse(newYear);
const everyDay = '/0001-01-01/9999-12-31';
let one;
let client;
before(async () => {
  const bundle = new Bundle({ sid: 1 }).agent(1).pageFilter(1, 'imbox').pageFilter(2, 'nowhere');
  for (let i = 1; i <= 6; i += 1) {
    bundle.conversation(`V${i}`, start + i);
    bundle.chat(`V${i}`, start + i, { chatID: i, agentEmail: i % 2 ? 'agent1@example.org' : null });
  }
  one = await served(bundle);
  client = one.client;
});
after(() => one?.store.close());

const listed = async (updatedAfter, more = {}) =>
  (await client.get('listConversations', everyDay, { updatedAfter, ...more })).value;
const chats = async (updatedAfter, more = {}) =>
  (await client.get('chatStatistics', '', { updatedAfter, ...more })).value;
const touch = (id, label) =>
  one.store.import(
    new Bundle({ sid: 1 }).conversation(id, start + Number(id.slice(1))).label(id, label),
  );

test('the first time everything comes, the next time what was touched', async () => {
  const first = await listed('2000-01-01T00:00:00Z');
  const firstChats = await chats('2000-01-01');
  assert.deepEqual(Object.keys(first), ['result', 'json', 'length', 'updatedUntil']);
  assert.equal(first.length, 6);
  assert.equal(firstChats.length, 6);
  assert.equal(first.updatedUntil, firstChats.updatedUntil);
  const second = await listed(first.updatedUntil);
  assert.deepEqual(second.json, []);
  assert.equal(second.updatedUntil, first.updatedUntil, 'nothing was written');

  await touch('V5', 'late');
  await touch('V2', 'later');
  const third = await listed(first.updatedUntil);
  assert.deepEqual(
    third.json.map((row) => row.conversationID),
    ['V5', 'V2'],
    'by the time of the touch',
  );
  const thirdChats = await chats(first.updatedUntil);
  assert.deepEqual(
    thirdChats.json.map((row) => [row.channel, row.labels]),
    [
      ['V5', ['late']],
      ['V2', ['later']],
    ],
  );
  assert.deepEqual((await listed(third.updatedUntil)).json, []);
  assert.ok(third.updatedUntil > first.updatedUntil);
});

test('the first page fixes where the span ends', async () => {
  const whole = await listed('2000-01-01T00:00:00Z');
  for (const method of ['listConversations', 'chatStatistics']) {
    const tail = method === 'listConversations' ? everyDay : '';
    const first = (await client.get(method, tail, { updatedAfter: '2000-01-01', limit: 2 })).value;
    assert.deepEqual(Object.keys(first), ['result', 'json', 'length', 'updatedUntil', 'next']);
    await touch('V1', `beside ${method}`);
    const seen = [...first.json];
    for (let { next } = first; next; ) {
      const url = new URL(next);
      const page = (await client.send(url.pathname + url.search)).value;
      assert.equal(page.updatedUntil, first.updatedUntil);
      seen.push(...page.json);
      next = page.next;
    }
    const again = (await client.get(method, tail, { updatedAfter: first.updatedUntil })).value;
    assert.deepEqual(
      again.json.map((row) => row.conversationID ?? row.channel),
      ['V1'],
    );
    const ids = new Set([...seen, ...again.json].map((row) => row.conversationID ?? row.channel));
    assert.equal(ids.size, whole.length);
  }
});

test('filters hold beside it: days, start, sets, page filters', async () => {
  const old = '2000-01-01';
  const ids = ({ json }) => json.map((row) => row.conversationID ?? row.channel).toSorted();
  const none = (await client.get('listConversations', '/2019-01-01/2019-12-31', { updatedAfter: old })).value;
  assert.deepEqual(none.json, []);
  assert.deepEqual(ids(await listed(old, { pageFilterId: 1 })), ['V1', 'V2', 'V3', 'V4', 'V5', 'V6']);
  assert.deepEqual(ids(await listed(old, { pageFilterId: 2 })), []);
  assert.deepEqual(ids(await chats(old, { agentId: 1 })), ['V1', 'V3', 'V5']);
  assert.deepEqual(ids(await chats(old, { channels: ['V1', 'V2', 'V9'] })), ['V1', 'V2']);
  assert.deepEqual(ids(await chats(old, { agentId: 1, channel: 'V2' })), []);
  assert.deepEqual(ids(await chats(old, { startTime: new Date(start + 5).toISOString() })), ['V5', 'V6']);
  const endTime = new Date(start + 2).toISOString();
  assert.deepEqual(ids(await chats(old, { endTime })), ['V1', 'V2']);
  const wide = { startTime: '1990-01-01', endTime: '2030-01-01' };
  assert.equal((await chats(old, wide)).length, 6, 'no span limit');
});

test('CSV says it in headers', async () => {
  const query = { updatedAfter: '2000-01-01', fileType: 'csv', limit: 4 };
  const first = await client.get('chatStatistics', '', query);
  const until = first.headers['updated-until'];
  assert.equal(until, (await chats('2000-01-01')).updatedUntil);
  assert.equal(first.text.split('\r\n').length, 6);
  const url = new URL(/^<(.*)>/.exec(first.headers.link)[1]);
  assert.equal(url.searchParams.get('updatedUntil'), until);
  const last = await client.send(url.pathname + url.search);
  assert.equal(last.headers.link, undefined);
  assert.equal(last.headers['updated-until'], until);
  assert.equal(last.text.split('\r\n').length, 4);
});

test('what cannot be read is refused by name', async () => {
  for (const [name, tail] of [
    ['listConversations', everyDay],
    ['chatStatistics', ''],
  ]) {
    for (const [query, named] of [
      ['updatedAfter=yesterday', 'updatedAfter'],
      ['updatedAfter=', 'updatedAfter'],
      ['updatedAfter=2020-01-01&updatedAfter=2020-01-02', 'updatedAfter'],
      ['updatedAfter=2020-01-01&updatedUntil=x', 'updatedUntil'],
      ['updatedUntil=2020-01-01T00:00:00Z&startTime=2020-01-01&endTime=2020-01-02', 'updatedUntil'],
    ]) {
      const answer = await client.get(name, tail, query);
      assert.equal(answer.error, 'invalid_parameter', query);
      assert.ok(answer.value.message.startsWith(named), answer.value.message);
    }
  }
  const turned = 'updatedAfter=2000-01-01&startTime=2020-02-01&endTime=2020-01-01';
  const ends = await client.get('chatStatistics', '', turned);
  assert.match(ends.value.message, /^endTime/);
});

test('an updatedUntil still to come counts as now, and a bare date is a day of the zone', async () => {
  const now = await chats('2000-01-01');
  const future = await chats('2000-01-01', { updatedUntil: '2100-01-01T00:00:00Z' });
  assert.equal(future.updatedUntil, now.updatedUntil);
  const past = await chats('2000-01-01', { updatedUntil: '2000-02-01', timezone: 'Asia/Tokyo' });
  assert.deepEqual(past.json, []);
  assert.equal(past.updatedUntil, '2000-01-31T15:00:00.000Z');
  const ahead = await chats('2100-01-01');
  assert.deepEqual(ahead.json, []);
  assert.equal(ahead.updatedUntil, now.updatedUntil, 'a clock that runs ahead misses nothing');
});

test('asking again costs nothing while nothing was written', async () => {
  const first = await client.get('chatStatistics', '', { updatedAfter: '2000-01-01' });
  const known = { headers: { 'If-None-Match': first.headers.etag } };
  assert.equal((await client.get('chatStatistics', '', { updatedAfter: '2000-01-01' }, known)).status, 304);
  await touch('V6', 'new');
  assert.equal((await client.get('chatStatistics', '', { updatedAfter: '2000-01-01' }, known)).status, 200);
});
