// How the serving program refuses to start, and how it ends while answers are under way.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { after, before, test } from 'node:test';

import { Bundle } from '../support/bundle.mjs';
import { readAnswers } from '../support/client.mjs';
import { Store } from '../support/store.mjs';

const texts = 400;
/** An answer far larger than what the system keeps between two sockets. */
function large() {
  const bundle = new Bundle({ sid: 1 }).conversation('V1');
  for (let id = 1; id <= texts; id += 1) bundle.message(id, 'V1', `${id} ${'long text '.repeat(5000)}`);
  return bundle;
}

let store;
before(async () => {
  store = await Store.create();
  await store.import(large());
});
after(() => store?.close());

test('a second server on one store is refused', async () => {
  await store.serve();
  const second = await store.run(['serve', '--store', store.name, '--listen', '127.0.0.1:0']);
  assert.notEqual(second.code, 0);
  assert.match(second.stderr, /in use|held|another/i);
  assert.doesNotMatch(second.stdout, /listening/);
  const client = await store.client();
  assert.equal((await client.rows('grabConversation', '/V1')).length, texts, 'the first one serves on');
  await store.stop();
});

test('a busy port is refused', async () => {
  const other = await Store.create();
  try {
    const { url } = await store.serve();
    const { host } = new URL(url);
    const refused = await other.run(['serve', '--store', other.name, '--listen', host]);
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /in use/i);
    assert.match(refused.stderr, new RegExp(host.split(':')[1]));
    await store.stop();
    await other.must(['account', 'list', '--store', other.name]);
  } finally {
    await other.close();
  }
});

/** Asks for the large answer over a socket of its own and reads its first bytes, then nothing. */
async function halfRead(client) {
  const target = client.target('grabConversation', '/V1');
  const socket = net.connect({ host: client.url.hostname, port: Number(client.url.port) });
  const chunks = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(`GET ${target} HTTP/1.1\r\nHost: ${client.url.host}\r\n\r\n`);
  await once(socket, 'data');
  socket.pause();
  const closed = once(socket, 'close');
  socket.on('error', () => {});
  return {
    /** Reads on until the server closes; gives the answers that are whole. */
    async rest() {
      socket.resume();
      await closed;
      return readAnswers(Buffer.concat(chunks), [{ verb: 'GET', target }], true).answers;
    },
  };
}

test('SIGTERM while a reader stands still: the program ends, and the answer is cut, not completed', async () => {
  await store.serve();
  const reader = await halfRead(await store.client());
  await store.stop();
  assert.deepEqual(await reader.rest(), []);
});

test('SIGTERM while a reader reads: the answer is completed', async () => {
  await store.serve();
  const reader = await halfRead(await store.client());
  const stopped = store.stop();
  const [[answer]] = await Promise.all([reader.rest(), stopped]);
  assert.equal(answer.status, 200);
  assert.equal(JSON.parse(answer.body).length, texts);
});

test('the store is sound after all this', async () => {
  await store.must(['check', '--store', store.name]);
});
