// Reads every statement of the program: both databases take it, and it names one account. And the tables of
// both are the same. Exceptions are listed with their reasons, in src/store/across_accounts.txt and below.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { crossing } from './accounts.mjs';
import { isFor, readEntries } from './across_accounts.mjs';
import { Postgres, Sqlite } from './databases.mjs';
import { allStatements, assertOnlyNamed } from './extract.mjs';
import { differences, keysWithoutAccount, postgresSchema, sqliteSchema } from './schema.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** So many there were when this was written. Fewer: some were taken away, or are not seen any more. */
const knownStatements = 208;

/** How the tables may differ: SQLite's / PostgreSQL's, with the reason. */
const allowedDifferences = [
  {
    reason: 'a text may be longer than an entry of a PostgreSQL index, so its digest stands for it there',
    lines: [
      'agent.email_digest: - / BLOB NOT NULL made of others',
      'agent.agent_by_email: on sid, email, agent_id / on sid, email_digest, agent_id',
      'card.data_id_digest: - / BLOB NOT NULL made of others',
      'card.the primary key: unique on sid, conversation_id, data_id / unique on sid, conversation_id, data_id_digest',
      'dictionary.text_digest: - / BLOB NOT NULL made of others',
      'dictionary.dictionary_by_text: unique on sid, text / unique on sid, text_digest',
      'label.label_digest: - / BLOB NOT NULL made of others',
      'label.the primary key: unique on sid, conversation_id, label / unique on sid, conversation_id, label_digest',
      'page.url_digest: - / BLOB NOT NULL made of others',
      'page.page_by_url: unique on sid, url / unique on sid, url_digest',
      'tag.tag_digest: - / BLOB NOT NULL made of others',
      'tag.the primary key: unique on sid, conversation_id, type, tag / unique on sid, conversation_id, type, tag_digest',
    ],
  },
  {
    reason: 'the bodies of blocks are files beside an SQLite store; on PostgreSQL all servers must have them',
    lines: ['statistics_block_body: - / a table'],
  },
  {
    reason: 'which migrations were applied: a file of SQLite says it in its header',
    lines: ['store: - / a table'],
  },
];

let sqlite;
let postgres;
let statements;
let entries;
before(async () => {
  statements = allStatements(root);
  entries = readEntries(root);
  sqlite = new Sqlite(root);
  postgres = await Postgres.start(root);
});
after(async () => {
  sqlite?.close();
  await postgres?.close();
});

const place = ({ path, line, name }) => `${path}:${line} ${name}`;
const tablesWithoutAccount = () => new Set(entries.flatMap(({ table }) => table ?? []));

test('every statement of the program is found', () => {
  assert.ok(
    statements.length >= knownStatements,
    `only ${statements.length} of ${knownStatements} were found`,
  );
  const names = statements.map(({ path, name }) => `${path} ${name}`);
  assert.equal(new Set(names).size, names.length, 'two statements of one file have the same name');
  assertOnlyNamed(readFileSync(`${root}/src/store/database.hpp`, 'utf8'));
});

test('SQLite takes every statement', () => {
  const own = statements.filter(({ sqlite: text }) => text !== null);
  const words = sqlite.refusals(own.map((statement) => statement.sqlite));
  const refused = own.map((statement, index) => [place(statement), words[index]]);
  assert.deepEqual(
    refused.filter(([, why]) => why !== null),
    [],
  );
});

test('PostgreSQL takes every statement, and its types are those that the store speaks', () => {
  const words = postgres.refusals(statements.map((statement) => statement.postgres));
  const refused = statements.map((statement, index) => [place(statement), words[index]]);
  assert.deepEqual(
    refused.filter(([, why]) => why !== null),
    [],
  );
});

test('every statement names one account, or is listed with its reason', () => {
  const without = tablesWithoutAccount();
  const refused = [];
  const needed = new Set();
  for (const statement of statements) {
    const texts = [statement.sqlite, statement.postgres].filter((text) => text !== null);
    const why = texts.map((text) => crossing(text, without)).find((words) => words !== null);
    if (why === undefined) continue;
    const entry = entries.find((one) => one.path && isFor(one, statement));
    if (entry) needed.add(entry);
    else refused.push([place(statement), why]);
  }
  assert.deepEqual(refused, []);
  const touches =
    (table) =>
    ({ postgres: text }) =>
      new RegExp(`\\b${table}\\b`).test(text);
  const idle = entries.filter((one) => (one.table ? !statements.some(touches(one.table)) : !needed.has(one)));
  assert.deepEqual(idle, [], 'listed in src/store/across_accounts.txt, and nothing needs it');
});

test('both databases have the same tables, but for what is allowed', () => {
  const [one, other] = [sqliteSchema(sqlite), postgresSchema(postgres)];
  assert.ok(one.size > 20, `SQLite has ${one.size} tables`);
  const allowed = allowedDifferences.flatMap(({ lines }) => lines);
  assert.deepEqual(differences(one, other), allowed.sort());
});

test('every key begins with sid, but for tables that are listed with their reason', () => {
  const without = tablesWithoutAccount();
  for (const schema of [sqliteSchema(sqlite), postgresSchema(postgres)]) {
    const found = keysWithoutAccount(schema).filter((key) => !without.has(key.split('.')[0]));
    assert.deepEqual(found, []);
  }
});
