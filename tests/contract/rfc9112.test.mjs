// HTTP/1.1 to the letter, from the socket: what RFC 9112 (messages) and RFC 9110 (semantics) say of requests.
// Each test names its clause. Where they leave a choice, what we chose is held here too: the strict one.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { Bundle } from '../support/bundle.mjs';
import { served } from '../support/store.mjs';

let one;
let client;
let host;
let target;
let next;
before(async () => {
  const bundle = new Bundle({ sid: 1 }).agent(1);
  for (let id = 1; id <= 3; id += 1) bundle.conversation(`V${id}`, Date.UTC(2020, 0, 1) + id * 3_600_000);
  one = await served(bundle);
  client = one.client;
  host = client.url.host;
  target = client.target('grabAgents');
  next = head('Connection: close\r\n');
});
after(() => one?.store.close());

/** A request's head with some lines more. */
function head(more = '', { verb = 'GET', to = target, version = 'HTTP/1.1', name = `Host: ${host}\r\n` } = {}) {
  return `${verb} ${to} ${version}\r\n${name}${more}\r\n`;
}

const chunked = (body, options) => head('Transfer-Encoding: chunked\r\n', options) + body;

/** The statuses of all answers in what a connection gave until its end. */
const statuses = (text) => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

/** The bytes are refused, judged by the spec, and nothing that follows them on the connection is answered. */
async function refused(bytes, status = 400) {
  const shown = JSON.stringify(bytes.slice(0, 300)).replaceAll(client.key, 'KEY');
  const [answer] = await client.raw(bytes + next, [{ verb: 'GET', target }]);
  assert.equal(answer.status, status, shown);
  assert.equal(answer.headers.connection, 'close', shown);
  assert.deepEqual(statuses(await client.rawText(bytes + next)), [status], shown);
  return answer;
}

/** The bytes are one request, answered so, and what follows them is the next one. */
async function taken(bytes, status = 200, verb = 'GET') {
  const requests = [
    { verb, target },
    { verb: 'GET', target },
  ];
  const [answer, second] = await client.raw(bytes + next, requests);
  assert.equal(answer.status, status, JSON.stringify(bytes.slice(0, 300)).replaceAll(client.key, 'KEY'));
  assert.equal(second.status, 200);
  return answer;
}

test('9112 §2.2: a bare CR is no line end and no part of a line', async () => {
  for (const more of ['X: a\rb\r\n', 'X: a\r\r\n', '\rX: a\r\n', 'X\r: a\r\n']) await refused(head(more));
  await refused(head().replace(' HTTP/1.1\r\n', '\r HTTP/1.1\r\n'));
});

test('9112 §2.2: a bare LF is no line end', async () => {
  await refused(head().replaceAll('\r\n', '\n'));
  await refused(head('X: a\nY: b\r\n'));
  await refused(head().replace(' HTTP/1.1\r\n', ' HTTP/1.1\n'));
});

test('9112 §2.2: one empty line before the request line is overlooked', async () => {
  await taken(`\r\n${head()}`);
  await taken(`${head('Content-Length: 1\r\n')}x\r\n`);
  await refused(`\r\n\r\n${head()}`);
});

test('9112 §2.2: no space stands between the request line and the first field', async () => {
  await refused(head('', { name: ` Host: ${host}\r\n` }));
  await refused(head('', { name: ` \r\nHost: ${host}\r\n` }));
});

test('9112 §2.3: the version is HTTP/1.1 or HTTP/1.0, in these letters', async () => {
  for (const version of ['HTTP/2.0', 'HTTP/0.9', 'HTTP/1.2', 'http/1.1', 'HTTP/1.10', 'HTTP/11', 'HTTPS/1.1'])
    await refused(head('', { version }));
});

test('9113 §3.4: the preface of HTTP/2 is refused', async () => {
  await refused('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
});

test('9112 §3: a request line is three words, one space between them', async () => {
  for (const line of [
    `GET ${target}`,
    `GET  ${target} HTTP/1.1`,
    `GET ${target}  HTTP/1.1`,
    `GET ${target} HTTP/1.1 `,
    `GET\t${target} HTTP/1.1`,
    `GET ${target} x HTTP/1.1`,
    ` GET ${target} HTTP/1.1`,
    `G(T ${target} HTTP/1.1`,
  ])
    await refused(`${line}\r\nHost: ${host}\r\n\r\n`);
});

test('9112 §3.2: a request has one Host, and it is one', async () => {
  await refused(head('', { name: '' }));
  await refused(head(`Host: ${host}\r\n`));
  await refused(head('Host: other\r\n', { version: 'HTTP/1.0' }));
  for (const name of ['a b', 'user@a', 'a/b', 'a:b', 'a:80:80', '[::1', '[]', '::1', '%zz', 'a\tb'])
    await refused(head('', { name: `Host: ${name}\r\n` }));
  for (const name of ['a:80', '[::1]:80', 'a.b', '127.0.0.1', 'a:'])
    await taken(head('', { name: `Host: ${name}\r\n` }));
});

test('9112 §3.2.1: origin-form begins with a slash', async () => {
  for (const to of ['message/grabAgents', '?x=1', 'localhost:80', '*', 'ftp://a/b', 'file:///a'])
    await refused(head('', { to }));
});

test('9112 §3.2.2: absolute-form is read, and its host counts rather than Host', async () => {
  const plain = await client.get('grabAgents');
  for (const scheme of ['http', 'HTTP', 'https']) {
    const answer = await taken(head('', { to: `${scheme}://${host}${target}` }));
    assert.equal(answer.text, plain.text);
  }
  const list = client.target('listConversations', '/2020-01-01/2020-01-02', { limit: '1' });
  const to = `http://asked.example:8080${list}`;
  const [page] = await client.raw(head('', { to, name: 'Host: other.example\r\n' }), [
    { verb: 'GET', target: list },
  ]);
  assert.equal(page.status, 200);
  const links = [page.headers.link, page.value.next].join();
  assert.match(links, /http:\/\/asked\.example:8080\//);
  assert.doesNotMatch(links, /other\.example/);
});

test('9110 §4.2.1, §4.2.4: an absolute target has a host and no user', async () => {
  for (const authority of ['', ':80', `user@${host}`, `user:word@${host}`, 'a:b', '[::1'])
    await refused(head('', { to: `http://${authority}${target}` }));
});

test('9112 §3.2.3: authority-form is for CONNECT, which no path takes', async () => {
  await refused(head('', { to: host }));
  const answer = await taken(head('', { verb: 'CONNECT', to: host }), 405);
  assert.match(answer.headers.allow, /GET/);
});

test('9112 §3.2.4: asterisk-form is for OPTIONS, and names no method of ours', async () => {
  const [answer] = await client.raw(head('', { verb: 'OPTIONS', to: '*' }) + next, [
    { verb: 'OPTIONS', target: '/*' },
    { verb: 'GET', target },
  ]);
  assert.equal(answer.status, 404);
  await refused(head('', { to: '*' }));
});

test('9110 §9.1, §15.5.6: a method that no path takes is 405 with Allow, and names have a case', async () => {
  for (const verb of ['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'BREW', 'get', 'Get']) {
    const answer = await taken(head('', { verb }), 405, verb);
    assert.match(answer.headers.allow, /GET, HEAD/, verb);
  }
});

test('9112 §5.1: no space stands before the colon', async () => {
  for (const more of ['X : a\r\n', 'X\t: a\r\n', 'Content-Length : 0\r\n', 'Transfer-Encoding : chunked\r\n'])
    await refused(head(more));
  await refused(head('', { name: `Host : ${host}\r\n` }));
});

test('9112 §5, 9110 §5.1: a field has a name, a token, and a colon', async () => {
  for (const more of ['X\r\n', ': a\r\n', 'X Y: a\r\n', 'X@Y: a\r\n', 'Xä: a\r\n', '"X": a\r\n'])
    await refused(head(more));
});

test('9112 §5.2: a folded line is refused', async () => {
  for (const more of ['X: a\r\n b\r\n', 'X: a\r\n\tb\r\n', 'X: a\r\n \r\n', 'X:\r\n Content-Length: 1\r\n'])
    await refused(head(more));
});

test('9110 §5.5: a field value holds no NUL and no other control', async () => {
  for (const control of ['\0', '\x01', '\x08', '\x1b', '\x7f']) {
    await refused(head(`X: a${control}b\r\n`));
    await refused(head(`X: a\r\nX${control}: b\r\n`));
  }
  await taken(head('X: a\tb\r\nY: \xe4\r\nZ:\r\n'));
});

test('9112 §6.1: Content-Length beside Transfer-Encoding is refused', async () => {
  await refused(`${head('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n')}0\r\n\r\n`);
  await refused(`${head('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n')}0\r\n\r\n`);
  await refused(`${head('Transfer-Encoding: identity\r\nContent-Length: 5\r\n')}abcde`);
});

test('9112 §6.1, §6.3: the only transfer coding is chunked, once and last', async () => {
  for (const coding of [
    'gzip',
    'identity',
    'gzip, chunked',
    'chunked, gzip',
    'chunked, chunked',
    'xchunked',
    'chunked;q=1',
    '"chunked"',
    '',
    'chunked\r\nTransfer-Encoding: chunked',
    'chunked\r\nTransfer-Encoding: identity',
  ])
    await refused(`${head(`Transfer-Encoding: ${coding}\r\n`)}0\r\n\r\n`);
  await taken(`${head('Transfer-Encoding: Chunked\r\n')}0\r\n\r\n`);
});

test('9112 §6.1: HTTP/1.0 has no transfer codings', async () => {
  await refused(chunked('0\r\n\r\n', { version: 'HTTP/1.0' }));
});

test('9112 §6.3, 9110 §8.6: there is one Content-Length, a decimal number', async () => {
  for (const length of [
    '1\r\nContent-Length: 2',
    '1\r\nContent-Length: 1',
    '1, 1',
    '1, 2',
    '1 1',
    '+1',
    '-1',
    '0x1',
    '1.0',
    '',
    '99999999999999999999999',
    '18446744073709551617',
  ])
    await refused(`${head(`Content-Length: ${length}\r\n`)}x`);
  await taken(`${head('Content-Length: 1\r\n')}x`);
  await taken(`${head('Content-Length: 0001\r\n')}x`);
});

test('9112 §6.3: a body of that length is read to its end, and not further', async () => {
  const inside = head();
  await taken(`${head(`Content-Length: ${inside.length}\r\n`)}${inside}`);
  await taken(chunked(`${inside.length.toString(16)}\r\n${inside}\r\n0\r\n\r\n`));
});

test('9112 §7.1: chunks are read, of any size of digits', async () => {
  await taken(chunked('5\r\nabcde\r\n00a\r\n0123456789\r\nA\r\n0123456789\r\n000\r\n\r\n'));
});

test('9112 §7.1: a size is hexadecimal digits and fits', async () => {
  for (const size of ['', 'g', '0x5', '+5', '-5', ' 5', '5 ', '5_', '5,5', '5.', 'fffffffffffffffff'])
    await refused(chunked(`${size}\r\nabcde\r\n0\r\n\r\n`));
});

test('9112 §7.1: chunks and their lines end in CR LF, where their size says', async () => {
  for (const body of [
    '4\r\nabcde\r\n0\r\n\r\n',
    '6\r\nabcde\r\n0\r\n\r\n',
    '5\r\nabcde\n0\r\n\r\n',
    '5\r\nabcde0\r\n\r\n',
    '5\nabcde\r\n0\r\n\r\n',
    '5\rabcde\r\n0\r\n\r\n',
    '5\r\nabcde\r\n0\n\r\n',
  ])
    await refused(chunked(body));
});

test('9112 §7.1.1: extensions are overlooked, but well formed and bounded', async () => {
  await taken(chunked('5;a\r\nabcde\r\n5 ; a = "b;\\"c" ; d\r\nabcde\r\n0;e=f\r\n\r\n'));
  for (const extension of [';', ';=', ';a=', ';a="\n"', ';a="\x00"', ';a=b\n', ';a\rb', 'a'])
    await refused(chunked(`5${extension}\r\nabcde\r\n0\r\n\r\n`));
  // A quote goes not over the line: what closes it there is of the chunk's data.
  await refused(chunked('5;a="\r\nab"de\r\n0\r\n\r\n'));
  const sized = (bytes) => `5;${'e'.repeat(bytes - 1)}\r\nabcde\r\n0\r\n\r\n`;
  for (const bytes of [1_023, 1_024]) await taken(chunked(sized(bytes)));
  await refused(chunked(sized(1_025)), 413);
});

test('9112 §7.1.2, 9110 §6.5.1: trailers change nothing, and are bounded', async () => {
  const plain = await taken(chunked('0\r\n\r\n'));
  const answer = await taken(
    chunked('1\r\nx\r\n0\r\nHost: other\r\nAccept-Encoding: gzip\r\nConnection: close\r\nIf-None-Match: *\r\n\r\n'),
  );
  assert.equal(answer.text, plain.text);
  assert.equal(answer.headers['content-encoding'], undefined);
  for (const trailer of ['Content-Length: 5', 'Transfer-Encoding: chunked', 'T: a\nb', 'T : a', 'T: \x00'])
    await refused(chunked(`0\r\n${trailer}\r\n\r\n`));
  const sized = (bytes) => `0\r\nT: ${'t'.repeat(bytes - 1)}\r\n\r\n`;
  for (const bytes of [1_023, 1_024]) await taken(chunked(sized(bytes)));
  await refused(chunked(sized(1_025)), 431);
});

test('9112 §9.3: HTTP/1.1 goes on unless told, HTTP/1.0 ends unless told', async () => {
  const answered = async (more, version) =>
    statuses(await client.rawText(head(more, { version }) + next)).length;
  assert.equal(await answered('', 'HTTP/1.1'), 2);
  assert.equal(await answered('Connection: close\r\n', 'HTTP/1.1'), 1);
  assert.equal(await answered('Connection: x, CLOSE\r\n', 'HTTP/1.1'), 1);
  assert.equal(await answered('Connection: x\r\nConnection: close\r\n', 'HTTP/1.1'), 1);
  assert.equal(await answered('', 'HTTP/1.0'), 1);
  assert.equal(await answered('Connection: keep-alive\r\n', 'HTTP/1.0'), 2);
  const [kept] = await client.raw(head('Connection: keep-alive\r\n', { version: 'HTTP/1.0' }), [
    { verb: 'GET', target },
  ]);
  assert.equal(kept.headers.connection, 'keep-alive');
});

test('9112 §9.3.2: pipelined requests are answered in their order', async () => {
  const targets = ['/V3', '/V1', '/x', '/V2'].map((tail) => client.target('grabVisitorInfo', tail));
  const requests = targets.map((to) => ({ verb: 'GET', target: to }));
  const answers = await client.raw(targets.map((to) => head('', { to })).join(''), requests);
  assert.deepEqual(
    answers.map(({ status, value }) => (status === 200 ? value.json[0].conversationID : status)),
    ['V3', 'V1', 400, 'V2'],
  );
});

/** Sends a head, gives what comes before `wait` (ms) is over or `until` matches it, then sends the body. */
async function inTwo(first, body, { until, wait }) {
  const socket = net.connect({ port: Number(client.url.port), host: client.url.hostname });
  let text = '';
  socket.on('data', (data) => (text += data.toString('latin1')));
  await once(socket, 'connect');
  socket.write(first);
  for (let waited = 0; waited < wait && !until?.test(text); waited += 20) await pause(20);
  const earlier = text;
  socket.write(body);
  await once(socket, 'close');
  return [earlier, text.slice(earlier.length)];
}

test('9110 §10.1.1: who expects 100-continue is told to send, once', async () => {
  const first = head('Expect: 100-Continue\r\nContent-Length: 5\r\nConnection: close\r\n');
  const [told, rest] = await inTwo(first, 'abcde', { until: /\r\n\r\n/, wait: 20_000 });
  assert.equal(told, 'HTTP/1.1 100 Continue\r\n\r\n');
  assert.deepEqual(statuses(rest), [200]);
});

test('9110 §10.1.1: no 100 goes to HTTP/1.0, nor where no body comes, nor for another expectation', async () => {
  const more = 'Content-Length: 5\r\nConnection: close\r\n';
  for (const first of [
    head(`Expect: 100-continue\r\n${more}`, { version: 'HTTP/1.0' }),
    head(`Expect: something\r\n${more}`),
  ]) {
    const [told, rest] = await inTwo(first, 'abcde', { wait: 200 });
    assert.equal(told, '');
    assert.deepEqual(statuses(rest), [200]);
  }
  const none = await client.rawText(head('Expect: 100-continue\r\nConnection: close\r\n'));
  assert.deepEqual(statuses(none), [200]);
});

test('9110 §10.1.1: a body that would be refused is refused instead of expected', async () => {
  await refused(head('Expect: 100-continue\r\nContent-Length: 999999\r\n'), 413);
});

test('9110 §7.8: an upgrade that is not spoken is overlooked', async () => {
  for (const protocol of ['h2c', 'websocket'])
    await taken(head(`Connection: upgrade\r\nUpgrade: ${protocol}\r\n`));
});
