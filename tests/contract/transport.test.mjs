// How requests travel: segments, slashes, HEAD, chunks, pipelining, limits, and the key that no log shows.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Bundle } from '../support/bundle.mjs';
import { Client, queryText } from '../support/client.mjs';
import { secret, served } from '../support/store.mjs';

let one;
let client;
let host;
before(async () => {
  const bundle = new Bundle({ sid: 1 }).agent(1);
  const size = (id) => `V${id}`;
  for (let id = 1; id <= 3000; id += 1) bundle.conversation(size(id), Date.UTC(2020, 0, 1) + id * 3_600_000);
  for (let id = 1; id <= 2000; id += 1) {
    bundle.message(id, 'V1', `message ${id} ${'åß😀"\\'.repeat(20)}`);
    bundle.chat('V1', Date.UTC(2020, 0, 1) + id * 60_000, { chatID: id, city: `Göteborg, ${id} "x"` });
  }
  for (let id = 1; id <= 1000; id += 1) bundle.message(10_000 + id, 'V2', `${id} ${'åß😀'.repeat(1300)}`);
  one = await served(bundle);
  client = one.client;
  host = client.url.host;
});
after(() => one?.store.close());

const head = (verb, target, more = '') => `${verb} ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`;

test('one trailing slash is accepted, two are not', async () => {
  assert.equal((await client.get('grabAgents', '/')).status, 200);
  assert.equal((await client.get('grabConversation', '/V2/')).status, 200);
  assert.equal((await client.get('listConversations', '/2020-01-01/2020-01-01/')).status, 200);
  assert.equal((await client.get('grabConversation', '/V2//')).status, 404);
  assert.equal((await client.get('grabConversation', '/')).status, 404);
  assert.equal((await client.send(`/message//grabAgents/${client.key}/1`)).status, 404);
});

test('segments are decoded after the path was split', async () => {
  const good = await client.get('grabConversation', '/V1');
  for (const tail of ['/%56%31', '/V%31', '/%561']) {
    const answer = await client.get('grabConversation', tail);
    assert.equal(answer.status, 200);
    assert.equal(answer.text, good.text);
  }
  assert.equal((await client.send(`/%6Dessage/grab%41gents/${client.key}/%31`)).status, 200);
  assert.equal(
    (await client.get('grabConversation', '/V1%2FV2')).status,
    400,
    '%2F is a character of the segment',
  );
  assert.equal((await client.send(`/message%2FgrabAgents/${client.key}/1`)).status, 404);
  assert.equal(
    (await client.send(`/message/./grabAgents/${client.key}/1`)).status,
    404,
    'dots are no navigation',
  );
  assert.equal((await client.send(`/x/../message/grabAgents/${client.key}/1`)).status, 404);
  assert.equal((await client.get('grabConversation', '/V1+')).status, 400, '+ is a plus in a path');
});

test('what cannot be decoded is refused, not guessed', async () => {
  for (const bad of ['%', '%1', '%zz', '%ff', '%C3', '%ED%A0%80', '%00']) {
    const answer = await client.get('grabConversation', `/V1${bad}`);
    assert.equal(answer.status, 400, bad);
    const query = await client.get(
      'chatStatistics',
      '',
      `startTime=2020-01-01&endTime=2020-01-01&timezone=UTC${bad}`,
    );
    assert.equal(query.status, 400, bad);
  }
});

test('unknown parameters are ignored', async () => {
  const plain = await client.get('grabAgents');
  for (const query of [
    'x=1',
    'apiKey=1&userId=2',
    '=',
    '&&&',
    'startTime=nonsense',
    'x[]=1&x[y]=2',
    'TIMEZONE=Mars',
    '?',
    'length',
  ]) {
    const answer = await client.get('grabAgents', '', query);
    assert.equal(answer.status, 200, query);
    assert.equal(answer.text, plain.text);
  }
  const list = await client.get(
    'listConversations',
    '/2020-01-01/2020-01-02',
    'timezone=Mars&startTime=x&pageFilterIds=7',
  );
  assert.equal(list.status, 200);
  assert.equal(list.value.length, 47);
  assert.equal((await client.send(`${client.target('grabAgents')}?`)).status, 200);
});

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

test('HEAD gives the headers of GET and no body', async () => {
  const wanted = ['content-type', 'etag', 'content-disposition', 'vary', 'cache-control'];
  for (const [name, tail, query] of everyMethod) {
    const get = await client.get(name, tail, query);
    const only = await client.get(name, tail, query, { verb: 'HEAD' });
    assert.equal(only.status, 200);
    assert.equal(only.body.length, 0);
    for (const header of wanted) assert.equal(only.headers[header], get.headers[header], `${name} ${header}`);
    const length = only.headers['content-length'];
    if (length !== undefined) assert.equal(Number(length), get.body.length, name);
  }
});

test('errors have the same headers with HEAD', async () => {
  for (const [name, tail] of [
    ['grabConversation', '/x'],
    ['nothing', ''],
  ]) {
    const get = await client.get(name, tail);
    const only = await client.get(name, tail, '', { verb: 'HEAD' });
    assert.equal(only.status, get.status);
    assert.equal(only.headers['content-type'], get.headers['content-type']);
  }
});

test('large answers have the same bytes as the small ones that make them up', async () => {
  const whole = await client.get('listConversations', '/2020-01-01/2020-12-31');
  assert.equal(whole.value.length, 3000);
  assert.equal(whole.headers['transfer-encoding'], 'chunked');
  const days = [];
  for (let day = 0; day < 366; day += 1) {
    const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
    const answer = await client.get('listConversations', `/${date}/${date}`);
    const inner = answer.text.slice('{"result":"success","json":['.length, answer.text.lastIndexOf(']'));
    if (inner) days.push(inner);
  }
  assert.equal(whole.text, `{"result":"success","json":[${days.join(',')}],"length":3000}`);
});

test('a reader that stops gets the same bytes later, and holds nobody up', async () => {
  const target = client.target('grabConversation', '/V2');
  const plain = await client.send(target);
  assert.ok(plain.body.length > 10_000_000, 'more than the buffers between us hold');
  const during = async () => {
    for (let id = 1; id <= 50; id += 1) await client.rows('grabVisitorInfo', `/V${id}`);
    assert.equal((await client.get('grabConversation', '/V1')).value.length, 2000);
  };
  const [slow] = await client.raw(head('GET', target), [{ verb: 'GET', target }], { during });
  assert.equal(Buffer.compare(slow.body, plain.body), 0);
});

test('two and more requests may be sent at once on one connection', async () => {
  const targets = [
    client.target('grabAgents'),
    client.target('listConversations', '/2020-01-01/2020-12-31'),
    client.target('grabConversation', '/x'),
    client.target('grabAgent', '/1'),
    '/nothing',
    client.target('pageFilters'),
  ];
  const alone = [];
  for (const target of targets) alone.push(await client.send(target));
  const requests = targets.map((target) => ({ verb: 'GET', target }));
  const answers = await client.raw(requests.map(({ target }) => head('GET', target)).join(''), requests);
  for (const [index, answer] of answers.entries()) {
    assert.equal(answer.status, alone[index].status);
    assert.equal(answer.text, alone[index].text);
  }
});

test('HEAD and GET on one connection keep in step', async () => {
  const requests = ['HEAD', 'GET', 'HEAD', 'HEAD', 'GET'].map((verb) => ({
    verb,
    target: client.target('grabConversation', '/V1'),
  }));
  const answers = await client.raw(requests.map(({ verb, target }) => head(verb, target)).join(''), requests);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200, 200],
  );
  assert.equal(answers[1].text, answers[4].text);
});

test('a body that a GET or POST brings does not disturb the next request', async () => {
  const target = client.target('grabAgents');
  const body = `${'GET / HTTP/1.1\r\n\r\n'.repeat(3)}`;
  const more = `Content-Length: ${body.length}\r\n`;
  const requests = [
    { verb: 'POST', target },
    { verb: 'GET', target },
  ];
  const bytes = `${head('POST', target, more)}${body}${head('GET', target)}`;
  const answers = await client.raw(bytes, requests);
  assert.deepEqual(
    answers.map(({ status }) => status),
    [405, 200],
  );
});

test('HTTP/1.0 gets no chunks', async () => {
  const target = client.target('listConversations', '/2020-01-01/2020-12-31');
  const [answer] = await client.raw(`GET ${target} HTTP/1.0\r\nHost: ${host}\r\n\r\n`, [
    { verb: 'GET', target },
  ]);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers['transfer-encoding'], undefined);
  assert.equal(answer.value.length, 3000);
});

test('a request cut at every byte, sent in two pieces, gives the same answer', async () => {
  const target = client.target('grabAgent', '/1', 'x=1');
  const plain = await client.send(target);
  const bytes = head('GET', target);
  for (let cut = 1; cut < bytes.length; cut += 7) {
    const [answer] = await client.raw([bytes.slice(0, cut), bytes.slice(cut)], [{ verb: 'GET', target }]);
    assert.equal(answer.text, plain.text);
  }
});

test('the request line may be long, but not too long', async () => {
  const fits = client.target(
    'chatStatistics',
    '',
    queryText({
      startTime: '2020-01-01',
      endTime: '2020-01-01',
      channels: Array.from({ length: 400 }, (_, id) => `V1600000000000${id}`),
    }),
  );
  assert.ok(fits.length > 8_000 && fits.length < 14_000);
  assert.equal((await client.send(fits)).status, 200);
  const sized = (size) => {
    const start = `${client.target('grabAgents')}?x=`;
    return start + 'y'.repeat(size - start.length);
  };
  for (const [size, status] of [
    [8_000, 200],
    [14_000, 200],
    [17_000, 414],
    [30_000, 414],
    [200_000, 414],
  ]) {
    const target = sized(size);
    const [answer] = await client.raw(head('GET', target), [{ verb: 'GET', target }]);
    assert.equal(answer.status, status, size);
  }
});

test('the headers may be large, but not too large', async () => {
  const target = client.target('grabAgents');
  for (const [size, status] of [
    [16_000, 200],
    [30_000, 200],
    [34_000, 431],
    [300_000, 431],
  ]) {
    const [answer] = await client.raw(head('GET', target, `Cookie: ${'c'.repeat(size)}\r\n`), [
      { verb: 'GET', target },
    ]);
    assert.equal(answer.status, status, size);
  }
});

test('ambiguous framing is refused and the connection closed', async () => {
  const target = client.target('grabAgents');
  const smuggled = [
    'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n',
    'Content-Length: 5\r\nContent-Length: 6\r\n',
    'Transfer-Encoding: gzip\r\nContent-Length: 5\r\n',
    'Content-Length: -1\r\n',
    'Content-Length: 0x5\r\n',
  ];
  for (const more of smuggled) {
    const first = await client.rawText(`${head('GET', target, more)}0\r\n\r\n${head('GET', target)}`);
    assert.equal([...first.matchAll(/HTTP\/1\.1 200/g)].length, 0, more);
  }
});

test('several connections at once are answered each with its own', async () => {
  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, id) => client.get('grabVisitorInfo', `/V${id + 1}`)),
  );
  assert.deepEqual(
    answers.map(({ rows }) => rows[0].conversationID),
    Array.from({ length: 60 }, (_, id) => `V${id + 1}`),
  );
});

test('no answer and no log holds the key, wherever it was put', async () => {
  const { key } = client;
  const places = [
    `/message/grabNothing/${key}/1`,
    `/${key}`,
    `/message/${key}/grabAgents/1`,
    `/message/grabAgents/1/${key}`,
    `/message/grabAgents/${key}`,
    `/message/grabAgents/${key}/1/2/3`,
    `/message//${key}/1`,
    `/Message/grabAgents/${key}/1`,
  ];
  for (const target of places) {
    const answer = await client.send(target);
    assert.ok([401, 404].includes(answer.status), target.replace(key, 'KEY'));
    assert.equal(answer.text.includes(key), false);
    assert.equal(JSON.stringify(answer.headers).includes(key), false);
  }
  const encoded = [...key].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join('');
  await new Client(one.server.url, secret(encoded), 1).get('grabAgents');
  await client.send(`/message/grabAgents/-/1?apiKey=${key}`);
  await client.send('/message/grabAgents/-/1', { headers: { Authorization: `Bearer ${key}` } });
  await client.send('/message/grabAgents/-/1', {
    headers: { Referer: `http://x/message/grabAgents/${key}/1`, 'User-Agent': key },
  });
  for (const log of [one.server.out(), one.server.err()])
    assert.equal(log.includes(key), false, 'the log holds a key');
});
