// Builds bundles: one JSON object per line, the first says what it is. Every record comes with sensible
// values for all of its keys; a test names only what it is about.
import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

export const newYear = '2020-01-01T00:00:00.000Z';

/** Milliseconds or ISO text → the API's form. */
export function iso(time) {
  return new Date(time).toISOString();
}

export class Bundle {
  constructor({ sid = 1, name = 'Test', timezone = 'UTC', exportedAt = '2026-01-01T00:00:00.000Z' } = {}) {
    this.sid = sid;
    this.lines = [];
    this.add({ kind: 'bundle', version: 1, sid, name, timezone, exportedAt });
  }

  /** Any record. */
  add(record) {
    return this.line(JSON.stringify(record));
  }

  /** Any text as a line. */
  line(text) {
    this.lines.push(text);
    return this;
  }

  agent(agentID, fields = {}) {
    const { sid } = this;
    return this.add({
      kind: 'agent',
      agentID,
      sid,
      agentName: `Agent ${agentID}`,
      agentEmail: `agent${agentID}@example.org`,
      agentPicture: '',
      agentLastActive: null,
      department: '',
      isBackOffice: '0',
      groups: '',
      removed: false,
      ...fields,
    });
  }

  pageFilter(id, searchFilter, fields = {}) {
    const { sid } = this;
    return this.add({
      kind: 'pageFilter',
      id,
      sid,
      searchFilter,
      searchName: `Filter ${id}`,
      matchType: 'like',
      ...fields,
    });
  }

  conversation(conversationID, date = newYear, fields = {}) {
    const { sid } = this;
    return this.add({
      kind: 'conversation',
      sid,
      conversationID,
      date: iso(date),
      trafficType: 'Direct',
      se_type: '',
      last_visit: iso(date),
      browser: 'Chrome 50.0.0',
      os: 'Windows 7 0.0.0',
      user_city: 'Stockholm',
      user_country: 'Sweden',
      exitPage: 'https://imbox.se/',
      ...fields,
    });
  }

  message(id, conversationID, message, fields = {}) {
    const { sid } = this;
    return this.add({
      kind: 'message',
      id,
      sid,
      conversationID,
      from: conversationID,
      message,
      date: newYear,
      agentID: 0,
      ...fields,
    });
  }

  /** The system message that a visit to a page makes. */
  visit(id, conversationID, currentPage, fields = {}) {
    const message = JSON.stringify({ type: 'visitorJoin', currentPage });
    return this.message(id, conversationID, message, { from: 'system', agentID: null, ...fields });
  }

  tag(conversationID, tag, fields = {}) {
    const { sid } = this;
    return this.add({ kind: 'tag', sid, conversationID, createdDate: newYear, tag, type: 1, ...fields });
  }

  label(conversationID, label, fields = {}) {
    return this.add({ kind: 'label', conversationID, createdDate: newYear, label, ...fields });
  }

  card(conversationID, dataID, data, fields = {}) {
    const { sid } = this;
    const record = {
      kind: 'card',
      dataID,
      data,
      sid,
      conversationID,
      createdDate: newYear,
      updatedDate: newYear,
      ...fields,
    };
    return this.add(record);
  }

  chat(channel, startedAt, fields = {}) {
    return this.add({
      kind: 'chat',
      channel,
      agentName: null,
      agentEmail: null,
      referral: 'Direct',
      searchEngine: '',
      exitPage: 'https://example.org/',
      browser: 'Chrome 50.0.0',
      os: 'OS X',
      city: 'Stockholm',
      country: 'Sweden',
      labels: [],
      tags: [],
      duration: null,
      rating: null,
      responseTime: null,
      startedAt: iso(startedAt),
      ...fields,
    });
  }

  toString() {
    return `${this.lines.join('\n')}\n`;
  }

  /** Writes the bundle; compressed where the name ends in .gz. */
  async write(path) {
    const text = this.toString();
    await writeFile(path, path.endsWith('.gz') ? gzipSync(text) : text);
    return path;
  }
}

/** The records of a bundle's text, as objects. */
export function records(text) {
  return text
    .split('\n')
    .filter((line) => line)
    .map((line) => JSON.parse(line));
}
