// Reads src/store/across_accounts.txt: the statements and tables that do not keep to one account.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const entryLine = /^(?:statement (?<path>src\/\S+) (?<name>\w+(?: \S+)?)|table (?<table>[a-z_]+))$/;

/** Entries {path, name} or {table}, each with its reason, of the list's text. Throws at any other line. */
export function entriesOf(text) {
  const entries = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (!line.trim() || line.startsWith('#')) continue;
    const entry = entryLine.exec(line)?.groups;
    if (entry) entries.push({ ...entry, reason: '' });
    else if (/^ {4}\S/.test(line) && entries.length) entries.at(-1).reason += ` ${line.trim()}`;
    else
      throw new Error(
        `src/store/across_accounts.txt:${index + 1}: "${line}" is neither an entry nor a reason`,
      );
  }
  for (const { path, name, table, reason } of entries) {
    const words = reason.trim().split(/\s+/).length;
    if (words < 5)
      throw new Error(`src/store/across_accounts.txt: ${table ?? `${path} ${name}`} has no reason`);
  }
  return entries;
}

export function readEntries(root) {
  return entriesOf(readFileSync(join(root, 'src/store/across_accounts.txt'), 'utf8'));
}

/** Whether an entry is meant for a statement. */
export function isFor(entry, statement) {
  if (entry.path !== statement.path) return false;
  return entry.name.endsWith(' *')
    ? statement.name.startsWith(entry.name.slice(0, -1))
    : statement.name === entry.name;
}
