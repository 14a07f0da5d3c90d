// That the tests beside this one can fail: what they must find is given to what they find it with.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { crossing } from './accounts.mjs';
import { entriesOf } from './across_accounts.mjs';
import { Postgres, Sqlite } from './databases.mjs';
import { assertOnlyNamed, statementsOf } from './extract.mjs';
import { differences, keysWithoutAccount, postgresSchema, sqliteSchema } from './schema.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('the extractor', () => {
  const texts = (source) => statementsOf(source, 'x.cpp').map(({ sqlite, postgres }) => [sqlite, postgres]);

  test('joins literals, and leaves comments and other literals alone', () => {
    const source = String.raw`
      // const Sql no("SELECT 1");  /* "
      #define COLUMNS "SELECT a, " \
        "b"
      const char quote = '"'; const int many = 1'000'000;
      const store::Sql one(COLUMNS " FROM x "  // the rest
                           "WHERE c = '-- it''s (,) \"' /* d */" /* " */);
      const auto other = R"(Sql("not this"))";
      static const store::Sql two{R"sql(SELECT 2)sql"};`;
    assert.deepEqual(
      texts(source).map(([sqlite]) => sqlite),
      [`SELECT a, b FROM x WHERE c = '-- it''s (,) "' /* d */`, 'SELECT 2'],
    );
  });

  test('knows both forms of a statement', () => {
    const source = `const Sql one("SELECT a, b" " FROM c", "SELECT " /*,*/ "d");`;
    assert.deepEqual(texts(source), [['SELECT a, b FROM c', 'SELECT d']]);
    assert.deepEqual(texts('const Sql one("SELECT a, b");'), [['SELECT a, b', 'SELECT a, b']]);
  });

  test('names what stands in braces after them', () => {
    const source = 'const auto all = {Row{"agent", Sql("SELECT 1")}, Row{Claim::of_page, Sql{"SELECT 2"}}};';
    const names = statementsOf(source, 'x.cpp').map(({ name }) => name);
    assert.deepEqual(names, ['Row agent', 'Row of_page']);
  });

  test('passes over what only names the type', () => {
    const source =
      'using store::Sql; void f(const Sql& a, const Sql* b); struct S { Sql sql; }; array<const Sql*, 2> g';
    assert.deepEqual(texts(source), []);
  });

  for (const source of [
    'const Sql one(text);',
    'const Sql one("SELECT " + column);',
    'const Sql one("SELECT 1", "SELECT 2", "SELECT 3");',
    'const Sql one("SELECT 1", );',
    'const Sql one();',
    'const Sql one("");',
    'const Sql one = make();',
    'const Sql one(R"(SELECT \\)");',
    'const Sql one("SELECT 1"',
    'std::deque<Sql> many;',
    'auto one = std::make_unique<Sql>("SELECT 1");',
    'using Statement = store::Sql;',
    'run(Sql("SELECT 1"));',
    'const Sql one("SELECT 1);',
  ]) {
    test(`refuses ${source}`, () => assert.throws(() => statementsOf(source, 'x.cpp'), /^Error: x\.cpp:1: /));
  }

  test('refuses a type that braces alone or a copy can make', () => {
    const copy = 'Sql(const Sql&) = delete;';
    assertOnlyNamed(`class Sql { explicit Sql(int a); ${copy} };`);
    assert.throws(() => assertOnlyNamed(`class Sql { Sql(int a); ${copy} };`), /need not be named/);
    assert.throws(
      () => assertOnlyNamed('class Sql { explicit Sql(int a); Sql(const Sql&) = default; };'),
      /need not/,
    );
    assert.throws(() => assertOnlyNamed('class Other { };'), /no class Sql/);
  });
});

describe('a statement of more than one account is found:', () => {
  for (const sql of [
    'SELECT name FROM agent',
    'SELECT name FROM agent WHERE agent_id = ?1',
    'SELECT name FROM agent WHERE sid = ?1 OR agent_id = ?2',
    'SELECT name FROM agent WHERE (sid = ?1 AND name = ?2 OR agent_id = ?2)',
    'SELECT name FROM agent WHERE NOT sid = ?1',
    'SELECT name FROM agent WHERE sid > ?1',
    'SELECT name FROM agent WHERE sid = 7',
    'SELECT name FROM agent WHERE sid IN (?1, ?2)',
    'SELECT name FROM agent WHERE sid = sid',
    'SELECT name FROM agent WHERE CASE WHEN 1 = 2 AND sid = ?1 AND 1 = 1 THEN 1 END = 1',
    'SELECT a.name FROM agent a, agent b WHERE a.sid = ?1',
    'SELECT a.name FROM agent a, agent b WHERE a.sid = ?1 AND b.sid = ?2',
    'SELECT a.name FROM agent a, agent b WHERE a.sid = b.sid',
    'SELECT a.name FROM agent a LEFT JOIN page b ON a.sid = ?1 AND b.sid = ?1',
    'SELECT a.name FROM agent a JOIN page b ON b.page_id = a.agent_id WHERE a.sid = ?1',
    'SELECT (SELECT max(url) FROM page) FROM agent WHERE sid = ?1',
    'SELECT name FROM agent WHERE sid = ?1 AND agent_id IN (SELECT page_id FROM page)',
    'SELECT name FROM agent a WHERE sid = ?1 AND EXISTS (SELECT 1 FROM page p WHERE p.page_id = a.agent_id)',
    'SELECT name FROM agent WHERE sid = ?1 UNION ALL SELECT url FROM page',
    'SELECT n FROM (SELECT name n FROM agent) x',
    'SELECT x.name FROM agent x JOIN (SELECT agent_id AS sid FROM agent WHERE sid = ?1) y ON x.sid = y.sid',
    'WITH x AS (SELECT name FROM agent) SELECT name FROM x',
    'INSERT INTO label (sid, label) VALUES (7, ?1)',
    'INSERT INTO label (sid, label) VALUES (?1, ?2), (?3, ?4)',
    'INSERT INTO label (label) VALUES (?1)',
    'INSERT INTO label (sid, label) SELECT sid, name FROM agent',
    'INSERT INTO label (sid, label) SELECT agent_id, name FROM agent WHERE sid = ?1',
    'INSERT INTO label (sid, label) VALUES (?1, ?2) ON CONFLICT (label) DO NOTHING',
    'INSERT INTO label (sid, label) VALUES (?1, ?2) ON CONFLICT (sid, label) DO UPDATE SET sid = 7',
    'UPDATE agent SET name = ?1',
    'UPDATE agent SET name = ?1 WHERE agent_id = ?2',
    'UPDATE agent SET sid = ?2 WHERE sid = ?1',
    'UPDATE agent SET name = (SELECT max(url) FROM page) WHERE sid = ?1',
    'DELETE FROM agent',
    'DELETE FROM agent WHERE sid = ?1 AND agent_id IN (SELECT agent_id FROM agent LIMIT ?2)',
  ]) {
    test(sql, () => assert.notEqual(crossing(sql), null));
  }
});

describe('a statement of one account passes:', () => {
  for (const sql of [
    'SELECT 1',
    "SELECT name FROM agent WHERE 'a OR b' = name AND ?1 = sid",
    'SELECT name FROM agent WHERE agent_id BETWEEN ?2 AND ?3 AND sid = ?1 AND (name = ?4 OR name = ?5)',
    'SELECT 1 FROM agent a JOIN page b ON b.sid = a.sid LEFT JOIN label c ON c.sid = b.sid WHERE a.sid = ?1',
    'SELECT 1 FROM page b, agent AS a WHERE a.sid = b.sid AND b.sid = ?1 AND name IS DISTINCT FROM b.url',
    'SELECT name FROM agent a WHERE sid = ?1 AND EXISTS (SELECT 1 FROM page p WHERE p.sid = a.sid)',
    'SELECT n.name FROM (SELECT sid, name FROM agent WHERE sid = ?1) n JOIN page p ON p.sid = n.sid',
    'WITH x AS (SELECT sid FROM agent WHERE sid = ?1) SELECT url FROM page JOIN x y ON page.sid = y.sid',
    'SELECT value FROM json_each(?1)',
    'INSERT INTO tag (tag, sid) VALUES (?2, ?1) ON CONFLICT (sid, tag) DO UPDATE SET tag = excluded.tag',
    'INSERT INTO label (sid, label) SELECT sid, name FROM agent WHERE sid = ?1 ON CONFLICT (sid) DO NOTHING',
    'UPDATE agent SET name = ?2 WHERE sid = ?1 AND agent_id = ?3',
    'DELETE FROM agent WHERE sid = ?1',
  ]) {
    test(sql, () => assert.equal(crossing(sql), null));
  }

  test('a table that is listed needs no sid', () => {
    assert.equal(crossing('SELECT number FROM version', new Set(['version'])), null);
    assert.notEqual(crossing('SELECT number FROM version, agent', new Set(['version'])), null);
  });
});

test('the list takes no entry without a reason, and no line that it does not know', () => {
  const entry = 'statement src/a.cpp select_all\n';
  assert.equal(entriesOf(`# why\n${entry}    because of this and that\n`).length, 1);
  assert.throws(() => entriesOf(entry), /has no reason/);
  assert.throws(() => entriesOf(`${entry}select_other\n`), /neither an entry nor a reason/);
});

describe('the databases', () => {
  let sqlite;
  let postgres;
  before(async () => {
    sqlite = new Sqlite(root);
    postgres = await Postgres.start(root);
  });
  after(async () => {
    sqlite?.close();
    await postgres?.close();
  });

  const both = (sql) => [sqlite.refusals([sql])[0], postgres.refusals([sql])[0]];

  test('take what is right', () => {
    assert.deepEqual(both("SELECT name FROM agent WHERE sid = ?1 AND name <> '?2'"), [null, null]);
    assert.deepEqual(both('DELETE FROM agent WHERE sid = ?1'), [null, null]);
    assert.deepEqual(both('SELECT 1 FROM agent WHERE sid = ?1'), [null, null]);
  });

  test('tell which of several they refuse, and do not pass over one that has no end', () => {
    const [right, wrong] = ['SELECT 1 FROM agent WHERE sid = ?1', 'SELECT 1 FROM agents WHERE sid = ?1'];
    for (const database of [sqlite, postgres]) {
      const refused = database.refusals([wrong, right, wrong, right]).map((words) => words !== null);
      assert.deepEqual(refused, [true, false, true, false]);
    }
    const open = [right, "SELECT 'open", right];
    assert.throws(() => sqlite.refusals(open), /did not come to statement 1/);
    assert.notEqual(postgres.refusals(open)[1], null);
  });

  test('refuse a column that there is not', () => {
    const [one, other] = both('SELECT made_up FROM agent WHERE sid = ?1');
    assert.match(one, /no such column: made_up/);
    assert.match(other, /column "made_up" does not exist/);
  });

  test('refuse what only the other has', () => {
    const replace = both('INSERT OR REPLACE INTO record_count (sid, kind, count) VALUES (?1, ?2, ?3)');
    assert.equal(replace[0], null);
    assert.match(replace[1], /syntax error/);
    const any = both(
      "SELECT name FROM agent WHERE sid = ?1 AND agent_id = ANY (CAST('{' || ?2 AS BIGINT[]))",
    );
    assert.match(any[0], /no such function: ANY/);
    assert.equal(any[1], null);
  });

  test('refuse an ON CONFLICT without its index, which PostgreSQL sees only when it plans', () => {
    const [one, other] = both(
      'INSERT INTO agent (sid, agent_id) VALUES (?1, ?2) ON CONFLICT (sid, picture) DO NOTHING',
    );
    assert.match(one, /ON CONFLICT clause does not match/);
    assert.match(other, /no unique or exclusion constraint matching/);
  });

  test('refuse a type that the store does not speak, which only PostgreSQL has', () => {
    const [limit, list, sum, after] = postgres.refusals([
      'SELECT name FROM agent WHERE sid = ?1 LIMIT ?2 + 1',
      'SELECT name FROM agent WHERE sid = ?1 AND agent_id = ANY (CAST(?2 AS BIGINT[]))',
      'SELECT sum(agent_id) FROM agent WHERE sid = ?1',
      'SELECT name FROM agent WHERE sid = ?1',
    ]);
    assert.match(limit, /takes a value for integer/);
    assert.match(list, /takes a value for bigint\[\]/);
    assert.match(sum, /of type numeric/);
    assert.equal(after, null, 'what was refused before does not matter');
  });

  test('show where their tables differ, and which keys name no account', () => {
    const schema = () => postgresSchema(postgres);
    const changed = schema();
    changed.get('agent').columns.set('name', 'TEXT');
    changed.get('agent').columns.delete('picture');
    changed.get('page').keys.set('page_by_url', 'on url');
    changed.delete('tag');
    assert.deepEqual(differences(schema(), changed), [
      'agent.name: TEXT NOT NULL / TEXT',
      'agent.picture: TEXT NOT NULL / -',
      'page.page_by_url: unique on sid, url_digest / on url',
      'tag: a table / -',
    ]);
    assert.deepEqual(keysWithoutAccount(changed), ['page.page_by_url', 'store']);
    assert.deepEqual(keysWithoutAccount(sqliteSchema(sqlite)), []);
  });
});
