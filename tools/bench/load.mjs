// Who asks: wrk for many small answers, curl for long ones. Each gives what came and what it cost the server.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { forgetPeak, peakMemory, processors, processorSeconds, runOn } from './process.mjs';

const script = join(dirname(fileURLToPath(import.meta.url)), 'load.lua');

async function watched(server, work) {
  forgetPeak(server.pid);
  const before = processorSeconds(server.pid);
  const result = await work();
  const processor = processorSeconds(server.pid) - before;
  return { ...result, processor, idle: server.idle, peak: peakMemory(server.pid) };
}

/**
 * Many requests over kept connections: `paths` in a random order, or one after the other; each connection asks again at
 * once, or after `pause` milliseconds on average. Fails when any is not answered well.
 */
export function hammer(server, { folder, paths, seconds, connections = 64, order = 'random', pause = 0, headers = {} }) {
  const file = join(folder, `paths-${server.name}`);
  writeFileSync(file, paths.map((path) => `${path}\n`).join(''));
  const words = Object.entries(headers).map(([name, value]) => `${name}=${value}`);
  return watched(server, async () => {
    const args = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '--timeout', '20s', '-s', script,
      server.origin, '--', file, order, String(pause), ...words];
    const said = await runOn(processors().client, 'wrk', args);
    const result = JSON.parse(said.trim().split('\n').at(-1));
    if (result.requests === 0 || result.failed + result.refused > 0) {
      throw new Error(`${server.name} did not answer ${paths[0]} well:\n${said}`);
    }
    return { ...result, rate: result.requests / result.seconds };
  });
}

/** One long answer, thrown away as it comes. */
export function download(server, path, headers = {}) {
  return watched(server, async () => {
    const words = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
    const said = await runOn(processors().client, 'curl', ['-sS', '-f', '-o', '/dev/null', '-w',
      '%{time_total} %{size_download}', ...words, server.origin + path]);
    const [seconds, bytes] = said.split(' ').map(Number);
    return { requests: 1, seconds, bytes, rate: 1 / seconds };
  });
}

/** Several long answers over one kept connection, one after the other. */
export function downloadAll(server, paths) {
  return watched(server, async () => {
    const urls = paths.flatMap((path) => ['-o', '/dev/null', server.origin + path]);
    const said = await runOn(processors().client, 'curl', ['-sS', '-f', '-w', '%{time_total} %{size_download}\\n', ...urls]);
    const answers = said.trim().split('\n').map((text) => text.split(' ').map(Number));
    const sum = (place) => answers.reduce((total, answer) => total + answer[place], 0);
    return { requests: paths.length, seconds: sum(0), bytes: sum(1), rate: paths.length / sum(0) };
  });
}

/** Fetches one answer whole; any status but 200 is an error. */
export async function fetchText(server, path, headers = {}) {
  const answer = await fetch(server.origin + path, { headers: { 'accept-encoding': 'identity', ...headers } });
  if (answer.status !== 200) throw new Error(`${server.name} answers ${answer.status} to ${path.replace(/parley_[\w-]+/, 'KEY')}`);
  return { text: await answer.text(), tag: answer.headers.get('etag') };
}

/** Calls `work` for each item, so many at once. */
export async function inParallel(items, atOnce, work) {
  let next = 0;
  const runner = async () => {
    while (next < items.length) await work(items[next++]);
  };
  await Promise.all(Array.from({ length: atOnce }, runner));
}
