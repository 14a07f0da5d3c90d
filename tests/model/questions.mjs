// Random questions about what has been told.
import { iso, moment } from './generate.mjs';
import { localDate } from './time.mjs';

const zones = [
  ...['UTC', 'Europe/Stockholm', 'America/Sao_Paulo', 'America/New_York', 'America/Havana', 'Asia/Kathmandu'],
  ...['Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Chatham', 'Pacific/Kiritimati', 'Atlantic/Azores'],
];

const numbers = (random, known) => {
  if (random.once(2)) return [];
  return random.some([...known, 77, 9007199254740990], 1, 3);
};

/** A question: {method, model: what the model is asked, tail, query: pairs of the query string}. */
export function question(random, told) {
  const conversationID =
    told.conversations.size && !random.once(8) ? random.pick([...told.conversations.keys()]) : 'V404';
  const method = random.pick([
    ...[
      'grabConversation',
      'grabVisitorInfo',
      'grabVisitorTags',
      'grabVisitorLabels',
      'grabVisitorCards',
      'grabAgent',
      'grabAgents',
    ],
    ...['pageFilters', ...Array(6).fill('listConversations'), ...Array(12).fill('chatStatistics')],
  ]);
  if (method === 'listConversations') return listQuestion(random, told);
  if (method === 'chatStatistics') return statisticsQuestion(random, told);
  if (method === 'grabAgents' || method === 'pageFilters') return { method, model: {}, tail: '', query: [] };
  if (method === 'grabAgent') {
    const agentID = random.pick([...told.agents, ...told.ghosts, 77]);
    return { method, model: { agentID }, tail: `/${agentID}`, query: [] };
  }
  return { method, model: { conversationID }, tail: `/${conversationID}`, query: [] };
}

function listQuestion(random, told) {
  const days = [moment(random), moment(random)].map((ms) => iso(ms).slice(0, 10));
  const [from, to] = random.once(15) ? days : days.sort();
  const pageFilterIds = numbers(random, told.filters);
  const query = pageFilterIds.map((id) => [random.pick(['pageFilterId', 'pageFilterId[]']), id]);
  return { method: 'listConversations', model: { from, to, pageFilterIds }, tail: `/${from}/${to}`, query };
}

function statisticsQuestion(random, told) {
  const timezone = random.once(3) ? undefined : random.pick(zones);
  const [startTime, endTime] = ends(random, timezone ?? 'UTC');
  const agentIds = numbers(random, [...told.agents, ...told.ghosts]);
  const channels = random.once(2) ? [] : random.some([...told.conversations.keys(), 'V404'], 1, 6);
  const pageFilterIds = numbers(random, told.filters);
  const form = random.once(2)
    ? { fileType: 'csv', ...csvForm(random) }
    : random.once(4)
      ? { fileType: 'json' }
      : {};
  const named = (names, values) => values.map((value) => [random.pick(names), value]);
  const query = [
    ...Object.entries({ startTime, endTime, timezone, ...form }).filter(([, value]) => value !== undefined),
    ...named(['agentId', 'agentIds', 'agentIds[]'], agentIds),
    ...named(['channel', 'channels', 'channels[]'], channels),
    ...named(['pageFilterId', 'pageFilterId[]'], pageFilterIds),
  ];
  const model = { startTime, endTime, timezone, agentIds, channels, pageFilterIds, ...form };
  return { method: 'chatStatistics', model, tail: '', query: random.some(query, query.length, query.length) };
}

function csvForm(random) {
  return {
    ...(random.once(3) ? { separator: random.pick([';', ',']) } : {}),
    ...(random.once(3) ? { raw: '1' } : {}),
    ...(random.once(4) ? { bom: '1' } : {}),
  };
}

/** Both ends of a span, each a bare date or a time, mostly one that is allowed. */
function ends(random, zone) {
  const first = moment(random);
  const last = random.pick([
    first,
    first + random.between(0, 5),
    first + random.between(0, 365 * 86_400_000),
    moment(random),
    first + 365 * 86_400_000 + random.between(-1, 1),
  ]);
  const [start, end] = random.once(15) ? [first, last] : [first, last].sort((a, b) => a - b);
  return [start, end].map((ms) => (random.once(2) ? localDate(zone, ms) : written(random, ms)));
}

/** A time in one of its spellings; all name the same instant. */
function written(random, ms) {
  const offset = random.pick([0, 60, -210, 345, 840]);
  const local = iso(ms + offset * 60_000).slice(0, -1);
  const two = (number) => String(number).padStart(2, '0');
  const sign = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
  const zone = offset === 0 ? random.pick(['Z', '+00:00']) : sign;
  return `${ms % 1000 === 0 && random.once(2) ? local.slice(0, -4) : local}${zone}`;
}
