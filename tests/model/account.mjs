// One account in memory, as the contract describes it: what a bundle's records do to it.

const unknownVisitor = {
  trafficType: '',
  se_type: '',
  last_visit: null,
  browser: 'Other 0.0.0',
  os: 'Other 0.0.0',
  user_city: '',
  user_country: '',
  exitPage: '',
};

const bytes = (text) => Buffer.from(text, 'utf8');
/** Compares by the bytes of UTF-8 (JavaScript's own order is that of UTF-16). */
export const byBytes = (a, b) => Buffer.compare(bytes(a), bytes(b));

export class Account {
  constructor(sid) {
    this.sid = sid;
    this.agents = new Map();
    this.filters = new Map();
    this.conversations = new Map();
    this.chats = new Map();
  }

  /** Takes a bundle's records in their order. */
  take(records) {
    // A chat without chatID is known by its conversation, its start and its place among the equal ones of one
    // bundle.
    const places = new Map();
    for (const record of records) this[record.kind]?.(record, places);
  }

  agent({
    agentID,
    agentName,
    agentEmail,
    agentPicture,
    agentLastActive,
    department,
    isBackOffice,
    groups,
    removed,
  }) {
    const row = {
      agentID,
      sid: this.sid,
      agentName,
      agentEmail,
      agentPicture,
      agentLastActive,
      department,
      isBackOffice,
      groups,
    };
    this.agents.set(agentID, { row, removed: removed ?? false });
  }

  pageFilter({ id, searchFilter, searchName, matchType }) {
    this.filters.set(id, { id, sid: this.sid, searchFilter, searchName, matchType });
  }

  conversation({ conversationID, date, ...said }) {
    const known = this.conversations.get(conversationID);
    const one = known ?? {
      messages: new Map(),
      tags: new Map(),
      labels: new Map(),
      cards: new Map(),
      pages: new Set(),
    };
    one.date = date;
    one.info ??= { ...unknownVisitor };
    for (const key of Object.keys(unknownVisitor)) if (key in said) one.info[key] = said[key];
    one.pages.add(one.info.exitPage);
    this.conversations.set(conversationID, one);
  }

  message({ id, conversationID, from, message, date, agentID }) {
    const one = this.conversations.get(conversationID);
    one.messages.set(id, { id, sid: this.sid, conversationID, from, message, date, agentID });
    if (agentID === null) {
      const { type, currentPage } = JSON.parse(message);
      if (type === 'visitorJoin') one.pages.add(currentPage);
    } else if (agentID !== 0 && !this.agents.has(agentID)) {
      this.agent({ agentID, agentName: from, agentEmail: '', removed: true });
    }
  }

  tag({ conversationID, createdDate, tag, type }) {
    const { tags } = this.conversations.get(conversationID);
    // The name is one, so it has one key; JSON keeps the two kinds apart.
    tags.set(type === 0 ? 'name' : JSON.stringify(tag), {
      sid: this.sid,
      conversationID,
      createdDate,
      tag,
      type,
    });
  }

  label({ conversationID, createdDate, label }) {
    this.conversations.get(conversationID).labels.set(label, { conversationID, createdDate, label });
  }

  card({ conversationID, dataID, data, createdDate, updatedDate }) {
    const { cards } = this.conversations.get(conversationID);
    const created = cards.get(dataID)?.createdDate ?? createdDate;
    cards.set(dataID, { dataID, data, sid: this.sid, conversationID, createdDate: created, updatedDate });
  }

  chat(record, places) {
    const { kind, chatID, agentID, endedAt, labels, tags, ...facts } = record;
    const equal = `${facts.channel} ${facts.startedAt}`;
    const place = chatID === undefined ? (places.get(equal) ?? 0) : 0;
    if (chatID === undefined) places.set(equal, place + 1);
    this.conversations.get(facts.channel).pages.add(facts.exitPage);
    const agent = agentID === undefined ? this.#agentOf(facts) : agentID;
    this.chats.set(chatID ?? `${equal} ${place}`, { facts, agent, id: chatID ?? place });
  }

  #agentOf({ agentName, agentEmail }) {
    if (agentEmail === null) return null;
    for (const [id, { row }] of this.agents) if (row.agentEmail === agentEmail) return id;
    for (const [id, { row, removed }] of this.agents) if (removed && row.agentName === agentName) return id;
    return null;
  }
}
