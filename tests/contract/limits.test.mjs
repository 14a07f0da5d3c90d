// What bounds those who ask, where only the whole program shows it: options, the API's form of a refusal, the log.
// The limits of a request's text and of connections are tested in src/http, at their edges.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';

import { Bundle } from '../support/bundle.mjs';
import { secret, Store } from '../support/store.mjs';

let store;
before(async () => {
  store = await Store.create();
  const bundle = new Bundle({ sid: 1 }).agent(1).conversation('V1', '2020-01-01T00:00:00.000Z');
  bundle.conversation('V2', '2020-01-01T00:00:01.000Z');
  await store.import(bundle);
});
after(() => store?.close());

/** Has the store served with these options while `work(client)` is done. */
async function servedWith(options, work) {
  await store.serve(...options);
  try {
    await work(await store.client());
  } finally {
    await store.stop();
  }
}

const tails = {
  listConversations: '/2020-01-01/2020-01-02',
  grabConversation: '/V1',
  grabVisitorInfo: '/V1',
  grabVisitorTags: '/V1',
  grabVisitorLabels: '/V1',
  grabVisitorCards: '/V1',
  grabAgent: '/1',
  grabAgents: '',
  chatStatistics: '?startTime=2020-01-01&endTime=2020-01-02',
  pageFilters: '',
};
const rateHeaders = ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];
const rates = ({ headers }) => rateHeaders.map((name) => headers[name]);

test('a key has no limit unless one is set', async () => {
  await servedWith([], async (client) => {
    for (let i = 0; i < 50; i += 1) {
      const answer = await client.get('grabAgents');
      assert.equal(answer.status, 200);
      assert.deepEqual(rates(answer), [undefined, undefined, undefined]);
    }
  });
});

test('requests of a key: one in time, one too many', async () => {
  await servedWith(['--requests-per-second', '1'], async (client) => {
    const target = client.target('grabAgents');
    const request = `GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`;
    const two = [1, 2].map(() => ({ verb: 'GET', target }));
    const [first, second] = await client.raw(request + request, two);
    assert.equal(first.status, 200);
    assert.deepEqual(rates(first), ['1', '0', '1']);
    assert.equal(second.status, 429);
    assert.equal(second.error, 'rate_limited');
    assert.match(second.value.message, /1 requests a second/);
    assert.equal(second.headers['retry-after'], '1');
    assert.deepEqual(rates(second), ['1', '0', '1']);
    // Another key has requests of its own.
    const other = await store.client();
    assert.equal((await other.get('grabAgents')).status, 200);
    // A bad parameter is a request too, and says what is left.
    const bad = await (await store.client()).get('grabConversation', '/nonsense');
    assert.equal(bad.status, 400);
    assert.deepEqual(rates(bad), ['1', '0', '1']);
    // So does a 304.
    const asking = await store.client();
    const again = await asking.get('grabAgents', '', '', { headers: { 'if-none-match': first.headers.etag } });
    assert.equal(again.status, 304);
    assert.deepEqual(rates(again), ['1', '0', '1']);
  });
});

test('what is left is said of each request, also with an answer that is kept', async () => {
  await servedWith(['--requests-per-second', '1000'], async (client) => {
    for (let i = 0; i < 6; i += 1) {
      for (const [method, tail] of [...Object.entries(tails), ['chatStatistics', `${tails.chatStatistics}&fileType=xlsx`]]) {
        const answer = await client.send(`/message/${method}/${client.key}/1${tail}`);
        assert.equal(answer.status, 200);
        assert.equal(answer.headers['x-ratelimit-limit'], '1000', method);
        assert.match(answer.headers['x-ratelimit-remaining'], /^9[0-9]{2}$/, method);
      }
    }
  });
});

test('every method refuses one too many', async () => {
  await servedWith(['--requests-per-second', '1'], async (client) => {
    for (const [method, tail] of Object.entries(tails)) {
      for (const verb of ['GET', 'HEAD']) {
        const target = `/message/${method}/${client.key}/1${tail}`;
        // One in a second is granted, so the second of two in a row is refused but where they take that long.
        let status;
        for (let i = 0; i < 100 && status !== 429; i += 1) ({ status } = await client.send(target, { verb }));
        assert.equal(status, 429, `${verb} ${method}`);
      }
    }
  });
});

test('an unknown key is refused as such, however often it comes', async () => {
  await servedWith(['--requests-per-second', '1'], async (client) => {
    const key = secret('parley_made_up_for_the_limits_test');
    for (let i = 0; i < 5; i += 1) {
      const answer = await client.send(`/message/grabAgents/${key}/1`);
      assert.equal(answer.status, 401);
      assert.deepEqual(rates(answer), [undefined, undefined, undefined]);
    }
  });
});

/** A connection that has been answered once: {socket, text}; `text` is what came. */
async function connected(url, request) {
  const socket = net.connect({ port: Number(url.port), host: url.hostname });
  let text = '';
  await new Promise((resolve, reject) => {
    socket.on('data', (bytes) => {
      text += bytes;
      resolve();
    });
    socket.on('error', reject);
    socket.on('close', resolve);
    socket.write(request);
  });
  return { socket, text };
}

for (const option of ['--connections', '--connections-per-address']) {
  test(`${option}: so many, and one more`, async () => {
    await servedWith([option, '3'], async (client) => {
      const request = `GET ${client.target('grabAgents')} HTTP/1.1\r\nHost: a\r\n\r\n`;
      const open = [];
      for (const status of [200, 200, 200, 503]) {
        const { socket, text } = await connected(client.url, request);
        open.push(socket);
        assert.match(text, new RegExp(`^HTTP/1.1 ${status} `));
        if (status === 200) continue;
        assert.match(text, /^Retry-After: 1\r$/m);
        assert.match(text, /^Connection: close\r$/m);
        assert.match(text, /"error":"unavailable"/);
      }
      open.forEach((socket) => socket.destroy());
    });
  });
}

test('X-Forwarded-For counts from a trusted proxy only, and so does X-Forwarded-Proto', async () => {
  const headers = {
    'x-forwarded-for': '198.51.100.1, 203.0.113.77, 10.1.2.3',
    'x-forwarded-proto': 'https',
    host: 'chat.example.org',
  };
  const ask = async (client) => {
    const answer = await client.get('listConversations', '/2020-01-01/2020-01-01', { limit: 1 }, { headers });
    return answer.value.next;
  };
  await servedWith([], async (client) => {
    assert.match(await ask(client), /^http:\/\/chat\.example\.org\//);
  });
  assert.doesNotMatch(store.said(), /203\.0\.113\.77/);
  const trusted = ['--trust-proxy', '127.0.0.0/8', '--trust-proxy', '10.0.0.0/8', '--connections-per-address', '1'];
  await servedWith(trusted, async (client) => {
    assert.match(await ask(client), /^https:\/\/chat\.example\.org\//);
    const both = await Promise.all([1, 2].map(() => connected(client.url, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')));
    for (const { socket, text } of both) {
      assert.doesNotMatch(text, /^HTTP\/1\.1 503/, "a proxy's connections are its clients'");
      socket.destroy();
    }
  });
  assert.match(store.said(), /"peer":"203\.0\.113\.77"/);
  assert.doesNotMatch(store.said(), /198\.51\.100\.1/);
});

test('options that bound say what they take', async () => {
  for (const [option, value, said] of [
    ['--trust-proxy', 'example.org', /--trust-proxy.*'example\.org'.*10\.0\.0\.0\/8/],
    ['--trust-proxy', '10.0.0.0/33', /--trust-proxy.*10\.0\.0\.0\/33/],
    ['--connections', '0', /--connections.*0/],
    ['--connections-per-address', 'many', /--connections-per-address.*many/],
    ['--requests-per-second', '1000001', /--requests-per-second.*1000001/],
  ]) {
    const { code, stderr } = await store.run(['serve', '--store', store.name, option, value]);
    assert.notEqual(code, 0, option);
    assert.match(stderr, said);
  }
});
