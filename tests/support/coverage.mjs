// Which documented answers were seen. Each test process appends to a file of its own in one folder, so that
// the last file of the suite can join them.
import { appendFileSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { errorCodes, operations } from './spec.mjs';

/** Documented answers that this suite cannot bring about from outside, each with its reason. */
export const outOfReach = [
  {
    status: 408,
    reason: 'takes many seconds of silence; the unit tests of the server have a clock for that',
  },
  { status: 500, reason: 'a fault of the program itself; the fault suite looks at those' },
  {
    status: 503,
    reason: 'lasts for moments only (the store is busy, the server stops), so no test can rely on it',
  },
];

/**
 * PARLEY_HITS, else a folder named after the parent process and its start, which is the same for one test
 * run.
 */
function folder() {
  if (process.env.PARLEY_HITS) return process.env.PARLEY_HITS;
  const started = readFileSync(`/proc/${process.ppid}/stat`, 'utf8').split(') ').at(-1).split(' ')[19];
  return join(tmpdir(), `parley-hits-${process.ppid}-${started}`);
}

const seen = new Set();

/** Notes that an answer was seen. */
export function hit(key) {
  if (seen.has(key)) return;
  seen.add(key);
  mkdirSync(folder(), { recursive: true });
  appendFileSync(join(folder(), `${process.pid}.txt`), `${key}\n`);
}

/** Everything that was seen by any process of this run. */
export function allHits() {
  mkdirSync(folder(), { recursive: true });
  return new Set(
    readdirSync(folder()).flatMap((name) => readFileSync(join(folder(), name), 'utf8').trim().split('\n')),
  );
}

/** Removes the notes of this run. */
export function forgetHits() {
  rmSync(folder(), { recursive: true, force: true });
}

/**
 * What must be seen: each method and verb with each documented status and error code, but for what is out of
 * reach.
 */
export function wanted() {
  const skip = new Set(outOfReach.map(({ status }) => String(status)));
  return operations.flatMap(({ name, verb, responses }) =>
    Object.entries(responses)
      .filter(([status]) => !skip.has(status))
      .flatMap(([status, { response }]) =>
        details(verb, response).map((detail) => `${name} ${verb} ${status}${detail}`),
      ),
  );
}

function details(verb, response) {
  if (verb === 'HEAD') return [''];
  const codes = errorCodes(response).map((code) => ` ${code}`);
  if (codes.length) return codes;
  const types = Object.keys(response.content ?? {});
  const marks = { csv: 'csv', ndjson: 'ndjson', xlsx: 'spreadsheetml' };
  const forms = Object.keys(marks).filter((form) => types.some((type) => type.includes(marks[form])));
  return ['', ...forms.map((form) => ` ${form}`)];
}
