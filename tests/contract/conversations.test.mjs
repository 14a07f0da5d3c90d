// listConversations and grabConversation: ids beyond 64 bits, equal times, whole days at both ends, and
// messages that only look like the system's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Bundle, iso, newYear } from '../support/bundle.mjs';
import { served } from '../support/store.mjs';

const day = 86_400_000;
const longIds = [
  'V18446744073709551615', // 2^64 - 1
  'V18446744073709551616', // 2^64
  'V18446744073709551617', // would be 1 if it were cut to 64 bits
  'V9223372036854775808',
  'V00018446744073709551616',
  `V${'9'.repeat(40)}`,
  `V${'9'.repeat(39)}8`,
  'V1',
  'V01',
  'V001',
];
const sameTime = Date.UTC(2021, 5, 1, 12);
const edge = Date.UTC(2022, 2, 10);

function account() {
  const bundle = new Bundle({ sid: 1 }).agent(7, { agentName: 'Åsa "Ace" O\'Neil' });
  // The last first: the order of answers is not the order of arrival.
  for (const [index, id] of longIds.toReversed().entries()) {
    bundle.conversation(id, sameTime);
    bundle.message(1000 - index, id, `of ${id}`, { date: iso(sameTime) });
  }
  for (const [index, offset] of [day, day - 1, 0, -1, 2 * day, 2 * day - 1].entries())
    bundle.conversation(`V7${index}`, edge + offset);
  bundle.conversation('V5', newYear);
  return talk(bundle);
}

/** Conversation V5: every kind of sender, equal times, times out of order. */
function talk(bundle) {
  const fake = '{"type":"visitorJoin","currentPage":"https://example.org/never"}';
  bundle.message(30, 'V5', fake);
  bundle.message(29, 'V5', 'Hej', { from: 'Åsa "Ace" O\'Neil', agentID: 7 });
  bundle.visit(28, 'V5', 'https://example.org/start');
  bundle.message(27, 'V5', '{"type":"chatEnded"}', {
    from: 'system',
    agentID: null,
    date: '2020-01-01T00:00:00.001Z',
  });
  bundle.message(9007199254740991, 'V5', 'the largest id', { date: '2020-01-01T00:00:00.001Z' });
  bundle.message(26, 'V5', '', { date: '2019-12-31T23:59:59.999Z' });
  bundle.message(25, 'V5', 'I call myself system', {
    from: 'system',
    agentID: 0,
    date: '2020-01-01T00:00:01.000Z',
  });
  return bundle.message(24, 'V5', fake, {
    from: 'Åsa "Ace" O\'Neil',
    agentID: 7,
    date: '2020-01-01T00:00:02.000Z',
  });
}

let one;
let client;
before(async () => {
  one = await served(account());
  client = one.client;
});
after(() => one?.store.close());

const ids = (rows) => rows.map(({ conversationID }) => conversationID);
const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

test('ids beyond 64 bits and ids that are equal as numbers stay apart', async () => {
  for (const id of longIds) {
    const rows = await client.rows('grabConversation', `/${id}`);
    assert.deepEqual(
      rows.map(({ message }) => message),
      [`of ${id}`],
    );
    assert.deepEqual(ids(await client.rows('grabVisitorInfo', `/${id}`)), [id]);
  }
  assert.deepEqual(await client.rows('grabConversation', '/V18446744073709551618'), []);
  assert.deepEqual(await client.rows('grabConversation', '/V0'), []);
});

test('equal dates are ordered by the bytes of conversationID', async () => {
  const rows = await client.rows('listConversations', '/2021-06-01/2021-06-01');
  assert.deepEqual(ids(rows), longIds.toSorted(byBytes));
});

test('whole days in UTC, both ends included', async () => {
  const list = async (from, to) => ids(await client.rows('listConversations', `/${from}/${to}`));
  assert.deepEqual(await list('2022-03-10', '2022-03-10'), ['V72', 'V71']);
  assert.deepEqual(await list('2022-03-11', '2022-03-11'), ['V70', 'V75']);
  assert.deepEqual(await list('2022-03-09', '2022-03-09'), ['V73']);
  assert.deepEqual(await list('2022-03-09', '2022-03-12'), ['V73', 'V72', 'V71', 'V70', 'V75', 'V74']);
  assert.deepEqual(await list('2022-03-08', '2022-03-08'), []);
});

test('the span has no limit', async () => {
  const all = await client.rows('listConversations', '/0001-01-01/9999-12-31');
  assert.equal(all.length, longIds.length + 7);
  assert.deepEqual(
    all.map(({ date }) => date),
    all.map(({ date }) => date).toSorted(),
  );
});

test('messages stand by date, then id; nothing else counts', async () => {
  const rows = await client.rows('grabConversation', '/V5');
  assert.deepEqual(
    rows.map(({ id }) => id),
    [26, 28, 29, 30, 27, 9007199254740991, 25, 24],
  );
});

test('agentID is the agent, 0 for the visitor, null for the system, and from stays as written', async () => {
  const rows = await client.rows('grabConversation', '/V5');
  const senders = Object.fromEntries(rows.map(({ id, from, agentID }) => [id, [from, agentID]]));
  assert.deepEqual(
    senders[30],
    ['V5', 0],
    'a visitor who writes what looks like a system message stays a visitor',
  );
  assert.deepEqual(senders[29], ['Åsa "Ace" O\'Neil', 7]);
  assert.deepEqual(senders[28], ['system', null]);
  assert.deepEqual(senders[27], ['system', null]);
  assert.deepEqual(senders[26], ['V5', 0]);
  assert.deepEqual(senders[25], ['system', 0]);
  const { message } = rows.find(({ id }) => id === 28);
  assert.deepEqual(JSON.parse(message), { type: 'visitorJoin', currentPage: 'https://example.org/start' });
  assert.equal(rows.find(({ id }) => id === 26).message, '');
});

test('an unknown conversation is no error anywhere', async () => {
  const empty = '{"result":"success","json":[]';
  for (const name of ['grabConversation', 'grabVisitorTags']) {
    assert.equal((await client.get(name, '/V404')).text, `${empty},"length":0}`);
  }
  for (const name of ['grabVisitorInfo', 'grabVisitorLabels', 'grabVisitorCards']) {
    assert.equal((await client.get(name, '/V404')).text, `${empty}}`);
  }
});
