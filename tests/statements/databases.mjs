// Both databases with the tables of their migrations, and what they say of statements and of their tables.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startPostgres } from '../support/postgres.mjs';

/** Runs a program with a script as its input. A program that is not there, or is ended, is a failure. */
function feed(program, args, input) {
  const result = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (result.error || result.status === null) {
    throw new Error(`${program} did not run: ${result.error?.message ?? result.signal}`);
  }
  return result;
}

function must(program, args, input) {
  const { status, stdout, stderr } = feed(program, args, input);
  assert.equal(`${status} ${stderr}`, '0 ', `${program} refused its input`);
  return stdout;
}

/** The migrations of a folder, in their order, as one script. */
function migrations(root, kind) {
  const folder = join(root, 'migrations', kind);
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  assert.ok(names.length >= 4, `${folder} holds ${names.length} migrations`);
  return names
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}

/** SQLite: the library that the program is linked with, by its command line. */
export class Sqlite {
  constructor(root) {
    this.folder = mkdtempSync(join(tmpdir(), 'parley-statements-'));
    this.file = join(this.folder, 'store.db');
    must('sqlite3', ['-batch', '-bail', this.file], migrations(root, 'sqlite'));
  }

  /** What SQLite says against each of the statements; null: it takes it. */
  refusals(texts) {
    const script = texts.map((text, index) => `EXPLAIN ${text.replaceAll('\n', ' ')};\n.print @ ${index}\n`);
    const { stdout, stderr } = feed('sqlite3', ['-batch', this.file], script.join(''));
    const said = answers(stdout);
    const against = new Map();
    for (const [, line, words] of stderr.matchAll(/^\w+ error near line (\d+): (.*)$/gm)) {
      against.set((Number(line) - 1) / 2, words);
    }
    assert.equal(against.size > 0, stderr !== '', stderr);
    return texts.map((_, index) => {
      assert.ok(said.has(index), `sqlite3 did not come to statement ${index}`);
      return against.get(index) ?? null;
    });
  }

  rows(query) {
    return JSON.parse(must('sqlite3', ['-batch', '-bail', '-json', this.file], query) || '[]');
  }

  close() {
    rmSync(this.folder, { recursive: true });
  }
}

/** What values should be sent as: into fewer bytes than eight some numbers do not fit, and fail only then. */
const sent = new Set(['bigint', 'text', 'bytea']);
/** What the store reads (is_readable_type of src/store/postgres_values.cpp). */
const readable = new Set(['bigint', 'integer', 'smallint', 'boolean', 'double precision', 'text', 'bytea']);

/** Made by src/store/postgres_migrations.cpp beside the first migration. */
const versionTable = 'CREATE TABLE store (version BIGINT NOT NULL);';

/** PostgreSQL: a cluster of its own. */
export class Postgres {
  static async start(root) {
    const cluster = await startPostgres();
    try {
      const url = await cluster.freshDatabase();
      must(
        'psql',
        ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', url],
        `${migrations(root, 'postgres')}\n${versionTable}`,
      );
      return new Postgres(cluster, url);
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  constructor(cluster, url) {
    this.cluster = cluster;
    this.url = url;
  }

  /**
   * What PostgreSQL says against each of the statements; null: it takes it. Each is planned too: only then is
   * it seen that an ON CONFLICT has no index. The types that it gives to values and columns must be the
   * store's as well.
   */
  refusals(texts) {
    const script = texts.map((text, index) => question(text, index)).join('\n');
    const input = `SET plan_cache_mode = force_generic_plan;\n${script}\n`;
    const { stdout, stderr } = feed('psql', ['-XAtq', '-v', 'VERBOSITY=terse', '-d', this.url], input);
    const [said, against] = [answers(stdout), answers(stderr)];
    return texts.map((_, index) => {
      const [answer, words] = [said.get(index), against.get(index)];
      // Silence is no consent: psql may have stopped.
      assert.ok(
        answer && words,
        `psql did not come to statement ${index}: ${stderr.trim().split('\n').at(-1)}`,
      );
      if (words.length) return words[0];
      assert.ok(answer.includes('planned'), `psql did not plan statement ${index}`);
      return wrongType(answer);
    });
  }

  rows(query) {
    const asked = `SELECT json_agg(q) FROM (${query}) q;`;
    const text = must('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', this.url], asked);
    return JSON.parse(text.trim() || 'null') ?? [];
  }

  async close() {
    await this.cluster.close();
  }
}

/** `?1` as PostgreSQL writes it, but for what stands in texts. */
export function numbered(text) {
  return text.replaceAll(/'(?:[^']|'')*'|\?(\d+)/g, (all, number) => (number ? `$${number}` : all));
}

function question(text, index) {
  const form = numbered(text);
  const numbers = text.replaceAll(/'(?:[^']|'')*'/g, '').matchAll(/\?(\d+)/g);
  const count = Math.max(0, ...[...numbers].map(([, number]) => Number(number)));
  const values = count ? `(${Array(count).fill('NULL').join(', ')})` : '';
  return [
    `\\echo @ ${index}`,
    `\\warn @ ${index}`,
    `PREPARE statement AS ${form};`,
    '\\o /dev/null',
    `EXPLAIN EXECUTE statement${values};`,
    '\\o',
    "SELECT 'planned' FROM pg_prepared_statements WHERE generic_plans + custom_plans > 0;",
    "SELECT 'value ' || unnest(parameter_types) FROM pg_prepared_statements;",
    'DEALLOCATE ALL;',
    `${form} \\gdesc`,
  ].join('\n');
}

/** Lines behind `@ 7`, as a list under 7. */
function answers(output) {
  const found = new Map();
  let lines;
  for (const line of output.split('\n')) {
    const mark = /^@ (\d+)$/.exec(line);
    if (mark) found.set(Number(mark[1]), (lines = []));
    else if (line) lines?.push(line);
  }
  return found;
}

function wrongType(lines) {
  for (const line of lines) {
    const [, value] = /^value (.*)$/.exec(line) ?? [];
    if (value && !sent.has(value)) return `it takes a value for ${value}, which not every value fits`;
    const [, column, type] = /^(.*)\|(.*)$/.exec(line) ?? [];
    if (type && !readable.has(type))
      return `its column ${column} is of type ${type}, which the store does not read`;
  }
  return null;
}
