// limit, next and the cursor: pages of every size joined are the whole answer, and a cursor is good only for
// the question it came from.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Bundle, newYear } from '../support/bundle.mjs';
import { Client } from '../support/client.mjs';
import { operations, resolve, spec } from '../support/spec.mjs';
import { served } from '../support/store.mjs';

const second = 1000;
const start = Date.parse(newYear);
const span = 'startTime=2020-01-01&endTime=2020-12-31';
/** Each method: its path's tail and query, and another tail. */
const lists = {
  listConversations: ['/2020-01-01/2020-12-31', 'pageFilterId=1', '/2020-01-01/2020-12-30'],
  grabConversation: ['/V1', '', '/V2'],
  chatStatistics: ['', span],
};

/** 23 conversations, three to a moment; 23 messages in one, before 1970 too; 23 chats, three to a moment. */
function account(sid) {
  const bundle = new Bundle({ sid }).agent(1).pageFilter(1, 'imbox');
  for (let i = 0; i < 23; i += 1) {
    const at = start + Math.floor(i / 3) * second;
    const id = i ? `V${100 - i}${'7'.repeat(i)}` : 'V1';
    bundle.conversation(id, at);
    const date = new Date(i < 5 ? -i * second : at).toISOString();
    bundle.message(500 - i, 'V1', `é "${i}"`, { date });
    bundle.chat('V1', at, { chatID: 1000 - i, exitPage: `=${i},"` });
  }
  return bundle;
}

let one;
let client;
before(async () => {
  one = await served(account(1), account(2));
  client = one.client;
});
after(() => one?.store.close());

const pathOf = (url) => {
  const { pathname, search } = new URL(url);
  return pathname + search;
};

/** Every page from a first target on, as answers; fails when there is no end. */
async function pages(first, options) {
  const all = [await client.send(first, options)];
  for (let next = nextOf(all[0]); next; next = nextOf(all.at(-1))) {
    assert.ok(all.length < 100, 'the pages end');
    all.push(await client.send(pathOf(next), options));
  }
  for (const page of all) assert.equal(page.status, 200, page.text.slice(0, 300));
  return all;
}

function nextOf(answer) {
  if (answer.headers['content-type'].startsWith('application/json')) return answer.value.next;
  return /^<(.*)>; rel="next"$/.exec(answer.headers.link ?? '')?.[1];
}

async function refused(answer, name) {
  assert.equal(answer.status, 400, `${answer.target}: ${answer.text.slice(0, 300)}`);
  assert.equal(answer.error, 'invalid_parameter');
  assert.ok(answer.value.message.startsWith(name), `names ${name}: ${answer.value.message}`);
}

for (const [name, [tail, query, otherTail]] of Object.entries(lists)) {
  test(`${name}: the pages of every size make up the whole`, async () => {
    const whole = await client.get(name, tail, query);
    assert.equal(whole.rows.length, 23);
    assert.equal(whole.value.next, undefined);
    for (const limit of [1, 2, 3, 11, 22, 23, 24, 10_000]) {
      const all = await pages(client.target(name, tail, `${query}&limit=${limit}`));
      assert.deepEqual(
        all.flatMap(({ rows }) => rows),
        whole.rows,
        `limit ${limit}`,
      );
      assert.equal(all.length, Math.ceil(23 / limit));
      for (const page of all) {
        assert.equal(page.value.length, page.rows.length);
        assert.ok(page.rows.length <= limit);
      }
      assert.ok(Object.keys(all[0].value).join().startsWith('result,json,length'));
    }
    // With room for all there is nothing to tell: the bytes are those of old.
    const { text } = await client.get(name, tail, `${query}&limit=23`);
    assert.equal(text, whole.text);
  });

  test(`${name}: another limit, and none, go on from a cursor`, async () => {
    const whole = await client.rows(name, tail, query);
    const first = (await client.get(name, tail, `${query}&limit=4`)).value;
    const third = (await client.send(pathOf(first.next.replace('limit=4', 'limit=7')))).value;
    const rest = (await client.send(pathOf(third.next.replace('limit=7&', '')))).value;
    assert.deepEqual([...first.json, ...third.json, ...rest.json], whole);
    assert.equal(rest.next, undefined);
  });

  test(`${name}: a limit that is none is refused`, async () => {
    for (const limit of ['0', '10001', '-1', '1.5', 'x', '', '+1', '99999999999999999999', '1e3']) {
      await refused(await client.get(name, tail, `${query}&limit=${encodeURIComponent(limit)}`), 'limit');
    }
    await refused(await client.get(name, tail, `${query}&limit=1&limit=2`), 'limit');
  });

  test(`${name}: a cursor is good for its question alone`, async () => {
    const { next } = (await client.get(name, tail, `${query}&limit=2`)).value;
    const change = (edit) => {
      const url = new URL(next);
      edit(url.searchParams);
      return client.send(url.pathname + url.search);
    };
    for (const part of ['cursorUpdated', 'cursorId', 'cursorCheck']) {
      await refused(await change((parts) => parts.delete(part)), part);
      await refused(await change((parts) => parts.append(part, parts.get(part))), part);
    }
    await refused(await change((parts) => parts.set('cursorUpdated', 'x')), 'cursorUpdated');
    await refused(await change((parts) => parts.set('cursorUpdated', '9'.repeat(30))), 'cursorUpdated');
    await refused(await change((parts) => parts.set('cursorUpdated', '1')), 'cursorCheck');
    await refused(await change((parts) => parts.set('cursorId', 'V2')), 'cursorCheck');
    await refused(await change((parts) => parts.set('cursorCheck', '0'.repeat(24))), 'cursorCheck');
    await refused(await change((parts) => parts.set('cursorCheck', '')), 'cursorCheck');
    // What nobody knows changes nothing.
    assert.equal((await change((parts) => parts.set('_', '1'))).status, 200);

    // Another account, another path, another method.
    const other = new Client(one.server.url, await one.store.createKey({ account: 2 }), 2);
    const tailQuery = new URL(next).search.slice(1);
    await refused(await other.get(name, tail, tailQuery), 'cursorCheck');
    if (otherTail) await refused(await client.get(name, otherTail, tailQuery), 'cursorCheck');
    for (const [wrong, [wrongTail]] of Object.entries(lists)) {
      if (wrong === name) continue;
      await refused(await client.get(wrong, wrongTail, `${tailQuery}&${span}`), 'cursorCheck');
    }
  });

  test(`${name}: every parameter of the spec but limit is in cursorCheck`, async () => {
    const { next } = (await client.get(name, tail, `${query}&limit=2`)).value;
    const names = spec.paths[operations.find((found) => found.name === name).template].parameters
      .map(resolve)
      .filter((parameter) => parameter.in === 'query' && !/^(limit|cursor)/.test(parameter.name));
    for (const parameter of names) {
      const url = new URL(next);
      const value = [parameter.example].flat().at(-1);
      url.searchParams.delete(parameter.name);
      if (!new URL(next).searchParams.has(parameter.name)) url.searchParams.set(parameter.name, value);
      const answer = await client.send(url.pathname + url.search);
      assert.equal(answer.status, 400, `${parameter.name} is not in cursorCheck`);
    }
  });

  test(`${name}: HEAD and the ETag hold for pages`, async () => {
    const targets = [1, 2].map((limit) => client.target(name, tail, `${query}&limit=${limit}`));
    for (const target of [...targets]) targets.push(pathOf((await client.send(target)).value.next));
    const tags = [];
    for (const target of targets) {
      const { headers } = await client.send(target);
      tags.push(headers.etag);
      assert.equal((await client.send(target, { verb: 'HEAD' })).headers.etag, headers.etag);
      const known = { headers: { 'If-None-Match': headers.etag } };
      assert.equal((await client.send(target, known)).status, 304);
    }
    assert.equal(new Set(tags).size, targets.length);
    const [target] = targets;
    const named = await client.send(target, { headers: { Host: 'other.example.org' } });
    assert.notEqual(named.headers.etag, tags[0], 'next says another host');
  });
}

test('a message before 1970 and equal times have their place', async () => {
  const { next } = (await client.get('grabConversation', '/V1', 'limit=1')).value;
  assert.match(next, /[?&]cursorUpdated=-4000&cursorId=496&/);
});

test('a CSV names the next page in Link, before its rows', async () => {
  for (const more of ['', '&timezone=Europe/Stockholm&separator=;&bom=1', '&raw=1']) {
    const query = `${span}&fileType=csv${more}`;
    const whole = (await client.get('chatStatistics', '', query)).text;
    const header = whole.slice(0, whole.indexOf('\r\n') + 2);
    for (const limit of [1, 11, 22, 23, 10_000]) {
      const all = await pages(client.target('chatStatistics', '', `${query}&limit=${limit}`));
      assert.equal(all.length, Math.ceil(23 / limit));
      const rows = all.map(({ text }) => {
        assert.ok(text.startsWith(header));
        return text.slice(header.length);
      });
      assert.equal(header + rows.join(''), whole);
    }
  }
  const empty = 'startTime=2019-01-01&endTime=2019-01-02&fileType=csv&limit=5';
  const none = await client.get('chatStatistics', '', empty);
  assert.equal(none.headers.link, undefined);
  assert.equal(none.text.split('\r\n').length, 2);
});

test('filters and pages combine', async () => {
  for (const filter of ['channel=V1&agentId=1', 'channels=V1&channels=V2', 'pageFilterId=1']) {
    const query = `${span}&${filter}`;
    const whole = await client.rows('chatStatistics', '', query);
    const all = await pages(client.target('chatStatistics', '', `${query}&limit=3`));
    assert.deepEqual(
      all.flatMap(({ rows }) => rows),
      whole,
    );
  }
  const [tail] = lists.listConversations;
  assert.deepEqual((await client.get('listConversations', tail, 'pageFilterId=9&limit=1')).rows, []);
});

test('an endTime that was not given is written into next', async () => {
  const recent = new Bundle({ sid: 3 }).conversation('V1');
  const now = Date.now();
  for (let i = 0; i < 3; i += 1) recent.chat('V1', now - 60_000 - i, { chatID: 1 + i });
  await one.store.import(recent);
  const third = new Client(one.server.url, await one.store.createKey({ account: 3 }), 3);
  const from = new Date(now - 86_400_000).toISOString();
  const page = await third.get('chatStatistics', '', { startTime: from, limit: 2 });
  const end = new URL(page.value.next).searchParams.get('endTime');
  assert.ok(Date.parse(end) >= now - 1000 && Date.parse(end) <= Date.now(), end);
  const last = await third.send(pathOf(page.value.next));
  assert.equal(last.rows.length, 1);
  assert.equal(last.value.next, undefined);
});

test('next is absolute, by the Host header and the path as it was asked', async () => {
  const bearer = new Client(one.server.url, '-', 1);
  const headers = { Authorization: `Bearer ${client.key}` };
  const first = await bearer.get('chatStatistics', '', `${span}&limit=20`, { headers });
  assert.ok(first.value.next.startsWith(`${client.url.origin}/message/chatStatistics/-/1?startTime=`));
  assert.ok(!first.value.next.includes(client.key));
  const rest = await bearer.send(pathOf(first.value.next), { headers });
  assert.equal(rest.rows.length, 3);
  for (const host of ['chat.example.org', 'Chat.example.org:8443', '[::1]:8080', '127.0.0.1']) {
    const named = { headers: { Host: host } };
    const { next } = (await client.get('chatStatistics', '', `${span}&limit=1`, named)).value;
    assert.ok(next.startsWith(`http://${host}/message/`), next);
  }
  for (const host of ['a b', 'a/b', 'a@b', 'a>b', '[::1', 'a:b', 'a:123456', '%61', 'ex"ample']) {
    const answer = await client.get('chatStatistics', '', `${span}&limit=1`, { headers: { Host: host } });
    assert.equal(answer.status, 400, host);
  }
});

test('--public-url is what next begins with', async () => {
  await one.store.stop();
  one.server = await one.store.serve('--public-url', 'https://chat.example.org/parley/');
  client.url = new URL(one.server.url);
  const { next } = (await client.get('chatStatistics', '', `${span}&limit=1`)).value;
  assert.ok(next.startsWith('https://chat.example.org/parley/message/chatStatistics/'), next);
});
