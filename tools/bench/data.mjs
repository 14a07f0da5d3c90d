// The store that is measured: a demo account of so many chats, made once and kept under build/bench.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { fetchText } from './load.mjs';

/** Chats of a demo account for each of its conversations, as the demo makes them. */
const chatsPerConversation = 1.13;

function must(binary, args, stdio = 'inherit') {
  const done = spawnSync(binary, args, { stdio: ['ignore', 'pipe', stdio], encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`parley ${args[0]} failed`);
  return done.stdout.trim();
}

/** The store's folder with about so many chats, and a key for its account 1. */
export function demoStore({ binary, root, chats, say }) {
  const store = join(root, `store-${chats}`);
  const keyFile = join(store, 'bench-key');
  if (!existsSync(join(store, 'parley.db'))) {
    const making = `${store}.making`;
    rmSync(making, { recursive: true, force: true });
    mkdirSync(root, { recursive: true });
    say(`Making a demo account of ${chats} chats in ${store} …`);
    const conversations = Math.round(chats / chatsPerConversation);
    must(binary, ['demo', '--store', `sqlite:${making}`, '--account', '1', '--conversations', String(conversations)]);
    renameSync(making, store);
  }
  if (!existsSync(keyFile)) {
    const words = ['key', 'create', '--store', `sqlite:${store}`, '--account', '1', '--scope', 'chat:read', '--name', 'bench'];
    writeFileSync(keyFile, must(binary, words, 'ignore'), { mode: 0o600 });
  }
  return { store, key: readFileSync(keyFile, 'utf8').trim() };
}

/** The Chat API's paths for a key. */
export function paths(key) {
  const path = (method, tail = '') => `/message/${method}/${key}/1${tail}`;
  return {
    pageFilters: path('pageFilters'),
    agents: path('grabAgents'),
    conversation: (id) => path('grabConversation', `/${id}`),
    list: (from, to = from, query = '') => path('listConversations', `/${from}/${to}${query}`),
    statistics: (query) => path('chatStatistics', `?${query}`),
  };
}

/** Reads which conversations there are: their ids by day, in order. */
export async function conversationsByDay(server, path) {
  const { text } = await fetchText(server, path.list('2000-01-01', '2100-01-01'));
  const days = new Map();
  for (const [, id, day] of text.matchAll(/"conversationID":"(V\d+)","date":"(\d{4}-\d\d-\d\d)/g)) {
    if (!days.has(day)) days.set(day, []);
    days.get(day).push(id);
  }
  return days;
}

/** The `count` days whose number of conversations is nearest to `wanted`. */
export function daysNearest(days, wanted, count) {
  const far = ([, ids]) => Math.abs(ids.length - wanted);
  return [...days].sort((a, b) => far(a) - far(b)).slice(0, count).map(([day]) => day);
}

export const dayAfter = (day, days = 1) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
