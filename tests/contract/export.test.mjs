// Export of an import gives the same records back.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { Bundle, newYear, records } from '../support/bundle.mjs';
import { served, Store } from '../support/store.mjs';

/** A bundle in which every record has every key, in the order of export. */
function full(sid = 1) {
  const bundle = new Bundle({ sid, name: 'Åkes "Skor" & Co', timezone: 'Europe/Stockholm' });
  bundle.agent(1, {
    agentName: 'Åsa "Ace"',
    agentLastActive: newYear,
    groups: 'Sales,Support',
    department: 'D',
  });
  bundle.agent(2, { agentName: 'Gone', removed: true, isBackOffice: '1' });
  bundle.pageFilter(1, '100%_\\', { matchType: 'like' }).pageFilter(2, '^a|b$', { matchType: 'regex' });
  bundle
    .conversation('V1', newYear)
    .conversation('V18446744073709551617', '2020-01-02T03:04:05.006Z', { exitPage: '' });
  bundle.visit(1, 'V1', 'https://example.org/').message(2, 'V1', 'Hej\u0001\n"😀"').message(3, 'V1', '');
  bundle.message(4, 'V1', 'Hello', { from: 'Earlier Name', agentID: 1, date: '2020-01-01T00:00:01.000Z' });
  bundle.tag('V1', 'The Name', { type: 0 }).tag('V1', 'The Tag').tag('V18446744073709551617', '');
  bundle.label('V1', 'b').label('V1', 'a').label('V1', '', { createdDate: '2020-01-05T00:00:00.000Z' });
  bundle.card('V1', '1', '{}', { updatedDate: '2021-01-01T00:00:00.000Z' }).card('V1', 'x', '');
  const labels = { labels: ['a', 'b', ''], tags: ['The Tag'] };
  const by = { agentName: 'Earlier Name', agentEmail: 'earlier@example.org', agentID: 1 };
  bundle.chat('V1', newYear, {
    chatID: 7,
    endedAt: '2020-01-01T00:01:40.000Z',
    duration: 100000,
    responseTime: 5000,
    rating: 4,
    ...by,
    ...labels,
  });
  bundle.chat('V1', newYear, { chatID: 3, endedAt: null, agentID: null, ...labels });
  return bundle.chat('V18446744073709551617', newYear, {
    chatID: 9007199254740991,
    endedAt: null,
    agentID: null,
    tags: [''],
  });
}

let one;
before(async () => {
  one = await served(full());
});
after(() => one?.store.close());

/** Records in an order of their own, each with its keys sorted, so that only content counts. */
function content(text) {
  const sorted = records(text).map((record) =>
    JSON.stringify(Object.fromEntries(Object.entries(record).toSorted())),
  );
  return sorted.filter((record) => !record.includes('"kind":"bundle"')).toSorted();
}

const read = async (path) => {
  const bytes = await readFile(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
};
const withoutTime = (text) => text.replace(/"exportedAt":"[^"]*"/, '"exportedAt":""');

test('export of an import gives the same records back', async () => {
  assert.deepEqual(content(await read(await one.store.export(1))), content(full().toString()));
});

test('the first line says what it is', async () => {
  const [header] = records(await read(await one.store.export(1)));
  const { exportedAt, ...rest } = header;
  assert.deepEqual(rest, {
    kind: 'bundle',
    version: 1,
    sid: 1,
    name: 'Åkes "Skor" & Co',
    timezone: 'Europe/Stockholm',
  });
  assert.match(exportedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('kinds come in the order of the bundle page', async () => {
  const kinds = records(await read(await one.store.export(1))).map(({ kind }) => kind);
  const order = ['bundle', 'agent', 'pageFilter', 'conversation', 'message', 'tag', 'label', 'card', 'chat'];
  const first = [...new Set(kinds)];
  assert.deepEqual(first.toSorted(), order.toSorted());
  for (const kind of ['message', 'tag', 'label', 'card', 'chat']) {
    assert.ok(kinds.indexOf('conversation') < kinds.indexOf(kind), kind);
  }
  assert.deepEqual(kinds.slice(0, 5), ['bundle', 'agent', 'agent', 'pageFilter', 'pageFilter']);
});

test('import of the export into another store, exported again, gives the same bytes', async () => {
  const first = await one.store.export(1, 'first.ndjson');
  const store = await Store.create();
  try {
    await store.import(first);
    const second = await read(await store.export(1));
    assert.equal(withoutTime(second), withoutTime(await read(first)));
    await store.import(first);
    assert.equal(
      withoutTime(await read(await store.export(1))),
      withoutTime(second),
      'a second import changes nothing',
    );
  } finally {
    await store.close();
  }
});

test('an account put under another sid differs in nothing else', async () => {
  const first = await one.store.export(1);
  await one.store.import(first, { account: 99 });
  const moved = await read(await one.store.export(99));
  assert.equal(withoutTime(moved).replaceAll('"sid":99', '"sid":1'), withoutTime(await read(first)));
});

test('a name that ends in .gz is compressed', async () => {
  const plain = await read(await one.store.export(1));
  const packed = await read(await one.store.export(1, 'packed.ndjson.gz'));
  assert.equal(withoutTime(packed), withoutTime(plain));
});

test('chats without chatID keep their place when they come again', async () => {
  const bundle = new Bundle({ sid: 5 }).conversation('V1').conversation('V2');
  for (const city of ['one', 'two', 'three']) bundle.chat('V1', newYear, { city });
  bundle.chat('V2', newYear, { city: 'other' });
  await one.store.import(bundle);
  const five = await one.store.client({ account: 5 });
  const ask = () =>
    five.get('chatStatistics', '', { startTime: '2020-01-01', endTime: '2020-01-01', channel: 'V1' });
  const before = await ask();
  assert.deepEqual(
    before.rows.map(({ city }) => city),
    ['one', 'two', 'three'],
  );
  const bytes = withoutTime(await read(await one.store.export(5)));
  await one.store.import(bundle);
  assert.equal((await ask()).text, before.text);
  assert.equal(withoutTime(await read(await one.store.export(5))), bytes);
  const changed = new Bundle({ sid: 5 }).conversation('V1');
  for (const city of ['one', 'TWO', 'three', 'four']) changed.chat('V1', newYear, { city });
  await one.store.import(changed);
  assert.deepEqual(
    (await ask()).rows.map(({ city }) => city),
    ['one', 'TWO', 'three', 'four'],
  );
});

test('export of an account that is not there is refused', async () => {
  const result = await one.store.run([
    'export',
    '--store',
    one.store.name,
    '--account',
    '404',
    one.store.path('none.ndjson'),
  ]);
  assert.notEqual(result.code, 0);
  assert.match(result.stderr, /404/);
});

test('the store is sound after all this', async () => {
  const { stdout, stderr } = await one.store.must(['check', '--store', one.store.name]);
  assert.match(stdout + stderr, /\w/);
});
