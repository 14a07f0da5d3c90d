// Compression on request: gzip or zstd from 1 KB on, the same bytes when unpacked, and never where it was refused.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

import { Bundle } from '../support/bundle.mjs';
import { served } from '../support/store.mjs';

let one;
let client;
before(async () => {
  const bundle = new Bundle({ sid: 1 }).agent(1);
  for (let id = 1; id <= 3000; id += 1) bundle.conversation(`V${id}`, Date.UTC(2020, 0, 1) + id * 600_000);
  for (let id = 1; id <= 2000; id += 1) {
    bundle.message(id, 'V1', `message ${id} ${'åß😀"\\'.repeat(20)}`);
    bundle.chat('V1', Date.UTC(2020, 0, 1) + id * 60_000, { chatID: id, city: `Göteborg, ${id} "x"` });
  }
  one = await served(bundle);
  client = one.client;
});
after(() => one?.store.close());

const everyMethod = [
  ['listConversations', '/2020-01-01/2020-03-01'],
  ['grabConversation', '/V1'],
  ['grabVisitorInfo', '/V1'],
  ['grabVisitorTags', '/V1'],
  ['grabVisitorLabels', '/V1'],
  ['grabVisitorCards', '/V1'],
  ['grabAgent', '/1'],
  ['grabAgents', ''],
  ['chatStatistics', '', 'startTime=2020-01-01&endTime=2020-03-01'],
  ['chatStatistics', '', 'startTime=2020-01-01&endTime=2020-03-01&fileType=csv'],
  ['pageFilters', ''],
];

test('gzip on request gives the same bytes when unpacked', async () => {
  for (const [name, tail, query] of everyMethod) {
    const plain = await client.get(name, tail, query);
    assert.equal(plain.headers['content-encoding'], undefined, 'nobody asked');
    for (const accept of [
      'gzip',
      'gzip, deflate, br',
      'br;q=1.0, gzip;q=0.5',
      '*',
      'GZIP',
      'deflate, gzip;q=1.0, *;q=0',
    ]) {
      const answer = await client.get(name, tail, query, { headers: { 'Accept-Encoding': accept } });
      const coding =
        plain.body.length >= 1024
          ? 'gzip'
          : plain.body.length < 1000
            ? undefined
            : answer.headers['content-encoding'];
      if (accept !== '*') assert.equal(answer.headers['content-encoding'], coding, `${name} ${accept}`);
      const body = answer.headers['content-encoding'] === 'gzip' ? gunzipSync(answer.body) : answer.body;
      assert.equal(Buffer.compare(body, plain.body), 0, `${name} ${accept}`);
    }
  }
});

test('zstd goes to who likes it no less than gzip, and has the same bytes when unpacked', async () => {
  for (const [name, tail, query] of everyMethod) {
    const plain = await client.get(name, tail, query);
    for (const accept of ['zstd', 'gzip;q=0.5, zstd', 'gzip, deflate, br, zstd']) {
      const answer = await client.get(name, tail, query, { headers: { 'Accept-Encoding': accept } });
      const coding = answer.headers['content-encoding'];
      if (plain.body.length >= 1024) assert.match(coding, accept.startsWith('gzip, ') ? /^(gzip|zstd)$/ : /^zstd$/);
      const body =
        coding === 'zstd' ? zstdDecompressSync(answer.body) : coding === 'gzip' ? gunzipSync(answer.body) : answer.body;
      assert.equal(Buffer.compare(body, plain.body), 0, `${name} ${accept}`);
      assert.equal(answer.headers.etag, plain.headers.etag, 'the tag is weak: the same for each coding');
    }
  }
});

test('a refused coding is not used', async () => {
  for (const accept of [
    'gzip;q=0',
    'identity',
    'gzip;q=0.000, identity',
    'br',
    '',
    '*;q=0, identity',
    'x-gzipped',
    'gzip;q=0, *;q=1',
  ]) {
    const answer = await client.get('listConversations', '/2020-01-01/2020-03-01', '', {
      headers: { 'Accept-Encoding': accept },
    });
    assert.equal(answer.status, 200);
    assert.equal(['gzip', 'x-gzip'].includes(answer.headers['content-encoding']), false, accept);
  }
});

test('a compressed answer varies by Accept-Encoding, and so does the plain one', async () => {
  for (const headers of [{}, { 'Accept-Encoding': 'gzip' }]) {
    const answer = await client.get('listConversations', '/2020-01-01/2020-03-01', '', { headers });
    assert.match(answer.headers.vary ?? '', /accept-encoding/i);
  }
});

test('compression begins at 1 KB: not below 1,000 bytes, always from 1,024 on', async () => {
  const bundle = new Bundle({ sid: 1 });
  const empty =
    '{"result":"success","json":[{"conversationID":"V00","createdDate":"2020-01-01T00:00:00.000Z","label":""}]}';
  const sizes = [200, 998, 999, 1024, 1025, 1500];
  for (const [index, size] of sizes.entries()) {
    const id = `V0${index}`;
    bundle.conversation(id).label(id, 'x'.repeat(size - empty.length));
  }
  await one.store.import(bundle);
  for (const [index, size] of sizes.entries()) {
    const headers = { 'Accept-Encoding': 'gzip' };
    const answer = await client.get('grabVisitorLabels', `/V0${index}`, '', { headers });
    assert.equal(answer.text.length, size);
    assert.equal(answer.headers['content-encoding'], size < 1000 ? undefined : 'gzip', size);
  }
});
