// chatStatistics as a workbook: a real spreadsheet (LibreOffice, headless) reads its cells, kinds and dates.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { Bundle, newYear } from '../support/bundle.mjs';
import { parseCsv } from '../support/csv.mjs';
import { served } from '../support/store.mjs';

const run = promisify(execFile);
const texts = [
  'plain',
  '=1+1',
  '+46 8 123',
  '-1+2',
  '@SUM(A1)',
  '\t=1',
  ' space around ',
  'a "b", <c> & d',
  'עברית 漢字 😀',
  '007',
  '1e5',
  'TRUE',
  '2020-01-01',
  '{=1+1}',
  'https://imbox.example/',
  'line\nline',
  '\u0001\u001f',
  '_x0041_',
];
const span = { startTime: '2020-01-01', endTime: '2020-01-02' };

let one;
let client;
before(async () => {
  const bundle = new Bundle({ sid: 1 });
  for (const [index, city] of texts.entries()) {
    bundle.conversation(`V${index + 1}`).label(`V${index + 1}`, city);
    bundle.chat(`V${index + 1}`, Date.parse(newYear) + index * 1001, {
      chatID: index + 1,
      city,
      duration: index * 1000,
      responseTime: 0,
      rating: index % 2 ? 5 : null,
    });
  }
  one = await served(bundle);
  client = one.client;
});
after(() => one?.store.close());

const ask = (query = {}, options = {}) =>
  client.get('chatStatistics', '', { ...span, fileType: 'xlsx', ...query }, options);

/** The cells of a workbook, as shown. */
async function opened(bytes) {
  const file = one.store.path('sheet.xlsx');
  await writeFile(file, bytes);
  const written = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false';
  const profile = `-env:UserInstallation=file://${one.store.path('profile')}`;
  const args = ['--headless', profile, '--convert-to', written, '--outdir', one.store.path('out'), file];
  await run('soffice', args, { timeout: 180_000 });
  const text = (await readFile(one.store.path('out/sheet.csv'), 'utf8')).replaceAll('\n', '\r\n');
  return parseCsv(text).map((row) => row.map((cell) => cell.replaceAll('\r\n', '\n')));
}

/** One part of the archive, as text. */
async function part(bytes, name) {
  const file = one.store.path('parts.xlsx');
  await writeFile(file, bytes);
  const script = 'import sys,zipfile;sys.stdout.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())';
  return (await run('python3', ['-c', script, file, name])).stdout;
}

const shown = (value) => (value === null ? '' : String(value));

test('a spreadsheet reads the cells of JSON, with dates in the zone asked for', async () => {
  const { rows } = await client.get('chatStatistics', '', span);
  const answer = await ask({ timezone: 'Europe/Stockholm' });
  assert.equal(
    answer.headers['content-disposition'],
    'attachment; filename="chatStatistics_1_2020-01-01_2020-01-02.xlsx"',
  );
  const local = (iso) =>
    new Date(Date.parse(iso) + 3_600_000).toISOString().replace('T', ' ').replace('Z', '');
  const expected = rows.map((row) => Object.values({ ...row, startedAt: local(row.startedAt) }).map(shown));
  assert.equal(expected.length, texts.length);
  assert.deepEqual(await opened(answer.body), [Object.keys(rows[0]), ...expected]);
});

test('numbers and dates are numbers, and no text is a formula', async () => {
  const sheet = await part((await ask()).body, 'xl/worksheets/sheet1.xml');
  assert.doesNotMatch(sheet, /<f[ >]/);
  assert.match(sheet, /<c r="M3"><v>1000<\/v><\/c>/);
  assert.match(sheet, /<c r="N3"><v>5<\/v><\/c>/);
  assert.match(sheet, /<c r="P2" s="2"><v>43831<\/v><\/c>/);
  assert.match(sheet, /<c r="I3" t="inlineStr"><is><t>=1\+1<\/t>/);
  assert.match(sheet, /<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"\/>/);
  assert.match(sheet, /<autoFilter ref="A1:P19"\/>/);
});

test('no row gives the header alone', async () => {
  const cells = await opened((await ask({ channel: 'V999' })).body);
  assert.equal(cells.length, 1);
  assert.equal(cells[0][15], 'startedAt');
});

test('an entity tag spares the making', async () => {
  const { headers } = await ask();
  const again = await ask({}, { headers: { 'if-none-match': headers.etag } });
  assert.equal(again.status, 304);
});

test('limit is refused', async () => {
  const answer = await ask({ limit: 10 });
  assert.equal(answer.status, 400);
  assert.match(answer.value.message, /^limit is '10'; it takes no value with fileType=xlsx/);
});
