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
