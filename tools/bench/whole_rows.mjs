// The rows that look at the program as a whole: its start, its memory, its writes.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { processors, residentMemory, runOn } from './process.mjs';
import { byTime, figure, inPairs, line, spread } from './pairs.mjs';
import { startNginx, startParley } from './servers.mjs';

async function start(bench) {
  const { store, path } = await bench.parley(bench.chats);
  await bench.stopAll();
  const memory = [];
  const started = async (server) => {
    const idle = residentMemory(server.pid);
    if (server.name === 'Parley') memory.push(idle);
    await server.stop();
    return { requests: 1, rate: 1000 / server.startedIn, processor: 0, idle, peak: idle };
  };
  const ours = async () => started(await startParley({ binary: bench.binary, store, folder: bench.folder, path: path.pageFilters }));
  const theirs = async () => started(await startNginx({ folder: bench.folder, path: '/ready', fixed: { '/ready': 'ready' } }));
  await ours();
  await theirs();
  memory.length = 0;
  const pairs = await inPairs(bench, ours, theirs);
  return [
    line('start to the first answer: time', { most: 8 }, pairs, byTime),
    figure('memory after it', { most: 32 }, 'MiB', memory),
  ];
}

/** A visitor's message made durable: measured by a program of its own, which knows no HTTP. */
async function write(bench) {
  const lines = [];
  if (!existsSync(bench.writeBinary)) throw new Error(`${bench.writeBinary} is not built; ./dev bench builds it`);
  for (const waiting of [16, 128]) {
    const folder = mkdtempSync(join(bench.folder, 'write-'));
    const said = await runOn(processors().server, bench.writeBinary,
      [folder, String(waiting), String(bench.pairs), String(bench.seconds)]);
    rmSync(folder, { recursive: true });
    const rounds = said.trim().split('\n').map((text) => JSON.parse(text));
    const of = (name) => Math.round(spread(rounds.map((round) => round[name])).median);
    lines.push(
      figure(`whole messages beside bare rows, ${waiting} waiting (${of('whole')} and ${of('bare')} a second)`, { least: 0.6 }, '',
        rounds.map((round) => round.whole / round.bare)),
      figure(`whole messages beside append and fdatasync of that batch (${of('append')} a second)`, null, '',
        rounds.map((round) => round.whole / round.append)));
  }
  return lines;
}

export const wholeRows = { start, write };
