// Every script and every character, from the bundle to each answer, byte for byte.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Bundle, newYear } from '../support/bundle.mjs';
import { served } from '../support/store.mjs';

const control = Array.from({ length: 31 }, (_, index) => String.fromCharCode(index + 1)).join('');
const scripts = [
  'Ångström åäö ÅÄÖ ß ẞ ı İ',
  'Ελληνικά',
  'Кириллица Ѐ',
  'עִבְרִית abc 123 עברית',
  'العربية ١٢٣ ‏RTL‎',
  'हिन्दी क्षि',
  'ไทย ก็',
  '日本語 ひらがな カタカナ ｶﾅ',
  '漢字 𠀀𠮷',
  '한국어 조합형 가',
  'ქართული',
  'አማርኛ',
  '😀 👩‍👩‍👧‍👦 🏳️‍🌈 🇸🇪 👍🏽',
  'e\u0301 vs é',
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢',
  '\u200b\u200c\u200d\u2060\ufeff',
  '\u202e reversed \u202c',
  '\u2028 and \u2029',
  '\ud7ff \ue000 \uffff \ufffd \u{10000} \u{10ffff}',
  control,
  '\u007f\u0080\u009f',
  '"\\/\b\f\n\r\t',
  '</script><!-- & \' " `',
  "'; DROP TABLE chat; --",
  '%00 %s %n {0} ${x}',
  '\\u0041 \\ud800',
];

let one;
let client;
before(async () => {
  const bundle = new Bundle({ sid: 1, name: scripts.join(' ').replaceAll(/[\u0001-\u001f]/g, '') });
  for (const [index, text] of scripts.entries()) {
    const id = `V${index + 1}`;
    bundle.agent(index + 1, {
      agentName: text,
      agentEmail: `${index}@example.org`,
      department: text,
      agentPicture: text,
    });
    bundle.conversation(id, newYear, {
      trafficType: text,
      se_type: text,
      browser: text,
      os: text,
      user_city: text,
      user_country: text,
      exitPage: text,
    });
    bundle.message(index + 1, id, text, { from: text, agentID: index + 1 });
    bundle.tag(id, text).label(id, text).card(id, text, text);
    const visitor = {
      referral: text,
      searchEngine: text,
      exitPage: text,
      browser: text,
      os: text,
      city: text,
      country: text,
    };
    bundle.chat(id, newYear, {
      chatID: index + 1,
      agentID: index + 1,
      agentName: text,
      agentEmail: text,
      ...visitor,
    });
    bundle.pageFilter(index + 1, text, { searchName: text, matchType: 'exact' });
  }
  one = await served(bundle);
  client = one.client;
});
after(() => one?.store.close());

async function exactly(method, tail, rows, { length = true, query = '' } = {}) {
  const { text } = await client.get(method, tail, query);
  assert.equal(
    text,
    JSON.stringify({ result: 'success', json: rows, ...(length ? { length: rows.length } : {}) }),
  );
}

for (const [index, text] of scripts.entries()) {
  test(`text ${index + 1} comes back in every place: ${JSON.stringify(text).slice(0, 40)}`, async () => {
    const [sid, conversationID, number] = [1, `V${index + 1}`, index + 1];
    const tail = `/${conversationID}`;
    const date = newYear;
    await exactly('grabConversation', tail, [
      { id: number, sid, conversationID, from: text, message: text, date, agentID: number },
    ]);
    const place = { browser: text, os: text, user_city: text, user_country: text, exitPage: text };
    const info = { trafficType: text, se_type: text, sid, conversationID, last_visit: date, ...place };
    await exactly('grabVisitorInfo', tail, [info], { length: false });
    await exactly('grabVisitorTags', tail, [{ sid, conversationID, createdDate: date, tag: text, type: 1 }]);
    await exactly('grabVisitorLabels', tail, [{ conversationID, createdDate: date, label: text }], {
      length: false,
    });
    const card = { dataID: text, data: text, sid, conversationID, createdDate: date, updatedDate: date };
    await exactly('grabVisitorCards', tail, [card], { length: false });
    const agent = {
      agentID: number,
      sid,
      agentName: text,
      agentEmail: `${index}@example.org`,
      agentPicture: text,
    };
    const rest = { agentLastActive: null, department: text, isBackOffice: '0', groups: '' };
    await exactly('grabAgent', `/${number}`, [{ ...agent, ...rest }], { length: false });
    const visitor = {
      referral: text,
      searchEngine: text,
      exitPage: text,
      browser: text,
      os: text,
      city: text,
      country: text,
    };
    const chat = {
      channel: conversationID,
      agentName: text,
      agentEmail: text,
      ...visitor,
      labels: [text],
      tags: [text],
    };
    const figures = { duration: null, rating: null, responseTime: null, startedAt: date };
    const query = { startTime: '2020-01-01', endTime: '2020-01-01', channel: conversationID };
    await exactly('chatStatistics', '', [{ ...chat, ...figures }], { query });
    query.pageFilterId = number;
    await exactly('chatStatistics', '', [{ ...chat, ...figures }], { query });
  });
}

test('page filters come back as they were', () =>
  exactly(
    'pageFilters',
    '',
    scripts.map((text, index) => ({
      id: index + 1,
      sid: 1,
      searchFilter: text,
      searchName: text,
      matchType: 'exact',
    })),
  ));

test('lone surrogates and NUL never come in by a parameter', async () => {
  for (const bad of ['%00', '%ED%A0%80', '%C0%80', '%FF', '%F5%80%80%80', '%E2%82']) {
    const answer = await client.get(
      'chatStatistics',
      '',
      `startTime=2020-01-01&endTime=2020-01-01&timezone=${bad}`,
    );
    assert.equal(answer.status, 400);
  }
});
