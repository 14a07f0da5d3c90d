// HTTPS by --tls-cert and --tls-key: the same answers, addresses that say https, and words for what cannot be used.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import https from 'node:https';
import tls from 'node:tls';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { Bundle } from '../support/bundle.mjs';
import { Client } from '../support/client.mjs';
import { Store } from '../support/store.mjs';

const run = promisify(execFile);

/** Makes a certificate for 127.0.0.1 and its key in the store's folder: {cert, key}, two paths. */
async function makeCertificate(store, name, more = []) {
  const files = { cert: store.path(`${name}.pem`), key: store.path(`${name}-key.pem`) };
  const subject = ['-subj', `/CN=${name}.example`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', ...(more.length ? more : ['-nodes'])];
  const out = ['-keyout', files.key, '-out', files.cert];
  await run('openssl', ['req', '-x509', '-days', '2', ...kind, ...subject, ...out]);
  return files;
}

let store;
let files;
let ca;
let key;
let plain;
before(async () => {
  store = await Store.create();
  const bundle = new Bundle({ sid: 1 }).agent(1);
  for (let id = 1; id <= 500; id += 1) bundle.conversation(`V${id}`, Date.UTC(2020, 0, 1) + id * 60_000);
  for (let id = 1; id <= 2000; id += 1) bundle.message(id, 'V1', `message ${id} ${'åß😀"\\'.repeat(200)}`);
  await store.import(bundle);
  key = await store.createKey();
  await store.serve();
  const client = new Client(store.url, key, 1);
  plain = (await client.get('grabConversation', '/V1')).body;
  await store.stop();
  files = await makeCertificate(store, 'first');
  ca = await readFile(files.cert);
  await store.serve('--tls-cert', files.cert, '--tls-key', files.key);
});
after(() => store?.close());

/** GETs an address of the server over TLS: {status, headers, body}. */
function get(url, options = {}) {
  return new Promise((resolve, reject) => {
    const request = https.get(url, { ca, agent: false, ...options }, (response) => {
      const chunks = [];
      // A connection that is kept gives its socket back before the end is told.
      const peer = response.socket.getPeerCertificate?.().subject;
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        assert.ok(response.complete);
        resolve({
          status: response.statusCode,
          headers: response.headers,
          body: Buffer.concat(chunks),
          peer,
        });
      });
    });
    request.setTimeout(60_000, () => request.destroy(new Error('no answer')));
    request.on('error', reject);
  });
}

const address = (method, tail = '') => `${store.url}/message/${method}/${key}/1${tail}`;

test('the same answers come over TLS, in both versions, kept alive and compressed', async () => {
  assert.match(store.url, /^https:/);
  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    const options = { agent, minVersion: version, maxVersion: version };
    for (let round = 0; round < 3; round += 1) {
      const answer = await get(address('grabConversation', '/V1'), options);
      assert.equal(answer.status, 200);
      assert.ok(answer.body.equals(plain));
    }
    agent.destroy();
  }
});

test('curl reads an export, and a body that ends with the connection', async () => {
  for (const more of [[], ['--compressed'], ['--http1.0'], ['--tls-max', '1.2']]) {
    const args = ['-sS', '--fail', '--cacert', files.cert, ...more, address('grabConversation', '/V1')];
    const { stdout } = await run('curl', args, { encoding: 'buffer', maxBuffer: 1 << 26 });
    assert.ok(stdout.equals(plain), more.join(' '));
  }
});

test('next says https, as the client knows the server', async () => {
  const seen = [];
  let url = address('listConversations', '/2020-01-01/2020-01-02?limit=200');
  while (url) {
    const answer = JSON.parse((await get(url)).body);
    seen.push(...answer.json);
    url = answer.next;
    if (url) assert.ok(url.startsWith(`${store.url}/message/`), url.replace(key, 'KEY'));
  }
  assert.equal(seen.length, 500);
});

test('who speaks plain HTTP to this port is told', async () => {
  const url = new URL(store.url);
  const client = new Client(`http://${url.host}`, key, 1);
  const answer = await client.get('grabAgents');
  assert.equal(answer.status, 400);
  assert.match(answer.value.message, /https:\/\//);
});

test('a client without http/1.1 is refused', async () => {
  const { port } = new URL(store.url);
  const connect = (ALPNProtocols) =>
    new Promise((resolve) => {
      const socket = tls.connect({ port, host: '127.0.0.1', ca, ALPNProtocols });
      socket.on('secureConnect', () => resolve(socket.alpnProtocol) ?? socket.destroy());
      socket.on('error', (error) => resolve(error.code));
    });
  assert.equal(await connect(['h2', 'http/1.1']), 'http/1.1');
  assert.equal(await connect(['h2']), 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL');
});

test('files that cannot be used are refused at the start, by name and without a secret', async () => {
  const other = await makeCertificate(store, 'other');
  const locked = await makeCertificate(store, 'locked', ['-passout', 'pass:sesame']);
  const none = store.path('none.pem');
  const refusals = [
    [['--tls-cert', files.cert], /--tls-cert needs --tls-key/],
    [['--tls-key', files.key], /--tls-key needs --tls-cert/],
    [['--tls-cert', none, '--tls-key', files.key], /--tls-cert .*none\.pem: .*No such file/],
    [['--tls-cert', files.cert, '--tls-key', none], /--tls-key .*none\.pem: .*No such file/],
    [['--tls-cert', files.key, '--tls-key', files.key], /--tls-cert .*holds no certificate/],
    [['--tls-cert', files.cert, '--tls-key', other.key], /--tls-key .*not that of the first certificate/],
    [['--tls-cert', locked.cert, '--tls-key', locked.key], /--tls-key .*passphrase/],
  ];
  const fresh = await Store.create();
  try {
    await fresh.import(new Bundle({ sid: 1 }).agent(1));
    for (const [args, words] of refusals) {
      const result = await fresh.run(['serve', '--store', fresh.name, '--listen', '127.0.0.1:0', ...args]);
      assert.equal(result.code, 2, result.stderr);
      assert.match(result.stderr, words);
      assert.doesNotMatch(result.stderr + result.stdout, /BEGIN|sesame/);
    }
  } finally {
    await fresh.close();
  }
});

test('the log says which certificate is in use and warns of a key that everybody may read', async () => {
  const open = await makeCertificate(store, 'open');
  await chmod(open.key, 0o644);
  await writeFile(open.cert, Buffer.concat([await readFile(open.cert), ca]));
  const fresh = await Store.create();
  try {
    await fresh.import(new Bundle({ sid: 1 }).agent(1));
    await fresh.serve('--tls-cert', open.cert, '--tls-key', open.key);
    const answer = await get(fresh.url, { ca: await readFile(open.cert) });
    assert.equal(answer.peer.CN, 'open.example');
    await fresh.stop();
    assert.match(fresh.said(), /"level":"warning","event":"tls key is open to everybody/);
    assert.match(fresh.said(), /"subject":"CN=open.example"/);
  } finally {
    await fresh.close();
  }
});
