// Finds the statements of C++ sources: every place where a store::Sql is made. What it cannot read it
// refuses, so that no statement hides behind a way of writing that nobody thought of here.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const pattern = new RegExp(
  [
    String.raw`(?<space>\s+|//[^\n]*|/\*[\s\S]*?\*/|\\\n)`,
    String.raw`R"(?<mark>[^()\\\s]{0,16})\((?<raw>[\s\S]*?)\)\k<mark>"`,
    String.raw`"(?<text>(?:\\[\s\S]|[^"\\\n])*)"`,
    String.raw`(?<number>\.?[0-9](?:'?[\w.])*)`,
    String.raw`(?<character>'(?:\\.|[^'\\\n])+')`,
    String.raw`(?<word>[A-Za-z_]\w*)`,
    String.raw`(?<sign>::|->|[^\w\s])`,
  ].join('|'),
  'gy',
);
const escapes = { n: '\n', t: '\t', '"': '"', '\\': '\\', "'": "'" };

/** The tokens of C++ source: {kind: 'literal' | 'word' | 'sign' | 'other', text, line}. Without comments. */
export function tokensOf(source, path) {
  const tokens = [];
  let line = 1;
  pattern.lastIndex = 0;
  for (let at = 0; at < source.length; at = pattern.lastIndex) {
    const groups = pattern.exec(source)?.groups;
    if (!groups) throw new Error(`${path}:${line}: this is no C++ that can be read here`);
    if (groups.raw !== undefined) tokens.push({ kind: 'literal', text: groups.raw, line });
    else if (groups.text !== undefined) tokens.push({ kind: 'literal', text: unescaped(groups.text), line });
    else if (groups.word) tokens.push({ kind: 'word', text: groups.word, line });
    else if (groups.sign) tokens.push({ kind: 'sign', text: groups.sign, line });
    else if (!groups.space) tokens.push({ kind: 'other', text: groups.number ?? groups.character, line });
    line += source.slice(at, pattern.lastIndex).split('\n').length - 1;
  }
  return tokens;
}

function unescaped(text) {
  return text.replaceAll(/\\([\s\S])/g, (_, letter) => {
    if (letter in escapes) return escapes[letter];
    // Left as it is: a statement with one is refused when its texts are joined.
    return `\\${letter}`;
  });
}

/** The macros of a source that stand for literals alone: name -> text. */
function macrosOf(source, path) {
  const macros = new Map();
  for (const [, name, body] of source.matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+((?:\\\n|[^\n])+)$/gm)) {
    const tokens = tokensOf(body, path);
    if (tokens.length && tokens.every(({ kind }) => kind === 'literal')) {
      macros.set(name, tokens.map(({ text }) => text).join(''));
    }
  }
  return macros;
}

const same = { '(': ')', '{': '}' };

/** The texts between the bracket at `open` and its end: one, or SQLite's and PostgreSQL's. */
function textsAt(tokens, open, macros, place) {
  const end = same[tokens[open].text];
  const texts = [''];
  let read = 0;
  for (let at = open + 1; ; at += 1) {
    const token = tokens[at];
    if (token?.kind === 'sign' && token.text === end && read > 0) break;
    if (token?.kind === 'literal') texts[texts.length - 1] += token.text;
    else if (token?.kind === 'word' && macros.has(token.text))
      texts[texts.length - 1] += macros.get(token.text);
    else if (token?.text === ',' && read > 0 && texts.length < 2) texts.push('');
    else
      throw new Error(
        `${place}: a statement is made of literals; "${token?.text ?? 'the end'}" cannot be read here`,
      );
    read += 1;
  }
  if (texts.includes('') || texts.some((text) => text.includes('\\'))) {
    throw new Error(`${place}: a form of the statement is empty or holds a backslash`);
  }
  return { sqlite: texts[0], postgres: texts[1] ?? texts[0] };
}

/** Type and first member of the braces around a statement that has no name: `ForeignRows api_key`. */
function nameInBraces(tokens, at, place) {
  let open = at;
  while (open > 0 && !(tokens[open].kind === 'sign' && '{;'.includes(tokens[open].text))) open -= 1;
  const type = tokens[open - 1];
  const first = tokens
    .slice(open + 1, at)
    .find(({ text }, index, all) => text !== '::' && all[index + 1]?.text !== '::');
  if (tokens[open].text !== '{' || type?.kind !== 'word' || !first || first.text === 'Sql') {
    throw new Error(`${place}: a statement without a name that stands in no named braces`);
  }
  return `${type.text} ${first.text}`;
}

/** Where the type's name makes no statement: a reference, a pointer, `using store::Sql;`, a member. */
function isOnlyNamed(tokens, at) {
  const [next, second] = [tokens[at + 1]?.text, tokens[at + 2]];
  if (next === '&' || next === '*') return true;
  if (next === ';') return tokens[at - 2]?.text === 'store' && tokens[at - 3]?.text === 'using';
  return tokens[at + 1]?.kind === 'word' && second?.text === ';';
}

/** The statements of one source: {path, line, name, sqlite, postgres}. Throws at what cannot be read. */
export function statementsOf(source, path) {
  const tokens = tokensOf(source, path);
  const macros = macrosOf(source, path);
  const found = [];
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'word' || token.text !== 'Sql' || isOnlyNamed(tokens, at)) continue;
    const place = `${path}:${token.line}`;
    const isNamed = tokens[at + 1]?.kind === 'word';
    const open = at + (isNamed ? 2 : 1);
    if (tokens[open]?.kind !== 'sign' || !(tokens[open].text in same)) {
      throw new Error(
        `${place}: what is done with Sql before "${tokens[open]?.text ?? 'the end'}" cannot be read here`,
      );
    }
    const texts = textsAt(tokens, open, macros, place);
    const name = isNamed ? tokens[at + 1].text : nameInBraces(tokens, at - 1, place);
    found.push({ path, line: token.line, name, ...texts });
  }
  return found;
}

/**
 * Not the program's statements: tests and what they share; the parts of the store that only SQLite has, which
 * name no table of an account; the type itself, of which `assertOnlyNamed` says that nothing else makes one.
 */
function isLeftOut(path) {
  return /_test\.cpp$|_test_support\.hpp$|^src\/store\/sqlite_|^src\/store\/database\.hpp$/.test(path);
}

/** What only PostgreSQL runs: its own part of the store. It does not prepare commands, which name no table. */
const postgresOnly = /^src\/store\/postgres_/;
const command = /^(?:BEGIN(?: ISOLATION LEVEL [A-Z ]+)?|COMMIT|ROLLBACK)$/;

/** All statements of the program. `sqlite` is null for those that only PostgreSQL runs. */
export function allStatements(root) {
  const paths = readdirSync(join(root, 'src'), { recursive: true }).map((path) => `src/${path}`);
  return paths
    .filter((path) => /\.[ch]pp$/.test(path) && !isLeftOut(path))
    .sort()
    .flatMap((path) => statementsOf(readFileSync(join(root, path), 'utf8'), path))
    .filter(({ path, postgres }) => !postgresOnly.test(path) || !command.test(postgres))
    .map((statement) => (postgresOnly.test(statement.path) ? { ...statement, sqlite: null } : statement));
}

/**
 * Refuses a type Sql that could be made without its name (from braces alone, or by copying), which the
 * extractor would not see. `source` is src/store/database.hpp.
 */
export function assertOnlyNamed(source) {
  const tokens = tokensOf(source, 'src/store/database.hpp');
  const begin = tokens.findIndex(({ text }, at) => text === 'Sql' && tokens[at - 1]?.text === 'class');
  if (begin < 0) throw new Error('there is no class Sql');
  const end = tokens.findIndex(({ text }, at) => at > begin && text === '}' && tokens[at + 1]?.text === ';');
  let constructors = 0;
  for (let at = begin + 2; at < end; at += 1) {
    if (tokens[at].text !== 'Sql' || tokens[at + 1].text !== '(') continue;
    const isCopy = tokens[at + 2].text === 'const' && tokens[at + 3].text === 'Sql';
    const isDeleted = tokens[at + 6]?.text === '=' && tokens[at + 7]?.text === 'delete';
    if (isCopy ? !isDeleted : tokens[at - 1].text !== 'explicit') {
      throw new Error(
        `src/store/database.hpp:${tokens[at].line}: a constructor of Sql that need not be named`,
      );
    }
    constructors += 1;
  }
  if (constructors < 2) throw new Error('the constructors of Sql were not found');
}
