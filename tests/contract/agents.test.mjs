// Agents: their row, removed ones, and a rename that leaves the past as it was.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Bundle, newYear } from '../support/bundle.mjs';
import { served } from '../support/store.mjs';

const quoted = 'Åsa "Ace" \\ O\'Neil, <b>Jr.</b>';
const span = { startTime: '2020-01-01', endTime: '2020-01-31' };

function account() {
  const bundle = new Bundle({ sid: 1 });
  bundle
    .agent(10, { agentName: 'Ten' })
    .agent(9, { agentName: quoted, agentLastActive: newYear, isBackOffice: '1' });
  bundle.agent(2, {
    agentName: 'Gone',
    agentEmail: 'gone@example.org',
    removed: true,
    groups: 'Sales,Support',
  });
  bundle.agent(9007199254740991, {
    agentName: 'Last',
    agentEmail: '',
    department: 'Back "Office"',
    groups: 'A b,C',
  });
  bundle.conversation('V1');
  bundle.message(1, 'V1', 'Hi').message(2, 'V1', 'Hello', { from: quoted, agentID: 9 });
  bundle.message(3, 'V1', 'Bye', { from: 'Gone', agentID: 2 });
  // Nobody told of agent 77: a message brings the removed agent of that id and name.
  bundle.message(4, 'V1', 'Who am I?', { from: 'Seventy-seven', agentID: 77 });
  const by = (agentName, agentEmail, more) => ({
    agentName,
    agentEmail,
    duration: 5,
    responseTime: 1,
    ...more,
  });
  bundle.chat('V1', newYear, by(quoted, 'agent9@example.org', { chatID: 1 }));
  bundle.chat('V1', newYear, by('Gone', 'gone@example.org', { chatID: 2 }));
  bundle.chat('V1', newYear, by('Seventy-seven', 'nobody-has@example.org', { chatID: 3 }));
  bundle.chat('V1', newYear, by('Nobody at all', 'nobody@example.org', { chatID: 4 }));
  bundle.chat('V1', newYear, by('Old Name', 'old@example.org', { chatID: 5, agentID: 10 }));
  return bundle.chat('V1', newYear, { chatID: 6 });
}

let one;
let client;
before(async () => {
  one = await served(account());
  client = one.client;
});
after(() => one?.store.close());

const statistics = async (query) =>
  (await client.rows('chatStatistics', '', { ...span, ...query })).map(({ agentName }) => agentName);

test('agents stand by number, removed ones are left out', async () => {
  const rows = await client.rows('grabAgents');
  assert.deepEqual(
    rows.map(({ agentID }) => agentID),
    [9, 10, 9007199254740991],
  );
  assert.deepEqual(rows[0], {
    agentID: 9,
    sid: 1,
    agentName: quoted,
    agentEmail: 'agent9@example.org',
    agentPicture: '',
    agentLastActive: newYear,
    department: '',
    isBackOffice: '1',
    groups: '',
  });
  assert.deepEqual([rows[2].agentLastActive, rows[2].groups, rows[2].agentEmail], [null, 'A b,C', '']);
});

test('grabAgent gives the same row, and none for a removed or unknown agent', async () => {
  for (const row of await client.rows('grabAgents')) {
    assert.deepEqual(await client.rows('grabAgent', `/${row.agentID}`), [row]);
  }
  for (const id of [2, 77, 5, 0]) {
    assert.equal((await client.get('grabAgent', `/${id}`)).text, '{"result":"success","json":[]}');
  }
});

test('a removed agent stays in messages and statistics, and its id still filters', async () => {
  const messages = await client.rows('grabConversation', '/V1');
  assert.deepEqual(messages.map(({ from, agentID }) => [from, agentID]).slice(2), [
    ['Gone', 2],
    ['Seventy-seven', 77],
  ]);
  assert.deepEqual(await statistics({ agentId: 2 }), ['Gone']);
  assert.deepEqual(await statistics({ agentIds: [2, 9] }), [quoted, 'Gone']);
});

test("a message's unknown agent is a removed agent, found by chats that name it", async () => {
  assert.deepEqual(await statistics({ agentId: 77 }), ['Seventy-seven']);
});

test('a chat whose agent nobody knows keeps name and e-mail as text', async () => {
  const rows = await client.rows('chatStatistics', '', span);
  const { agentName, agentEmail } = rows[3];
  assert.deepEqual([agentName, agentEmail], ['Nobody at all', 'nobody@example.org']);
  assert.deepEqual([rows[5].agentName, rows[5].agentEmail], [null, null]);
});

test('a given agentID finds the agent, and the name stays as written', async () => {
  assert.deepEqual(await statistics({ agentId: 10 }), ['Old Name']);
});

test('a rename and a new address change no past row', async () => {
  const before = await client.get('chatStatistics', '', span);
  const messages = await client.get('grabConversation', '/V1');
  await one.store.import(
    new Bundle({ sid: 1 }).agent(9, { agentName: 'Renamed', agentEmail: 'renamed@example.org' }),
  );
  assert.equal((await client.rows('grabAgent', '/9'))[0].agentName, 'Renamed');
  assert.equal((await client.get('chatStatistics', '', span)).text, before.text);
  assert.equal((await client.get('grabConversation', '/V1')).text, messages.text);
  assert.deepEqual(await statistics({ agentId: 9 }), [quoted]);
});

test('removing an agent later takes it from the lists only', async () => {
  const before = await client.get('chatStatistics', '', span);
  await one.store.import(new Bundle({ sid: 1 }).agent(9, { agentName: 'Renamed', removed: true }));
  assert.deepEqual(await client.rows('grabAgent', '/9'), []);
  assert.deepEqual(
    (await client.rows('grabAgents')).map(({ agentID }) => agentID),
    [10, 9007199254740991],
  );
  assert.equal((await client.get('chatStatistics', '', span)).text, before.text);
  assert.deepEqual(await statistics({ agentId: 9 }), [quoted]);
});
