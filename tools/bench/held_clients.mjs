// Who holds a server up, in a process of its own: readers of 1 KB a second, senders of one byte a second, and writes
// over the control socket. Argument: what to do, as JSON. Says `{"held":true}` once every reader has got its first
// bytes; on SIGTERM it says what became of all, and ends.
import net from 'node:net';

const { port, path, headers, readers, senders, writes, control, store } = JSON.parse(process.argv[2]);
const pieceBytes = 1024;
const groups = 50;
const counts = { readerBytes: 0, readersBegun: 0, readersLost: 0, timedOut: 0, senderEnds: 0, written: 0, refused: 0, late: 0 };
let ending = false;

/** Every client has an address of its own, as on a network: a server may count connections by address. */
const addressOf = (number) => `127.1.${(number >> 8) & 255}.${(number & 255) || 255}`;

/** A connection whose bytes are read 1 KB at a time, only after `resume`. */
function connect(number, each) {
  const buffer = Buffer.alloc(pieceBytes);
  return net.connect({ port, host: '127.0.0.1', localAddress: addressOf(number), onread: { buffer, callback: (size) => each(size, buffer) } });
}

function reader(number) {
  let begun = false;
  const socket = connect(number, (size) => {
    counts.readerBytes += size;
    if (!begun) counts.readersBegun += 1;
    begun = true;
    return false;
  });
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\n${more}\r\n`);
  socket.on('error', () => {});
  socket.on('close', () => { if (!ending) counts.readersLost += 1; });
  return socket;
}

/** One byte a second: of a head, or of a body. When the server ends it, it comes again. */
function sender(number) {
  const slot = { socket: null, begin: () => {
    slot.socket = connect(number, (size, buffer) => {
      if (buffer.toString('latin1', 0, size).startsWith('HTTP/1.1 408')) counts.timedOut += 1;
      return true;
    });
    slot.socket.on('error', () => {});
    slot.socket.on('close', () => {
      if (ending) return;
      counts.senderEnds += 1;
      slot.socket = null;
    });
    const isBody = number % 2 === 0;
    if (isBody) slot.socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\nContent-Length: 60000\r\n\r\n`);
    else slot.socket.write('GET /');
  } };
  return slot;
}

/** A visitor's message, in a bundle of its own, given to the server as `parley import` gives it. */
function write(number) {
  const now = new Date().toISOString();
  const header = { kind: 'bundle', version: 1, sid: 1, name: 'Demo', timezone: 'Europe/Stockholm', exportedAt: now };
  const conversationID = store.conversations[number % store.conversations.length];
  const label = { kind: 'label', conversationID, createdDate: now, label: `held ${process.pid} ${number}` };
  const request = { words: ['import', '--account', '1', 'held.ndjson'], input: 'held.ndjson' };
  const socket = net.connect(control);
  let said = '';
  const began = performance.now();
  socket.on('data', (bytes) => { said += bytes; });
  socket.on('error', () => {});
  socket.on('close', () => {
    if (said.includes('"done":true')) counts.written += 1;
    else counts.refused += 1;
    if (performance.now() - began > 1000) counts.late += 1;
    if (!said.includes('"done":true')) counts.lastRefusal = said.slice(-300);
  });
  socket.end([request, header, label].map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/** Calls each of `work` once in a second, evenly. */
function everySecond(items, work) {
  let turn = 0;
  setInterval(() => {
    for (let i = turn % groups; i < items.length; i += groups) work(items[i]);
    turn += 1;
  }, 1000 / groups);
}

const allReaders = [];
const allSenders = Array.from({ length: senders }, (_, i) => sender(readers + i));
for (let i = 0; i < readers; i += 1) {
  allReaders.push(reader(i));
  // A burst of thousands would overflow the queue of connections to be accepted.
  if (i % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 20));
}
everySecond(allReaders, (socket) => { if (!socket.destroyed) socket.resume(); });
everySecond(allSenders, (slot) => { if (slot.socket === null) slot.begin(); else slot.socket.write('x'); });

while (counts.readersBegun < readers) await new Promise((resolve) => setTimeout(resolve, 50));
let number = 0;
const began = performance.now();
if (writes > 0) {
  setInterval(() => { while (number < ((performance.now() - began) / 1000) * writes) write(number++); }, 5);
}
console.log(JSON.stringify({ held: true }));

process.on('SIGTERM', () => {
  ending = true;
  const seconds = (performance.now() - began) / 1000;
  console.log(JSON.stringify({ ...counts, asked: number, seconds }));
  process.exit(0);
});
