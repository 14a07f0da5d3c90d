-- The bodies of blocks lie in files, each day's rows side by side, as on SQLite; but the files are in the database, where all
-- servers have them.

-- The rows of one stretch of a day, in every form. In its file stand, from begin_at on and one behind the other: JSON,
-- JSON deflated, CSV, CSV deflated, and of each row its end in the JSON and in the CSV, its start, its chat, its agent.
CREATE TABLE statistics_block (
  sid BIGINT NOT NULL,
  day BIGINT NOT NULL,
  last_started_at BIGINT NOT NULL,           -- of its last row
  last_chat_id BIGINT NOT NULL,
  first_started_at BIGINT NOT NULL,
  first_chat_id BIGINT NOT NULL,
  row_count BIGINT NOT NULL,
  file BIGINT NOT NULL,                      -- drawn by chance, never used twice
  begin_at BIGINT NOT NULL,                  -- bytes before it in the file
  json_bytes BIGINT NOT NULL,
  json_deflated_bytes BIGINT NOT NULL,
  json_crc32 BIGINT NOT NULL,
  csv_bytes BIGINT NOT NULL,
  csv_deflated_bytes BIGINT NOT NULL,
  csv_crc32 BIGINT NOT NULL,
  PRIMARY KEY (sid, day, last_started_at, last_chat_id)
);

-- The files: pieces without a gap, each from begin_at on. Written once, and taken away a file at a time.
CREATE TABLE statistics_block_body (
  sid BIGINT NOT NULL,
  file BIGINT NOT NULL,
  begin_at BIGINT NOT NULL,                  -- bytes before it in the file
  bytes BYTEA NOT NULL,
  PRIMARY KEY (sid, file, begin_at)
);
-- Not compressed: a part of a piece is then read without what stands before it.
ALTER TABLE statistics_block_body ALTER COLUMN bytes SET STORAGE EXTERNAL;
