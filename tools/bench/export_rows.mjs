// The rows of long answers: a year of chatStatistics, as one client downloads it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { download, downloadAll, fetchText } from './load.mjs';
import { byRate, byTime, figure, inPairs, line } from './pairs.mjs';

/** How many days are read cold in one measurement. */
const coldDays = 20;

const megabytes = (bytes) => `${Math.round(bytes / 1e6)} MB`;

/** Saves an answer of Parley's where nginx serves it. */
function save(server, path, folder, name, words = []) {
  mkdirSync(folder, { recursive: true });
  execFileSync('curl', ['-sS', '-f', '-o', join(folder, name), ...words, server.origin + path]);
}

const memory = (pairs) => pairs.map(({ parley }) => parley.peak - parley.idle);

/** Parley's answer beside the same bytes from a file. The first download of each is not counted. */
async function beside(bench, path, name, title, least) {
  const { server: warm } = await bench.parley(bench.chats);
  await bench.settle(warm, path);
  const server = await bench.again(bench.chats);
  save(server, path, join(bench.folder, 'files', 'export'), name);
  const nginx = await bench.nginx();
  const ours = () => download(server, path);
  const theirs = () => download(nginx, `/export/${name}`);
  const [{ bytes }, { bytes: same }] = [await ours(), await theirs()];
  if (bytes !== same) throw new Error(`${title}: ${bytes} bytes from Parley, ${same} from nginx`);
  const pairs = await inPairs(bench, ours, theirs);
  rmSync(join(bench.folder, 'files', 'export', name));
  return { pairs, line: line(`${title}, ${megabytes(bytes)}`, { least }, pairs, byRate) };
}

async function year(bench) {
  const { path, year: span } = await bench.parley(bench.chats);
  const json = await beside(bench, path.statistics(span), 'year.json', 'a year of chatStatistics, JSON', 0.7);
  const csv = await beside(bench, path.statistics(`${span}&fileType=csv`), 'year.csv', 'a year of chatStatistics, CSV', 0.7);
  const used = memory([...json.pairs, ...csv.pairs]);
  return [json.line, csv.line, figure('memory over idle in these downloads', { most: 48 }, 'MiB', used)];
}

async function yearGzip(bench) {
  const { server, path, year: span } = await bench.parley(bench.chats);
  const folder = join(bench.folder, 'files', 'packed');
  await bench.settle(server, path.statistics(span));
  save(server, path.statistics(span), folder, 'year.json', ['-H', 'Accept-Encoding: gzip']);
  execFileSync('mv', [join(folder, 'year.json'), join(folder, 'year.json.gz')]);
  const nginx = await bench.nginx();
  const gzip = { 'Accept-Encoding': 'gzip' };
  const ours = () => download(server, path.statistics(span), gzip);
  const theirs = () => download(nginx, '/packed/year.json', gzip);
  const { bytes } = await ours();
  await theirs();
  const pairs = await inPairs(bench, ours, theirs);
  rmSync(join(folder, 'year.json.gz'));
  // What counts is the time for the year, though the two may have packed it differently.
  return [line(`the same with gzip, ${megabytes(bytes)}, beside gzip_static`, { least: 0.4 }, pairs, byRate)];
}

/** The agent whose share of the year's chats is nearest to one in a hundred. */
async function agentOfOneInHundred(server, path, span) {
  const agents = JSON.parse((await fetchText(server, path.agents)).text).json;
  const all = await lengthOf(server, path.statistics(span));
  let best = null;
  for (const { agentID } of agents) {
    const share = (await lengthOf(server, path.statistics(`${span}&agentId=${agentID}`))) / all;
    if (best === null || Math.abs(share - 0.01) < Math.abs(best.share - 0.01)) best = { agentID, share };
  }
  return best;
}

/** The number of rows of an answer, which stands at its end. */
async function lengthOf(server, path) {
  const said = execFileSync('sh', ['-c', 'curl -sS -f "$0" | tail -c 40', server.origin + path], { encoding: 'utf8' });
  return Number(said.match(/"length":(\d+)/)[1]);
}

async function yearAgent(bench) {
  const { server, path, year: span } = await bench.parley(bench.chats);
  const { agentID, share } = await agentOfOneInHundred(server, path, span);
  await bench.settle(server, path.statistics(span));
  const pairs = await inPairs(bench, () => download(server, path.statistics(`${span}&agentId=${agentID}`)),
    () => download(server, path.statistics(span)));
  const percent = (share * 100).toFixed(1);
  return [line(`a year of one agent (${percent} % of the chats): time beside the full export`, { most: 0.08 }, pairs, byTime, 'the full export')];
}

/** Takes away all that is kept rendered, as if the days had just changed. The store is nobody's at this time. */
function forgetBlocks(store) {
  const database = new DatabaseSync(join(store, 'parley.db'));
  database.exec('DELETE FROM statistics_day');
  database.close();
  rmSync(join(store, 'blocks'), { recursive: true, force: true });
}

/** Days of which nothing is ready, each read once. */
async function coldDay(bench) {
  const { server, path, days } = await bench.parley(bench.chats);
  const chosen = [...days.keys()].sort().slice(30, 30 + coldDays);
  const asked = (day) => path.statistics(`startTime=${day}&endTime=${day}`);
  const folder = join(bench.folder, 'files', 'cold');
  for (const day of chosen) save(server, asked(day), folder, day);
  const nginx = await bench.nginx();
  const ours = async () => {
    const fresh = await bench.again(bench.chats, forgetBlocks);
    // Another day first: a connection and its statements are not what is cold here.
    await download(fresh, asked([...days.keys()].sort()[10]));
    return downloadAll(fresh, chosen.map(asked));
  };
  const theirs = () => downloadAll(nginx, chosen.map((day) => `/cold/${day}`));
  await theirs();
  const pairs = await inPairs(bench, ours, theirs);
  rmSync(folder, { recursive: true });
  const [{ parley, other }] = pairs;
  if (parley.bytes !== other.bytes) throw new Error(`${parley.bytes} bytes from Parley, ${other.bytes} from nginx`);
  return [line(`the first read of a day of chatStatistics, ${coldDays} of them`, { least: 0.2 }, pairs, byRate)];
}

export const exportRows = { year, yearGzip, yearAgent, coldDay };
