// The two servers that are compared: Parley, and nginx with the same bytes.
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';

import { freePort, processors, residentMemory, startOn, stop } from './process.mjs';

const quoted = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('$', '${dollar}')}'`;

/** How many files nginx may keep open, so that enough are left for its connections: beyond them it answers 500. */
function keptFiles() {
  const [, said] = readFileSync('/proc/self/limits', 'utf8').match(/^Max open files\s+(\S+)/m);
  const allowed = said === 'unlimited' ? Infinity : Number(said);
  return Math.min(100_000, allowed - 1_000);
}

/** nginx as its manual sets it up for speed: no access log, sendfile, every file kept open. */
function nginxConfiguration(folder, port, fixed) {
  const owner = process.getuid() === 0 ? 'user root;' : '';
  const answers = Object.entries(fixed).map(([path, body]) => `location = ${path} { return 200 ${quoted(body)}; }`);
  return `${owner}
worker_processes 1;
daemon off;
pid ${folder}/nginx.pid;
error_log ${folder}/nginx.log;
events { worker_connections 4096; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
  open_file_cache max=${keptFiles()} inactive=1h;
  open_file_cache_valid 1h;
  default_type application/json;
  geo $dollar { default "$"; }
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((n) => `${n}_temp_path ${folder}/${n};`).join(' ')}
  server {
    listen 127.0.0.1:${port};
    root ${folder}/files;
    location /packed/ { gzip_static always; }
    ${answers.join('\n    ')}
  }
}
`;
}

/** A server that runs: where it answers, and its process. */
class Server {
  constructor(name, child, port) {
    Object.assign(this, { name, child, port, pid: child.pid, origin: `http://127.0.0.1:${port}` });
  }

  stop() {
    return stop(this.child);
  }
}

/** Waits until `path` is answered with 200, asking again at once; fails when the process ends before. */
async function firstAnswer(server, path) {
  for (;;) {
    if (server.child.exitCode !== null) throw new Error(`${server.name} ended with ${server.child.exitCode}`);
    const status = await new Promise((resolve) => {
      const asked = request(server.origin + path, { agent: false }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode));
      });
      asked.on('error', () => setTimeout(resolve, 1, 0));
      asked.end();
    });
    if (status === 200) return;
    if (status !== 0) throw new Error(`${server.name} answers ${status} at its start`);
  }
}

/**
 * `path` is asked until it is answered. The result's `startedIn` is the time that took, in milliseconds, and `idle` the
 * memory then, in MiB: nothing else was asked of it yet.
 */
async function start(name, program, args, log, port, path) {
  const output = openSync(log, 'a');
  const began = performance.now();
  const server = new Server(name, startOn(processors().server, program, args, [output, output]), port);
  closeSync(output);
  await firstAnswer(server, path);
  server.startedIn = performance.now() - began;
  server.idle = residentMemory(server.pid);
  return server;
}

export async function startParley({ binary, store, folder, path, args = [] }) {
  const port = await freePort();
  const words = ['serve', '--store', `sqlite:${store}`, '--listen', `127.0.0.1:${port}`, '--threads', '1', ...args];
  return start('Parley', binary, words, join(folder, 'parley.log'), port, path);
}

/** `fixed`: bodies that nginx answers by `return 200`, by path. Files are served from `folder`/files. */
export async function startNginx({ folder, path, fixed = {} }) {
  const port = await freePort();
  mkdirSync(join(folder, 'files'), { recursive: true });
  writeFileSync(join(folder, 'nginx.conf'), nginxConfiguration(folder, port, fixed));
  const words = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'nginx.log')];
  return start('nginx', '/usr/sbin/nginx', words, join(folder, 'nginx.out'), port, path);
}
