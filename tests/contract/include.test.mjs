// include: a list's rows carry what five other methods would give, to the byte; and the forms NDJSON and CSV.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Bundle, newYear } from '../support/bundle.mjs';
import { served } from '../support/store.mjs';

const start = Date.parse(newYear);
const days = '/2020-01-01/2020-12-31';
/** Each part: its method, and whether it is one object and not a list. */
const parts = {
  messages: 'grabConversation',
  visitor: 'grabVisitorInfo',
  tags: 'grabVisitorTags',
  labels: 'grabVisitorLabels',
  cards: 'grabVisitorCards',
};

/** V2 has nothing, V3 more text than one batch holds, V4 a text of its own that is as long. */
function account() {
  const bundle = new Bundle({ sid: 1 }).agent(1).pageFilter(1, 'imbox');
  for (let i = 1; i <= 40; i += 1) bundle.conversation(`V${i}`, start + i * 1000);
  let id = 0;
  const say = (conversation, text) => bundle.message((id += 1), conversation, text);
  say('V1', '=1+1, "quoted"\r\nnext');
  for (let i = 0; i < 900; i += 1) say('V3', `${i} ${'é'.repeat(200)}`);
  say('V4', 'x'.repeat(300_000));
  for (let i = 5; i <= 40; i += 1) say(`V${i}`, `hello ${i}`);
  bundle.tag('V1', 'Ann', { type: 0 }).tag('V1', 'b').tag('V1', 'a').label('V1', 'a "label"');
  bundle.card('V1', 'id', 'line\nline').chat('V1', start + 5).chat('V3', start + 7, { exitPage: '=cell' });
  return bundle;
}

let one;
let client;
before(async () => {
  one = await served(account());
  client = one.client;
});
after(() => one?.store.close());

/** The text of the rows between the brackets of `json`, as the method gave them. */
async function rowsText(method, tail) {
  const { text } = await client.get(method, tail);
  return text.slice('{"result":"success","json":['.length, text.lastIndexOf(']'));
}

/** The list as it must be, built from what the other methods answer. */
async function expected(names) {
  const plain = await client.rows('listConversations', days);
  const rows = [];
  for (const row of plain) {
    let text = JSON.stringify(row).slice(0, -1);
    for (const name of names) {
      const value = await rowsText(parts[name], `/${row.conversationID}`);
      text += name === 'visitor' ? `,"visitor":${value}` : `,"${name}":[${value}]`;
    }
    rows.push(`${text}}`);
  }
  return rows;
}

for (const names of [['messages'], ['visitor'], ['tags', 'labels'], ['labels', 'cards'], Object.keys(parts)]) {
  test(`include=${names} gives what ${names.map((name) => parts[name])} give, to the byte`, async () => {
    const rows = await expected(names);
    const asked = [...names].reverse().join(',');
    const answer = await client.get('listConversations', days, { include: asked });
    assert.equal(answer.text, `{"result":"success","json":[${rows}],"length":${rows.length}}`);
    const lines = await client.get('listConversations', days, { include: names, fileType: 'ndjson' });
    assert.equal(lines.text, rows.map((row) => `${row}\n`).join(''));
  });
}

test('include in pages joins to the whole', async () => {
  const rows = await expected(['messages', 'tags']);
  for (const [fileType, limit] of [['json', 1], ['json', 7], ['ndjson', 1], ['ndjson', 39], ['ndjson', 40]]) {
    const seen = [];
    let target = client.target('listConversations', days, { include: 'messages,tags', fileType, limit });
    while (target) {
      const answer = await client.send(target);
      assert.equal(answer.status, 200);
      const link = fileType === 'json' ? answer.value.next : /<([^>]*)>; rel="next"/.exec(answer.headers.link ?? '')?.[1];
      seen.push(...(fileType === 'json' ? answer.rows.map((row) => JSON.stringify(row)) : answer.text.split('\n').slice(0, -1)));
      target = link && link.slice(client.url.origin.length);
    }
    assert.deepEqual(seen, rows, `${fileType}, ${limit} a page`);
  }
});

test('include with a page filter, gzip and an entity tag', async () => {
  const query = { include: 'visitor', pageFilterId: 1 };
  const plain = await client.get('listConversations', days, query);
  const packed = await client.get('listConversations', days, query, { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(packed.text, plain.text);
  assert.ok(plain.rows.length > 0);
  const headers = { 'if-none-match': plain.headers.etag };
  assert.equal((await client.get('listConversations', days, query, { headers })).status, 304);
  const other = await client.get('listConversations', days, { ...query, include: 'tags' }, { headers });
  assert.equal(other.status, 200);
});

test('an unknown part is refused by name, and include in CSV', async () => {
  for (const include of ['message', '', 'messages,', 'messages, tags', 'Tags']) {
    const answer = await client.get('listConversations', days, { include });
    assert.equal(answer.status, 400, include);
    assert.equal(answer.error, 'invalid_parameter');
    assert.match(answer.value.message, /^include .*messages, visitor, tags, labels and cards/);
  }
  const csv = await client.get('listConversations', days, { include: 'tags', fileType: 'csv' });
  assert.equal(csv.status, 400);
  assert.match(csv.value.message, /^include /);
});

const forms = {
  listConversations: [days, {}],
  grabConversation: ['/V3', {}],
  chatStatistics: ['', { startTime: '2020-01-01', endTime: '2020-12-31' }],
};

for (const [method, [tail, query]] of Object.entries(forms)) {
  test(`${method} in NDJSON: the rows of the JSON, one a line; by name or by Accept`, async () => {
    const { rows, headers: plain } = await client.get(method, tail, query);
    const named = await client.get(method, tail, { ...query, fileType: 'ndjson' });
    assert.equal(named.headers['content-type'], 'application/x-ndjson');
    assert.deepEqual(named.text.split('\n').slice(0, -1).map(JSON.parse), rows);
    assert.equal(named.headers.vary.includes('Accept,'), false);
    for (const [accept, isLines] of [
      ['application/x-ndjson', true],
      ['text/html, Application/X-NDJSON;q=0.5', true],
      ['application/x-ndjson;q=0', false],
      ['application/x-ndjson; q=0.000', false],
      ['*/*', false],
      ['application/json', false],
    ]) {
      const answer = await client.get(method, tail, query, { headers: { accept } });
      assert.equal(answer.headers['content-type'], isLines ? 'application/x-ndjson' : 'application/json; charset=utf-8');
      assert.match(answer.headers.vary, /Accept(,|$)/);
      assert.equal(answer.headers.etag === plain.etag, !isLines, 'the two forms have tags of their own');
    }
    const wins = await client.get(method, tail, { ...query, fileType: 'json' }, { headers: { accept: 'application/x-ndjson' } });
    assert.deepEqual(wins.rows, rows);
  });

  test(`${method} in pages of lines joins to the whole`, async () => {
    const whole = await client.get(method, tail, { ...query, fileType: 'ndjson' });
    const count = whole.text.split('\n').length - 1;
    for (const limit of [...new Set([1, Math.max(1, count - 1), count, count + 1])]) {
      if (limit === 1 && count > 100) continue;
      let joined = '';
      let target = client.target(method, tail, { ...query, fileType: 'ndjson', limit });
      while (target) {
        const answer = await client.send(target);
        joined += answer.text;
        target = /<([^>]*)>; rel="next"/.exec(answer.headers.link ?? '')?.[1].slice(client.url.origin.length);
      }
      assert.equal(joined, whole.text, `${limit} a page`);
    }
  });
}

test('grabConversation takes no CSV', async () => {
  const answer = await client.get('grabConversation', '/V1', { fileType: 'csv' });
  assert.equal(answer.status, 400);
  assert.match(answer.value.message, /^fileType is 'csv'; it takes json or ndjson$/);
});

test('listConversations in CSV', async () => {
  const rows = await client.rows('listConversations', days);
  const answer = await client.get('listConversations', days, { fileType: 'csv' });
  assert.equal(answer.headers['content-disposition'], 'attachment; filename="listConversations_1_2020-01-01_2020-12-31.csv"');
  const lines = rows.map((row) => `${row.sid},${row.conversationID},${row.date}\r\n`);
  assert.equal(answer.text, `sid,conversationID,date\r\n${lines.join('')}`);
  const other = { fileType: 'csv', separator: ';', bom: 1, timezone: 'Europe/Stockholm' };
  const local = (await client.get('listConversations', days, other)).text;
  assert.ok(local.startsWith('\uFEFFsid;conversationID;date\r\n1;V1;2020-01-01T01:00:01.000+01:00\r\n'), local.slice(0, 100));
  for (const [name, value] of Object.entries({ separator: 'x', bom: 'x', timezone: 'Nowhere/Land', raw: '2' })) {
    const refused = await client.get('listConversations', days, { fileType: 'csv', [name]: value });
    assert.equal(refused.status, 400, name);
    assert.match(refused.value.message, new RegExp(`^${name} `));
    const ignored = await client.get('listConversations', days, { [name]: value });
    assert.equal(ignored.status, 200, `${name} is no parameter of the JSON`);
  }
});
