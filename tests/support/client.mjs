// A client that has every exchange judged by the spec and noted for the coverage.
import assert from 'node:assert/strict';
import http from 'node:http';
import net from 'node:net';

import { hit } from './coverage.mjs';
import { judge, plainBody } from './spec.mjs';

const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });

/** One answer: status, headers (names in lower case), body (bytes as sent), and views of them. */
export class Answer {
  constructor(fields) {
    Object.assign(this, fields);
  }

  /** The body's text, decompressed. */
  get text() {
    return plainBody(this).toString('utf8');
  }

  /** The whole JSON value. */
  get value() {
    return JSON.parse(this.text);
  }

  /** The rows: the value of `json`. */
  get rows() {
    return this.value.json;
  }

  /** The error code of an error. */
  get error() {
    return this.value.error;
  }
}

/** Judges and notes an answer; returns it. */
function checked(answer) {
  const { problems, hits } = judge(answer);
  const shown = answer.body.length > 600 ? `${answer.body.subarray(0, 600)}…` : String(answer.body);
  assert.deepEqual(problems, [], `${answer.verb} ${answer.target.slice(0, 300)} → ${answer.status} ${shown}`);
  hits.forEach(hit);
  return answer;
}

/** Sends one request and gives its Answer as it came, judged by nobody. */
export function exchange(url, target, { verb = 'GET', headers = {}, body } = {}) {
  const options = { host: url.hostname, port: url.port, method: verb, path: target, headers, agent };
  return new Promise((resolve, reject) => {
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (!response.complete) return reject(new Error(`${verb} ${target}: the body was cut`));
        const { statusCode: status } = response;
        const parts = { verb, target, status, headers: response.headers, body: Buffer.concat(chunks) };
        return resolve(new Answer(parts));
      });
    });
    request.setTimeout(60_000, () => request.destroy(new Error(`${verb} ${target}: no answer`)));
    request.on('error', reject);
    request.end(body);
  });
}

/** Query text of an object; a value may be an array, which repeats the name. A string is taken as it is. */
export function queryText(query) {
  if (typeof query === 'string') return query;
  return Object.entries(query)
    .flatMap(([name, value]) => [value].flat().map((one) => `${name}=${encodeURIComponent(one)}`))
    .join('&');
}

/** Speaks to one account with one key. */
export class Client {
  constructor(url, key, sid) {
    this.url = new URL(url);
    this.key = key;
    this.sid = sid;
  }

  /**
   * The target of a method: tail is the path behind the userId, each segment encoded by the caller where
   * needed.
   */
  target(method, tail = '', query = '') {
    const text = queryText(query);
    return `/message/${method}/${this.key}/${this.sid}${tail}${text ? `?${text}` : ''}`;
  }

  /** GETs a method. */
  async get(method, tail = '', query = '', options = {}) {
    return this.send(this.target(method, tail, query), options);
  }

  /** GETs a method that must answer 200; returns the rows. */
  async rows(method, tail = '', query = '') {
    const answer = await this.get(method, tail, query);
    assert.equal(answer.status, 200, answer.text.slice(0, 500));
    return answer.rows;
  }

  /** Sends any target. */
  async send(target, options) {
    return checked(await exchange(this.url, target, options));
  }

  /**
   * Sends bytes over a socket of their own and reads until as many answers as there are requests have come
   * (or the server closes). `requests`: [{verb, target}] in order, for reading and judging the answers.
   * `during`: what is done while the socket takes nothing, from its first bytes on.
   */
  async raw(bytes, requests, { during } = {}) {
    const received = await this.#exchange(bytes, requests, during);
    const answers = readAnswers(received, requests, true).answers;
    assert.equal(
      answers.length,
      requests.length,
      `answers on one connection:\n${received.toString('latin1').slice(0, 2000)}`,
    );
    return answers.map((answer) => checked(new Answer(answer)));
  }

  /** Sends bytes and gives everything that comes back until the server closes; nothing is judged. */
  async rawText(bytes) {
    return (await this.#exchange(bytes, [])).toString('latin1');
  }

  // `bytes` may be an array: pieces that go out one by one, each in a packet of its own.
  #exchange(bytes, requests, during) {
    return new Promise((resolve, reject) => {
      const socket = net.connect({ port: Number(this.url.port), host: this.url.hostname, noDelay: true });
      const chunks = [];
      const whole = () => Buffer.concat(chunks);
      socket.setTimeout(30_000, () =>
        socket.destroy(new Error(`no answer:\n${whole().toString('latin1').slice(0, 500)}`)),
      );
      if (during) {
        socket.once('data', () => {
          socket.pause();
          during().then(() => socket.resume(), reject);
        });
      }
      socket.on('data', (chunk) => {
        chunks.push(chunk);
        if (requests.length && readAnswers(whole(), requests).done) socket.destroy();
      });
      // A server that refuses a request may close while we still write; what it said before counts.
      socket.on('error', (error) => (chunks.length ? resolve(whole()) : reject(error)));
      socket.on('close', () => resolve(whole()));
      const send = ([piece, ...rest]) => socket.write(piece, () => rest.length && setImmediate(send, rest));
      socket.on('connect', () => send([bytes].flat()));
    });
  }
}

/** Reads answers (RFC 9112) from bytes: those that are whole, and whether all are. `closed`: no more bytes come. */
export function readAnswers(bytes, requests, closed = false) {
  const answers = [];
  let at = 0;
  for (const { verb, target } of requests) {
    const head = bytes.indexOf('\r\n\r\n', at);
    if (head < 0) return { answers, done: false };
    const [first, ...lines] = bytes.subarray(at, head).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    );
    const status = Number(first.split(' ')[1]);
    const none = verb === 'HEAD' || [204, 304].includes(status);
    const body = readBody(bytes, head + 4, none, headers, closed);
    if (!body) return { answers, done: false };
    answers.push({ verb, target, status, headers, body: body.bytes, version: first.split(' ')[0] });
    at = body.end;
  }
  return { answers, done: true };
}

function readBody(bytes, start, none, headers, closed) {
  if (none) return { bytes: Buffer.alloc(0), end: start };
  if (headers['transfer-encoding'] !== 'chunked') {
    // Without a length the body ends with the connection.
    if (headers['content-length'] === undefined) {
      return closed ? { bytes: bytes.subarray(start), end: bytes.length } : null;
    }
    const end = start + Number(headers['content-length']);
    return end <= bytes.length ? { bytes: bytes.subarray(start, end), end } : null;
  }
  const parts = [];
  for (let at = start; ;) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return null;
    const size = parseInt(bytes.subarray(at, line).toString('latin1'), 16);
    const end = line + 2 + size + 2;
    if (end > bytes.length) return null;
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    if (size === 0) return { bytes: Buffer.concat(parts), end };
    at = end;
  }
}
