// kill -9 of the serving program in the middle of a flood of writes, again and again on one store: what was
// acknowledged is there whole, of the rest there is all or nothing, and the store is sound.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { collect, startParley } from '../support/binary.mjs';
import { Client } from '../support/client.mjs';
import { eventually, Store } from '../support/store.mjs';
import { Random } from '../model/random.mjs';
import { batch, batchesOf, content, flood, Ledger } from './ledger.mjs';

const rounds = Number(process.env.PARLEY_KILL_ROUNDS ?? 24);
const seed = Number(process.env.PARLEY_KILL_SEED ?? Date.now() % 1_000_000);
const random = new Random(seed);

let store;
let ledger;
/** How long one small command takes here: moments are chosen in this measure, so that slow builds are killed alike. */
let beat;
before(async () => {
  store = await Store.create();
  ledger = new Ledger();
  await store.import(batch(1, 0, 5));
  ledger.batches.set(0, { bundle: batch(1, 0, 5), acknowledged: true });
  const began = Date.now();
  ledger.keys.push(await store.createKey({ account: 1 }));
  beat = Date.now() - began;
});
after(() => store?.close());

/** Asks the running server and the store's export about everything that was ever tried. */
async function judge(round) {
  const where = `round ${round}, PARLEY_KILL_SEED=${seed}`;
  const client = new Client(store.url, ledger.keys[0], 1);
  for (const key of ledger.keys) {
    const answer = await new Client(store.url, key, 1).get('grabAgents');
    assert.equal(answer.status, 200, `${where}: an acknowledged key is refused`);
  }
  const agents = new Set((await client.rows('grabAgents')).map(({ agentID }) => agentID));
  for (const id of ledger.agents) assert.ok(agents.has(id), `${where}: agent ${id} is gone`);
  await judgeAccounts(where);
  const found = batchesOf(await store.exported(1));
  for (const [number, { bundle, acknowledged }] of ledger.batches) {
    const records = found.get(number);
    if (!acknowledged && !records) continue;
    assert.deepEqual(records, content(bundle), `${where}: batch ${number} (acknowledged: ${acknowledged})`);
    await judgeFilter(client, number, bundle, where);
  }
  for (const number of found.keys()) assert.ok(ledger.batches.has(number), `${where}: batch ${number}`);
}

async function judgeAccounts(where) {
  const { stdout } = await store.must(['account', 'list', '--store', store.name]);
  const listed = new Set([...stdout.matchAll(/^ *(\d+)\b/gm)].map(([, sid]) => Number(sid)));
  for (const [sid, { bundle, acknowledged, judged }] of ledger.accounts) {
    const isThere = listed.has(sid);
    if (acknowledged) assert.ok(isThere, `${where}: account ${sid} is gone`);
    if (!isThere || judged || !bundle) continue;
    assert.deepEqual(content(await store.exported(sid)), content(bundle), `${where}: account ${sid}`);
    // Nothing writes to it any more; what stands in it is looked at again by `check`.
    ledger.accounts.get(sid).judged = true;
  }
  for (const sid of listed) assert.ok(ledger.accounts.has(sid) || sid === 1, `${where}: account ${sid}`);
}

/** The batch's page filter: matched after its import is in, by whoever holds the store next if need be. */
async function judgeFilter(client, number, bundle, where) {
  const wanted = bundle.lines.filter((line) => line.includes('"kind":"conversation"')).length;
  const all = '/0001-01-01/9999-12-31';
  const matched = async () =>
    (await client.rows('listConversations', all, { pageFilterId: number + 1 })).length === wanted;
  await eventually(matched, `${where}: the page filter of batch ${number} matches its pages`);
}

test(`kill -9 in a flood of writes, ${rounds} times (PARLEY_KILL_SEED=${seed})`, async () => {
  for (let round = 1; round <= rounds; round += 1) {
    await store.serve();
    if (round > 1) await judge(round - 1);
    const writers = flood(store, ledger, random);
    await new Promise((resolve) => setTimeout(resolve, beat * (1 + random.next() * 9)));
    await store.kill();
    await writers.end();
    await store.must(['check', '--store', store.name]);
  }
  await store.serve();
  await judge(rounds);
  const { size } = ledger.batches;
  assert.ok(ledger.acknowledged() > rounds, `the flood was a trickle: ${ledger.acknowledged()} of ${size}`);
  await store.stop();
  await store.must(['check', '--store', store.name]);
});

test('kill -9 of an import that holds the store itself', async () => {
  const tries = Math.ceil(rounds / 3);
  for (let i = 0; i < tries; i += 1) {
    const sid = random.once(2) ? 1 : ledger.nextAccount();
    const number = ledger.nextBatch();
    const bundle = batch(sid, number, random.between(100, 600));
    const entry = { bundle, acknowledged: false };
    if (sid === 1) ledger.batches.set(number, entry);
    else ledger.accounts.set(sid, entry);
    const child = startParley(await store.importArgs(bundle));
    const said = [collect(child.stdout), collect(child.stderr)];
    const ended = new Promise((resolve) => child.once('close', resolve));
    const timer = setTimeout(() => child.kill('SIGKILL'), beat * (0.3 + random.next() * 4));
    entry.acknowledged = (await ended) === 0;
    clearTimeout(timer);
    assert.doesNotMatch(said.map((text) => text()).join(''), /Sanitizer/);
  }
  await store.serve();
  await judge(rounds + tries);
  await store.stop();
  await store.must(['check', '--store', store.name]);
});
