// The model itself, where it could be wrong: time zones against known days, LIKE, the order by bytes; and
// that its questions are worth asking.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Account, byBytes } from './account.mjs';
import { answers } from './answers.mjs';
import { bundle, Told } from './generate.mjs';
import { matches } from './match.mjs';
import { question } from './questions.mjs';
import { Random } from './random.mjs';
import { endOfDay, offsetAt, startOfDay, writeLocal } from './time.mjs';

test('days begin and end where the zone says', () => {
  const iso = (ms) => new Date(ms).toISOString();
  assert.equal(iso(startOfDay('UTC', '2020-02-29')), '2020-02-29T00:00:00.000Z');
  assert.equal(iso(startOfDay('Europe/Stockholm', '2020-03-29')), '2020-03-28T23:00:00.000Z');
  assert.equal(iso(endOfDay('Europe/Stockholm', '2020-03-29')), '2020-03-29T21:59:59.999Z');
  assert.equal(iso(endOfDay('Europe/Stockholm', '2020-10-25')), '2020-10-25T22:59:59.999Z');
  assert.equal(iso(startOfDay('America/Sao_Paulo', '2018-11-04')), '2018-11-04T03:00:00.000Z');
  assert.equal(iso(startOfDay('America/Sao_Paulo', '2018-02-18')), '2018-02-18T03:00:00.000Z');
  assert.equal(iso(startOfDay('America/Havana', '2018-11-04')), '2018-11-04T04:00:00.000Z');
  assert.equal(iso(startOfDay('Pacific/Kiritimati', '2020-01-01')), '2019-12-31T10:00:00.000Z');
  assert.equal(offsetAt('Asia/Kathmandu', 0), 5.5 * 3_600_000);
  assert.equal(writeLocal('Asia/Kathmandu', 1_600_000_000_001), '2020-09-13T18:11:40.001+05:45');
  assert.equal(writeLocal('UTC', -1), '1969-12-31T23:59:59.999Z');
});

test('filters match as the contract says', () => {
  const like = (searchFilter, url) => matches({ searchFilter, matchType: 'like' }, url);
  assert.ok(like('SUP_ort', 'https://x/support'));
  assert.ok(like('a%c', 'xabbbcx') && like('%', 'x') && like('_', '😀') && !like('__', '😀'));
  assert.ok(!like('%', '') && !like('ü', 'Ü') && !like('a\\%', 'a%') && !like('cab', 'abc'));
  assert.ok(
    matches({ searchFilter: 'a', matchType: 'prefix' }, 'ab') &&
      !matches({ searchFilter: 'A', matchType: 'prefix' }, 'ab'),
  );
  assert.ok(
    !matches({ searchFilter: 'a', matchType: 'exact' }, 'ab') &&
      matches({ searchFilter: 'b$', matchType: 'regex' }, 'ab'),
  );
});

test('text is ordered by bytes, not by UTF-16', () => {
  assert.deepEqual(['😀', '\uffff', 'a', 'B'].sort(byBytes), ['B', 'a', '\uffff', '😀']);
});

test('the questions are worth asking: most find something, some are refused, every method is asked', () => {
  const found = new Map();
  let [refused, empty, all] = [0, 0, 0];
  for (let seed = 1; seed <= 20; seed += 1) {
    const random = new Random(seed);
    const [account, told] = [new Account(1), new Told(1)];
    for (let round = 0; round < 4; round += 1) account.take(bundle(random, told, 30));
    for (let number = 0; number < 200; number += 1) {
      const asked = question(random, told);
      const { body, error } = answers[asked.method](account, asked.model);
      all += 1;
      if (error) refused += 1;
      else if (/"json":\[\]|startedAt\r\n$/.test(body)) empty += 1;
      else found.set(asked.method, (found.get(asked.method) ?? 0) + 1);
    }
  }
  assert.equal(found.size, 10);
  assert.ok(refused > all / 100 && refused < all / 5, `${refused} of ${all} refused`);
  assert.ok(empty < all / 2, `${empty} of ${all} empty`);
});

/** Small faults in what a program makes of a bundle; the questions must find each of them. */
const faults = {
  'a label is lost': (records) => records.filter(({ kind }, index) => kind !== 'label' || index % 2),
  'a tag is lost': (records) => records.filter(({ kind }, index) => kind !== 'tag' || index % 2),
  'a start is a millisecond late': (records) =>
    records.map((record) =>
      record.kind === 'chat'
        ? { ...record, startedAt: new Date(Date.parse(record.startedAt) + 1).toISOString() }
        : record,
    ),
  'like is read as prefix': (records) =>
    records.map((record) => (record.matchType === 'like' ? { ...record, matchType: 'prefix' } : record)),
  'visits are not recorded': (records) =>
    records.map((record) => (record.agentID === null && record.message ? { ...record, agentID: 0 } : record)),
  'chats find no agent': (records) =>
    records.map((record) => (record.kind === 'chat' ? { ...record, agentID: null } : record)),
  'removed agents stay': (records) => records.map((record) => ({ ...record, removed: false })),
  'null is 0': (records) =>
    records.map((record) => (record.duration === null ? { ...record, duration: 0 } : record)),
  'cards are not replaced': (records, seen) =>
    records.filter(({ kind, conversationID, dataID }) => {
      const key = JSON.stringify([conversationID, dataID]);
      return kind !== 'card' || (!seen.has(key) && seen.add(key));
    }),
};

for (const [name, fault] of Object.entries(faults)) {
  test(`the questions find that ${name}`, () => {
    const random = new Random(1);
    const [good, bad, told, seen] = [new Account(1), new Account(1), new Told(1), new Set()];
    let found = 0;
    for (let round = 0; round < 5; round += 1) {
      const records = bundle(random, told, 30);
      good.take(records);
      bad.take(fault(records, seen));
      for (let number = 0; number < 100; number += 1) {
        const { method, model } = question(random, told);
        if (answers[method](good, model).body !== answers[method](bad, model).body) found += 1;
      }
    }
    assert.ok(found >= 1, `found by ${found} of 500 questions`);
  });
}
