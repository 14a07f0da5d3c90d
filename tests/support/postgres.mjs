// A PostgreSQL of the tests' own, and databases in it. tests/support/postgres says how it is run.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('postgres', import.meta.url));

/** Runs the script: what it prints on stdout, without the last line's end. Fails with its words when it does. */
function run(...args) {
  return new Promise((resolve, reject) => {
    execFile(script, args, { maxBuffer: 1 << 30 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`tests/support/postgres ${args.join(' ')}: ${stderr || error.message}`));
      else resolve(stdout.replace(/\n$/, ''));
    });
  });
}

/**
 * Starts a cluster in a temporary folder: a Postgres. `durable` waits for the disk, `tcp` listens on a port of
 * 127.0.0.1 too, `settings` are the server's ({max_connections: 20}), `standbyOf` a running Postgres that this one
 * follows. `close` must be called; a process that ends without that has its cluster stopped and removed as well.
 */
export async function startPostgres({ durable = false, tcp = false, settings = {}, standbyOf } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'parley-postgres-'));
  const args = ['start', directory, '--remove', '--with-pid', String(process.pid)];
  if (durable) args.push('--durable');
  if (tcp) args.push('--tcp');
  for (const [name, value] of Object.entries(settings)) args.push('--set', `${name}=${value}`);
  if (standbyOf) args.push('--standby-of', standbyOf.directory);
  return new Postgres(directory, await run(...args));
}

/** One cluster. */
class Postgres {
  #databases = 0;

  constructor(directory, url) {
    this.directory = directory;
    /** The URL of its database `postgres`, as whose superuser one comes. It stays the same over restarts. */
    this.url = url;
  }

  /** The path of its Unix socket, for a TcpProxy in front of it. Not for one with `tcp`. */
  get socketPath() {
    return join(this.directory, '.s.PGSQL.5432');
  }

  /** Makes an empty database with a name of its own and gives its URL. */
  async freshDatabase() {
    this.#databases += 1;
    return run('database', this.directory, `test_${this.#databases}`);
  }

  /** Removes a database of this cluster, and cuts off who is connected to it. */
  async dropDatabase(url) {
    await sql(this.url, `DROP DATABASE IF EXISTS ${databaseOf(url)} WITH (FORCE)`);
  }

  /** Ends connections, writes everything down and stops. */
  async stop() {
    await run('stop', this.directory);
  }

  /** SIGKILL to all its processes: clients are told nothing, the next start recovers. */
  async kill() {
    await run('stop', this.directory, '--kill');
  }

  /** Starts it after `stop` or `kill`. */
  async start() {
    await run('start', this.directory);
  }

  /** `stop` and `start`. */
  async restart() {
    await run('restart', this.directory);
  }

  /** Makes a standby a primary. */
  async promote() {
    await run('promote', this.directory);
  }

  /** What the server has logged so far. */
  async log() {
    return readFile(join(this.directory, 'log'), 'utf8');
  }

  /** Stops at once and removes the folder. */
  async close() {
    try {
      await run('stop', this.directory, '--immediate');
    } finally {
      await rm(this.directory, { recursive: true, force: true });
    }
  }
}

/** Runs statements on a connection of their own: what they give as text, a line a row, columns divided by `|`. */
export async function sql(url, statements) {
  return run('run', 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', statements);
}

/** The name of the database in a URL. */
function databaseOf(url) {
  const match = /^postgres(?:ql)?:\/\/[^/]*\/([a-z_][a-z0-9_]*)(?:\?|$)/.exec(url);
  assert.ok(match, `${url} names no database`);
  return match[1];
}

/** The same database at 127.0.0.1:`port`, where a TcpProxy stands in front of its cluster. */
export function through(url, port) {
  return `postgresql://parley@127.0.0.1:${port}/${databaseOf(url)}`;
}
