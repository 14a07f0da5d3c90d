// The ten methods over the model's account: the body of each answer as text, or the code of an error.
import { byBytes } from './account.mjs';
import { matches } from './match.mjs';
import { endOfDay, startOfDay, writeLocal } from './time.mjs';

const day = 86_400_000;
export const statisticsKeys = [
  ...['channel', 'agentName', 'agentEmail', 'referral', 'searchEngine', 'exitPage', 'browser', 'os', 'city'],
  ...['country', 'labels', 'tags', 'duration', 'rating', 'responseTime', 'startedAt'],
];

const withLength = (json) => JSON.stringify({ result: 'success', json, length: json.length });
const withoutLength = (json) => JSON.stringify({ result: 'success', json });

/** Sorts by one key after another; times are texts of one form, so bytes are their order too. */
function sorted(rows, ...keys) {
  const compare = (a, b) => (typeof a === 'string' ? byBytes(a, b) : a - b);
  return [...rows].sort((a, b) => {
    for (const key of keys) {
      const order = compare(key(a), key(b));
      if (order) return order;
    }
    return 0;
  });
}

function tagsOf(one) {
  return sorted(
    one.tags.values(),
    (row) => row.createdDate,
    (row) => row.tag,
  );
}

function labelsOf(one) {
  return sorted(
    one.labels.values(),
    (row) => row.createdDate,
    (row) => row.label,
  );
}

/**
 * Whether any page ever recorded for a conversation matches any of the filters; no filter asked for is no
 * condition.
 */
function passes(account, one, ids) {
  if (!ids?.length) return true;
  const filters = ids.map((id) => account.filters.get(id)).filter(Boolean);
  return [...one.pages].some((url) => filters.some((filter) => matches(filter, url)));
}

export const answers = {
  listConversations(account, { from, to, pageFilterIds }) {
    if (from > to) return { error: 'invalid_parameter' };
    const rows = [...account.conversations]
      .filter(
        ([, one]) =>
          one.date.slice(0, 10) >= from && one.date.slice(0, 10) <= to && passes(account, one, pageFilterIds),
      )
      .map(([conversationID, { date }]) => ({ sid: account.sid, conversationID, date }));
    return {
      body: withLength(
        sorted(
          rows,
          (row) => row.date,
          (row) => row.conversationID,
        ),
      ),
    };
  },

  grabConversation(account, { conversationID }) {
    const messages = account.conversations.get(conversationID)?.messages.values() ?? [];
    return {
      body: withLength(
        sorted(
          messages,
          (row) => row.date,
          (row) => row.id,
        ),
      ),
    };
  },

  grabVisitorInfo(account, { conversationID }) {
    const one = account.conversations.get(conversationID);
    if (!one) return { body: withoutLength([]) };
    const { trafficType, se_type, last_visit, ...rest } = one.info;
    const { sid } = account;
    return {
      body: withoutLength([
        { trafficType, se_type, sid, conversationID, last_visit: last_visit ?? one.date, ...rest },
      ]),
    };
  },

  grabVisitorTags(account, { conversationID }) {
    const one = account.conversations.get(conversationID);
    return { body: withLength(one ? tagsOf(one) : []) };
  },

  grabVisitorLabels(account, { conversationID }) {
    const one = account.conversations.get(conversationID);
    return { body: withoutLength(one ? labelsOf(one) : []) };
  },

  grabVisitorCards(account, { conversationID }) {
    const cards = account.conversations.get(conversationID)?.cards.values() ?? [];
    return {
      body: withoutLength(
        sorted(
          cards,
          (row) => row.createdDate,
          (row) => row.dataID,
        ),
      ),
    };
  },

  grabAgent(account, { agentID }) {
    const agent = account.agents.get(agentID);
    return { body: withoutLength(agent && !agent.removed ? [agent.row] : []) };
  },

  grabAgents(account) {
    const rows = [...account.agents.values()].filter(({ removed }) => !removed).map(({ row }) => row);
    return { body: withLength(sorted(rows, (row) => row.agentID)) };
  },

  pageFilters(account) {
    return { body: withLength(sorted(account.filters.values(), (row) => row.id)) };
  },

  chatStatistics(account, query) {
    const span = spanOf(query);
    if (!span) return { error: 'invalid_parameter' };
    const rows = chatRows(account, query, span);
    return { body: query.fileType === 'csv' ? csvOf(rows, query) : withLength(rows) };
  },
};

const isBare = (text) => /^\d{4}-\d\d-\d\d$/.test(text);

/** The span in epoch milliseconds, or null where the contract refuses it. */
function spanOf({ startTime, endTime, timezone = 'UTC' }) {
  const start = isBare(startTime) ? startOfDay(timezone, startTime) : Date.parse(startTime);
  const end = isBare(endTime) ? endOfDay(timezone, endTime) : Date.parse(endTime);
  if (end < start) return null;
  if (isBare(startTime) && isBare(endTime)) {
    const days = (Date.parse(endTime) - Date.parse(startTime)) / day + 1;
    return days > 366 ? null : { start, end };
  }
  return end - start > 365 * day ? null : { start, end };
}

function chatRows(account, { agentIds, channels, pageFilterIds }, { start, end }) {
  const chats = [...account.chats.values()].filter(({ facts, agent }) => {
    const time = Date.parse(facts.startedAt);
    if (time < start || time > end) return false;
    if (agentIds?.length && !agentIds.includes(agent)) return false;
    if (channels?.length && !channels.includes(facts.channel)) return false;
    return passes(account, account.conversations.get(facts.channel), pageFilterIds);
  });
  return sorted(
    chats,
    ({ facts }) => facts.startedAt,
    ({ id }) => id,
  ).map(({ facts }) => {
    const one = account.conversations.get(facts.channel);
    const labels = labelsOf(one).map(({ label }) => label);
    const tags = tagsOf(one)
      .filter(({ type }) => type === 1)
      .map(({ tag }) => tag);
    return Object.fromEntries(statisticsKeys.map((key) => [key, { ...facts, labels, tags }[key]]));
  });
}

function csvOf(rows, { timezone = 'UTC', separator = ',', raw, bom }) {
  const cell = (value) => {
    let text = value === null ? '' : Array.isArray(value) ? value.join(',') : String(value);
    if (raw !== '1' && '=+-@\t\r'.includes(text[0] ?? ' ')) text = `'${text}`;
    const plain = !text.includes(separator) && !/["\r\n]/.test(text);
    return plain ? text : `"${text.replaceAll('"', '""')}"`;
  };
  const lines = rows.map((row) => {
    const startedAt = writeLocal(timezone, Date.parse(row.startedAt));
    return statisticsKeys.map((key) => cell(key === 'startedAt' ? startedAt : row[key])).join(separator);
  });
  const text = [statisticsKeys.join(separator), ...lines].map((line) => `${line}\r\n`).join('');
  return (bom === '1' ? '\ufeff' : '') + text;
}
