// The row of those who hold a server up: thousands of slow readers and slow senders while writes come in.
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { hammer } from './load.mjs';
import { figure } from './pairs.mjs';
import { processors, residentMemory, startOn, stop } from './process.mjs';

const script = join(dirname(fileURLToPath(import.meta.url)), 'held_clients.mjs');
const crowd = { readers: 2000, senders: 2000, writes: 200 };
/** Long enough for a sender to be cut and come again. */
const heldSeconds = 30;
/** How long each of the two loads asks; wrk takes whole seconds. */
const askedSeconds = 8;
/** Between two requests of one of 64 connections: some 3,000 a second, which leaves the processor free most of the time. */
const pauseMs = 20;

/** What the system holds for all its TCP sockets, of clients too, in MiB. */
function socketMemory() {
  const pages = readFileSync('/proc/net/sockstat', 'utf8').match(/^TCP:.* mem (\d+)/m)[1];
  return (Number(pages) * 4096) / 2 ** 20;
}

function fileSize(file) {
  try {
    return statSync(file).size / 2 ** 20;
  } catch {
    return 0;
  }
}

/** The crowd in a process of its own, on the processor of those who ask. */
class Crowd {
  constructor(words) {
    this.child = startOn(processors().client, process.execPath, [script, JSON.stringify(words)], ['pipe', 'inherit']);
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async said() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error('the crowd went away');
    return JSON.parse(value);
  }

  async end() {
    this.child.kill('SIGTERM');
    const said = await this.said();
    await stop(this.child);
    return said;
  }
}

/** Calls `look` four times a second until `work` has ended; gives the most of each figure. */
async function most(look, work) {
  const peaks = {};
  const watch = () => {
    for (const [name, value] of Object.entries(look())) peaks[name] = Math.max(peaks[name] ?? 0, value);
  };
  const timer = setInterval(watch, 250);
  try {
    const result = await work();
    watch();
    return { peaks, result };
  } finally {
    clearInterval(timer);
  }
}

async function heldWith(bench, name, headers) {
  const { path, year } = await bench.parley(bench.chats);
  const settled = await bench.parley(bench.chats);
  await bench.settle(settled.server, path.statistics(year), headers);
  await bench.stopAll();
  const { server, store, days } = await bench.parley(bench.chats);
  const ask = (pause) =>
    hammer(server, { folder: bench.folder, paths: [path.pageFilters], seconds: askedSeconds, pause });
  const askBoth = async () => ({ paced: (await ask(pauseMs)).p99, full: (await ask(0)).p99 });
  await ask(0);
  const idle = { resident: residentMemory(server.pid), sockets: socketMemory() };
  const without = await askBoth();
  const conversations = [...days.values()].flat().slice(-5000);
  const wal = join(store, 'parley.db-wal');
  const words = {
    ...crowd, port: server.port, path: path.statistics(year), headers,
    control: join(store, 'control.sock'), store: { conversations },
  };
  const began = new Crowd(words);
  const look = () => ({ resident: residentMemory(server.pid), sockets: socketMemory(), wal: fileSize(wal) });
  const { peaks, result } = await most(look, async () => {
    await began.said();
    const first = await askBoth();
    await new Promise((resolve) => setTimeout(resolve, (heldSeconds * 1000) / 2));
    const second = await askBoth();
    return { asked: [first, second], counts: await began.end() };
  });
  const { counts } = result;
  process.stderr.write(`${name}: ${JSON.stringify({ ...counts, without, asked: result.asked })}\n`);
  if (counts.readersLost > 0) throw new Error(`${counts.readersLost} of ${crowd.readers} readers were cut`);
  return [
    figure(`${name}: memory over idle`, { most: 128 }, 'MiB', [peaks.resident - idle.resident]),
    figure(`${name}: socket memory of the system over idle, clients' too`, null, 'MiB', [peaks.sockets - idle.sockets]),
    figure(`${name}: write-ahead log`, { most: 64 }, 'MiB', [peaks.wal]),
    figure(`${name}: writes a second`, { least: crowd.writes * 0.95 }, '', [counts.written / counts.seconds]),
    figure(`${name}: p99 of pageFilters, ${Math.round(64_000 / pauseMs)} a second, beside that without`, { most: 2 }, '',
      result.asked.map(({ paced }) => paced / without.paced)),
    figure(`${name}: the same, asked for as fast as it goes`, null, '', result.asked.map(({ full }) => full / without.full)),
  ];
}

async function held(bench) {
  const plain = await heldWith(bench, '2,000 readers and senders', {});
  await bench.stopAll();
  return [...plain, ...(await heldWith(bench, 'the same in gzip', { 'accept-encoding': 'gzip' }))];
}

export const heldRows = { held };
