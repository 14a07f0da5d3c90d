// Whether a statement names one account: each table it touches is held to `sid = ?N`, to the sid of one that
// is, or gets rows whose sid is `?N`, with the same N throughout. Reads as much of SQL as the program writes,
// and refuses the rest.

const pattern = /\s+|'(?:[^']|'')*'|\?\d+|\d+(?:\.\d+)?|[a-z_][a-z_0-9]*|<>|<=|>=|\|\||::|->>?|[^\s\w]/giy;
const keywords = new Set(
  (
    'select from where group having order limit offset union all except intersect join left right full ' +
    'inner outer cross natural on using as and or not exists in is null between case when then else end distinct ' +
    'values insert into update delete set conflict do nothing returning with recursive lateral for over ' +
    'partition by window fetch cast like desc asc'
  ).split(' '),
);

class Unreadable extends Error {}

/** Tokens of SQL in small letters, brackets as lists of their own: ['count', ['*'], …]. */
function nested(sql) {
  const stack = [[]];
  pattern.lastIndex = 0;
  for (let at = 0; at < sql.length; at = pattern.lastIndex) {
    const token = pattern.exec(sql)?.[0];
    if (!token || token === '"' || token === ';' || token === '`') {
      throw new Unreadable(`cannot read "${sql.slice(at, at + 20)}"`);
    }
    if (!token.trim()) continue;
    if (token === '(') stack.push([]);
    else if (token === ')') {
      const inner = stack.pop();
      if (!stack.length) throw new Unreadable('a bracket ends that did not begin');
      stack.at(-1).push(inner);
    } else stack.at(-1).push(token.startsWith("'") ? token : token.toLowerCase());
  }
  if (stack.length > 1) throw new Unreadable('a bracket does not end');
  return stack[0];
}

const isName = (token) => typeof token === 'string' && /^[a-z_]/.test(token) && !keywords.has(token);

/** The list cut at each `separator` that stands outside of CASE … END and is not the AND of a BETWEEN. */
function cut(tokens, separator) {
  const parts = [[]];
  let cases = 0;
  let between = 0;
  for (const token of tokens) {
    if (token === 'case') cases += 1;
    else if (token === 'end') cases -= 1;
    else if (token === 'between' && !cases) between += 1;
    if (token === separator && !cases && !(token === 'and' && between)) parts.push([]);
    else parts.at(-1).push(token);
    if (token === 'and' && !cases && between) between -= 1;
  }
  return parts;
}

/** The conditions all of which must hold; none where there is an OR beside them. */
function conjuncts(tokens) {
  if (cut(tokens, 'or').length > 1) return [];
  return cut(tokens, 'and').flatMap((part) =>
    part.length === 1 && Array.isArray(part[0]) && !isQuery(part[0]) ? conjuncts(part[0]) : [part],
  );
}

const isQuery = (tokens) => ['select', 'with', 'values'].includes(tokens[0]);

/** `SELECT a FROM b WHERE c` as {select: […], from: […], where: […]}; what stands first is under ''. */
function clauses(tokens, names) {
  const found = { '': [] };
  let current = '';
  for (const token of tokens) {
    if (names.includes(token)) {
      if (found[token]) throw new Unreadable(`a second ${token.toUpperCase()}`);
      current = token;
      found[current] = [];
    } else found[current].push(token);
  }
  return found;
}

/**
 * What a query sees: its sources by alias. A source: {table, account}; account is null until it is known,
 * then `?N`, or 'any' where there is no sid.
 */
class Scope {
  constructor(outer) {
    this.outer = outer;
    this.sources = new Map();
    /** What is read when the accounts of the sources are known: the subqueries of joins. */
    this.later = [];
  }

  add(alias, source) {
    if (this.sources.has(alias)) throw new Unreadable(`two sources are called ${alias}`);
    this.sources.set(alias, source);
  }

  /** The source that `sid` or `alias.sid` is of. */
  sourceOf(tokens) {
    const own = [...this.sources.values()];
    if (tokens.length === 1 && tokens[0] === 'sid') return own.length === 1 ? own[0] : undefined;
    if (tokens.length !== 3 || tokens[1] !== '.' || tokens[2] !== 'sid') return undefined;
    for (let scope = this; scope; scope = scope.outer) {
      if (scope.sources.has(tokens[0])) return scope.sources.get(tokens[0]);
    }
    return undefined;
  }
}

class Reader {
  constructor(allowedTables) {
    this.allowedTables = allowedTables;
    this.tables = [];
    this.given = new Map();
  }

  /** A source for a table, or for a WITH's name. */
  source(table) {
    if (this.given.has(table)) return this.given.get(table);
    const source = { table, account: this.allowedTables.has(table) ? 'any' : null };
    this.tables.push(source);
    return source;
  }

  /** Every query inside of an expression. */
  subqueries(tokens, scope) {
    for (const token of tokens) {
      if (!Array.isArray(token)) continue;
      if (isQuery(token)) this.query(token, scope);
      else this.subqueries(token, scope);
    }
    // As in extract(day FROM …): it names no source, and the program has none.
    if (unDistinct(tokens).includes('from')) throw new Unreadable('a FROM inside of an expression');
  }

  query(tokens, outer) {
    let rest = tokens;
    if (rest[0] === 'with') rest = this.withs(rest, outer);
    for (const operator of ['except', 'intersect']) {
      if (rest.includes(operator)) throw new Unreadable(`${operator.toUpperCase()} cannot be read here`);
    }
    let account;
    for (const part of cut(rest, 'union')) {
      const own = this.select(part[0] === 'all' ? part.slice(1) : part, outer);
      account = account === undefined || account === own ? own : null;
    }
    return account;
  }

  withs(tokens, outer) {
    let at = tokens[1] === 'recursive' ? 2 : 1;
    for (;;) {
      const name = tokens[at];
      at += Array.isArray(tokens[at + 1]) ? 2 : 1;
      if (!isName(name) || tokens[at] !== 'as' || !Array.isArray(tokens[at + 1]))
        throw new Unreadable('WITH');
      this.given.set(name, { table: name, account: null });
      this.given.set(name, { table: name, account: this.query(tokens[at + 1], outer) });
      at += 2;
      if (tokens[at] !== ',') return tokens.slice(at);
      at += 1;
    }
  }

  /** One SELECT. Its account: what the sid that it gives is held to, for who selects from it. */
  select(tokens, outer) {
    if (tokens.length === 1 && Array.isArray(tokens[0])) return this.query(tokens[0], outer);
    if (tokens[0] !== 'select') throw new Unreadable(`"${tokens[0]}" where a SELECT should stand`);
    const scope = new Scope(outer);
    const parts = clauses(unDistinct(tokens), [
      'select',
      'from',
      'where',
      'group',
      'having',
      'order',
      'limit',
    ]);
    // Who selects from this would take it for the account's number.
    if (
      cut(parts.select, ',').some((part) => part.at(-1) === 'sid' && part.length > 1 && part.at(-2) !== '.')
    ) {
      throw new Unreadable('something else is called sid');
    }
    const conditions = this.from(parts.from ?? [], scope);
    this.hold([...conditions, ...conjuncts(parts.where ?? []).map((condition) => ({ condition }))], scope);
    for (const expression of Object.values(parts).filter((part) => part !== parts.from)) {
      this.subqueries(expression, scope);
    }
    const accounts = new Set([...scope.sources.values()].map(({ account }) => account));
    accounts.delete('any');
    return accounts.size === 1 ? [...accounts][0] : null;
  }

  /** Adds the sources of a FROM. Gives the conditions of its joins. */
  from(tokens, scope) {
    const conditions = [];
    for (const item of tokens.length ? cut(tokens, ',') : []) {
      let outerJoin = false;
      for (const join of cut(item, 'join')) {
        const words = join.filter((token) => !['left', 'inner', 'outer', 'cross'].includes(token));
        if (words.some((token) => ['right', 'full', 'natural', 'using', 'lateral'].includes(token))) {
          throw new Unreadable('such a join cannot be read here');
        }
        const [what, on = []] = cut(words, 'on');
        const source = this.fromItem(what, scope);
        for (const condition of conjuncts(on))
          conditions.push({ condition, only: outerJoin ? source : undefined });
        scope.later.push(() => this.subqueries(on, scope));
        // How the next one is joined stands at the end of this one.
        outerJoin = join.slice(-2).includes('left');
      }
    }
    return conditions;
  }

  /** `table`, `table alias`, `(SELECT …) alias`, `function(…) alias`. */
  fromItem(tokens, scope) {
    const words = tokens.filter((token) => token !== 'as');
    const isCall = isName(words[0]) && Array.isArray(words[1]);
    const alias = words[isCall ? 2 : 1] ?? words[0];
    if (words.length > (isCall ? 3 : 2) || !isName(alias))
      throw new Unreadable('a source cannot be read here');
    let source;
    if (isCall) {
      source = { table: words[0], account: 'any' };
      scope.later.push(() => this.subqueries([words[1]], scope));
    } else if (Array.isArray(words[0])) source = { table: alias, account: this.query(words[0], null) };
    else source = this.source(words[0]);
    scope.add(alias, source);
    return source;
  }

  /** Holds sources to the accounts that conditions name, until nothing more follows. */
  hold(conditions, scope) {
    for (let more = true; more;) {
      more = false;
      for (const { condition, only } of conditions) {
        const at = condition.indexOf('=');
        if (at < 0) continue;
        const [left, right] = [condition.slice(0, at), condition.slice(at + 1)];
        for (const [one, other] of [
          [left, right],
          [right, left],
        ]) {
          const source = scope.sourceOf(one);
          const account = accountOf(other, scope);
          if (!source || source.account || !account || account === 'any' || (only && source !== only))
            continue;
          source.account = account;
          more = true;
        }
      }
    }
    for (const read of scope.later.splice(0)) read();
  }

  insert(tokens) {
    const [table, columns] = [tokens[2], tokens[3]];
    if (tokens[1] !== 'into' || !isName(table) || !Array.isArray(columns))
      throw new Unreadable('an INSERT without columns');
    const source = this.source(table);
    const end = tokens.findIndex((token, at) => token === 'on' && tokens[at + 1] === 'conflict');
    const rows = tokens.slice(4, end < 0 ? undefined : end);
    const place = cut(columns, ',').findIndex(([name]) => name === 'sid');
    const accounts = new Set();
    if (rows[0] === 'values') {
      for (const [row] of cut(rows.slice(1), ','))
        accounts.add(accountOf(cut(row, ',')[place] ?? [], new Scope()));
      this.subqueries(rows, new Scope());
    } else accounts.add(this.selected(rows, place));
    if (accounts.size === 1 && !source.account) [source.account] = accounts;
    if (end >= 0) this.conflict(tokens.slice(end), source);
  }

  /** The account that column `place` of a SELECT's rows has. */
  selected(tokens, place) {
    const account = this.query(tokens, null);
    const column = cut(clauses(unDistinct(tokens), ['select', 'from']).select ?? [], ',')[place]?.join('');
    if (/^\?\d+$/.test(column)) return column;
    return /^([a-z_0-9]+\.)?sid$/.test(column) ? account : null;
  }

  conflict(tokens, source) {
    if (!Array.isArray(tokens[2]) || !cut(tokens[2], ',').some(([name]) => name === 'sid')) {
      throw new Unreadable('an ON CONFLICT that does not name sid');
    }
    if (tokens.includes('set')) this.assigned(clauses(tokens, ['set', 'where', 'returning']).set);
    const scope = new Scope();
    scope.add(source.table, source);
    this.subqueries(tokens.slice(3), scope);
  }

  assigned(tokens) {
    for (const assignment of cut(tokens, ',')) {
      if (assignment[0] === 'sid' || Array.isArray(assignment[0]))
        throw new Unreadable('a sid is written anew');
    }
  }

  /** UPDATE and DELETE. */
  change(tokens) {
    const parts = clauses(unDistinct(tokens), ['update', 'delete', 'from', 'set', 'where', 'returning']);
    if (parts.update && parts.from) throw new Unreadable('UPDATE … FROM cannot be read here');
    const scope = new Scope();
    this.fromItem(parts.update ?? parts.from, scope);
    if (parts.set) this.assigned(parts.set);
    this.hold(
      conjuncts(parts.where ?? []).map((condition) => ({ condition })),
      scope,
    );
    for (const name of ['set', 'where', 'returning']) this.subqueries(parts[name] ?? [], scope);
  }

  statement(tokens) {
    if (tokens[0] === 'insert') this.insert(tokens);
    else if (tokens[0] === 'update' || tokens[0] === 'delete') this.change(tokens);
    else this.query(tokens, null);
  }
}

/** IS [NOT] DISTINCT FROM is no FROM. */
function unDistinct(tokens) {
  return tokens.filter((token, at) => !(token === 'from' && tokens[at - 1] === 'distinct'));
}

/** What an expression says of the account: `?N`, the account of the source whose sid it is, or null. */
function accountOf(tokens, scope) {
  if (tokens.length === 1 && /^\?\d+$/.test(tokens[0])) return tokens[0];
  return scope.sourceOf(tokens)?.account ?? null;
}

/**
 * Why a statement does not name one account, or null where it does. `allowedTables`: names of those that have
 * no sid.
 */
export function crossing(sql, allowedTables = new Set()) {
  const reader = new Reader(allowedTables);
  try {
    reader.statement(nested(sql));
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return `it cannot be read: ${error.message}`;
  }
  const held = reader.tables.filter(({ account }) => account !== 'any');
  const open = held.filter(({ account }) => account === null).map(({ table }) => table);
  if (open.length) return `${open.join(', ')}: no sid = ?N, and no sid of a table that has one`;
  const accounts = new Set(held.map(({ account }) => account));
  return accounts.size > 1 ? `it names several accounts: ${[...accounts].join(', ')}` : null;
}
