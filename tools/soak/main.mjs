// ./dev soak MINUTES: reads, exports, writes and slow clients at once over a demo store, while memory, the
// write-ahead log and descriptors are looked at every few seconds. Ends with 1 unless all stayed well.
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Work } from './clients.mjs';
import { Samples } from './samples.mjs';
import { Writes } from './writes.mjs';

const minutes = Number(process.argv[2]);
const binary = resolve(process.env.PARLEY_SOAK_BINARY ?? 'build/release/parley');
const conversations = 20_000;
const sampleMs = 5_000;
const tellEvery = 6;
const say = (text) => process.stdout.write(`${text}\n`);

function must(args) {
  const done = spawnSync(binary, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`parley ${args.join(' ')} failed: ${done.stderr}`);
  return done.stdout.trim();
}

/** Starts the server; gives its process and address. Its log goes to a file. */
async function serve(store, folder) {
  const child = spawn(binary, ['serve', '--store', store, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.pipe(createWriteStream(join(folder, 'server.log')));
  const url = await new Promise((found, lost) => {
    let said = '';
    child.stdout.on('data', (data) => {
      said += data;
      const line = /listening on (\S+)/.exec(said);
      if (line) found(new URL(line[1]));
    });
    child.once('exit', (code) => lost(new Error(`the server ended with ${code}; see ${folder}/server.log`)));
  });
  return { child, url };
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  return ended;
}

/** Loads and looks until the time is over or the server is gone. */
async function run({ child, url }, store, folder, key) {
  const samples = new Samples(child.pid, join(folder, 'store'), minutes);
  const work = new Work(url, key);
  const writes = new Writes(binary, store, folder);
  const idle = samples.take();
  await work.start();
  writes.start();
  const end = Date.now() + minutes * 60_000;
  for (let count = 1; Date.now() < end && child.exitCode === null; count += 1) {
    await sleep(Math.min(sampleMs, end - Date.now()));
    const now = samples.take();
    if (count % tellEvery === 0) say(`${samples.line(now)}  ${work.line()}  ${writes.line()}`);
  }
  await writes.stop();
  await work.stop();
  return { samples, idle, faults: [...work.faults(), ...writes.faults()] };
}

/** Waits until the descriptors of the clients that are gone are given back. */
async function descriptorsAfter(samples, idle) {
  const most = idle.descriptors + 64;
  for (let tries = 0; tries < 100 && samples.take().descriptors > most; tries += 1) await sleep(200);
  const left = samples.take().descriptors;
  return left <= most ? [] : [`${left} descriptors are open when all clients have gone; there were ${idle.descriptors}`];
}

async function main() {
  const root = resolve('build/soak');
  mkdirSync(root, { recursive: true });
  const folder = mkdtempSync(join(root, 'run-'));
  const store = `sqlite:${join(folder, 'store')}`;
  say(`Make a demo account with ${conversations} conversations in ${folder} …`);
  must(['demo', '--store', store, '--account', '1', '--conversations', String(conversations)]);
  const key = must(['key', 'create', '--store', store, '--account', '1', '--scope', 'chat:read', '--name', 'soak']);
  const server = await serve(store, folder);
  say(`Parley answers on ${server.url.origin}; ${minutes} minutes of everything at once:`);
  const problems = [];
  try {
    const { samples, idle, faults } = await run(server, store, folder, key);
    problems.push(...faults);
    if (server.child.exitCode === null) problems.push(...(await descriptorsAfter(samples, idle)));
    say('');
    say(samples.summary());
    problems.push(...samples.faults());
  } finally {
    const code = await stop(server.child);
    if (code !== 0) problems.push(`the server ended with ${code}; see ${folder}/server.log`);
  }
  const checked = spawnSync(binary, ['check', '--store', store], { encoding: 'utf8' });
  if (checked.status !== 0) problems.push(`parley check: ${checked.stdout}${checked.stderr}`);
  for (const problem of problems) say(`NOT WELL: ${problem}`);
  if (problems.length) return 1;
  rmSync(folder, { recursive: true });
  say('All well.');
  return 0;
}

process.exitCode = await main();
// Clients that were cut off in the middle leave sockets behind that would keep the process waiting.
process.exit();
