// ./dev bench: Parley beside nginx, row by row. tools/dev/bench.sh builds what it needs and starts it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { conversationsByDay, dayAfter, demoStore, paths } from './data.mjs';
import { exportRows } from './export_rows.mjs';
import { heldRows } from './held.mjs';
import { download } from './load.mjs';
import { processors, processorSeconds, stop } from './process.mjs';
import { table } from './report.mjs';
import { startNginx, startParley } from './servers.mjs';
import { smallRows } from './small_rows.mjs';
import { wholeRows } from './whole_rows.mjs';

const rows = { ...smallRows, ...exportRows, ...wholeRows, ...heldRows };
const say = (text) => process.stderr.write(`${text}\n`);

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean' }, quick: { type: 'boolean' }, chats: { type: 'string' },
      pairs: { type: 'string', default: '5' }, seconds: { type: 'string' }, build: { type: 'string', default: 'build/release' },
    },
  });
  const number = (name, text, least) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least) throw new Error(`--${name} is '${text}'; it takes a number from ${least}`);
    return value;
  };
  const chats = number('chats', values.chats ?? (values.quick ? '100000' : '1000000'), 1000);
  for (const name of positionals) {
    if (!(name in rows)) throw new Error(`there is no row "${name}"; there are: ${Object.keys(rows).join(' ')}`);
  }
  return {
    json: values.json ?? false, chats, wanted: positionals.length ? positionals : Object.keys(rows),
    pairs: number('pairs', values.pairs, 1), seconds: number('seconds', values.seconds ?? (values.quick ? '1' : '3'), 1),
    build: resolve(values.build),
  };
}

/** What every row is given: the servers, started when first asked for and stopped after the row. */
class Bench {
  #running = new Map();

  constructor(options) {
    Object.assign(this, options);
    this.root = resolve('build/bench');
    mkdirSync(this.root, { recursive: true });
    this.folder = mkdtempSync(join(this.root, 'run-'));
    this.binary = join(options.build, 'parley');
    this.writeBinary = join(options.build, 'tests/write_bench');
    // In the large store a day has thousands; this one has days of 550.
    this.chatsOfTheDay = Math.min(options.chats, 200_000);
  }

  /** Parley over a demo store of so many chats, and what is in it. */
  async parley(chats) {
    const name = `parley-${chats}`;
    if (this.#running.has(name)) return this.#running.get(name);
    const { store, key } = demoStore({ binary: this.binary, root: this.root, chats, say });
    const path = paths(key);
    const start = () => startParley({ binary: this.binary, store, folder: this.folder, path: path.pageFilters });
    const asked = await start();
    const days = await conversationsByDay(asked, path);
    await asked.stop();
    // What is measured has not answered anything large before.
    const server = await start();
    const last = [...days.keys()].sort().at(-2);
    const year = `startTime=${dayAfter(last, -364)}&endTime=${last}`;
    const running = { server, store, path, days, year, start };
    this.#running.set(name, running);
    return running;
  }

  /** The same server anew, after `change` was made to its store. */
  async again(chats, change = () => {}) {
    const running = this.#running.get(`parley-${chats}`);
    await running.server.stop();
    change(running.store);
    running.server = await running.start();
    return running.server;
  }

  /** nginx anew, with these bodies for `return 200` and the files there are now. */
  async nginx(fixed = {}) {
    await this.#running.get('nginx')?.server.stop();
    const server = await startNginx({ folder: this.folder, path: '/ready', fixed: { '/ready': 'ready', ...fixed } });
    this.#running.set('nginx', { server });
    return server;
  }

  /** Reads an answer until reading it again costs the server no less: whatever it makes ready for later is ready. */
  async settle(server, path, headers = {}) {
    let before = Infinity;
    for (let i = 0; i < 20; i += 1) {
      const { processor } = await download(server, path, headers);
      await quiet(server);
      if (processor > before * 0.85) return;
      before = processor;
    }
  }

  async stopAll() {
    for (const { server } of this.#running.values()) await server.stop();
    this.#running.clear();
  }

  async close() {
    for (const { server } of this.#running.values()) await stop(server.child);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Waits until a server does next to nothing for half a second. */
async function quiet(server) {
  for (let last = -Infinity; ;) {
    const now = processorSeconds(server.pid);
    if (now - last < 0.02) return;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

function machine() {
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  const { server, client, count } = processors();
  return { commit, count, model: cpus()[0].model, server, client };
}

async function main() {
  const options = readOptions();
  const bench = new Bench(options);
  const lines = [];
  const failed = [];
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => bench.close().then(() => process.exit(1)));
  for (const name of options.wanted) {
    say(`${name} …`);
    try {
      lines.push(...(await rows[name](bench)).map((row) => ({ row: name, ...row })));
    } catch (error) {
      failed.push(name);
      say(`${name} failed: ${error.message}`);
    }
    await bench.stopAll();
  }
  await bench.close();
  const where = machine();
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ ...where, chats: options.chats, lines, failed }, null, 2)}\n`);
  } else {
    process.stdout.write(`Commit ${where.commit}; ${where.count} processors: servers on ${where.server}, the load on ${where.client}; `
      + `${options.chats} chats; ${options.pairs} pairs\n\n${table(lines)}\n`);
  }
  if (failed.length) process.exitCode = 1;
}

main().catch((error) => {
  say(`bench: ${error.message}`);
  process.exitCode = 2;
});
