// The judge of all other tests, judged: the spec's examples fit the spec, and an exchange that breaks a
// promise is refused for that reason.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { outOfReach, wanted } from '../support/coverage.mjs';
import { readAnswers } from '../support/client.mjs';
import { parseCsv } from '../support/csv.mjs';
import { judge, operations, problemsAt, resolve, spec } from '../support/spec.mjs';

const methods = [
  ...['listConversations', 'grabConversation', 'grabVisitorInfo', 'grabVisitorTags', 'grabVisitorLabels'],
  ...['grabVisitorCards', 'grabAgent', 'grabAgents', 'chatStatistics', 'pageFilters'],
];

const exchange = (value, change = {}) => ({
  verb: 'GET',
  target: '/message/listConversations/k/1/2020-01-01/2020-01-01',
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8', etag: 'W/"1"' },
  body: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  ...change,
});
const row = { sid: 1, conversationID: 'V1', date: '2020-01-01T00:00:00.000Z' };
const good = { result: 'success', json: [row], length: 1 };

function refuses(broken, reason) {
  const { problems } = judge(broken);
  assert.equal(problems.length > 0, true, 'it was taken');
  assert.match(problems.join('\n'), reason);
}

test('the spec has each method with GET and HEAD, and each answer has an example', () => {
  assert.deepEqual([...new Set(operations.map(({ name }) => name))], methods);
  for (const { name, verb, responses } of operations) {
    if (verb !== 'GET') continue;
    for (const [status, { response }] of Object.entries(responses)) {
      for (const [type, { examples }] of Object.entries(response.content ?? {})) {
        assert.ok(Object.keys(examples ?? {}).length, `${name} ${status} ${type} has no example`);
      }
      assert.equal(Boolean(response.content), status !== '304', `${name} ${status}`);
    }
  }
});

test('every example of the spec fits its schema, with its keys in order', () => {
  let count = 0;
  for (const [name, response] of Object.entries(spec.components.responses)) {
    for (const [type, { examples }] of Object.entries(response.content ?? {})) {
      const pointer = `/components/responses/${name}/content/${encodeURIComponent(type.replace('/', '~1'))}/schema`;
      for (const { value } of Object.values(examples)) {
        assert.deepEqual(problemsAt(pointer, value), [], name);
        if (value.length !== undefined && value.json) assert.equal(value.length, value.json.length, name);
        const cells = name === 'ListConversationsAnswer' ? 3 : 16;
        if (type.startsWith('text/csv')) assert.deepEqual(parseCsv(value).map((row) => row.length), parseCsv(value).map(() => cells));
        count += 1;
      }
    }
  }
  assert.ok(count > 25, `${count} examples`);
});

test('length is promised on six methods and forbidden on four', () => {
  const without = ['grabVisitorInfo', 'grabVisitorLabels', 'grabVisitorCards', 'grabAgent'];
  for (const { name, verb, responses } of operations) {
    if (verb !== 'GET') continue;
    const { schema } = responses['200'].response.content['application/json; charset=utf-8'];
    const { required, additionalProperties } = resolve(schema);
    assert.equal(additionalProperties, false);
    assert.equal(required.includes('length'), !without.includes(name), name);
  }
});

test('a good exchange is taken and counted', () => {
  assert.deepEqual(judge(exchange(good)), { problems: [], hits: ['listConversations GET 200'] });
});

test('what breaks the promise is refused', () => {
  refuses(exchange({ result: 'success', json: [] }), /length/);
  refuses(exchange({ ...good, more: 'x' }), /additional/);
  refuses(exchange({ ...good, next: '/message' }), /pattern/);
  refuses(exchange({ ...good, next: 'http://a/', updatedUntil: '2020-01-01T00:00:00.000Z' }), /keys stand as/);
  refuses(exchange({ ...good, length: 2 }), /length is 2/);
  refuses(exchange({ json: [row], result: 'success', length: 1 }), /x-key-order|keys stand as/);
  const { sid, ...rest } = row;
  refuses(exchange({ ...good, json: [{ ...rest, sid }] }), /keys stand as/);
  refuses(exchange({ ...good, json: [{ ...row, sid: '1' }] }), /integer/);
  refuses(exchange({ ...good, json: [{ ...row, date: '2020-01-01T00:00:00Z' }] }), /pattern/);
  refuses(exchange('{"result":"success","json":['), /no JSON/);
  refuses(exchange(good, { status: 204 }), /204 is not documented/);
  refuses(exchange(good, { headers: { 'content-type': 'application/json', etag: 'W/"1"' } }), /content type/);
  refuses(
    exchange(good, { headers: { 'content-type': 'application/json; charset=utf-8' } }),
    /ETag is missing/,
  );
  refuses(exchange(good, { verb: 'HEAD' }), /a body of/);
  const error = { result: 'error', error: 'forbidden', message: 'x' };
  refuses(exchange(error, { status: 401 }), /\/error/);
  refuses(exchange({ ...error, json: [] }, { status: 403 }), /additional/);
  refuses(
    exchange({ ...error, error: 'method_not_allowed' }, { status: 405, verb: 'POST' }),
    /Allow is missing/,
  );
  const labels = { result: 'success', json: [], length: 0 };
  refuses(exchange(labels, { target: '/message/grabVisitorLabels/k/1/V1' }), /additional/);
  const forHead = { verb: 'HEAD', status: 405, body: Buffer.alloc(0) };
  refuses(exchange(error, forHead), /405 is not documented/);
});

test('the coverage wants every method, verb and documented answer but those with a reason', () => {
  const all = wanted();
  assert.equal(new Set(all).size, all.length);
  for (const name of methods) {
    for (const detail of [
      'GET 200',
      'GET 304',
      'GET 401 unauthorized',
      'GET 405 method_not_allowed',
      'HEAD 200',
    ]) {
      assert.ok(all.includes(`${name} ${detail}`), `${name} ${detail}`);
    }
  }
  assert.ok(all.includes('chatStatistics GET 400 missing_parameter'));
  assert.ok(all.includes('chatStatistics GET 200 csv'));
  for (const { reason } of outOfReach) assert.match(reason, /\w{4}/);
});

test('answers are read from a socket whole or not at all, wherever the bytes are cut', () => {
  const bytes = Buffer.from(
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1;x\r\n!\r\n0\r\n\r\n' +
      'HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc',
  );
  const requests = [
    { verb: 'GET', target: '/a' },
    { verb: 'GET', target: '/b' },
  ];
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const { answers, done } = readAnswers(bytes.subarray(0, cut), requests);
    assert.equal(done, cut === bytes.length);
    for (const [index, text] of ['hello!', 'abc'].slice(0, answers.length).entries()) {
      assert.equal(String(answers[index].body), text);
    }
  }
});

test('the CSV reader forgives nothing', () => {
  assert.deepEqual(parseCsv('a,"b ""c""\r\nd",\r\n1,2,3\r\n'), [
    ['a', 'b "c"\r\nd', ''],
    ['1', '2', '3'],
  ]);
  for (const bad of ['a,b', 'a\nb\r\n', 'a"b\r\n', '"a"b\r\n', '"a', 'a\rb\r\n'])
    assert.throws(() => parseCsv(bad), bad);
});
