// What import takes, refuses with the line's number, leaves out and counts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { Bundle, newYear } from '../support/bundle.mjs';
import { served, Store } from '../support/store.mjs';

let one;
let client;
before(async () => {
  one = await served(full());
  client = one.client;
});
after(() => one?.store.close());

function full(sid = 1) {
  const bundle = new Bundle({ sid })
    .agent(1)
    .pageFilter(1, 'example')
    .conversation('V1')
    .message(1, 'V1', 'Hello');
  return bundle
    .tag('V1', 'tag')
    .label('V1', 'label')
    .card('V1', '1', 'card')
    .chat('V1', newYear, { chatID: 1 });
}

async function everything(who = client) {
  const texts = [];
  for (const name of [
    'grabConversation',
    'grabVisitorInfo',
    'grabVisitorTags',
    'grabVisitorLabels',
    'grabVisitorCards',
  ]) {
    texts.push((await who.get(name, '/V1')).text);
  }
  for (const name of ['grabAgents', 'pageFilters']) texts.push((await who.get(name)).text);
  texts.push((await who.get('listConversations', '/0001-01-01/9999-12-31')).text);
  texts.push((await who.get('chatStatistics', '', { startTime: '2020-01-01', endTime: '2020-12-31' })).text);
  return texts;
}

const line = (record) => (typeof record === 'string' ? record : JSON.stringify(record));
const conversation = { kind: 'conversation', conversationID: 'V5', date: newYear };
const message = {
  kind: 'message',
  id: 50,
  conversationID: 'V5',
  from: 'V5',
  message: 'x',
  date: newYear,
  agentID: 0,
};
const label = { kind: 'label', conversationID: 'V5', createdDate: newYear, label: 'x' };
const tag = { ...label, kind: 'tag', tag: 'x', type: 1 };
const card = {
  kind: 'card',
  dataID: '1',
  data: 'x',
  conversationID: 'V5',
  createdDate: newYear,
  updatedDate: newYear,
};
const filter = { kind: 'pageFilter', id: 5, searchFilter: 'x', searchName: 'x', matchType: 'like' };
const agent = JSON.parse(new Bundle().agent(5).lines[1]);
const chat = JSON.parse(new Bundle().chat('V5', newYear, { chatID: 50 }).lines[1]);
const without = (record, key) => Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));

/** Lines that must be refused: what is wrong, the line. */
const refused = [
  ['no JSON', '{"kind":"label"'],
  ['no JSON', 'hello'],
  ['two objects', `${line(label)}${line(label)}`],
  ['no object', '[]'],
  ['no object', '"text"'],
  ['no kind', without(label, 'kind')],
  ['an unknown kind', { ...label, kind: 'labels' }],
  ['a kind that is no string', { ...label, kind: 1 }],
  ['a second bundle line', new Bundle().lines[0]],
  ['no text', without(label, 'label')],
  ['a number for a text', { ...label, label: 1 }],
  ['null for a text', { ...label, label: null }],
  ['a conversation nobody told of', { ...label, conversationID: 'V6' }],
  ['a conversation nobody told of', { ...message, conversationID: 'V6' }],
  ['a conversation nobody told of', { ...tag, conversationID: 'V6' }],
  ['a conversation nobody told of', { ...card, conversationID: 'V6' }],
  ['a conversation nobody told of', { ...chat, channel: 'V6' }],
  ['a bad conversation id', { ...conversation, conversationID: '6' }],
  ['a bad conversation id', { ...conversation, conversationID: 'V6x' }],
  ['a bad conversation id', { ...conversation, conversationID: `V${'6'.repeat(41)}` }],
  ['a number for a conversation id', { ...conversation, conversationID: 6 }],
  ['no date', without(conversation, 'date')],
  ['an impossible date of a conversation', { ...conversation, date: '2020-02-30T00:00:00.000Z' }],
  ['a string for an id', { ...message, id: '50' }],
  ['a fraction for an id', { ...message, id: 50.5 }],
  ['a negative id', { ...message, id: -1 }],
  ['an id of 2^53', line(message).replace('"id":50', '"id":9007199254740992')],
  ['no id', without(message, 'id')],
  ['a text for agentID', { ...message, agentID: '0' }],
  ['no agentID', without(message, 'agentID')],
  ['a type that is neither 0 nor 1', { ...tag, type: 2 }],
  ['a type that is a string', { ...tag, type: '1' }],
  ['a number for dataID', { ...card, dataID: 1 }],
  ['a matchType nobody knows', { ...filter, matchType: 'LIKE' }],
  ['a number for isBackOffice', { ...agent, isBackOffice: 0 }],
  ['an isBackOffice that is neither', { ...agent, isBackOffice: '2' }],
  ['an agentID that is a string', { ...agent, agentID: '5' }],
  ['a rating of 0', { ...chat, rating: 0 }],
  ['a rating of 6', { ...chat, rating: 6 }],
  ['a rating with a fraction', { ...chat, rating: 4.5 }],
  ['a duration that is a string', { ...chat, duration: '5' }],
  ['a negative duration', { ...chat, duration: -1 }],
  ['a chatID of 2^53', line(chat).replace('"chatID":50', '"chatID":9007199254740992')],
  ['U+0000', line(label).replace('"x"', '"a\\u0000b"')],
  ['U+0000 in a message', line(message).replace('"x"', '"a\\u0000b"')],
  ['a lone high surrogate', line(label).replace('"x"', '"\\ud800"')],
  ['a lone low surrogate', line(message).replace('"x"', '"a\\udc00b"')],
  ['surrogates the wrong way round', line(label).replace('"x"', '"\\udc00\\ud800"')],
  [
    'bytes that are no UTF-8',
    Buffer.concat([Buffer.from('{"kind":"label","label":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
  ],
  [
    'a surrogate in UTF-8',
    Buffer.concat([
      Buffer.from('{"kind":"label","label":"'),
      Buffer.from([0xed, 0xa0, 0x80]),
      Buffer.from('"}'),
    ]),
  ],
];

test('a bad line is refused with its number, and nothing of the bundle lands', async () => {
  const before = await everything();
  const bundle = new Bundle({ sid: 1 }).add(conversation).message(51, 'V5', 'must not land').agent(8);
  for (const [what, bad] of refused) {
    const text = Buffer.isBuffer(bad) ? bad : Buffer.from(line(bad));
    const bytes = Buffer.concat([Buffer.from(bundle.toString()), text, Buffer.from(`\n${line(label)}\n`)]);
    const { stderr } = await one.store.importRefused(bytes);
    assert.match(stderr, /line 5\b/i, `${what}: ${stderr}`);
  }
  assert.deepEqual(await everything(), before);
  assert.deepEqual(await client.rows('grabConversation', '/V5'), []);
});

test('a refusal names what it wants', async () => {
  const start = new Bundle({ sid: 1 }).add(conversation).toString();
  const wants = [
    [{ ...chat, rating: 9 }, /rating.*1.*5/s],
    [{ ...filter, matchType: 'glob' }, /matchType.*like/s],
    [{ ...message, id: 'x' }, /\bid\b/],
    [{ ...label, conversationID: 'V6' }, /V6|conversation/],
    [{ ...label, kind: 'lable' }, /kind/],
  ];
  for (const [bad, words] of wants) {
    const { stderr } = await one.store.importRefused(`${start}${line(bad)}\n`);
    assert.match(stderr, words);
  }
});

test('the first line says what it is', async () => {
  const header = JSON.parse(new Bundle({ sid: 5 }).lines[0]);
  const bad = [
    line(agent),
    '',
    '{}',
    line({ ...header, version: 2 }),
    line(without(header, 'version')),
    line(without(header, 'sid')),
    line({ ...header, sid: 'x' }),
  ];
  for (const first of bad) {
    const { stderr } = await one.store.importRefused(`${first}\n${line(agent)}\n`);
    assert.match(stderr, /\w/);
  }
  await one.store.importRefused('');
  await one.store.importRefused(one.store.path('no-such-file.ndjson'));
});

test('unknown keys are left out and counted', async () => {
  const before = await everything();
  const more = { mood: 'good', _id: '5f', nested: { a: [1, 2] } };
  const text = full()
    .lines.map((text) => line({ ...JSON.parse(text), ...more }))
    .join('\n');
  const { stdout, stderr } = await one.store.import(`${text}\n`);
  assert.match(stdout + stderr, /unknown/i);
  assert.match(stdout + stderr, /\b(2?7|8|9)\b/, '27 keys in 9 records (or 24 in 8)');
  assert.deepEqual(await everything(), before);
});

test('importing the same twice changes nothing', async () => {
  const before = await everything();
  await one.store.import(full());
  await one.store.import(full());
  assert.deepEqual(await everything(), before);
});

test('keys in any order, spaces, CRLF, a last line without an end', async () => {
  const before = await everything();
  const turned = full().lines.map((text) =>
    line(Object.fromEntries(Object.entries(JSON.parse(text)).toReversed())),
  );
  await one.store.import(turned.join('\r\n'));
  assert.deepEqual(await everything(), before);
  const spaced = full().lines.map(
    (text) => ` ${JSON.stringify(JSON.parse(text), null, 1).replaceAll('\n', ' ')} `,
  );
  await one.store.import(`${spaced.join('\n')}\n`);
  assert.deepEqual(await everything(), before);
});

test('a compressed bundle is read by its name', async () => {
  const { writeFile } = await import('node:fs/promises');
  const file = one.store.path('packed.ndjson.gz');
  await writeFile(file, gzipSync(full(7).toString()));
  await one.store.import(file);
  const seven = await one.store.client({ account: 7 });
  assert.equal((await seven.rows('grabConversation', '/V1')).length, 1);
  const cut = gzipSync(full(8).toString()).subarray(0, -12);
  await writeFile(file, cut);
  await one.store.importRefused(file);
  const { stdout } = await one.store.must(['account', 'list', '--store', one.store.name]);
  assert.doesNotMatch(stdout, /\b8\b/, 'a bundle that was cut makes no account');
});

test('rows may leave out sid, and --account puts a bundle under another', async () => {
  const bare = full(1).lines.map((text, index) => (index ? line(without(JSON.parse(text), 'sid')) : text));
  await one.store.import(`${bare.join('\n')}\n`, { account: 11 });
  const eleven = await one.store.client({ account: 11 });
  const theirs = await everything(eleven);
  assert.deepEqual(
    theirs,
    (await everything()).map((text) => text.replaceAll('"sid":1,', '"sid":11,')),
  );
});

test("a null or impossible date becomes the conversation's, and is told", async () => {
  const bundle = new Bundle({ sid: 12 }).conversation('V1', '2020-05-05T05:05:05.005Z', { last_visit: null });
  for (const [index, date] of [null, '2020-00-00T00:00:00.000Z', '2020-02-30T00:00:00.000Z'].entries()) {
    bundle.message(index + 1, 'V1', 'x', { date }).label('V1', `l${index}`, { createdDate: date });
  }
  const { stdout, stderr } = await one.store.import(bundle);
  assert.match(stdout + stderr, /date/i);
  const twelve = await one.store.client({ account: 12 });
  const messages = await twelve.rows('grabConversation', '/V1');
  assert.deepEqual(new Set(messages.map(({ date }) => date)), new Set(['2020-05-05T05:05:05.005Z']));
  const labels = await twelve.rows('grabVisitorLabels', '/V1');
  assert.deepEqual(
    labels.map(({ createdDate }) => createdDate),
    Array(3).fill('2020-05-05T05:05:05.005Z'),
  );
  const [{ last_visit }] = await twelve.rows('grabVisitorInfo', '/V1');
  assert.equal(last_visit, '2020-05-05T05:05:05.005Z');
});

test('labels and tags in a chat that differ from the records are counted', async () => {
  const bundle = new Bundle({ sid: 13 })
    .conversation('V1')
    .label('V1', 'true')
    .chat('V1', newYear, { labels: ['false'], tags: ['false'] });
  const { stdout, stderr } = await one.store.import(bundle);
  assert.match(stdout + stderr, /label/i);
  const thirteen = await one.store.client({ account: 13 });
  const [{ labels, tags }] = await thirteen.rows('chatStatistics', '', {
    startTime: '2020-01-01',
    endTime: '2020-01-01',
  });
  assert.deepEqual([labels, tags], [['true'], []]);
});

test('accounts do not see each other', async () => {
  const bundle = new Bundle({ sid: 14 })
    .agent(1, { agentName: 'Fourteen' })
    .conversation('V1')
    .message(1, 'V1', 'of 14')
    .chat('V1', newYear, { chatID: 1 });
  const before = await everything();
  await one.store.import(bundle);
  assert.deepEqual(await everything(), before);
  const fourteen = await one.store.client({ account: 14 });
  assert.deepEqual(
    (await fourteen.rows('grabConversation', '/V1')).map(({ message }) => message),
    ['of 14'],
  );
});

test('import makes the store, and works before the first serve', async () => {
  const store = await Store.create();
  try {
    await store.import(full(3));
    const bad = await store.importRefused(`${new Bundle({ sid: 4 }).toString()}nonsense\n`);
    assert.match(bad.stderr, /line 2\b/i);
    const key = await store.createKey({ account: 3 });
    await store.serve();
    const three = await store.client({ account: 3, key });
    assert.equal((await three.rows('grabConversation', '/V1')).length, 1);
  } finally {
    await store.close();
  }
});
