// What is known of a visitor: info with its unknowns, tags, labels and cards with their orders and their
// upserts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Bundle, newYear } from '../support/bundle.mjs';
import { served } from '../support/store.mjs';

const at = (ms) => new Date(Date.parse(newYear) + ms).toISOString();

function account() {
  const bundle = new Bundle({ sid: 1 })
    .conversation('V1')
    .conversation('V3', newYear, { last_visit: at(5), trafficType: 'www.Blog.example' });
  bundle.add({ kind: 'conversation', conversationID: 'V2', date: at(7) });
  for (const tag of ['b', 'B', 'a', 'é', 'z', '😀', '￿', '']) bundle.tag('V1', tag, { createdDate: at(1) });
  bundle.tag('V1', 'later', { createdDate: at(2) }).tag('V1', 'zzz earlier', { createdDate: at(0) });
  bundle.tag('V1', 'The Name', { type: 0, createdDate: at(1) });
  for (const label of ['b', 'B', 'a', '10', '9', '😀', '￿'])
    bundle.label('V1', label, { createdDate: at(1) });
  bundle.label('V1', 'aaa later', { createdDate: at(2) });
  for (const dataID of ['10', '9', 'b', 'a', 'B', ''])
    bundle.card('V1', dataID, `data of ${dataID}`, { createdDate: at(1) });
  return bundle.card('V1', 'first', '{"any":"text"}', { createdDate: at(0), updatedDate: at(9) });
}

let one;
let client;
before(async () => {
  one = await served(account());
  client = one.client;
});
after(() => one?.store.close());

const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

test('tags stand by createdDate, then by the bytes of the tag', async () => {
  const rows = await client.rows('grabVisitorTags', '/V1');
  const middle = ['b', 'B', 'a', 'é', 'z', '😀', '￿', '', 'The Name'].toSorted(byBytes);
  assert.deepEqual(
    rows.map(({ tag }) => tag),
    ['zzz earlier', ...middle, 'later'],
  );
  assert.deepEqual(
    rows.filter(({ type }) => type === 0).map(({ tag }) => tag),
    ['The Name'],
  );
});

test('labels stand by createdDate, then by the bytes of the label, without sid and length', async () => {
  const answer = await client.get('grabVisitorLabels', '/V1');
  const middle = ['b', 'B', 'a', '10', '9', '😀', '￿'].toSorted(byBytes);
  assert.deepEqual(
    answer.rows.map(({ label }) => label),
    [...middle, 'aaa later'],
  );
  assert.equal('length' in answer.value, false);
  assert.equal('sid' in answer.rows[0], false);
});

test('cards stand by createdDate, then by the bytes of dataID, which is a string', async () => {
  const answer = await client.get('grabVisitorCards', '/V1');
  const middle = ['10', '9', 'b', 'a', 'B', ''].toSorted(byBytes);
  assert.deepEqual(
    answer.rows.map(({ dataID }) => dataID),
    ['first', ...middle],
  );
  assert.deepEqual(answer.rows[0], {
    dataID: 'first',
    data: '{"any":"text"}',
    sid: 1,
    conversationID: 'V1',
    createdDate: at(0),
    updatedDate: at(9),
  });
  assert.equal('length' in answer.value, false);
});

test('every conversation has visitor info; unknown text is empty, unknown last_visit is its date', async () => {
  const [row] = await client.rows('grabVisitorInfo', '/V2');
  const { trafficType, se_type, last_visit, browser, os, user_city, user_country, exitPage } = row;
  assert.deepEqual(
    { se_type, user_city, user_country, exitPage },
    { se_type: '', user_city: '', user_country: '', exitPage: '' },
  );
  assert.equal(last_visit, at(7));
  assert.deepEqual(
    [trafficType, browser, os].filter((text) => text === null),
    [],
  );
});

test('imported values stay as they are', async () => {
  const [row] = await client.rows('grabVisitorInfo', '/V3');
  assert.equal(row.trafficType, 'www.Blog.example');
  assert.equal(row.last_visit, at(5));
  assert.equal(row.browser, 'Chrome 50.0.0');
});

test('the next name replaces the name, a tag and a label are there once', async () => {
  const bundle = new Bundle({ sid: 1 }).conversation('V1');
  bundle
    .tag('V1', 'The Next Name', { type: 0, createdDate: at(3) })
    .tag('V1', 'The Name', { createdDate: at(4) });
  await one.store.import(
    bundle.label('V1', 'a', { createdDate: at(1) }).tag('V1', 'a', { createdDate: at(1) }),
  );
  const tags = await client.rows('grabVisitorTags', '/V1');
  assert.deepEqual(
    tags.filter(({ type }) => type === 0).map(({ tag }) => tag),
    ['The Next Name'],
  );
  assert.equal(
    tags.filter(({ tag }) => tag === 'The Name')[0].type,
    1,
    'the old name may be an ordinary tag',
  );
  assert.equal(tags.filter(({ tag }) => tag === 'a').length, 1);
  const labels = await client.rows('grabVisitorLabels', '/V1');
  assert.equal(labels.filter(({ label }) => label === 'a').length, 1);
});

test('a card is written over by its dataID: updatedDate moves', async () => {
  const bundle = new Bundle({ sid: 1 }).conversation('V1');
  await one.store.import(bundle.card('V1', 'first', 'new', { createdDate: at(0), updatedDate: at(20) }));
  const [row] = await client.rows('grabVisitorCards', '/V1');
  assert.deepEqual([row.data, row.createdDate, row.updatedDate], ['new', at(0), at(20)]);
});
