// Runs the built program. Whatever it says is searched for sanitizer reports at once and, when a store is
// closed, for API keys.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';

const sanitizerReport = /(Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|runtime error: /;

/**
 * The path of the program under test, from PARLEY_BINARY. There is no default: a test of the wrong build is
 * no test.
 */
export function binaryPath() {
  const path = process.env.PARLEY_BINARY;
  assert.ok(path, 'PARLEY_BINARY must name the parley binary to test');
  return path;
}

/** Variables that speak to these tests. The program would refuse them: it takes no PARLEY_… that it does not know. */
const ownVariables = new Set([
  'PARLEY_BINARY',
  'PARLEY_HITS',
  'PARLEY_MODEL_SEED',
  'PARLEY_STORE_SUFFIX',
  'PARLEY_KILL_ROUNDS',
  'PARLEY_KILL_SEED',
]);

/** The environment of a child: this process's without what only the tests read, then `more`. */
export function childEnvironment(more = {}) {
  const inherited = Object.entries(process.env).filter(([name]) => !ownVariables.has(name));
  return { ...Object.fromEntries(inherited), ...more };
}

/** Fails when a text holds what a sanitizer wrote; shows the report. */
export function assertNoSanitizerReport(text, where) {
  const at = text.search(sanitizerReport);
  if (at >= 0) assert.fail(`${where}: sanitizer report\n${text.slice(Math.max(0, at - 200), at + 6000)}`);
}

/** Starts the program; `stdin`: what its standard input is, as for spawn. */
export function startParley(args, { env = {}, stdin = 'ignore' } = {}) {
  return spawn(binaryPath(), args, { env: childEnvironment(env), stdio: [stdin, 'pipe', 'pipe'] });
}

/**
 * Runs one command to its end: {code, signal, stdout, stderr}. Fails on a sanitizer report, a crash, or after
 * `timeout` ms. The caller judges `code`.
 */
export async function runParley(args, { env = {}, timeout = 120_000 } = {}) {
  const child = startParley(args, { env });
  const out = collect(child.stdout);
  const err = collect(child.stderr);
  const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...end) => resolve(end));
  }).finally(() => clearTimeout(timer));
  const result = { code, signal, stdout: out(), stderr: err() };
  const where = `parley ${args[0]} ${args[1] ?? ''}`;
  assertNoSanitizerReport(result.stderr, where);
  assert.equal(signal, null, `${where} ended by ${signal}\n${result.stdout}${result.stderr}`);
  return result;
}

/** Gathers a stream as UTF-8 text; the returned function gives what has come so far. */
export function collect(stream) {
  const chunks = [];
  stream.on('data', (chunk) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}
