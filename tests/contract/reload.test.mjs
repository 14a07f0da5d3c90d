// SIGHUP: the configuration is read again while the server runs; what needs a restart is told and kept.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { after, before, test } from 'node:test';

import { binaryPath, childEnvironment } from '../support/binary.mjs';
import { Bundle } from '../support/bundle.mjs';
import { Store, eventually } from '../support/store.mjs';

let store;
let server;
let client;
let config;
const write = (text) => writeFile(config, text);
before(async () => {
  store = await Store.create();
  const bundle = new Bundle({ sid: 1 });
  for (let id = 1; id <= 3; id += 1) bundle.conversation(`V${id}`, Date.UTC(2020, 0, id));
  await store.import(bundle);
  config = store.path('parley.conf');
  await write('public-url = "https://one.example.org"\nthreads = 2\n');
  server = await store.serve('--config', config);
  client = await store.client();
});
after(() => store?.close());

/** Has the server read its configuration again; gives the lines that it logged of that. */
async function reload() {
  const before = server.err().length;
  server.child.kill('SIGHUP');
  const lines = () => server.err().slice(before).split('\n').filter((line) => line.includes('"event":'));
  const done = () => lines().some((line) => /"event":"configuration (read|refused)"/.test(line));
  await eventually(done, 'the configuration is read');
  return lines()
    .map((line) => JSON.parse(line))
    .filter(({ event }) => /^(option|configuration)/.test(event));
}

const nextPage = async () => {
  const answer = await client.get('listConversations', '/2020-01-01/2020-12-31', 'limit=1');
  assert.equal(answer.status, 200);
  return new URL(answer.value.next).origin;
};
const events = (lines) => lines.map(({ event, option }) => (option ? `${event}: ${option}` : event));

test('an option that can takes effect, for those who are connected too', async () => {
  assert.equal(await nextPage(), 'https://one.example.org');
  await write('public-url = "https://two.example.org"\nthreads = 2\n');
  assert.deepEqual(events(await reload()), ['option changed: --public-url', 'configuration read']);
  assert.equal(await nextPage(), 'https://two.example.org');
});

test('a configuration that has not changed changes nothing', async () => {
  const lines = await reload();
  assert.deepEqual(events(lines), ['configuration read']);
  assert.equal(lines[0].changed, 0);
});

test('an option that needs a restart is told and kept, the others take effect', async () => {
  await write('public-url = "https://three.example.org"\nthreads = 3\nmetrics = "off"\nlisten = "127.0.0.1:1"\n');
  // --listen stands on the command line, which counts more than the file.
  assert.deepEqual(events(await reload()).sort(), [
    'configuration read',
    'option changed: --public-url',
    'option needs a restart: --metrics',
    'option needs a restart: --threads',
  ]);
  assert.equal(await nextPage(), 'https://three.example.org');
  assert.equal((await fetch(new URL('/metrics', server.url))).status, 200);
});

test('a line that is taken out brings the usual value back', async () => {
  await write('threads = 2\n');
  assert.deepEqual(events(await reload()), ['option changed: --public-url', 'configuration read']);
  assert.equal(await nextPage(), new URL(server.url).origin);
});

test('a bad configuration is refused whole, and the old one stays', async () => {
  await write('public-url = "https://four.example.org"\n');
  await reload();
  for (const [text, reason] of [
    ['public-url = "nowhere"\n', /^--public-url is 'nowhere'; it takes an address such as/],
    ['public-url = "https://five.example.org"\nthreads = "many"\n', /threads/],
    ['public-url = "https://five.example.org"\nlissen = 1\n', /lissen, which is no option \(did you mean --listen\?\)/],
    ['public-url = "https://five.example.org"\n[section]\nthreads = 1\n', /without sections/],
  ]) {
    await write(text);
    const lines = await reload();
    assert.deepEqual(events(lines), ['configuration refused']);
    assert.match(lines[0].reason, reason);
    assert.equal(lines[0].level, 'error');
    assert.equal(await nextPage(), 'https://four.example.org');
  }
  await write('public-url = "https://six.example.org"\nthreads = 2\n');
  assert.deepEqual(events(await reload()), ['option changed: --public-url', 'configuration read']);
});

test('commands over the socket and reloads do not disturb each other', async () => {
  const rounds = Array.from({ length: 5 }, async () => store.createKey({ account: 1 }));
  for (let round = 0; round < 5; round += 1) await reload();
  assert.equal(new Set(await Promise.all(rounds)).size, 5);
});

test('a terminal that hangs up ends the server that runs in it', async () => {
  const other = await Store.create();
  try {
    await other.must(['account', 'create', '--store', other.name, '--name', 'Test', '--timezone', 'UTC']);
    const command = `exec '${binaryPath()}' serve --store '${other.name}' --listen 127.0.0.1:0`;
    const terminal = spawn('script', ['--quiet', '--flush', '--command', command, '/dev/null'], {
      env: childEnvironment({ SHELL: '/bin/sh' }),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    terminal.stdout.on('data', (data) => (said += data));
    await eventually(() => /listening on http/.test(said), 'it listens');
    terminal.kill('SIGKILL');
    await once(terminal, 'close');
    const url = /listening on (\S+)/.exec(said)[1];
    const answers = () => fetch(new URL('/healthz', url)).then(() => true, () => false);
    await eventually(async () => !(await answers()), 'it has ended');
  } finally {
    await other.close();
  }
});

test('the page of the configuration lists every option that serve has', async () => {
  const page = await readFile(new URL('../../docs/CONFIGURATION.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| `(--[a-z-]+)` \|/gm)].map(([, name]) => name);
  const { stdout } = await store.must(['serve', '--help']);
  const known = [...stdout.matchAll(/^ +(?:-\w,)?(--[a-z-]+)/gm)].map(([, name]) => name);
  assert.deepEqual(listed.toSorted(), known.filter((name) => name !== '--help').toSorted());
});
