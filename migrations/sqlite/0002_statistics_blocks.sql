-- Rows of chatStatistics rendered beforehand, a UTC day at a time, so that a long export copies instead of making them.
-- A day's entry goes with the first write to one of its facts; what blocks it had then answer nothing, and are replaced when
-- the day is rendered anew. Large values stand last, so that keys are read without them.

CREATE TABLE statistics_day (
  sid INTEGER NOT NULL,
  day INTEGER NOT NULL,                      -- days since 1970-01-01
  is_whole INTEGER NOT NULL,                 -- 0 its blocks are being made, 1 they hold every row of the day
  PRIMARY KEY (sid, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE statistics_block (
  sid INTEGER NOT NULL,
  day INTEGER NOT NULL,
  form INTEGER NOT NULL,                     -- 0 JSON, 1 CSV, 2 JSON deflated, 3 CSV deflated
  last_started_at INTEGER NOT NULL,          -- of its last row
  last_chat_id INTEGER NOT NULL,
  first_started_at INTEGER NOT NULL,
  first_chat_id INTEGER NOT NULL,
  row_count INTEGER NOT NULL,
  text_bytes INTEGER NOT NULL,               -- of the rendered rows, before they were deflated
  text_crc32 INTEGER NOT NULL,               -- of them; 0 where not deflated
  places BLOB NOT NULL,                      -- of each row: its end in the text, its start, its chat; empty where deflated
  body BLOB NOT NULL,
  PRIMARY KEY (sid, day, form, last_started_at, last_chat_id)
) STRICT;
