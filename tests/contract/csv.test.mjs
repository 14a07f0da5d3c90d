// chatStatistics as CSV: quoting, formulas, null, arrays, the byte-order mark and the separator.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Bundle, newYear } from '../support/bundle.mjs';
import { parseCsv } from '../support/csv.mjs';
import { served } from '../support/store.mjs';

const keys =
  'channel,agentName,agentEmail,referral,searchEngine,exitPage,browser,os,city,country,labels,tags,duration,rating,responseTime,startedAt';

/** Each text stands in a chat of its own, as city, as a label and as a tag. */
const texts = [
  'plain',
  '',
  ' ',
  ' space around ',
  'comma, comma',
  'semicolon; semicolon',
  'quote "x"',
  '"',
  '""',
  '"quoted"',
  "apostrophe '",
  "'",
  'CR\rLF\nCRLF\r\nend',
  '\n',
  '\r\n',
  'TAB\tinside',
  '=1+1',
  '=HYPERLINK("http://evil.example","x")',
  '+1',
  '+46 8 123',
  '-1',
  '-',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  ' =1',
  "'=1",
  '"=1"',
  '=',
  '＝1',
  '=a,b',
  '=a"b',
  '=a\r\nb',
  '-2;3',
  '1',
  '1.5',
  '1e5',
  '007',
  'TRUE',
  '2020-01-01',
  'null',
  '\u0001\u001f\u007f',
  '\u0085',
  'NBSP\u00a0',
  'åäö',
  '漢字, 仮名',
  'עברית "x"',
  '😀\r\n😀',
  'e\u0301',
  '\u2028',
  '\ufeffBOM',
  '#REF!',
  '|calc',
  '%0A',
  '\\n',
];

let one;
let client;
before(async () => {
  const bundle = new Bundle({ sid: 1 }).agent(1);
  for (const [index, text] of texts.entries()) {
    const id = `V${index + 1}`;
    bundle.conversation(id);
    if (text) bundle.label(id, text).label(id, 'zz', { createdDate: '2020-01-02T00:00:00Z' }).tag(id, text);
    bundle.chat(id, Date.parse(newYear) + index, {
      chatID: index + 1,
      city: text,
      agentName: text,
      agentEmail: text ? '' : null,
      exitPage: text,
    });
  }
  one = await served(bundle);
  client = one.client;
});
after(() => one?.store.close());

const csv = (query = {}) =>
  client.get('chatStatistics', '', {
    startTime: '2020-01-01',
    endTime: '2020-01-01',
    fileType: 'csv',
    ...query,
  });
const guarded = (text) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

function expectedRows(cell) {
  return texts.map((text, index) => {
    const labels = text ? [text, 'zz'].join(',') : '';
    const started = new Date(Date.parse(newYear) + index).toISOString();
    return [
      `V${index + 1}`,
      cell(text),
      '',
      'Direct',
      '',
      cell(text),
      'Chrome 50.0.0',
      'OS X',
      cell(text),
      'Sweden',
      cell(labels),
      cell(text),
      '',
      '',
      '',
      started,
    ];
  });
}

test('every cell comes back as it was, formulas with an apostrophe', async () => {
  const answer = await csv();
  assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8');
  assert.match(answer.headers['content-disposition'], /^attachment; filename=".*chatStatistics.*\.csv"$/i);
  const rows = parseCsv(answer.text);
  assert.deepEqual(rows[0], keys.split(','));
  assert.deepEqual(rows.slice(1), expectedRows(guarded));
});

test('raw=1 leaves formulas as they are', async () => {
  assert.deepEqual(
    parseCsv((await csv({ raw: 1 })).text).slice(1),
    expectedRows((text) => text),
  );
});

test('separator=; stands between cells and is quoted inside them; arrays keep their comma', async () => {
  const text = (await csv({ separator: ';' })).text;
  assert.equal(text.slice(0, keys.length), keys.replaceAll(',', ';'));
  assert.deepEqual(parseCsv(text, ';').slice(1), expectedRows(guarded));
  assert.equal(
    (
      await client.get(
        'chatStatistics',
        '',
        'startTime=2020-01-01&endTime=2020-01-01&fileType=csv&separator=;',
      )
    ).text,
    text,
  );
});

test('bom=1 puts a byte-order mark in front, and only that', async () => {
  const plain = await csv();
  const marked = await csv({ bom: 1 });
  assert.deepEqual([...plain.body.subarray(0, 7)], [...Buffer.from('channel')]);
  assert.equal(Buffer.compare(marked.body, Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), plain.body])), 0);
  const all = await csv({ bom: 1, raw: 1, separator: ';' });
  assert.deepEqual(
    parseCsv(all.text.slice(1), ';').slice(1),
    expectedRows((text) => text),
  );
});

test('quotes stand only where RFC 4180 needs them', async () => {
  const lines = (await csv({ channel: ['V1', 'V3', 'V4', 'V5', 'V6', 'V7'] })).text.split('\r\n');
  const row = (id, cell, labels, ms) =>
    `V${id},${cell},,Direct,,${cell},Chrome 50.0.0,OS X,${cell},Sweden,${labels},${cell},,,,2020-01-01T00:00:00.00${ms}Z`;
  assert.deepEqual(lines, [
    keys,
    row(1, 'plain', '"plain,zz"', 0),
    row(3, ' ', '" ,zz"', 2),
    row(4, ' space around ', '" space around ,zz"', 3),
    row(5, '"comma, comma"', '"comma, comma,zz"', 4),
    row(6, 'semicolon; semicolon', '"semicolon; semicolon,zz"', 5),
    row(7, '"quote ""x"""', '"quote ""x"",zz"', 6),
    '',
  ]);
});

test('a formula that must be quoted has its apostrophe inside the quotes', async () => {
  const id = (text) => `V${texts.indexOf(text) + 1}`;
  const { text } = await csv({ channel: [id('=a"b'), id('=a\r\nb'), id('=a,b')] });
  for (const cell of [`"'=a""b"`, `"'=a\r\nb"`, `"'=a,b"`]) assert.ok(text.includes(`,${cell},`), cell);
});

test('no row gives the header alone', async () => {
  assert.equal((await csv({ channel: 'V999' })).text, `${keys}\r\n`);
  assert.equal((await csv({ channel: 'V999', separator: ';' })).text, `${keys.replaceAll(',', ';')}\r\n`);
});

test('JSON gives the same texts without any guard', async () => {
  const rows = await client.rows('chatStatistics', '', { startTime: '2020-01-01', endTime: '2020-01-01' });
  assert.deepEqual(
    rows.map(({ city }) => city),
    texts,
  );
  assert.deepEqual(
    rows.map(({ labels }) => labels),
    texts.map((text) => (text ? [text, 'zz'] : [])),
  );
});
