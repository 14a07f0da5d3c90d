// The CSV of the demo account opened by a spreadsheet (LibreOffice, headless) shows the same cells as JSON.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { Bundle, newYear } from '../support/bundle.mjs';
import { parseCsv } from '../support/csv.mjs';
import { Store } from '../support/store.mjs';

const run = promisify(execFile);
const keys = [
  'channel',
  'agentName',
  'agentEmail',
  'referral',
  'searchEngine',
  'exitPage',
  'browser',
  'os',
  'city',
  'country',
  'labels',
  'tags',
  'duration',
  'rating',
  'responseTime',
  'startedAt',
];
const numbers = new Set(['duration', 'rating', 'responseTime']);

/**
 * Text of LibreOffice's CSV filter: separator, quote, UTF-8, first line, then each column as text (2) or as
 * it comes (1).
 */
const readAs = (separator, columns) =>
  `CSV:${separator.charCodeAt(0)},34,76,1,${columns},0,false,false,false`;
const typed = keys.map((key, index) => `${index + 1}/${numbers.has(key) ? 1 : 2}`).join('/');
const writeAs = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false';

let store;
let client;
before(async () => {
  store = await Store.create();
  await store.must([
    'demo',
    '--store',
    store.name,
    '--account',
    '1',
    '--conversations',
    '1000',
    '--seed',
    '3',
  ]);
  await store.import(hostile());
  await store.serve();
  client = await store.client({ account: 1 });
});
after(() => store?.close());

function hostile() {
  const bundle = new Bundle({ sid: 2 });
  const texts = [
    '=1+1',
    '+46 8 123',
    '-1+2',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    'a "b", c',
    'semi; colon',
    'עברית',
    '😀',
    '007',
    '1e5',
    "'",
  ];
  for (const [index, city] of texts.entries()) {
    bundle.conversation(`V${index + 1}`).label(`V${index + 1}`, city);
    bundle.chat(`V${index + 1}`, Date.parse(newYear) + index, {
      chatID: index + 1,
      city,
      duration: index,
      responseTime: 0,
      rating: 5,
    });
  }
  return bundle;
}

/** The cells that LibreOffice sees in a CSV. */
async function opened(bytes, separator, columns) {
  const file = store.path('sheet.csv');
  await writeFile(file, bytes);
  const profile = `-env:UserInstallation=file://${store.path('profile')}`;
  const args = [
    '--headless',
    profile,
    `--infilter=${readAs(separator, columns)}`,
    '--convert-to',
    writeAs,
    '--outdir',
    store.path('out'),
    file,
  ];
  await run('soffice', args, { timeout: 180_000 });
  const text = (await readFile(store.path('out/sheet.csv'), 'utf8')).replaceAll('\n', '\r\n');
  return parseCsv(text)
    .slice(1)
    .map((row) => row.map((cell) => cell.replaceAll('\r\n', '\n')));
}

const shown = (value) => (value === null ? '' : String(value).replaceAll(/\r\n?/g, '\n'));
/** As the CSV has it: what would run as a formula begins with an apostrophe. */
const guarded = (cell) => (/^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell);
const cellsOf = (rows) => rows.map((row) => Object.values(row).map((value) => guarded(shown(value))));

/** A year of the account that has chats. */
async function busyYear() {
  const [{ date }] = await client.rows('listConversations', '/0001-01-01/9999-12-31');
  const year = date.slice(0, 4);
  return { startTime: `${year}-01-01`, endTime: `${year}-12-31` };
}

test('each column read as its kind: the same cells', async () => {
  const year = await busyYear();
  const { rows } = await client.get('chatStatistics', '', year);
  assert.ok(rows.length > 100);
  const plain = await client.get('chatStatistics', '', { ...year, fileType: 'csv' });
  assert.deepEqual(await opened(plain.body, ',', typed), cellsOf(rows));
  const marked = await client.get('chatStatistics', '', { ...year, fileType: 'csv', bom: 1, separator: ';' });
  assert.deepEqual(await opened(marked.body, ';', typed), cellsOf(rows));
});

test('opened without a word about its columns: the same cells', async () => {
  const year = await busyYear();
  const { rows } = await client.get('chatStatistics', '', year);
  const answer = await client.get('chatStatistics', '', { ...year, fileType: 'csv' });
  assert.deepEqual(await opened(answer.body, ',', ''), cellsOf(rows));
});

test('cells that would run as formulas are text', async () => {
  const two = await store.client({ account: 2 });
  const span = { startTime: '2020-01-01', endTime: '2020-01-01' };
  const { rows } = await two.get('chatStatistics', '', span);
  const answer = await two.get('chatStatistics', '', { ...span, fileType: 'csv' });
  assert.deepEqual(await opened(answer.body, ',', typed), cellsOf(rows));
});
