// Who keeps in step with updatedAfter holds, at the end, what the store holds: a thousand rows are touched by
// imports beside it, by several at once, and each of its runs ends.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';

import { Bundle, newYear } from '../support/bundle.mjs';
import { served } from '../support/store.mjs';
import { Random } from './random.mjs';

const start = Date.parse(newYear);
const conversations = 400;
const imports = 25;
const rowsPerImport = 40;
const everyDay = '/0001-01-01/9999-12-31';
const seed = Number(process.env.PARLEY_MODEL_SEED ?? randomInt(2 ** 31));

const idOf = (number) => `V${number}`;
const dateOf = (number) => start + (number % 50) * 1000;

/** Imports that run now: a page may wait for one to land, so that runs and writes interlock. */
const running = new Set();

/** Keeps a copy of a list by following it. `keyOf` names a row. */
class Follower {
  constructor(client, random, method, tail, query, keyOf) {
    Object.assign(this, { client, random, method, tail, query, keyOf });
    this.after = '2000-01-01T00:00:00.000Z';
    this.rows = new Map();
    this.runs = 0;
    /** In which run a row came last. */
    this.seenIn = new Map();
    this.pages = 0;
  }

  /** One run, from its first page to its last. */
  async run() {
    this.runs += 1;
    const first = await this.client.get(this.method, this.tail, { ...this.query, updatedAfter: this.after });
    const until = this.take(first);
    // Nobody makes rows here, so a run has no more than there were, and one page more where it ends even.
    let left = Math.ceil(conversations / this.query.limit) + 1;
    for (let { next } = first.value; next; ) {
      if (running.size && this.random.once(2)) await Promise.race(running);
      const { pathname, search } = new URL(next);
      const page = await this.client.send(pathname + search);
      assert.equal(this.take(page), until, 'the first page fixes the end');
      next = page.value.next;
      assert.ok((left -= 1) > 0, 'the run ends');
    }
    this.after = until;
  }

  take(page) {
    assert.equal(page.status, 200, page.text.slice(0, 500));
    this.pages += 1;
    for (const row of page.rows) {
      this.rows.set(this.keyOf(row), row);
      this.seenIn.set(this.keyOf(row), this.runs);
    }
    return page.value.updatedUntil;
  }
}

/** Touches rows until all imports are done; notes for each row in which run it was touched last. */
async function write(store, random, followers, touched) {
  for (let number = 0; number < imports; number += 1) {
    const bundle = new Bundle({ sid: 1 });
    const chosen = new Set(Array.from({ length: rowsPerImport }, () => random.between(1, conversations)));
    for (const one of chosen) {
      bundle.conversation(idOf(one), dateOf(one));
      bundle.label(idOf(one), `label ${seed} ${number} ${random.between(1, 2 ** 30)}`);
    }
    const began = followers.map(({ runs }) => runs);
    const landing = store.import(bundle);
    running.add(landing);
    await landing.finally(() => running.delete(landing));
    for (const one of chosen) {
      const before = touched.get(idOf(one)) ?? began;
      touched.set(
        idOf(one),
        began.map((run, index) => Math.max(run, before[index])),
      );
    }
  }
}

test(`seed ${seed}: a follower misses nothing while others write, and ends`, async (context) => {
  const random = new Random(seed);
  const bundle = new Bundle({ sid: 1 }).agent(1);
  for (let number = 1; number <= conversations; number += 1) {
    bundle.conversation(idOf(number), dateOf(number));
    bundle.chat(idOf(number), dateOf(number), { chatID: number });
  }
  const { store, client } = await served(bundle);
  try {
    const followers = [
      new Follower(client, random, 'listConversations', everyDay, { limit: 11 }, (row) => row.conversationID),
      new Follower(client, random, 'chatStatistics', '', { limit: 3 }, (row) => row.channel),
      new Follower(client, random, 'chatStatistics', '', { limit: 1000 }, (row) => row.channel),
    ];
    const touched = new Map();
    let isWriting = true;
    const writers = [1, 2].map(() => write(store, random, followers, touched));
    const written = Promise.all(writers).finally(() => (isWriting = false));
    const following = followers.map(async (follower) => {
      while (isWriting) await follower.run();
      await follower.run();
    });
    await written;
    await Promise.all(following);

    const lists = await client.rows('listConversations', everyDay);
    const chats = await client.rows('chatStatistics', '', 'startTime=2020-01-01&endTime=2020-01-02');
    for (const [index, follower] of followers.entries()) {
      const expected = follower.method === 'listConversations' ? lists : chats;
      assert.equal(follower.rows.size, conversations);
      for (const row of expected) assert.deepEqual(follower.rows.get(follower.keyOf(row)), row);
      for (const [id, runs] of touched) {
        assert.ok(follower.seenIn.get(id) >= runs[index], `${id} was touched in run ${runs[index]} or later`);
      }
      context.diagnostic(`${follower.method}: ${follower.runs} runs, ${follower.pages} pages`);
      const again = await client.get(follower.method, follower.tail, { updatedAfter: follower.after });
      assert.deepEqual(again.rows, [], 'nothing comes twice');
    }
    assert.ok(touched.size > conversations / 2);
  } finally {
    await store.close();
  }
});
