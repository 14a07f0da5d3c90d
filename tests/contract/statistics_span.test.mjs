// chatStatistics: which chats a span takes. Both ends to the millisecond, bare dates in zones with days of 23
// and 25 hours, and the longest span.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Bundle, iso } from '../support/bundle.mjs';
import { parseCsv } from '../support/csv.mjs';
import { served } from '../support/store.mjs';

const hour = 3_600_000;
const day = 24 * hour;
const instant = Date.UTC(2021, 6, 15, 12, 30, 15, 123);

/** Local days: zone, day, their first instant and the next day's, both in UTC. */
const localDays = [
  ['UTC', '2020-02-29', '2020-02-29T00:00:00.000Z', '2020-03-01T00:00:00.000Z'],
  ['Europe/Stockholm', '2020-01-01', '2019-12-31T23:00:00.000Z', '2020-01-01T23:00:00.000Z'],
  ['Europe/Stockholm', '2020-03-29', '2020-03-28T23:00:00.000Z', '2020-03-29T22:00:00.000Z'], // 23 hours
  ['Europe/Stockholm', '2020-10-25', '2020-10-24T22:00:00.000Z', '2020-10-25T23:00:00.000Z'], // 25 hours
  ['America/New_York', '2021-03-14', '2021-03-14T05:00:00.000Z', '2021-03-15T04:00:00.000Z'],
  ['America/New_York', '2021-11-07', '2021-11-07T04:00:00.000Z', '2021-11-08T05:00:00.000Z'],
  // Midnight of 4 November 2018 did not exist: clocks went from 24:00 to 01:00.
  ['America/Sao_Paulo', '2018-11-03', '2018-11-03T03:00:00.000Z', '2018-11-04T03:00:00.000Z'],
  ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00.000Z', '2018-11-05T02:00:00.000Z'],
  // The last hour of 17 February 2018 came twice.
  ['America/Sao_Paulo', '2018-02-17', '2018-02-17T02:00:00.000Z', '2018-02-18T03:00:00.000Z'],
  // Midnight of 4 November 2018 came twice: the day begins with the first.
  ['America/Havana', '2018-11-04', '2018-11-04T04:00:00.000Z', '2018-11-05T05:00:00.000Z'],
  ['Asia/Kathmandu', '2020-06-15', '2020-06-14T18:15:00.000Z', '2020-06-15T18:15:00.000Z'],
  ['Australia/Lord_Howe', '2020-10-04', '2020-10-03T13:30:00.000Z', '2020-10-04T13:00:00.000Z'], // 23.5 hours
  ['Pacific/Kiritimati', '2020-01-01', '2019-12-31T10:00:00.000Z', '2020-01-01T10:00:00.000Z'],
  ['America/St_Johns', '2020-01-01', '2020-01-01T03:30:00.000Z', '2020-01-02T03:30:00.000Z'],
];

function account() {
  const bundle = new Bundle({ sid: 1 }).conversation('V1').conversation('V2').conversation('V3');
  let chatID = 0;
  const chat = (time, more) => bundle.chat('V1', time, { chatID: (chatID += 1), ...more });
  for (const offset of [1, 0, -1]) chat(instant + offset);
  const edges = new Set(
    localDays
      .flatMap(([, , start, end]) => [start, end])
      .flatMap((time) => [Date.parse(time) - 1, Date.parse(time)]),
  );
  for (const time of edges) chat(time);
  return equalChats(bundle);
}

/**
 * Two chats with equal keys that brought no chatID, and three at one time whose ids stand in another order.
 */
function equalChats(bundle) {
  const time = Date.UTC(2022, 0, 1);
  bundle.chat('V2', time + day, { city: 'first' }).chat('V2', time + day, { city: 'second' });
  bundle.chat('V3', time, { chatID: 9007199254740991, city: 'last' });
  bundle.chat('V2', time, { chatID: 800, city: 'middle' });
  return bundle.chat('V3', time, { chatID: 799, city: 'first' });
}

let one;
let client;
before(async () => {
  one = await served(account());
  client = one.client;
});
after(() => one?.store.close());

const starts = async (query) =>
  (await client.rows('chatStatistics', '', query)).map(({ startedAt }) => startedAt);
const status = async (query) => (await client.get('chatStatistics', '', query)).status;

test('both ends are included, to the millisecond', async () => {
  const at = (offset) => iso(instant + offset);
  assert.deepEqual(await starts({ startTime: at(0), endTime: at(0) }), [at(0)]);
  assert.deepEqual(await starts({ startTime: at(-1), endTime: at(1) }), [at(-1), at(0), at(1)]);
  assert.deepEqual(await starts({ startTime: at(0), endTime: at(1) }), [at(0), at(1)]);
  assert.deepEqual(await starts({ startTime: at(-1), endTime: at(0) }), [at(-1), at(0)]);
  assert.deepEqual(await starts({ startTime: at(2), endTime: at(1000) }), []);
});

test('times are read with Z, with an offset, and without milliseconds', async () => {
  const from = [
    '2021-07-15T12:30:15.123Z',
    '2021-07-15T14:30:15.123+02:00',
    '2021-07-15T07:00:15.123-05:30',
    '2021-07-16T02:30:15.123+14:00',
  ];
  for (const startTime of from) {
    assert.deepEqual(
      await starts({ startTime, endTime: '2021-07-15T12:30:15.123Z' }),
      [iso(instant)],
      startTime,
    );
  }
  for (const [startTime, endTime] of [
    ['2021-07-15T12:30:15Z', '2021-07-15T12:30:16Z'],
    ['2021-07-15T13:30:15+01:00', '2021-07-15T11:30:16-01:00'],
  ]) {
    assert.equal((await starts({ startTime, endTime })).length, 3, startTime);
  }
  // An unescaped + is a space in a query: refused, not guessed.
  assert.equal(await status('startTime=2021-07-15T13:30:15+01:00&endTime=2021-07-15T13:30:15Z'), 400);
});

test('a bare date is the local day, from its first millisecond to its last', async () => {
  for (const [timezone, date, start, end] of localDays) {
    const last = Date.parse(end) - 1;
    const where = `${date} in ${timezone}`;
    const rows = await starts({ startTime: date, endTime: date, timezone });
    assert.equal(rows[0], start, where);
    assert.equal(rows.at(-1), iso(last), where);
    assert.deepEqual(await starts({ startTime: date, endTime: start, timezone }), [start], where);
    assert.deepEqual(await starts({ startTime: iso(last), endTime: date, timezone }), [iso(last)], where);
  }
});

test('a time with its own zone is the same in every timezone', async () => {
  const at = iso(instant);
  for (const [timezone] of localDays)
    assert.deepEqual(await starts({ startTime: at, endTime: at, timezone }), [at]);
});

test('endTime before startTime is refused, equal is not', async () => {
  assert.equal(await status({ startTime: '2020-01-02', endTime: '2020-01-01' }), 400);
  assert.equal(await status({ startTime: iso(instant), endTime: iso(instant - 1) }), 400);
  assert.equal(await status({ startTime: iso(instant), endTime: iso(instant) }), 200);
  assert.equal(await status({ startTime: iso(Date.now() + day) }), 400, 'endTime defaults to now');
});

test('365 days of 24 hours are allowed, one millisecond more is not', async () => {
  for (const from of [Date.UTC(2019, 0, 1), Date.UTC(2020, 0, 1), Date.UTC(2020, 1, 29, 13, 14, 15, 167)]) {
    const to = from + 365 * day;
    for (const timezone of ['UTC', 'Europe/Stockholm']) {
      assert.equal(await status({ startTime: iso(from), endTime: iso(to - 1), timezone }), 200);
      assert.equal(await status({ startTime: iso(from), endTime: iso(to), timezone }), 200);
      assert.equal(await status({ startTime: iso(from), endTime: iso(to + 1), timezone }), 400);
    }
  }
});

test('the refusal of a long span says the maximum', async () => {
  const answer = await client.get('chatStatistics', '', { startTime: '2019-01-01', endTime: '2021-01-01' });
  assert.equal(answer.error, 'invalid_parameter');
  assert.match(answer.value.message, /365/);
});

test('two bare dates may span 366 calendar days, so a leap year fits', async () => {
  for (const timezone of ['UTC', 'Europe/Stockholm', 'America/Sao_Paulo', 'Pacific/Kiritimati']) {
    assert.equal(
      await status({ startTime: '2020-01-01', endTime: '2020-12-31', timezone }),
      200,
      'a leap year',
    );
    assert.equal(await status({ startTime: '2019-01-01', endTime: '2020-01-01', timezone }), 200, '366 days');
    assert.equal(await status({ startTime: '2019-01-01', endTime: '2020-01-02', timezone }), 400, '367 days');
    assert.equal(await status({ startTime: '2020-01-01', endTime: '2021-01-01', timezone }), 400, '367 days');
    assert.equal(await status({ startTime: '2020-03-01', endTime: '2021-03-01', timezone }), 200, '366 days');
    // From daylight-saving time into standard time: an hour more than 366 × 24.
    assert.equal(await status({ startTime: '2019-10-20', endTime: '2020-10-19', timezone }), 200, '366 days');
  }
});

test('one bare date and one time keep to 365 × 24 hours', async () => {
  assert.equal(await status({ startTime: '2020-01-01', endTime: '2020-12-31T00:00:00.000Z' }), 200);
  assert.equal(await status({ startTime: '2020-01-01', endTime: '2020-12-31T00:00:00.001Z' }), 400);
  assert.equal(await status({ startTime: '2020-01-01T00:00:00.000Z', endTime: '2020-12-31' }), 400);
  assert.equal(await status({ startTime: '2020-01-01T00:00:00.000Z', endTime: '2020-12-30' }), 200);
});

test('without endTime the span ends now', async () => {
  const ago = (days) => iso(Date.now() - days * day);
  assert.equal(await status({ startTime: ago(364) }), 200);
  assert.equal(await status({ startTime: ago(366) }), 400);
  assert.equal(await status({ startTime: ago(367).slice(0, 10) }), 400);
});

test('equal times are ordered by chat id, and two chats with equal keys are two rows in the order they came', async () => {
  const rows = await client.rows('chatStatistics', '', { startTime: '2022-01-01', endTime: '2022-01-02' });
  assert.deepEqual(
    rows.map(({ city }) => city),
    ['first', 'middle', 'last', 'first', 'second'],
  );
});

test('JSON stays in UTC, CSV is written in the zone', async () => {
  const at = iso(instant);
  const query = { startTime: at, endTime: at };
  const zones = {
    UTC: at,
    'Europe/Stockholm': '2021-07-15T14:30:15.123+02:00',
    'America/New_York': '2021-07-15T08:30:15.123-04:00',
    'America/St_Johns': '2021-07-15T10:00:15.123-02:30',
    'Asia/Kathmandu': '2021-07-15T18:15:15.123+05:45',
    'Pacific/Kiritimati': '2021-07-16T02:30:15.123+14:00',
    'Europe/London': '2021-07-15T13:30:15.123+01:00',
  };
  for (const [timezone, written] of Object.entries(zones)) {
    assert.deepEqual(await starts({ ...query, timezone }), [at]);
    const answer = await client.get('chatStatistics', '', { ...query, timezone, fileType: 'csv' });
    assert.equal(parseCsv(answer.text)[1][15], written, timezone);
  }
});

test('CSV writes both sides of a change of the clocks with their own offsets', async () => {
  const cell = async (timezone, date) => {
    const answer = await client.get('chatStatistics', '', {
      startTime: date,
      endTime: date,
      timezone,
      fileType: 'csv',
    });
    const cells = parseCsv(answer.text)
      .slice(1)
      .map((row) => row[15]);
    return [cells[0], cells.at(-1)];
  };
  assert.deepEqual(await cell('Europe/Stockholm', '2020-03-29'), [
    '2020-03-29T00:00:00.000+01:00',
    '2020-03-29T23:59:59.999+02:00',
  ]);
  assert.deepEqual(await cell('Europe/Stockholm', '2020-10-25'), [
    '2020-10-25T00:00:00.000+02:00',
    '2020-10-25T23:59:59.999+01:00',
  ]);
  assert.deepEqual(await cell('America/Sao_Paulo', '2018-11-04'), [
    '2018-11-04T01:00:00.000-02:00',
    '2018-11-04T23:59:59.999-02:00',
  ]);
  assert.deepEqual(await cell('America/Havana', '2018-11-04'), [
    '2018-11-04T00:00:00.000-04:00',
    '2018-11-04T23:59:59.999-05:00',
  ]);
  assert.deepEqual(await cell('Australia/Lord_Howe', '2020-10-04'), [
    '2020-10-04T00:00:00.000+10:30',
    '2020-10-04T23:59:59.999+11:00',
  ]);
});
