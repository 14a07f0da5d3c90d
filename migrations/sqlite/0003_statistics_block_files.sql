-- The bodies of blocks lie in files beside the store, each day's rows side by side, so that an export reads them as they
-- are and not page by page. Blocks are made again when their days are read.

DELETE FROM statistics_day;
DROP TABLE statistics_block;

-- The rows of one stretch of a day, in every form. In its file stand, from begin_at on and one behind the other: JSON,
-- JSON deflated, CSV, CSV deflated, and of each row its end in the JSON and in the CSV, its start, its chat, its agent.
CREATE TABLE statistics_block (
  sid INTEGER NOT NULL,
  day INTEGER NOT NULL,
  last_started_at INTEGER NOT NULL,          -- of its last row
  last_chat_id INTEGER NOT NULL,
  first_started_at INTEGER NOT NULL,
  first_chat_id INTEGER NOT NULL,
  row_count INTEGER NOT NULL,
  file INTEGER NOT NULL,                     -- blocks/SID-FILE; drawn by chance, never used twice
  begin_at INTEGER NOT NULL,                 -- bytes before it in the file
  json_bytes INTEGER NOT NULL,
  json_deflated_bytes INTEGER NOT NULL,
  json_crc32 INTEGER NOT NULL,
  csv_bytes INTEGER NOT NULL,
  csv_deflated_bytes INTEGER NOT NULL,
  csv_crc32 INTEGER NOT NULL,
  PRIMARY KEY (sid, day, last_started_at, last_chat_id)
) STRICT, WITHOUT ROWID;
