// A server under measurement: its processor time and its memory, from /proc.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

/**
 * The processors: what is measured has the first alone, who asks has the last. So neither takes time from the other,
 * and both servers have the same one. A machine with one processor shares it.
 */
export function processors() {
  const allowed = readFileSync('/proc/self/status', 'utf8').match(/^Cpus_allowed_list:\s*(\S+)/m)[1];
  const all = allowed.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  return { server: all[0], client: all.at(-1), count: all.length };
}

/** Starts a program on one processor. `output`: what stdio takes for stdout and stderr. */
export function startOn(processor, program, args, output) {
  return spawn('taskset', ['-c', String(processor), program, ...args], { stdio: ['ignore', ...output] });
}

/** Runs a program on one processor to its end and gives its stdout; an exit status other than 0 is an error. */
export async function runOn(processor, program, args) {
  const child = startOn(processor, program, args, ['pipe', 'pipe']);
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => { said[name] += text; });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${said.stderr}${said.stdout}`);
  return said.stdout;
}

/** A port that nobody has at this moment. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A file of one of a process's threads; empty when the thread has ended meanwhile. */
function readOfThread(pid, thread, file) {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/${file}`, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return '';
    throw error;
  }
}

function children(pid) {
  const found = [pid];
  for (const parent of found) {
    for (const task of readdirSync(`/proc/${parent}/task`)) {
      const listed = readOfThread(parent, task, 'children');
      found.push(...listed.trim().split(/\s+/).filter(Boolean).map(Number));
    }
  }
  return found;
}

/** Processor time that the process and its children have used, in seconds. */
export function processorSeconds(pid) {
  let nanoseconds = 0;
  for (const one of children(pid)) {
    for (const task of readdirSync(`/proc/${one}/task`)) {
      nanoseconds += Number(readOfThread(one, task, 'schedstat').split(' ')[0]);
    }
  }
  return nanoseconds / 1e9;
}

function memory(pid, field) {
  return children(pid).reduce((sum, one) => {
    const status = readFileSync(`/proc/${one}/status`, 'utf8');
    return sum + Number(status.match(new RegExp(`^${field}:\\s*(\\d+) kB`, 'm'))?.[1] ?? 0) / 1024;
  }, 0);
}

/** Resident memory now, and the most there was since `forgetPeak`, in MiB. */
export const residentMemory = (pid) => memory(pid, 'VmRSS');
export const peakMemory = (pid) => memory(pid, 'VmHWM');
export function forgetPeak(pid) {
  for (const one of children(pid)) writeFileSync(`/proc/${one}/clear_refs`, '5');
}

/** Asks a process to end and waits for it. */
export async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
