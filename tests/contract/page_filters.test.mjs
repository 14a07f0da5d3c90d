// Page filters: what matches, whatever came first, the filter or the page.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Bundle, newYear } from '../support/bundle.mjs';
import { eventually, served } from '../support/store.mjs';

const days = '/2020-01-01/2020-01-31';
const span = { startTime: '2020-01-01', endTime: '2020-01-31' };

/** One conversation for each address: V1 is the first. */
const pages = [
  'https://example.org/Support',
  'https://example.org/support/faq?a=1',
  'https://example.org/100%_sure',
  'https://example.org/100xysure',
  'https://example.org/Ünder/Über',
  'HTTPS://EXAMPLE.ORG/ÜNDER',
  'http://other.example/a_b',
  'http://other.example/a%5Fb',
  'http://other.example/aöb',
  'http://other.example/a😀b',
  '',
  'x',
];

/**
 * Filters with the conversations they match. RE2 finds anywhere and keeps case; LIKE has no escape character.
 */
const filters = [
  ['like', 'support', [1, 2]],
  ['like', 'SUPPORT', [1, 2]],
  ['like', '100%sure', [3, 4]],
  ['like', '100__sure', [3, 4]],
  ['like', '100\\%', []],
  ['like', 'über', []], // only ASCII letters are without case: ü is not Ü, but B is b
  ['like', 'ÜBER', [5]],
  ['like', 'Über', [5]],
  ['like', 'Ünder', [5, 6]],
  ['like', 'ünder', []],
  ['like', 'ÜNDER', [5, 6]],
  ['like', '/a_b', [7, 9, 10]],
  ['like', '/a__b', []],
  ['like', '/a%b', [7, 8, 9, 10]],
  ['like', 'a%5Fb', [8]],
  ['like', '%', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]],
  ['like', 'org%faq%1', [2]],
  ['like', 'faq%support', []],
  ['exact', 'https://example.org/Support', [1]],
  ['exact', 'https://example.org/support', []],
  ['exact', 'x', [12]],
  ['exact', 'X', []],
  ['exact', '%', []],
  ['prefix', 'https://example.org/', [1, 2, 3, 4, 5]],
  ['prefix', 'https://example.org/S', [1]],
  ['prefix', 'HTTPS', [6]],
  ['prefix', 'example', []],
  ['prefix', 'https://example.org/100%_sure/', []],
  ['regex', 'supp?ort', [2]],
  ['regex', '(?i)SUPPORT', [1, 2]],
  ['regex', '^https://example\\.org/Support$', [1]],
  ['regex', '^x?$', [12]],
  ['regex', 'a[^a-z]b$', [7, 9, 10]],
  ['regex', '/\\d+%?_?[a-z]*$', [3, 4]],
  ['regex', '\\p{Lu}nder', [5]],
  ['regex', '.*', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12]],
];

function addFilters(bundle) {
  for (const [index, [matchType, pattern]] of filters.entries())
    bundle.pageFilter(index + 1, pattern, { matchType });
  return bundle;
}

function addPages(bundle) {
  for (const [index, url] of pages.entries()) {
    bundle.conversation(`V${index + 1}`, newYear, { exitPage: '' });
    bundle.visit(index + 1, `V${index + 1}`, url);
    bundle.chat(`V${index + 1}`, newYear, { chatID: index + 1, exitPage: '' });
  }
  return bundle;
}

let filtersFirst;
let pagesFirst;
before(async () => {
  filtersFirst = await served(addPages(addFilters(new Bundle({ sid: 1 }))));
  pagesFirst = await served(addPages(new Bundle({ sid: 1 })));
  await pagesFirst.store.import(addFilters(new Bundle({ sid: 1 })));
});
after(async () => {
  await filtersFirst?.store.close();
  await pagesFirst?.store.close();
});

const listed = async (client, query) => {
  const rows = await client.rows('listConversations', days, query);
  return rows.map(({ conversationID }) => Number(conversationID.slice(1))).toSorted((a, b) => a - b);
};
const chats = async (client, query) => {
  const rows = await client.rows('chatStatistics', '', { ...span, ...query });
  return rows.map(({ channel }) => Number(channel.slice(1))).toSorted((a, b) => a - b);
};
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

test('each kind of filter matches what it should, known before the pages', async () => {
  for (const [index, [matchType, pattern, expected]] of filters.entries()) {
    const query = { pageFilterId: index + 1 };
    const sorted = expected.toSorted((a, b) => a - b);
    assert.deepEqual(await listed(filtersFirst.client, query), sorted, `${matchType} ${pattern}`);
    assert.deepEqual(await chats(filtersFirst.client, query), sorted, `${matchType} ${pattern}, chats`);
  }
});

test('each kind of filter matches what it should, told after the pages', async () => {
  const { client } = pagesFirst;
  for (const [index, [matchType, pattern, expected]] of filters.entries()) {
    const query = { pageFilterId: index + 1 };
    const sorted = expected.toSorted((a, b) => a - b);
    await eventually(
      async () => same(await listed(client, query), sorted),
      `${matchType} ${pattern} matches ${sorted}`,
    );
    assert.deepEqual(await chats(client, query), sorted, `${matchType} ${pattern}, chats`);
  }
});

test('pageFilters lists them by id', async () => {
  const rows = await filtersFirst.client.rows('pageFilters');
  assert.deepEqual(
    rows.map(({ id }) => id),
    filters.map((_, index) => index + 1),
  );
  assert.deepEqual(rows[2], {
    id: 3,
    sid: 1,
    searchFilter: '100%sure',
    searchName: 'Filter 3',
    matchType: 'like',
  });
});

test('several filters match together, an unknown one matches nothing', async () => {
  const { client } = filtersFirst;
  const [faq, x] = [17, 21];
  assert.deepEqual(await listed(client, { pageFilterId: [faq, x] }), [2, 12]);
  assert.deepEqual(await listed(client, `pageFilterId=${faq}&pageFilterId[]=${x}`), [2, 12]);
  assert.deepEqual(await listed(client, `pageFilterId%5B%5D=${faq}&pageFilterId%5B%5D=${faq}`), [2]);
  assert.deepEqual(await listed(client, { pageFilterId: [faq, 999] }), [2]);
  assert.deepEqual(await listed(client, { pageFilterId: 999 }), []);
  assert.deepEqual(await listed(client, { pageFilterId: [999, 9007199254740991] }), []);
  assert.deepEqual(await chats(client, { pageFilterId: [faq, x] }), [2, 12]);
  assert.deepEqual(await chats(client, { pageFilterId: 999 }), []);
  assert.deepEqual(await chats(client, { pageFilterId: [faq, x], channel: 'V12' }), [12]);
});

test('pages are those of system visits, and the exit pages of conversation and chats', async () => {
  const bundle = new Bundle({ sid: 3 }).pageFilter(1, 'needle').agent(1);
  const visit = '{"type":"visitorJoin","currentPage":"https://example.org/needle"}';
  const names = ['visit', 'conversation', 'chat', 'visitor', 'agent', 'other', 'text', 'number', 'earlier'];
  for (const [index, name] of names.entries()) {
    bundle.conversation(`V${index + 1}`, newYear, {
      exitPage: name === 'conversation' ? 'https://needle.example/' : '',
    });
  }
  const system = { from: 'system', agentID: null };
  bundle.message(1, 'V1', visit, system).chat('V3', newYear, { exitPage: '/needle' });
  bundle.message(4, 'V4', visit).message(5, 'V5', visit, { agentID: 1, from: 'Agent 1' });
  bundle.message(6, 'V6', visit.replace('visitorJoin', 'visitorLeave'), system);
  bundle.message(7, 'V7', 'https://example.org/needle');
  bundle.message(8, 'V8', '{"type":"visitorJoin","currentPage":17,"needle":"needle"}', system);
  bundle
    .visit(9, 'V9', 'https://example.org/needle')
    .visit(10, 'V9', 'https://example.org/later', { date: '2020-01-02T00:00:00Z' });
  await filtersFirst.store.import(bundle);
  const client = await filtersFirst.store.client({ account: 3 });
  assert.deepEqual(await listed(client, { pageFilterId: 1 }), [1, 2, 3, 9]);
});

test('a changed filter is matched anew against everything, and only old or new is ever seen', async () => {
  const { store, client } = filtersFirst;
  const query = { pageFilterId: 1 };
  const [old, fresh] = [
    [1, 2],
    [7, 8, 9, 10],
  ];
  await store.import(
    new Bundle({ sid: 1 }).pageFilter(1, 'http://other', { matchType: 'prefix', searchName: 'New' }),
  );
  await eventually(async () => {
    const now = await listed(client, query);
    assert.ok(same(now, old) || same(now, fresh), `${now}`);
    return same(now, fresh);
  }, 'the new filter answers');
  assert.equal((await client.rows('pageFilters'))[0].matchType, 'prefix');
});

test('a page that comes later is matched at once', async () => {
  const { store, client } = pagesFirst;
  const bundle = new Bundle({ sid: 1 }).conversation('V12', newYear, { exitPage: '' });
  await store.import(bundle.visit(1000, 'V12', 'https://example.org/support/faq?a=1'));
  assert.deepEqual(await listed(client, { pageFilterId: 17 }), [2, 12]);
});

test('matches survive a restart', async () => {
  const { store, client } = pagesFirst;
  const before = await listed(client, { pageFilterId: 12 });
  await store.stop();
  client.url = new URL((await store.serve()).url);
  assert.deepEqual(await listed(client, { pageFilterId: 12 }), before);
});

test('a pattern that RE2 cannot read is refused with its line', async () => {
  for (const pattern of ['(', 'a(?=b)', '(a)\\1', '[z-a]', '*']) {
    const { stderr } = await pagesFirst.store.importRefused(
      new Bundle({ sid: 1 }).agent(1).pageFilter(90, pattern, { matchType: 'regex' }),
    );
    assert.match(stderr, /line 3\b/i, pattern);
  }
});
