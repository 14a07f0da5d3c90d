// What comes in meanwhile: small bundles, imported over the control socket into the account that is read.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const conversations = 20;
const messages = 5;
const pauseMs = 500;
/** Conversations that are written again and again, so that the store does not outgrow the machine. */
const kept = 2_000;

export class Writes {
  #stopping = false;
  #imports = 0;
  #faults = new Map();
  #loop;

  constructor(binary, store, folder) {
    this.binary = binary;
    this.store = store;
    this.file = join(folder, 'writes.ndjson');
  }

  start() {
    this.#loop = this.#run();
  }

  async stop() {
    this.#stopping = true;
    await this.#loop;
  }

  line() {
    return `${this.#imports} imports`;
  }

  faults() {
    return [...this.#faults].map(([text, count]) => `import: ${text} (${count} times)`);
  }

  async #run() {
    for (let turn = 0; !this.#stopping; turn += 1) {
      writeFileSync(this.file, bundle(turn));
      const fault = await this.#import();
      if (fault) this.#faults.set(fault, (this.#faults.get(fault) ?? 0) + 1);
      else this.#imports += 1;
      await sleep(pauseMs);
    }
  }

  #import() {
    const child = spawn(this.binary, ['import', '--store', this.store, this.file], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (data) => (said += data));
    return new Promise((done) => {
      child.once('close', (code) => done(code === 0 ? '' : `${code}: ${said.trim().slice(0, 200)}`));
    });
  }
}

/** New messages, tags and labels for some conversations; each turn goes on to the next ones. */
function bundle(turn) {
  const now = new Date().toISOString();
  const lines = [{ kind: 'bundle', version: 1, sid: 1, name: 'Soak', timezone: 'UTC', exportedAt: now }];
  for (let i = 0; i < conversations; i += 1) {
    const number = (turn * conversations + i) % kept;
    const round = Math.floor((turn * conversations + i) / kept);
    const conversationID = `V9${String(number).padStart(12, '0')}`;
    lines.push({ kind: 'conversation', conversationID, date: '2026-01-01T00:00:00.000Z' });
    for (let message = 0; message < messages; message += 1) {
      const id = 5_000_000_000 + (number * 1_000_000 + round) * messages + message;
      const text = `round ${round}, message ${message}: ${'a few words more '.repeat(message)}`;
      lines.push({ kind: 'message', id, conversationID, from: conversationID, message: text, date: now, agentID: 0 });
    }
    lines.push({ kind: 'tag', conversationID, createdDate: now, tag: `round ${round % 10}`, type: 1 });
    lines.push({ kind: 'label', conversationID, createdDate: now, label: `label ${round % 10}` });
  }
  return `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
}
