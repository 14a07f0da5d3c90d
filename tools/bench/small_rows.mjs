// The rows of small answers: many requests over kept connections.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { daysNearest } from './data.mjs';
import { fetchText, hammer, inParallel } from './load.mjs';
import { byRate, byTail, byTime, inPairs, line } from './pairs.mjs';

const rowsOfTheDay = 550;

/** A deterministic choice of `count` items. */
function someOf(items, count) {
  const place = (item) => createHash('sha256').update(item).digest('hex');
  return items.length <= count ? items : items.map((item) => [place(item), item]).sort().slice(0, count).map(([, item]) => item);
}

/** Puts the bodies of Parley's answers where nginx serves them; gives nginx's paths. */
async function copyAnswers(bench, parley, kind, paths) {
  const folder = join(bench.folder, 'files', kind);
  mkdirSync(folder, { recursive: true });
  const names = new Array(paths.length);
  let bytes = 0;
  await inParallel(paths.map((_, i) => i), 8, async (i) => {
    const { text } = await fetchText(parley, paths[i]);
    bytes += Buffer.byteLength(text);
    names[i] = `/${kind}/${i}`;
    writeFileSync(join(folder, String(i)), text);
  });
  return { names, bytes };
}

async function sameLoad(bench, ours, theirs, load = {}) {
  const common = { folder: bench.folder, seconds: bench.seconds, ...load };
  return inPairs(bench, () => hammer(ours.server, { ...common, ...ours }), () => hammer(theirs.server, { ...common, ...theirs }));
}

async function pageFilters(bench) {
  const { server, path } = await bench.parley(bench.chats);
  const { text } = await fetchText(server, path.pageFilters);
  const nginx = await bench.nginx({ '/pageFilters': text });
  const pairs = await sameLoad(bench, { server, paths: [path.pageFilters] }, { server: nginx, paths: ['/pageFilters'] });
  return [
    line('pageFilters, 64 connections', { least: 0.9 }, pairs, byRate),
    line('pageFilters, 99th percentile of the time', { most: 1.5 }, pairs, byTail),
  ];
}

async function notModified(bench) {
  const { server, path, year } = await bench.parley(bench.chats);
  const whole = path.statistics(year);
  const headers = { 'If-None-Match': await tagOf(server, whole) };
  const pairs = await sameLoad(bench, { server, paths: [whole], headers }, { server, paths: [path.pageFilters] });
  return [line('304 for the year, beside pageFilters', { least: 0.85 }, pairs, byRate, 'pageFilters')];
}

async function tagOf(server, path) {
  const headers = { 'accept-encoding': 'identity' };
  const { headers: head } = await fetch(server.origin + path, { method: 'HEAD', headers });
  const again = await fetch(server.origin + path, { headers: { ...headers, 'if-none-match': head.get('etag') } });
  if (again.status !== 304) throw new Error(`a request with If-None-Match was answered ${again.status}`);
  return head.get('etag');
}

async function grabConversation(bench) {
  const { server, path, days } = await bench.parley(bench.chats);
  const ids = someOf([...days.values()].flat(), 20_000);
  const paths = ids.map(path.conversation);
  const { names } = await copyAnswers(bench, server, 'grab', paths);
  const nginx = await bench.nginx();
  const pairs = await sameLoad(bench, { server, paths }, { server: nginx, paths: names });
  return [line('grabConversation, 20,000 at random', { least: 0.4 }, pairs, byRate)];
}

async function dayRow(bench, kind, title, least, pathOf) {
  const { server, path, days } = await bench.parley(bench.chatsOfTheDay);
  const chosen = daysNearest(days, rowsOfTheDay, 20);
  const paths = chosen.map((day) => pathOf(path, day));
  const { names, bytes } = await copyAnswers(bench, server, kind, paths);
  const nginx = await bench.nginx();
  const pairs = await sameLoad(bench, { server, paths }, { server: nginx, paths: names });
  const rows = Math.round(chosen.reduce((sum, day) => sum + days.get(day).length, 0) / chosen.length);
  const kilobytes = Math.round(bytes / paths.length / 1000);
  return [line(`${title} (${rows} conversations, ${kilobytes} KB)`, { least }, pairs, byRate)];
}

const listConversations = (bench) =>
  dayRow(bench, 'list', 'listConversations, a day', 0.3, (path, day) => path.list(day));
const chatStatisticsDay = (bench) =>
  dayRow(bench, 'day', 'chatStatistics, a day', 0.35, (path, day) => path.statistics(`startTime=${day}&endTime=${day}`));

/** The time of the same number of rows in a small store and in the large one. */
async function range(bench) {
  const small = await bench.parley(10_000);
  const large = await bench.parley(bench.chats);
  const [day] = daysNearest(small.days, 25, 1);
  const wanted = (await rowsOf(small, `startTime=${day}&endTime=${day}`)).length;
  const [other] = daysNearest(large.days, rowsOfTheDay, 1);
  const starts = await rowsOf(large, `startTime=${other}&endTime=${other}`);
  const from = starts[10];
  const until = starts[10 + wanted - 1];
  const pairs = await sameLoad(bench, { server: large.server, paths: [large.path.statistics(`startTime=${from}&endTime=${until}`)] },
    { server: small.server, paths: [small.path.statistics(`startTime=${day}&endTime=${day}`)] });
  return [line(`${wanted} rows of chatStatistics: time in the store of ${bench.chats}, beside 10,000`, { most: 1.3 }, pairs, byTime, 'the small store')];
}

async function rowsOf({ server, path }, query) {
  const { text } = await fetchText(server, path.statistics(query));
  return JSON.parse(text).json.map((row) => row.startedAt);
}

/** Ten thousand conversations, as an export tool fetches them: each day's list, then each of its conversations. */
async function crawl(bench) {
  const { server, path, days } = await bench.parley(bench.chats);
  const inOrder = [...days].sort(([a], [b]) => (a < b ? -1 : 1));
  const paths = [];
  const lists = [];
  let conversations = 0;
  for (const [day, ids] of inOrder.slice(-200)) {
    if (conversations >= 10_000) break;
    paths.push(path.list(day), ...ids.map(path.conversation));
    lists.push(path.list(day, day, '?include=messages'));
    conversations += ids.length;
  }
  const { names } = await copyAnswers(bench, server, 'crawl', paths);
  const nginx = await bench.nginx();
  const load = { connections: 8, order: 'walk' };
  const pairs = await sameLoad(bench, { server, paths }, { server: nginx, paths: names }, load);
  const lines = [line(`a crawl of ${conversations} conversations by 8 clients: time`, { most: 1.9 }, pairs, byTime)];
  const { text } = await fetchText(server, lists[0]);
  if (!text.includes('"messages":[')) return lines;
  const perCrawl = (result, length) => ({ ...result, rate: result.rate / length });
  const included = await inPairs(bench,
    async () => perCrawl(await hammer(server, { folder: bench.folder, seconds: bench.seconds, paths: lists, ...load }), lists.length),
    async () => perCrawl(await hammer(nginx, { folder: bench.folder, seconds: bench.seconds, paths: names, ...load }), names.length));
  return [...lines, line('the same with include=messages: time', { most: 0.5 }, included, byTime)];
}

export const smallRows = { pageFilters, notModified, grabConversation, listConversations, chatStatisticsDay, range, crawl };
