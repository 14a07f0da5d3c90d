// The tables of both databases in one form, and where they differ.

const sqliteTables = `
  SELECT t.name AS "table", c.name, c.type, c."notnull" OR c.pk > 0 AS is_required, c.hidden > 1 AS is_made
  FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c
  WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.name, c.cid`;
const sqliteKeys = `
  SELECT t.name AS "table", CASE i.origin WHEN 'pk' THEN 'the primary key' ELSE i.name END AS name,
    i."unique" AS is_unique, i.partial AS is_partial, coalesce(c.name, '(an expression)') AS "column"
  FROM sqlite_schema t JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c
  WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
  UNION ALL
  SELECT t.name, 'the primary key', 1, 0, c.name FROM sqlite_schema t JOIN pragma_table_info(t.name) c
  WHERE t.type = 'table' AND c.pk = 1 AND t.name NOT LIKE 'sqlite_%'
    AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) i WHERE i.origin = 'pk')`;

// A partition is its table's, whose keys it has.
const postgresOwn = `
  FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'public'`;
const postgresTables = `
  SELECT t.relname AS "table", c.attname AS name, format_type(c.atttypid, c.atttypmod) AS type,
    c.attnotnull::int AS is_required, (c.attgenerated <> '')::int AS is_made, l.collname AS collation
  ${postgresOwn} JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT c.attisdropped
    LEFT JOIN pg_collation l ON l.oid = c.attcollation
  WHERE t.relkind IN ('r', 'p') AND NOT t.relispartition ORDER BY t.relname, c.attnum`;
const postgresKeys = `
  SELECT t.relname AS "table", CASE WHEN i.indisprimary THEN 'the primary key' ELSE x.relname END AS name,
    i.indisunique::int AS is_unique, (i.indpred IS NOT NULL)::int AS is_partial,
    coalesce(c.attname, '(an expression)') AS "column"
  ${postgresOwn} JOIN pg_index i ON i.indrelid = t.oid JOIN pg_class x ON x.oid = i.indexrelid
    CROSS JOIN unnest(i.indkey) WITH ORDINALITY k (attnum, place)
    LEFT JOIN pg_attribute c ON c.attrelid = i.indrelid AND c.attnum = k.attnum AND k.attnum > 0
  WHERE t.relkind IN ('r', 'p') AND NOT t.relispartition ORDER BY t.relname, x.relname, k.place`;
const postgresTypes = { bigint: 'INTEGER', text: 'TEXT', bytea: 'BLOB' };

function described(columns, keys) {
  const tables = new Map();
  for (const { table, name, type, is_required: isRequired, is_made: isMade, collation } of columns) {
    if (!tables.has(table)) tables.set(table, { columns: new Map(), keys: new Map() });
    const words = [type, isRequired ? 'NOT NULL' : '', isMade ? 'made of others' : ''];
    // By bytes, as SQLite compares.
    if (type === 'TEXT' && collation !== undefined && collation !== 'C') words.push(`COLLATE ${collation}`);
    tables.get(table).columns.set(name, words.filter(Boolean).join(' '));
  }
  for (const { table, name, is_unique: isUnique, is_partial: isPartial, column } of keys) {
    const own = tables.get(table).keys;
    const begin = `${isUnique ? 'unique ' : ''}${isPartial ? 'partial ' : ''}on`;
    own.set(name, own.has(name) ? `${own.get(name)}, ${column}` : `${begin} ${column}`);
  }
  return tables;
}

/** table -> {columns: name -> what it is, keys: name -> of what columns}. */
export function sqliteSchema(database) {
  return described(database.rows(sqliteTables), database.rows(sqliteKeys));
}

export function postgresSchema(database) {
  const columns = database.rows(postgresTables);
  return described(
    columns.map((column) => ({ ...column, type: postgresTypes[column.type] ?? column.type })),
    database.rows(postgresKeys),
  );
}

/** Each difference as a line: `agent.email_digest: - / BLOB NOT NULL`, SQLite's first. */
export function differences(sqlite, postgres) {
  const lines = [];
  const compare = (place, one, other) => {
    if (one !== other) lines.push(`${place}: ${one ?? '-'} / ${other ?? '-'}`);
  };
  for (const table of new Set([...sqlite.keys(), ...postgres.keys()])) {
    const [one, other] = [sqlite.get(table), postgres.get(table)];
    if (!one || !other) {
      compare(table, one && 'a table', other && 'a table');
      continue;
    }
    for (const part of ['columns', 'keys']) {
      for (const name of new Set([...one[part].keys(), ...other[part].keys()])) {
        compare(`${table}.${name}`, one[part].get(name), other[part].get(name));
      }
    }
  }
  return lines.sort();
}

/** Keys of a schema that do not begin with sid: `change.change_by_time`. */
export function keysWithoutAccount(schema) {
  const found = [];
  for (const [table, { columns, keys }] of schema) {
    if (!columns.has('sid') || !keys.has('the primary key')) found.push(table);
    for (const [name, words] of keys) if (!/\bon sid\b/.test(words)) found.push(`${table}.${name}`);
  }
  return found;
}
