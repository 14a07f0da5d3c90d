// Every documented error of every method, with GET and with HEAD, and the order in which the checks run.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Bundle } from '../support/bundle.mjs';
import { Client } from '../support/client.mjs';
import { secret, served } from '../support/store.mjs';

const wrongKey = secret('wrong-key-that-nobody-ever-made');
const span = { startTime: '2020-01-01', endTime: '2020-01-02' };

/** Each method: a good tail and query, then the parts that can be bad. */
const methods = {
  listConversations: { tail: '/2020-01-01/2020-01-02', bad: '/2020-02-30/2020-03-01' },
  grabConversation: { tail: '/V1', bad: '/1' },
  grabVisitorInfo: { tail: '/V1', bad: '/V' },
  grabVisitorTags: { tail: '/V1', bad: '/V1x' },
  grabVisitorLabels: { tail: '/V1', bad: '/v1' },
  grabVisitorCards: { tail: '/V1', bad: `/V${'1'.repeat(41)}` },
  grabAgent: { tail: '/1', bad: '/one' },
  grabAgents: { tail: '' },
  chatStatistics: { tail: '', query: span, badQuery: { startTime: 'yesterday' } },
  pageFilters: { tail: '' },
};

let one;
let client;
let blind;
let stranger;
before(async () => {
  const bundle = new Bundle({ sid: 1 }).agent(1).conversation('V1');
  one = await served(bundle, new Bundle({ sid: 2 }), new Bundle({ sid: 3 }));
  const set = ['account', 'set', '--store', one.store.name, '--account', '3'];
  await one.store.must([...set, '--origin', 'https://app.example.org']);
  client = one.client;
  blind = new Client(one.server.url, await one.store.createKey({ scope: 'chat:write' }), 1);
  stranger = new Client(one.server.url, wrongKey, 1);
});
after(() => one?.store.close());

async function refused(answer, status, error) {
  assert.equal(answer.status, status, `${answer.verb} ${answer.target.slice(0, 200)}: ${answer.body}`);
  if (answer.verb !== 'HEAD') assert.equal(answer.error, error);
}

/** A request that is refused while it is still being sent: over a socket of its own, which the server may close. */
async function oversized(verb, target, fields = '', body = '') {
  const bytes = `${verb} ${target} HTTP/1.1\r\nHost: ${client.url.host}\r\n${fields}\r\n${body}`;
  const [answer] = await client.raw(bytes, [{ verb, target }]);
  return answer;
}

for (const [name, { tail, bad, query = '', badQuery }] of Object.entries(methods)) {
  for (const verb of ['GET', 'HEAD']) {
    test(`${verb} ${name}: good, and each error`, async () => {
      const ok = await client.get(name, tail, query, { verb });
      assert.equal(ok.status, 200);
      const known = { verb, headers: { 'If-None-Match': ok.headers.etag } };
      assert.equal((await client.get(name, tail, query, known)).status, 304);

      await refused(await stranger.get(name, tail, query, { verb }), 401, 'unauthorized');
      await refused(await blind.get(name, tail, query, { verb }), 403, 'forbidden');
      await refused(await client.get(name, `${tail}/more`, query, { verb }), 404, 'unknown_method');
      const few = `/message/${name}/${client.key}`;
      await refused(await client.send(few, { verb }), 404, 'unknown_method');
      if (tail) await refused(await client.get(name, '', query, { verb }), 404, 'unknown_method');

      const target = client.target(name, tail, query);
      const long = `${target}${query ? '&' : '?'}x=${'y'.repeat(20_000)}`;
      await refused(await oversized(verb, long), 414, 'uri_too_long');
      const cookie = `Cookie: ${'c'.repeat(40_000)}\r\n`;
      await refused(await oversized(verb, target, cookie), 431, 'headers_too_large');
      const length = 'Content-Length: 100000\r\n';
      await refused(await oversized(verb, target, length, 'b'.repeat(100_000)), 413, 'content_too_large');
      await refused(await client.get(name, tail, 'x=%zz', { verb }), 400, 'invalid_parameter');
      if (bad) await refused(await client.get(name, bad, '', { verb }), 400, 'invalid_parameter');
      if (badQuery) await refused(await client.get(name, tail, badQuery, { verb }), 400, 'invalid_parameter');
    });
  }

  test(`${name}: a preflight is answered for the account's own origins`, async () => {
    const origin = 'https://app.example.org';
    const ask = { verb: 'OPTIONS', headers: { Origin: origin, 'Access-Control-Request-Method': 'GET' } };
    const listed = new Client(one.server.url, '-', 3);
    const preflight = await listed.get(name, tail, query, ask);
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers['access-control-allow-origin'], origin);
    assert.match(preflight.headers['access-control-allow-methods'], /GET/);
    await refused(await client.get(name, tail, query, ask), 405, 'method_not_allowed');
    const other = { ...ask, headers: { ...ask.headers, Origin: 'https://evil.example.org' } };
    await refused(await listed.get(name, tail, query, other), 405, 'method_not_allowed');
    await refused(await listed.get(name, `${tail}/more`, query, ask), 404, 'unknown_method');
  });

  test(`${name}: other verbs are 405 with Allow`, async () => {
    for (const verb of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      const answer = await client.get(name, tail, query, { verb });
      await refused(answer, 405, 'method_not_allowed');
    }
  });
}

test('chatStatistics without startTime is missing_parameter', async () => {
  await refused(await client.get('chatStatistics'), 400, 'missing_parameter');
  const answer = await client.get('chatStatistics', '', { endTime: '2020-01-01' });
  await refused(answer, 400, 'missing_parameter');
  assert.match(answer.value.message, /startTime/);
});

test('verb and path come before the key', async () => {
  await refused(await stranger.get('grabNothing', '', '', { verb: 'POST' }), 405, 'method_not_allowed');
  await refused(await stranger.get('grabAgents', '/more', '', { verb: 'DELETE' }), 405, 'method_not_allowed');
  for (const target of [
    '/message',
    '/message/',
    '/messages/grabAgents/k/1',
    '/favicon.ico',
    '//message/grabAgents/k/1',
  ]) {
    await refused(await stranger.send(target), 404, 'unknown_method');
  }
  await refused(await stranger.get('grabNothing'), 404, 'unknown_method');
  await refused(await stranger.get('GrabAgents'), 404, 'unknown_method');
  await refused(await stranger.get('grabConversation'), 404, 'unknown_method');
  await refused(await stranger.get('grabConversation', '/V1/V2'), 404, 'unknown_method');
  await refused(await stranger.get('listConversations', '/2020-01-01'), 404, 'unknown_method');
});

test('the key comes before the scope, the scope before the parameters', async () => {
  await refused(await stranger.get('chatStatistics'), 401, 'unauthorized');
  await refused(await stranger.get('grabConversation', '/nonsense'), 401, 'unauthorized');
  await refused(await blind.get('chatStatistics'), 403, 'forbidden');
  await refused(await blind.get('grabConversation', '/nonsense'), 403, 'forbidden');
  await refused(await blind.get('listConversations', '/x/y', 'pageFilterId=z'), 403, 'forbidden');
  const other = new Client(one.server.url, blind.key, 2);
  await refused(await other.get('grabAgents'), 401, 'unauthorized');
});

test('a query that cannot be read is a bad parameter, after path, key and scope', async () => {
  for (const query of ['x=%zz', 'x=%', 'x=%ff', 'x=%00', '%4=1']) {
    await refused(await client.get('grabNothing', '', query), 404, 'unknown_method');
    await refused(await client.get('grabAgents', '', query, { verb: 'PUT' }), 405, 'method_not_allowed');
    await refused(await stranger.get('grabAgents', '', query), 401, 'unauthorized');
    await refused(await blind.get('grabAgents', '', query), 403, 'forbidden');
    await refused(await client.get('grabAgents', '', query), 400, 'invalid_parameter');
  }
  await refused(await stranger.get('grabAgents', '/%zz'), 400, 'invalid_parameter');
});

test('a userId that is no number, too large a number or another account is 401, all alike', async () => {
  const answers = [await stranger.get('grabAgents')];
  for (const sid of [
    '2',
    '4',
    'x',
    '1x',
    '-1',
    '+1',
    '1.0',
    '%201',
    '1e0',
    '0x1',
    '%EF%BC%91',
    '9'.repeat(30),
    '-',
    'null',
  ]) {
    answers.push(await new Client(one.server.url, client.key, sid).get('grabAgents'));
  }
  for (const answer of answers) {
    await refused(answer, 401, 'unauthorized');
    assert.equal(answer.text, answers[0].text);
  }
});

test('a condition does not hide an error', async () => {
  const headers = { 'If-None-Match': '*' };
  await refused(await stranger.get('grabAgents', '', '', { headers }), 401, 'unauthorized');
  await refused(await client.get('grabConversation', '/x', '', { headers }), 400, 'invalid_parameter');
  await refused(await client.get('chatStatistics', '', '', { headers }), 400, 'missing_parameter');
});

/** Query values that must be refused, with the name that the message must hold. */
const badValues = {
  startTime: [
    '',
    'yesterday',
    '2020',
    '2020-01',
    '2020-1-1',
    '2020-13-01',
    '2020-02-30',
    '2019-02-29',
    '2020-01-01T00:00:00',
    '2020-01-01T25:00:00Z',
    '2020-01-01T00:60:00Z',
    '2020-01-01T00:00:00.000',
    '1577836800000',
    '2020-01-01T00:00:00 01:00',
    '2020-01-01 00:00:00Z',
    '20200101',
    '01/01/2020',
    '2020-01-01Z',
    ' 2020-01-01',
    '2020-01-01 ',
    '-2020-01-01',
    '２０２０-01-01',
    '2020-01-01T00:00:00+25:00',
    '2020-01-01T00:00:00.Z',
    '2020-01-01T00:00:00,5Zz',
  ],
  endTime: ['', 'now', '2020-02-30', '2020-01-02T00:00:00'],
  timezone: [
    '',
    'Stockholm',
    '+01:00',
    'Europe/Atlantis',
    'Europe/Stockholm ',
    '../../etc/passwd',
    '/etc/localtime',
    '1',
  ],
  fileType: ['', 'xml', 'CSV', 'Json', 'csv '],
  agentId: ['', 'x', '-1', '+1', '1.0', '1e3', '0x1', ' 1', '9007199254740992', '9'.repeat(40), 'NaN', '1,2'],
  agentIds: ['', 'one', '9007199254740992'],
  channel: ['', 'V', '1', 'v1', 'V1 ', 'V1,V2', `V${'1'.repeat(41)}`, 'Vx', 'V１', 'V-1'],
  channels: ['', 'V', 'VV1'],
  pageFilterId: ['', 'x', '-1', '9007199254740992'],
  separator: ['', 'x', ';;', 'tab'],
  bom: ['', '2', 'yes'],
  raw: ['', '2', 'x'],
};

for (const [name, values] of Object.entries(badValues)) {
  test(`chatStatistics refuses a bad ${name} and names it`, async () => {
    for (const value of values) {
      const answer = await client.get('chatStatistics', '', { ...span, fileType: 'csv', [name]: value });
      await refused(answer, 400, 'invalid_parameter');
      assert.match(answer.value.message, new RegExp(name), JSON.stringify(value));
    }
  });
}

test('listConversations refuses what is no date or filter, and a span that runs backwards', async () => {
  const days = [
    '2020-1-1',
    '2020-02-30',
    '2019-02-29',
    '2020-01-01T00:00:00.000Z',
    'today',
    '20200101',
    '2020-01-01%20',
  ];
  for (const day of days) {
    const from = await client.get('listConversations', `/${day}/2020-12-31`);
    await refused(from, 400, 'invalid_parameter');
    assert.match(from.value.message, /fromDate/);
    const to = await client.get('listConversations', `/2019-01-01/${day}`);
    await refused(to, 400, 'invalid_parameter');
    assert.match(to.value.message, /toDate/);
  }
  await refused(await client.get('listConversations', '/2020-01-02/2020-01-01'), 400, 'invalid_parameter');
  const filter = await client.get(
    'listConversations',
    '/2020-01-01/2020-01-01',
    'pageFilterId=1&pageFilterId=x',
  );
  await refused(filter, 400, 'invalid_parameter');
  assert.match(filter.value.message, /pageFilterId/);
});

test('the path refuses what is no id, at the ends of the ranges', async () => {
  for (const id of [
    'V',
    'V1a',
    'v1',
    '1',
    '%201',
    'V%201',
    'V1%00',
    `V${'1'.repeat(41)}`,
    'V1%2F2',
    '%56',
    'V1%0A',
  ]) {
    await refused(await client.get('grabConversation', `/${id}`), 400, 'invalid_parameter');
  }
  assert.deepEqual(await client.rows('grabConversation', `/V${'1'.repeat(40)}`), []);
  for (const id of ['9007199254740992', '-1', '1.5', 'V1', '1e1', '%2B1', '9'.repeat(40)]) {
    await refused(await client.get('grabAgent', `/${id}`), 400, 'invalid_parameter');
  }
  assert.deepEqual(await client.rows('grabAgent', '/9007199254740991'), []);
  assert.deepEqual(await client.rows('grabAgent', '/2'), []);
});

test('web pages may read the answers where the account lists their origin, and nowhere else', async () => {
  const origin = 'https://app.example.org';
  const three = await one.store.client({ account: 3 });
  for (const [who, from, allowed] of [
    [three, origin, origin],
    [three, 'https://evil.example.org', undefined],
    [three, `${origin}.evil.example`, undefined],
    [client, origin, undefined],
  ]) {
    const answer = await who.get('grabAgents', '', '', { headers: { Origin: from } });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['access-control-allow-origin'], allowed, from);
  }
  assert.match((await three.get('grabAgents')).headers.vary ?? '', /origin/i, 'a cache keeps origins apart');
});

test('a message says what it got, cut at 100 characters, and what it takes', async () => {
  for (const letter of ['a', 'å', '漢', '😀']) {
    for (const length of [99, 100, 101, 1000]) {
      const answer = await client.get('chatStatistics', '', { startTime: letter.repeat(length) });
      const echoed = [...answer.value.message].filter((one) => one === letter).length;
      const own = [...(await client.get('chatStatistics', '', { startTime: '#' })).value.message];
      const expected = Math.min(length, 100) + own.filter((one) => one === letter).length;
      assert.ok(echoed <= expected && echoed >= Math.min(length, 90), `${letter} × ${length}: ${echoed}`);
      assert.match(answer.value.message, /startTime.*2020-01-01T00:00:00/s);
    }
  }
  const zone = await client.get('chatStatistics', '', { ...span, timezone: 'Mars/"Olympus"\u0001' });
  assert.match(zone.value.message, /timezone.*IANA/s);
});
