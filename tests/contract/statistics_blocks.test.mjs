// chatStatistics from blocks: the same bytes as without them, in every form, and never an old row.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { wholeDays } from '../support/blocks.mjs';
import { Bundle } from '../support/bundle.mjs';
import { eventually, served } from '../support/store.mjs';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.UTC(2020, 2, 27);
const days = 5;

/** Chats over five days, one of them in a day's last millisecond, with texts that JSON and CSV write specially. */
function account() {
  const bundle = new Bundle({ sid: 1 });
  for (let i = 0; i < 7; i += 1) bundle.conversation(`V${i}`, start);
  for (let i = 0; i < 1500; i += 1) {
    const city = ['Lund', '=1+1', 'a "b", c', 'å\nö', ''][i % 5];
    bundle.chat(`V${i % 7}`, start + (i * days * day) / 1500, { chatID: i + 1, city: `${city}${'x'.repeat(i % 400)}` });
  }
  return bundle.chat('V1', start + day - 1, { chatID: 5000 });
}

const queries = [
  'startTime=2020-03-27&endTime=2020-03-31',
  'startTime=2020-03-27&endTime=2020-03-31&fileType=csv',
  'startTime=2020-03-27&endTime=2020-03-31&fileType=csv&timezone=Europe/Stockholm',
  'startTime=2020-03-27&endTime=2020-03-31&fileType=csv&separator=%3B&bom=1',
  'startTime=2020-03-27&endTime=2020-03-31&fileType=csv&raw=1',
  'startTime=2020-03-28T11:00:00Z&endTime=2020-03-30T12:34:56.789Z',
  'startTime=2020-03-28T11:00:00Z&endTime=2020-03-30T12:34:56.789Z&fileType=csv',
  'startTime=2020-03-28&endTime=2020-03-28&timezone=America/New_York',
  'startTime=2020-03-27T23:59:59.999Z&endTime=2020-03-28T00:00:00.000Z',
  'startTime=2020-01-01&endTime=2020-03-26',
  'startTime=2020-03-27&endTime=2020-03-31&channel=V3',
];

let one;
before(async () => {
  one = await served(account());
});
after(() => one?.store.close());

async function answers(headers) {
  const all = [];
  for (const query of queries) {
    const answer = await one.client.get('chatStatistics', '', query, { headers });
    assert.equal(answer.status, 200, query);
    all.push(answer);
  }
  return all;
}

test('answers from blocks are those from facts, to the byte', async () => {
  assert.equal(wholeDays(one.store), 0);
  const facts = await answers({});
  assert.equal(JSON.parse(facts[0].text).length, 1501);
  await eventually(() => wholeDays(one.store) === days, 'every day that was read gets its blocks');
  const blocks = await answers({});
  const packed = await answers({ 'Accept-Encoding': 'gzip' });
  for (const [i, answer] of facts.entries()) {
    assert.equal(Buffer.compare(blocks[i].body, answer.body), 0, queries[i]);
    assert.equal(blocks[i].headers.etag, answer.headers.etag, queries[i]);
    const { body, headers } = packed[i];
    const text = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    assert.equal(Buffer.compare(text, answer.body), 0, `${queries[i]}, gzip`);
  }
});

test('a label that comes later shows in the very next answer', async () => {
  const [query] = queries;
  const late = new Bundle({ sid: 1 }).label('V3', 'late', start);
  await one.store.import(late);
  const labelled = (rows) => rows.filter(({ labels }) => labels.includes('late')).length;
  const asked = () => one.client.rows('chatStatistics', '', query);
  const first = await asked();
  assert.equal(labelled(first), first.filter(({ channel }) => channel === 'V3').length);
  await eventually(() => wholeDays(one.store) === days, 'the days are made anew');
  assert.deepEqual(await asked(), first);
  await one.store.must(['check', '--store', one.store.name]);
});
