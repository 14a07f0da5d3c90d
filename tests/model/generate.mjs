// Random bundles. What the contract leaves open is left out: creation dates never
// change, a label, tag or card keeps its createdDate, equal starts come with a chatID.
/** Moments around which everything happens: midnights, changes of clocks, ends of years. */
const moments = [
  ...['2018-02-18T02:00:00Z', '2018-02-18T03:00:00Z', '2018-11-04T03:00:00Z', '2018-11-04T05:00:00Z'],
  ...['2019-01-01T00:00:00Z', '2019-03-31T01:00:00Z', '2019-10-27T01:00:00Z', '2019-12-31T23:00:00Z'],
  ...['2020-01-01T00:00:00Z', '2020-01-01T05:45:00Z', '2020-02-29T00:00:00Z', '2020-03-01T00:00:00Z'],
  ...['2020-03-28T23:00:00Z', '2020-03-29T01:00:00Z', '2020-10-03T15:30:00Z', '2020-10-24T22:00:00Z'],
  ...['2020-10-25T01:00:00Z', '2020-12-31T00:00:00Z', '2021-01-01T00:00:00Z', '2021-03-14T07:00:00Z'],
].map((text) => Date.parse(text));

const texts = [
  ...[
    'a',
    'B',
    'b',
    'é',
    'z',
    '10',
    '9',
    'comma, x',
    'semi; x',
    '"quoted"',
    'say "x"',
    "'",
    '=1+1',
    '+46',
    '-1',
    '@x',
    '\t=1',
    '\r=1',
  ],
  ...[
    'a\r\nb',
    '\n',
    ' ',
    ' x ',
    '漢字',
    'עברית',
    '😀',
    '￿',
    'e\u0301',
    '\u0001\u001f\u007f',
    '\\n',
    '</script>',
    '%',
    '_',
    'null',
    '0',
    'Å',
    'å',
  ],
];

const pages = [
  ...[
    '',
    'https://example.org/',
    'https://example.org/Support',
    'https://example.org/support?a=1&b=2',
    'HTTPS://EXAMPLE.ORG/SUPPORT',
  ],
  ...[
    'https://example.org/100%_sure',
    'https://example.org/a_b',
    'https://example.org/aöb',
    'https://example.org/a😀b',
    'x',
    '%',
    '_',
  ],
  ...[
    'http://other.example/Ünder',
    'http://other.example/ünder',
    'https://example.org/a%5Fb/c',
    '/relative',
    'https://example.org/a.b',
  ],
];

const expressions = [
  'supp?ort',
  '^https',
  'b$',
  'a.b',
  '[A-Z]upport',
  '\\d',
  'org/(a|S)',
  '^.$',
  'Ü|ü',
  '[^/]b',
  'x*',
  'o{1}r+g',
  '\\.',
  '^$',
];

export const moment = (random) => {
  const near = random.once(2) ? random.between(-2, 2) : random.between(-40 * 86_400_000, 40 * 86_400_000);
  return random.pick(moments) + near;
};
export const iso = (ms) => new Date(ms).toISOString();
const text = (random) => (random.once(6) ? random.pick(texts) + random.pick(texts) : random.pick(texts));

/** What has been told so far, so that later bundles can refer to it. */
export class Told {
  constructor(sid) {
    this.sid = sid;
    this.conversations = new Map();
    this.agents = new Set();
    this.ghosts = new Set();
    this.filters = new Set();
    this.chats = new Map();
    this.starts = new Set();
    this.bareStarts = new Set();
    this.messages = 0;
    this.renames = 0;
  }
}

/** The records of one bundle, the first saying what it is; `size` conversations or so. */
export function bundle(random, told, size) {
  const { sid } = told;
  const records = [{ kind: 'bundle', version: 1, sid, name: 'Model', timezone: 'UTC', exportedAt: iso(0) }];
  const agents = () =>
    records.push(...Array.from({ length: random.between(0, 4) }, () => agentRecord(random, told)));
  const filters = () =>
    records.push(...Array.from({ length: random.between(0, 5) }, () => filterRecord(random, told)));
  // Filters come before or after what they match.
  const early = random.once(2);
  agents();
  if (early) filters();
  for (let index = 0; index < size; index += 1) {
    const known = [...told.conversations.keys()];
    const id = known.length && random.once(2) ? random.pick(known) : newConversation(random, told);
    if (!told.conversations.get(id).isTold || random.once(2))
      records.push(conversationRecord(random, told, id));
    for (let rows = random.between(0, 6); rows > 0; rows -= 1) records.push(rowOf(random, told, id));
  }
  if (!early) filters();
  // Chats last: whom a chat's agent is found by must have been told before.
  return records.toSorted((a, b) => (a.kind === 'chat') - (b.kind === 'chat'));
}

function agentRecord(random, told) {
  const agentID = random.pick([1, 2, 3, 4, 5, 6, 7, 2147483648, 9007199254740991]);
  told.agents.add(agentID);
  told.renames += 1;
  return {
    kind: 'agent',
    agentID,
    agentName: `${random.pick(texts)} ${agentID} ${told.renames}`,
    agentEmail: `agent${agentID}@example.org`,
    agentPicture: random.pick(pages),
    agentLastActive: random.once(3) ? null : iso(moment(random)),
    department: text(random),
    isBackOffice: random.pick(['0', '1']),
    groups: random.pick(['', 'Sales', 'Sales,Support', 'a b,"c",é']),
    ...(random.once(4) ? { removed: true } : random.once(2) ? { removed: false } : {}),
  };
}

function filterRecord(random, told) {
  const matchType = random.pick(['like', 'like', 'exact', 'prefix', 'regex']);
  const id = random.pick([1, 2, 3, 4, 5, 6, 9007199254740991]);
  told.filters.add(id);
  const searchFilter = matchType === 'regex' ? random.pick(expressions) : pattern(random, matchType);
  return { kind: 'pageFilter', id, searchFilter, searchName: text(random), matchType };
}

/** A piece of some page, with wildcards and other cases put in. */
function pattern(random, matchType) {
  const letters = [...random.pick(pages.filter(Boolean))];
  const start = matchType === 'like' ? random.between(0, letters.length - 1) : 0;
  const end = matchType === 'exact' ? letters.length : random.between(start + 1, letters.length);
  return letters
    .slice(start, end)
    .map((letter) =>
      random.once(8) ? random.pick(['%', '_', letter.toUpperCase(), letter.toLowerCase()]) : letter,
    )
    .join('');
}

function newConversation(random, told) {
  const ids = ['V1', 'V01', 'V2', 'V10', 'V18446744073709551616', `V${'9'.repeat(40)}`];
  const id = random.once(4) ? random.pick(ids) : `V${told.sid}${random.between(1, 10 ** 15)}`;
  if (!told.conversations.has(id))
    told.conversations.set(id, { date: iso(moment(random)), isTold: false, names: 0 });
  return id;
}

function conversationRecord(random, told, conversationID) {
  const one = told.conversations.get(conversationID);
  one.isTold = true;
  const info = {
    trafficType: random.pick(['Direct', 'Organic', 'www.example.com']),
    se_type: random.pick(['', 'Google']),
    last_visit: iso(moment(random)),
    browser: random.pick(['Chrome 50.0.0', 'Firefox 1.2.3']),
    os: random.pick(['Windows 7 0.0.0', 'Mac OS X 10.15.7']),
    user_city: text(random),
    user_country: text(random),
    exitPage: random.pick(pages),
  };
  const said = Object.entries(info).filter(() => !random.once(4));
  return { kind: 'conversation', conversationID, date: one.date, ...Object.fromEntries(said) };
}

const rows = {
  message(random, told, conversationID) {
    told.messages += 1;
    const id = random.once(20) ? 9007199254740991 - told.messages : told.messages * 7 + random.between(0, 6);
    const message = random.once(10)
      ? '{"type":"visitorJoin","currentPage":"https://example.org/Support"}'
      : text(random);
    const base = {
      kind: 'message',
      id,
      conversationID,
      from: conversationID,
      message,
      date: iso(moment(random)),
      agentID: 0,
    };
    const sender = random.between(0, 4);
    if (sender === 0) {
      const visit = {
        type: random.pick(['visitorJoin', 'visitorJoin', 'other']),
        currentPage: random.pick(pages),
      };
      return { ...base, from: 'system', agentID: null, message: JSON.stringify(visit) };
    }
    if (sender === 1) {
      const ghost = random.between(901, 905);
      told.ghosts.add(ghost);
      return { ...base, from: `Ghost ${ghost}`, agentID: ghost };
    }
    if (sender === 2 && told.agents.size)
      return { ...base, from: text(random), agentID: random.pick([...told.agents]) };
    return base;
  },

  tag(random, told, conversationID) {
    const one = told.conversations.get(conversationID);
    if (random.once(3)) {
      one.names += 1;
      const createdDate = iso(Date.parse(one.date) + one.names * 1000);
      return {
        kind: 'tag',
        conversationID,
        createdDate,
        tag: `Name ${one.names} ${random.pick(texts)}`,
        type: 0,
      };
    }
    return { kind: 'tag', conversationID, ...dated(random, one, 'tag'), type: 1 };
  },

  label(random, told, conversationID) {
    return {
      kind: 'label',
      conversationID,
      ...dated(random, told.conversations.get(conversationID), 'label'),
    };
  },

  card(random, told, conversationID) {
    // Few ids, so that cards are often written over.
    const kept = dated(random, told.conversations.get(conversationID), 'dataID', ['1', '2', '10', 'é']);
    const { dataID, createdDate } = kept;
    return {
      kind: 'card',
      dataID,
      data: text(random),
      conversationID,
      createdDate,
      updatedDate: iso(moment(random)),
    };
  },

  chat(random, told, channel) {
    const key = random.once(4) ? bareKey(random, told) : keyWithId(random, told);
    told.starts.add(key.startedAt);
    return { kind: 'chat', channel, ...chatFacts(random), ...agentOf(random, told), ...key };
  },
};

/** A start that no other chat has: without a chatID the order of equal starts is the program's own. */
function bareKey(random, told) {
  let startedAt = iso(moment(random));
  while (told.starts.has(startedAt)) startedAt = iso(Date.parse(startedAt) + 1);
  told.bareStarts.add(startedAt);
  return { startedAt };
}

function keyWithId(random, told) {
  const chatID = random.between(1, 400);
  let startedAt = iso(moment(random));
  if (told.chats.has(chatID) && random.once(2)) startedAt = told.chats.get(chatID);
  while (told.bareStarts.has(startedAt)) startedAt = iso(Date.parse(startedAt) - 1);
  told.chats.set(chatID, startedAt);
  return { chatID, startedAt };
}

/** A text with a createdDate that it keeps in this conversation, from few dates so that many are equal. */
function dated(random, one, key, values) {
  const value = values ? random.pick(values) : text(random);
  one.dates ??= new Map();
  const name = `${key} ${value}`;
  if (!one.dates.has(name)) one.dates.set(name, iso(Date.parse(one.date) + random.between(0, 2)));
  return { createdDate: one.dates.get(name), [key]: value };
}

function chatFacts(random) {
  const number = () => (random.once(4) ? null : random.pick([0, 1, 1000, 123456789, 9007199254740991]));
  return {
    referral: random.pick(['Direct', 'Organic', 'www.example.com']),
    searchEngine: random.pick(['', 'Google']),
    exitPage: random.pick(pages),
    browser: random.pick(['Chrome 50.0.0', 'Firefox 1.2.3']),
    os: random.pick(['Windows 7 0.0.0', 'OS X']),
    city: text(random),
    country: text(random),
    labels: [],
    tags: [],
    duration: number(),
    rating: random.pick([null, 1, 2, 3, 4, 5]),
    responseTime: number(),
  };
}

function agentOf(random, told) {
  const id = told.agents.size ? random.pick([...told.agents]) : 1;
  const ghost = random.between(901, 905);
  const forms = [
    { agentName: null, agentEmail: null },
    { agentName: text(random), agentEmail: 'nobody@example.org' },
    { agentName: text(random), agentEmail: `agent${id}@example.org` },
    { agentName: `Ghost ${ghost}`, agentEmail: `ghost${ghost}@example.org` },
    { agentName: text(random), agentEmail: `agent${id}@example.org`, agentID: null },
  ];
  if (told.agents.size) forms.push({ agentName: text(random), agentEmail: text(random), agentID: id });
  return random.pick(forms);
}

function rowOf(random, told, id) {
  return rows[
    random.pick(['message', 'message', 'message', 'tag', 'label', 'label', 'card', 'chat', 'chat', 'chat'])
  ](random, told, id);
}
