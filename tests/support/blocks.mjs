// What of chatStatistics' days is kept rendered, as the store itself says.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** How many days of the store's accounts have whole blocks. */
export function wholeDays(store) {
  const database = new DatabaseSync(join(store.directory, 'store', 'parley.db'), { readOnly: true });
  try {
    return database.prepare('SELECT count(*) AS days FROM statistics_day WHERE is_whole = 1').get().days;
  } finally {
    database.close();
  }
}
