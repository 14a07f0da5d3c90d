// What a flood of writes tried and what was acknowledged.
import { Bundle, iso } from '../support/bundle.mjs';

const batchPage = (number) => `https://example.org/batch-${number}/`;

/** A bundle of one batch: conversations and messages that no other batch has, with a page filter that finds them. */
export function batch(sid, number, conversations) {
  const bundle = new Bundle({ sid, name: `Account ${sid}` });
  bundle.pageFilter(number + 1, batchPage(number));
  for (let i = 0; i < conversations; i += 1) {
    const id = `V${number}000${String(i).padStart(5, '0')}`;
    const at = Date.UTC(2024, 0, 1) + i * 60_000;
    const date = iso(at);
    const first = number * 1_000_000 + i * 3 + 1;
    bundle
      .conversation(id, at, { exitPage: `${batchPage(number)}${i % 7}` })
      .visit(first, id, `${batchPage(number)}${i % 5}`, { date })
      .message(first + 1, id, `Message of ${number}: ${'text '.repeat(i % 40)}`, { date })
      .tag(id, `tag ${i % 3}`, { createdDate: date })
      .label(id, 'a label', { createdDate: date })
      .card(id, 'order', `{"batch":${number}}`, { createdDate: date, updatedDate: date });
    const given = { chatID: number * 100_000 + i + 1, endedAt: null, agentID: null };
    bundle.chat(id, at, { ...given, labels: ['a label'], tags: [`tag ${i % 3}`] });
  }
  return bundle;
}

const sorted = (record) => JSON.stringify(Object.fromEntries(Object.entries(record).toSorted()));

/** The records of a bundle (or a bundle's text) in an order of their own, without the header. */
export function content(bundle) {
  return records(bundle).map(sorted).toSorted();
}

function records(bundle) {
  const lines = String(bundle).split('\n');
  return lines.filter((line) => line && !line.startsWith('{"kind":"bundle"')).map((line) => JSON.parse(line));
}

/** The records of an export by the batch that brought them; agents belong to none. */
export function batchesOf(text) {
  const batches = new Map();
  for (const record of records(text)) {
    if (record.kind === 'agent') continue;
    const thread = record.conversationID ?? record.channel;
    const number = thread ? Number(/^V(\d+)000\d{5}$/.exec(thread)[1]) : record.id - 1;
    if (!batches.has(number)) batches.set(number, []);
    batches.get(number).push(sorted(record));
  }
  for (const [number, list] of batches) batches.set(number, list.toSorted());
  return batches;
}

/** Everything that was tried. What was not acknowledged may be there whole, or not at all. */
export class Ledger {
  keys = [];
  agents = [];
  /** Batches in account 1: number → {bundle, acknowledged}. */
  batches = new Map();
  /** Other accounts: sid → {bundle (null when made empty), acknowledged}. */
  accounts = new Map();
  #batch = 0;
  #account = 1;

  nextBatch() {
    return (this.#batch += 1);
  }

  nextAccount() {
    return (this.#account += 1);
  }

  /** How much was acknowledged, of every kind. */
  acknowledged() {
    const large = [...this.batches.values(), ...this.accounts.values()];
    return this.keys.length + this.agents.length + large.filter((one) => one.acknowledged).length;
  }
}

/** The writers' ways: each tries one thing and notes what became of it. */
const ways = {
  async newAccount(store, ledger, random) {
    const sid = ledger.nextAccount();
    const entry = { bundle: batch(sid, ledger.nextBatch(), random.between(1, 400)), acknowledged: false };
    ledger.accounts.set(sid, entry);
    entry.acknowledged = (await store.run(await store.importArgs(entry.bundle))).code === 0;
  },

  async oldAccount(store, ledger, random) {
    const number = ledger.nextBatch();
    const entry = { bundle: batch(1, number, random.between(1, 60)), acknowledged: false };
    ledger.batches.set(number, entry);
    entry.acknowledged = (await store.run(await store.importArgs(entry.bundle))).code === 0;
  },

  async key(store, ledger) {
    const key = await store.tryKey(['--account', '1', '--scope', 'chat:read']);
    if (key) ledger.keys.push(key);
  },

  async agent(store, ledger) {
    const who = ['--account', '1', '--name', 'Flood', '--email', `flood${ledger.nextBatch()}@example.org`];
    const { code, stdout } = await store.run(['agent', 'create', '--store', store.name, ...who]);
    if (code === 0) ledger.agents.push(Number(stdout.trim()));
  },

  async account(store, ledger) {
    const sid = ledger.nextAccount();
    const entry = { bundle: null, acknowledged: false };
    ledger.accounts.set(sid, entry);
    const who = ['--account', String(sid), '--name', 'Flood'];
    entry.acknowledged = (await store.run(['account', 'create', '--store', store.name, ...who])).code === 0;
  },
};

/** Starts the writers, one for each way; `end` waits until each has ended what it was at. */
export function flood(store, ledger, random) {
  let isOver = false;
  const writer = async (way) => {
    while (!isOver) await way(store, ledger, random);
  };
  const writers = Object.values(ways).map(writer);
  return {
    async end() {
      isOver = true;
      await Promise.all(writers);
    },
  };
}
