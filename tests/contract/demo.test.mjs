// The demo account looks like a real business, and the large answers it gives keep their form.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { parseCsv } from '../support/csv.mjs';
import { Store } from '../support/store.mjs';

let store;
let client;
let years;
before(async () => {
  store = await Store.create();
  await store.must([
    'demo',
    '--store',
    store.name,
    '--account',
    '1',
    '--conversations',
    '2000',
    '--seed',
    '7',
  ]);
  await store.serve();
  client = await store.client({ account: 1 });
  const all = await client.rows('listConversations', '/0001-01-01/9999-12-31');
  const [first, last] = [all[0], all.at(-1)].map(({ date }) => Number(date.slice(0, 4)));
  years = Array.from({ length: last - first + 1 }, (_, index) => first + index);
});
after(() => store?.close());

const chatsOf = async (year, query = {}) =>
  client.get('chatStatistics', '', { startTime: `${year}-01-01`, endTime: `${year}-12-31`, ...query });

test('every method has something to show', async () => {
  const all = await client.rows('listConversations', '/0001-01-01/9999-12-31');
  assert.equal(all.length, 2000);
  const seen = new Map();
  for (const { conversationID } of all.slice(0, 300)) {
    for (const name of [
      'grabConversation',
      'grabVisitorInfo',
      'grabVisitorTags',
      'grabVisitorLabels',
      'grabVisitorCards',
    ]) {
      const rows = await client.rows(name, `/${conversationID}`);
      seen.set(name, (seen.get(name) ?? 0) + rows.length);
    }
  }
  for (const [name, count] of seen) assert.ok(count > 0, name);
  assert.equal(seen.get('grabVisitorInfo'), 300);
  for (const { agentID } of await client.rows('grabAgents'))
    assert.equal((await client.rows('grabAgent', `/${agentID}`)).length, 1);
  const filters = await client.rows('pageFilters');
  assert.ok(filters.length > 0);
  const matched = await client.rows('listConversations', '/0001-01-01/9999-12-31', {
    pageFilterId: filters.map(({ id }) => id),
  });
  assert.ok(matched.length > 0 && matched.length < all.length);
});

test('chats are answered, unanswered, rated, unrated, and longer than they take to answer', async () => {
  const chats = [];
  for (const year of years) chats.push(...(await chatsOf(year)).rows);
  assert.ok(chats.length >= 2000);
  assert.ok(
    chats.some(({ responseTime }) => responseTime === null) &&
      chats.some(({ responseTime }) => responseTime !== null),
  );
  assert.ok(chats.some(({ rating }) => rating === null));
  assert.deepEqual(
    [...new Set(chats.map(({ rating }) => rating))].filter(Boolean).toSorted(),
    [1, 2, 3, 4, 5],
  );
  assert.ok(new Set(chats.map(({ channel }) => channel)).size < chats.length, 'visitors return');
  assert.ok(chats.some(({ labels }) => labels.length > 0) && chats.some(({ tags }) => tags.length > 0));
  for (const { duration, responseTime } of chats) {
    if (responseTime === null) assert.equal(duration, null);
    else if (duration !== null) assert.ok(responseTime <= duration);
  }
});

test('JSON and CSV show the same chats', async () => {
  for (const year of years) {
    const { rows } = await chatsOf(year);
    const cells = parseCsv((await chatsOf(year, { fileType: 'csv', raw: 1 })).text).slice(1);
    const plain = rows.map((row) => Object.values(row).map((value) => (value === null ? '' : String(value))));
    assert.deepEqual(cells, plain);
  }
});

test('each agent, channel and filter finds its own part of the whole', async () => {
  const year = years[0];
  const { rows } = await chatsOf(year);
  const agents = await client.rows('grabAgents');
  for (const { agentID, agentEmail } of agents) {
    const own = (await chatsOf(year, { agentId: agentID })).rows;
    assert.deepEqual(
      own,
      rows.filter((row) => row.agentEmail === agentEmail),
    );
  }
  for (const { channel } of rows.slice(0, 20)) {
    assert.deepEqual(
      (await chatsOf(year, { channel })).rows,
      rows.filter((row) => row.channel === channel),
    );
  }
  for (const { id } of await client.rows('pageFilters')) {
    const matched = new Set(
      (await client.rows('listConversations', '/0001-01-01/9999-12-31', { pageFilterId: id })).map(
        ({ conversationID }) => conversationID,
      ),
    );
    assert.deepEqual(
      (await chatsOf(year, { pageFilterId: id })).rows,
      rows.filter(({ channel }) => matched.has(channel)),
    );
  }
});

test('the same seed makes the same account', async () => {
  const other = await Store.create();
  try {
    await other.must([
      'demo',
      '--store',
      other.name,
      '--account',
      '1',
      '--conversations',
      '2000',
      '--seed',
      '7',
    ]);
    await other.serve();
    const twin = await other.client({ account: 1 });
    const all = '/0001-01-01/9999-12-31';
    assert.equal(
      (await twin.get('listConversations', all)).text,
      (await client.get('listConversations', all)).text,
    );
    assert.equal((await twin.get('grabAgents')).text, (await client.get('grabAgents')).text);
  } finally {
    await other.close();
  }
});

test('the store is sound', async () => {
  await store.must(['check', '--store', store.name]);
});
