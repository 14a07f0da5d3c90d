// An import whose input ends before the bundle does, because somebody died or stops: nothing of it may stay.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { collect, startParley } from '../support/binary.mjs';
import { Bundle } from '../support/bundle.mjs';
import { Client } from '../support/client.mjs';
import { eventually, Store } from '../support/store.mjs';

const known = (sid) => new Bundle({ sid }).conversation('V1').message(1, 'V1', 'was here before');

let store;
before(async () => {
  store = await Store.create();
  await store.import(known(1));
});
after(() => store?.close());

/** Bytes that a process has read so far. */
async function bytesRead({ pid }) {
  return Number(/^rchar: (\d+)$/m.exec(await readFile(`/proc/${pid}/io`, 'utf8'))[1]);
}

/** Begins `import -` of an account and lets it take whole, good lines, but no end. */
async function begin(sid) {
  const child = startParley(['import', '--store', store.name, '-'], { stdin: 'pipe' });
  const err = collect(child.stderr);
  child.stdin.on('error', () => {});
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  const bundle = known(sid).conversation('V2');
  for (let id = 2; id < 300; id += 1) bundle.message(id, 'V2', 'one of many');
  const bytes = Buffer.from(bundle.toString());
  await eventually(() => /Reading/.test(err()), 'the import says that it reads');
  const all = (await bytesRead(child)) + bytes.length;
  child.stdin.write(bytes);
  await eventually(async () => (await bytesRead(child)) >= all, 'the import has taken the lines');
  return { child, ended, err };
}

async function messages(sid) {
  const account = await store.run(['account', 'list', '--store', store.name]);
  if (!new RegExp(`^ *${sid}\\b`, 'm').test(account.stdout)) return null;
  const key = await store.createKey({ account: sid });
  const client = new Client(store.url, key, sid);
  const [first, second] = [
    await client.rows('grabConversation', '/V1'),
    await client.rows('grabConversation', '/V2'),
  ];
  return first.length + second.length;
}

for (const [place, sid, there] of [
  ['an account that exists', 1, 1],
  ['a new account', 2, null],
]) {
  test(`the caller dies in the middle of an import into ${place}`, async () => {
    await store.serve();
    const { child, ended } = await begin(sid);
    child.kill('SIGKILL');
    await ended;
    // The writer takes one after the other: this one waits for what became of the import.
    const agent = ['--account', '1', '--name', 'Next', '--email', 'next@example.org'];
    await store.must(['agent', 'create', '--store', store.name, ...agent]);
    if (there === null) {
      await eventually(async () => (await messages(sid)) === null, 'the half-filled account is gone');
    }
    assert.equal(await messages(sid), there);
    await store.stop();
  });

  test(`the server stops in the middle of an import into ${place}`, async () => {
    await store.serve();
    const { child, ended, err } = await begin(sid);
    await store.stop();
    const { code } = await ended;
    assert.notEqual(code, 0);
    assert.match(err(), /stop|given up/i);
    await store.serve();
    assert.equal(await messages(sid), there);
    await store.stop();
  });
}

test('the store is sound after all this', async () => {
  await store.must(['check', '--store', store.name]);
});
