-- Rows of chatStatistics rendered beforehand, a UTC day at a time, so that a long export copies instead of making them.
-- A day's entry goes with the first write to one of its facts; what blocks it had then answer nothing, and are replaced when
-- the day is rendered anew. The blocks themselves are in 0003.

CREATE TABLE statistics_day (
  sid BIGINT NOT NULL,
  day BIGINT NOT NULL,                       -- days since 1970-01-01
  is_whole BIGINT NOT NULL,                  -- 0 its blocks are being made, 1 they hold every row of the day
  PRIMARY KEY (sid, day)
);
