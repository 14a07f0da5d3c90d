-- The fact row of a chat: what chatStatistics renders and reports add up. Repeated text is kept once, in dictionary. All that
-- a row is rendered from is read as one value.

CREATE TABLE chat_fact (
  sid BIGINT NOT NULL,
  chat_id BIGINT NOT NULL,
  conversation_id TEXT COLLATE "C" NOT NULL,
  started_at BIGINT NOT NULL,
  -- The columns from agent_id to response_time_ms, in decimal; an empty one is NULL. Stands before them, so that reading it
  -- does not look at them.
  packed TEXT COLLATE "C" NOT NULL GENERATED ALWAYS AS (
    coalesce(agent_id::text, '') || ',' || coalesce(agent_name::text, '') || ',' || coalesce(agent_email::text, '') || ',' ||
    referral::text || ',' || search_engine::text || ',' || exit_page::text || ',' || browser::text || ',' ||
    os::text || ',' || city::text || ',' || country::text || ',' || labels::text || ',' || tags::text || ',' ||
    coalesce(duration_ms::text, '') || ',' || coalesce(rating::text, '') || ',' ||
    coalesce(response_time_ms::text, '')) STORED,
  agent_id BIGINT,
  agent_name BIGINT,
  agent_email BIGINT,
  referral BIGINT NOT NULL,
  search_engine BIGINT NOT NULL,
  exit_page BIGINT NOT NULL,
  browser BIGINT NOT NULL,
  os BIGINT NOT NULL,
  city BIGINT NOT NULL,
  country BIGINT NOT NULL,
  labels BIGINT NOT NULL,                    -- of a JSON array of text
  tags BIGINT NOT NULL,                      -- of a JSON array of text
  duration_ms BIGINT,
  rating BIGINT,
  response_time_ms BIGINT,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (sid, started_at, chat_id)
);

CREATE UNIQUE INDEX chat_fact_by_chat ON chat_fact (sid, chat_id);
CREATE INDEX chat_fact_by_agent ON chat_fact (sid, agent_id, started_at, chat_id);
CREATE INDEX chat_fact_by_conversation ON chat_fact (sid, conversation_id, started_at, chat_id);
CREATE INDEX chat_fact_by_update ON chat_fact (sid, updated_at, chat_id);
