// kill -9 while blocks of chatStatistics are being made: the next start answers the same, the store is sound,
// and the blocks get made.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { wholeDays } from '../support/blocks.mjs';
import { Bundle } from '../support/bundle.mjs';
import { Client } from '../support/client.mjs';
import { eventually, Store } from '../support/store.mjs';

const rounds = Number(process.env.PARLEY_KILL_ROUNDS ?? 24) / 3;
const days = 200;
const query = 'startTime=2020-01-01&endTime=2020-12-30';

function account() {
  const bundle = new Bundle({ sid: 1 }).conversation('V1');
  const start = Date.UTC(2020, 0, 1);
  for (let i = 0; i < days * 10; i += 1) bundle.chat('V1', start + i * 8_640_000, { chatID: i + 1, city: 'x'.repeat(i % 999) });
  return bundle;
}

let store;
let key;
before(async () => {
  store = await Store.create();
  await store.import(account());
  key = await store.createKey();
});
after(() => store?.close());

const asked = () => new Client(store.url, key, 1).get('chatStatistics', '', query);

test(`kill -9 while blocks are made, ${rounds} times`, async () => {
  await store.serve();
  const expected = await asked();
  assert.equal(expected.status, 200);
  await store.kill();
  let made = wholeDays(store);
  for (let round = 1; round <= rounds; round += 1) {
    await store.serve();
    const before = made;
    const answer = await asked();
    assert.equal(Buffer.compare(answer.body, expected.body), 0, `round ${round}`);
    await eventually(() => wholeDays(store) > Math.min(before + 3, days - 1), `round ${round}: some days are made`);
    await store.kill();
    await store.must(['check', '--store', store.name]);
    made = wholeDays(store);
    assert.ok(made >= before, `round ${round}: a whole day stays whole`);
  }
  await store.serve();
  await asked();
  await eventually(() => wholeDays(store) === days, 'in the end all days are made');
  assert.equal(Buffer.compare((await asked()).body, expected.body), 0);
  await store.stop();
  await store.must(['check', '--store', store.name]);
});
