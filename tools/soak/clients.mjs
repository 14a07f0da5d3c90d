// Those who ask: quick readers, exporters, and those who are slow on either side.
import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const slowReaders = 40;
const slowSenders = 40;
const slowBytes = 1024;
const pauseMs = 1000;

export class Work {
  #stopping = false;
  #counts = { reads: 0, exports: 0, slow: 0 };
  #faults = new Map();
  #loops = [];
  #sockets = new Set();
  #agent = new http.Agent({ keepAlive: true });

  constructor(url, key) {
    this.url = url;
    this.path = (method, tail = '') => `/message/${method}/${key}/1${tail}`;
  }

  /** Looks what there is to ask for, then begins. */
  async start() {
    const { text } = await this.#ask(this.path('listConversations', '/2000-01-01/2100-01-01?limit=10000'), {}, true);
    const rows = JSON.parse(text).json;
    this.conversations = rows.map((row) => row.conversationID);
    const day = (row) => row.date.slice(0, 10);
    this.days = [...new Set(rows.map(day))];
    const last = new Date(Date.parse(this.days.at(-1)));
    const first = new Date(last - 364 * 86_400_000);
    this.year = `startTime=${first.toISOString().slice(0, 10)}&endTime=${this.days.at(-1)}`;
    this.#begin(2, 'reads', (turn) => this.#read(turn));
    this.#begin(1, 'exports', (turn) => this.#export(turn));
    this.#begin(slowReaders, 'slow', () => this.#readSlowly());
    this.#begin(slowSenders, 'slow', () => this.#sendSlowly());
  }

  async stop() {
    this.#stopping = true;
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#loops);
    this.#agent.destroy();
  }

  line() {
    return Object.entries(this.#counts).map(([name, count]) => `${count} ${name}`).join(', ');
  }

  faults() {
    return [...this.#faults].map(([text, count]) => `${text} (${count} times)`);
  }

  #fault(text) {
    if (!this.#stopping) this.#faults.set(text, (this.#faults.get(text) ?? 0) + 1);
  }

  #begin(many, name, once) {
    for (let i = 0; i < many; i += 1) this.#loops.push(this.#repeat(name, once, i));
  }

  async #repeat(name, once, first) {
    for (let turn = first; !this.#stopping; turn += 1) {
      try {
        await once(turn);
        this.#counts[name] += 1;
      } catch (error) {
        this.#fault(`${name}: ${error.message}`);
        await sleep(pauseMs);
      }
    }
  }

  /** One request; its body is dropped unless it is wanted. Anything but 200 and 304 is an error. */
  #ask(path, headers, isWanted = false) {
    return new Promise((resolve, reject) => {
      const request = http.request(new URL(path, this.url), { agent: this.#agent, headers }, (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => isWanted && chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          if (![200, 304].includes(answer.statusCode)) return reject(new Error(`status ${answer.statusCode}`));
          return resolve({ text: Buffer.concat(chunks).toString(), headers: answer.headers });
        });
      });
      request.on('error', reject);
      request.end();
    });
  }

  async #read(turn) {
    const one = (list) => list[Math.floor(Math.random() * list.length)];
    const id = one(this.conversations);
    const day = one(this.days);
    const paths = [
      this.path('pageFilters'),
      this.path('grabAgents'),
      this.path('grabConversation', `/${id}`),
      this.path('grabVisitorInfo', `/${id}`),
      this.path('grabVisitorTags', `/${id}`),
      this.path('listConversations', `/${day}/${day}?include=messages,visitor,tags,labels,cards`),
      this.path('chatStatistics', `?startTime=${day}&endTime=${day}`),
      '/metrics',
      '/readyz',
    ];
    const path = paths[turn % paths.length];
    const { headers } = await this.#ask(path, {});
    if (headers.etag) await this.#ask(path, { 'If-None-Match': headers.etag });
  }

  async #export(turn) {
    const forms = [
      ['', {}],
      ['&fileType=csv', {}],
      ['', { 'Accept-Encoding': 'gzip' }],
      ['&fileType=csv', { 'Accept-Encoding': 'zstd' }],
      ['&fileType=ndjson', { 'Accept-Encoding': 'zstd' }],
      ['&fileType=xlsx', {}],
      ['&timezone=Europe/Stockholm', { 'Accept-Encoding': 'gzip' }],
    ];
    const [form, headers] = forms[turn % forms.length];
    await this.#ask(this.path('chatStatistics', `?${this.year}${form}`), headers);
  }

  #connect() {
    const socket = net.connect({ host: this.url.hostname, port: Number(this.url.port) });
    this.#sockets.add(socket);
    // The server cuts who is too slow: that is no fault.
    socket.on('error', () => {});
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }

  /** Asks for a year and takes a kilobyte a second of it, for some minutes. */
  async #readSlowly() {
    const socket = this.#connect();
    const until = Date.now() + (60 + Math.random() * 120) * 1000;
    socket.pause();
    socket.write(`GET ${this.path('chatStatistics', `?${this.year}`)} HTTP/1.1\r\nHost: soak\r\n\r\n`);
    while (!this.#stopping && !socket.destroyed && Date.now() < until) {
      socket.read(slowBytes);
      await sleep(pauseMs);
    }
    socket.destroy();
  }

  /** Sends a request byte by byte until the server has had enough. */
  async #sendSlowly() {
    const socket = this.#connect();
    socket.resume();
    const text = `GET ${this.path('pageFilters')} HTTP/1.1\r\nHost: soak\r\n\r\n`;
    for (let at = 0; at < text.length && !this.#stopping && !socket.destroyed; at += 1) {
      socket.write(text[at]);
      await sleep(pauseMs);
    }
    socket.destroy();
  }
}
