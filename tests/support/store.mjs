// A fresh store in a temporary folder, and the program serving it.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { assertNoSanitizerReport, collect, runParley, startParley } from './binary.mjs';
import { Client } from './client.mjs';

/** Everything that must never be seen in a log: the keys that were made, and those that tests made up. */
const secrets = new Set();

/** Remembers a key, good or made up, that no output may repeat. Returns it. */
export function secret(key) {
  secrets.add(key);
  return key;
}

function assertNoSecret(text, where) {
  for (const key of secrets) {
    const at = text.indexOf(key);
    if (at >= 0) assert.fail(`${where} holds an API key: …${text.slice(Math.max(0, at - 120), at)}<KEY>…`);
  }
}

/** What is appended to the store's name for the server: a test configuration, such as `?deferred=7`. */
const suffix = process.env.PARLEY_STORE_SUFFIX ?? '';

/** One store. `close` must be called: it stops the server and judges every output. */
export class Store {
  #said = [];
  #server = null;
  #files = 0;

  static async create() {
    return new Store(await mkdtemp(join(tmpdir(), 'parley-test-')));
  }

  constructor(directory) {
    this.directory = directory;
    this.name = `sqlite:${join(directory, 'store')}`;
  }

  /** A path in the store's temporary folder, for bundles and exports. */
  path(name) {
    return join(this.directory, name);
  }

  /**
   * Runs a command and judges nothing but its manners. `loud`: its stdout is a secret by design (key create).
   */
  async run(args, { loud = false } = {}) {
    const result = await runParley(args);
    this.#said.push([`parley ${args.slice(0, 2).join(' ')}`, (loud ? '' : result.stdout) + result.stderr]);
    return result;
  }

  /** Runs a command that must succeed. */
  async must(args, options) {
    const result = await this.run(args, options);
    assert.equal(result.code, 0, `parley ${args.join(' ')}\n${result.stdout}${result.stderr}`);
    return result;
  }

  /**
   * Imports a Bundle, a bundle's text or bytes, or a file (an absolute path), under another sid if told.
   * While a server runs the command goes over its socket.
   */
  async import(bundle, { account } = {}) {
    return this.must(await this.importArgs(bundle, account));
  }

  /** Imports what must be refused: gives the result of the command, which must have failed with words. */
  async importRefused(bundle, { account } = {}) {
    const result = await this.run(await this.importArgs(bundle, account));
    assert.notEqual(result.code, 0, `the import was not refused\n${result.stdout}${result.stderr}`);
    assert.match(result.stderr, /\S/, 'a refusal says why on stderr');
    return result;
  }

  /** The arguments of an import; a bundle that is no file is written to one. */
  async importArgs(bundle, account) {
    this.#files += 1;
    const isFile = typeof bundle === 'string' && bundle.startsWith('/');
    const file = isFile ? bundle : this.path(`import-${this.#files}.ndjson`);
    if (!isFile) await writeFile(file, Buffer.isBuffer(bundle) ? bundle : bundle.toString());
    return ['import', '--store', this.name, file, ...(account ? ['--account', String(account)] : [])];
  }

  /** Exports an account; returns the file's path. */
  async export(account, name = `export-${(this.#files += 1)}.ndjson`) {
    const file = this.path(name);
    await this.must(['export', '--store', this.name, '--account', String(account), file]);
    return file;
  }

  /** Exports an account and gives the bundle's text. */
  async exported(account) {
    const file = await this.export(account);
    const text = await readFile(file, 'utf8');
    await rm(file);
    return text;
  }

  /** Makes a key and returns it. */
  async createKey({ account = 1, scope = 'chat:read', name, expires } = {}) {
    const args = ['--account', String(account), '--scope', scope];
    if (name) args.push('--name', name);
    if (expires) args.push('--expires', expires);
    const key = await this.tryKey(args);
    assert.ok(key, 'key create failed');
    return key;
  }

  /** Makes a key from these arguments where the command succeeds; null where it does not. */
  async tryKey(args) {
    const { code, stdout } = await this.run(['key', 'create', '--store', this.name, ...args], { loud: true });
    if (code !== 0) return null;
    assert.match(stdout, /^[!-~]{16,}\n$/, 'key create prints the key alone');
    return secret(stdout.trim());
  }

  /** Starts the server on a port of the system's choice. One at a time. */
  async serve(...more) {
    assert.equal(this.#server, null, 'this store is served already');
    this.#server = await Server.start(this.name + suffix, more);
    return this.#server;
  }

  /** The running server's address. */
  get url() {
    return this.#server.url;
  }

  /** A client for an account of the running server, with a new key unless one is given. */
  async client({ account = 1, key } = {}) {
    return new Client(this.#server.url, key ?? (await this.createKey({ account })), account);
  }

  /** Stops the server: it must leave with 0 and without a sanitizer's report. */
  async stop() {
    if (!this.#server) return;
    const server = this.#server;
    this.#server = null;
    const said = await server.stop();
    this.#said.push(['parley serve', said]);
  }

  /** Ends the server as a power failure would: without a word to it. */
  async kill() {
    const server = this.#server;
    this.#server = null;
    this.#said.push(['parley serve', await server.kill()]);
  }

  /** Stops, searches every output for keys, and removes the folder. */
  async close() {
    try {
      await this.stop();
      for (const [where, text] of this.#said) assertNoSecret(text, where);
    } finally {
      await rm(this.directory, { recursive: true, force: true });
    }
  }

  /** What all commands so far and the stopped servers have written. */
  said() {
    return this.#said.map(([, text]) => text).join('');
  }
}

/**
 * Serves a fresh store that holds these bundles: {store, server, client}; the client is the first bundle's
 * account's.
 */
export async function served(...bundles) {
  const store = await Store.create();
  try {
    for (const bundle of bundles) await store.import(bundle);
    const key = await store.createKey({ account: bundles[0].sid });
    const server = await store.serve();
    return { store, server, client: new Client(server.url, key, bundles[0].sid) };
  } catch (error) {
    await store.close().catch(() => {});
    throw error;
  }
}

/** A running `parley serve`. */
class Server {
  static async start(store, more) {
    const args = ['serve', '--store', store, '--listen', '127.0.0.1:0', ...more];
    const server = new Server(startParley(args));
    try {
      server.url = await server.#listening();
    } catch (error) {
      server.child.kill('SIGKILL');
      throw error;
    }
    return server;
  }

  constructor(child) {
    this.child = child;
    this.out = collect(child.stdout);
    this.err = collect(child.stderr);
    this.ended = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  }

  async #listening() {
    const line = /^listening on (https?:\/\/127\.0\.0\.1:[1-9][0-9]*)\/?$/m;
    let timer;
    try {
      return await new Promise((resolve, reject) => {
        const said = () => `${this.out()}${this.err()}`;
        timer = setTimeout(() => reject(new Error(`parley serve said no address\n${said()}`)), 60_000);
        this.child.once('error', reject);
        this.child.once('close', (code) => reject(new Error(`parley serve left with ${code}\n${said()}`)));
        this.child.stdout.on('data', () => {
          const match = line.exec(this.out());
          if (match) resolve(match[1]);
        });
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
    const said = this.out() + this.err();
    assertNoSanitizerReport(said, 'parley serve');
    return said;
  }

  async stop() {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.child.kill('SIGKILL');
    }, 30_000);
    this.child.kill('SIGTERM');
    const { code, signal } = await this.ended;
    clearTimeout(timer);
    const said = this.out() + this.err();
    assertNoSanitizerReport(said, 'parley serve');
    assert.equal(late, false, `parley serve did not stop on SIGTERM\n${said.slice(-2000)}`);
    assert.deepEqual(
      { code, signal },
      { code: 0, signal: null },
      `how parley serve ended\n${said.slice(-2000)}`,
    );
    return said;
  }
}

/** Asks `probe` until it gives a truthy value, which is returned; fails with `what` after `within` ms. */
export async function eventually(probe, what, within = 20_000) {
  const end = Date.now() + within;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) assert.fail(`not within ${within} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
