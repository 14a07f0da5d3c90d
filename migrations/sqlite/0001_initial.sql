-- Every table's key begins with sid, the account; every query names one. Times are epoch milliseconds, UTC.
-- Text keys compare by bytes (SQLite's BINARY, PostgreSQL's COLLATE "C").

CREATE TABLE account (
  sid INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  timezone TEXT NOT NULL,                    -- IANA name
  origins TEXT NOT NULL,                     -- web origins that CORS lets in, joined by a space
  state INTEGER NOT NULL,                    -- 0 live, 1 being filled by an import, 2 being removed
  created_at INTEGER NOT NULL,
  next_key_id INTEGER NOT NULL,
  next_agent_id INTEGER NOT NULL,
  next_page_filter_id INTEGER NOT NULL,
  next_page_id INTEGER NOT NULL,
  next_text_id INTEGER NOT NULL,
  next_message_id INTEGER NOT NULL,
  next_chat_id INTEGER NOT NULL
) STRICT;

CREATE TABLE api_key (
  sid INTEGER NOT NULL,
  key_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,                      -- joined by a comma, in byte order
  hash BLOB NOT NULL,                        -- SHA-256 of the key
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER,
  PRIMARY KEY (sid, key_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX api_key_by_hash ON api_key (sid, hash);

-- The change log: what every write touched, numbered by commit order within the account.
CREATE TABLE change_head (
  sid INTEGER PRIMARY KEY,
  seq INTEGER NOT NULL,                      -- the last number given
  trimmed_seq INTEGER NOT NULL,              -- numbers up to this one are gone: who asks for them reads anew
  stamp INTEGER NOT NULL                     -- the last updated_at given; never moves back
) STRICT;

CREATE TABLE change (
  sid INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  conversation_id TEXT NOT NULL,             -- '' where the change is not of a conversation
  kind INTEGER NOT NULL,
  key TEXT NOT NULL,
  action INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (sid, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_by_conversation ON change (sid, conversation_id, seq);

CREATE TABLE record_count (
  sid INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (sid, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE agent (
  sid INTEGER NOT NULL,
  agent_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  picture TEXT NOT NULL,
  last_active_at INTEGER,
  department TEXT NOT NULL,
  is_back_office INTEGER NOT NULL,
  groups TEXT NOT NULL,                      -- names joined by a comma
  is_removed INTEGER NOT NULL,
  PRIMARY KEY (sid, agent_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX agent_by_email ON agent (sid, email, agent_id);

-- Page filters. A changed definition is matched against every page in slices; until that is whole, the served one answers.
CREATE TABLE page_filter (
  sid INTEGER NOT NULL,
  filter_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  pattern TEXT NOT NULL,
  match_type TEXT NOT NULL,
  served_generation INTEGER NOT NULL,        -- matches of this generation answer; 0: none is whole yet
  served_pattern TEXT NOT NULL,
  served_match_type TEXT NOT NULL,
  building_generation INTEGER NOT NULL,      -- 0: nothing is being built
  built_up_to_page_id INTEGER NOT NULL,
  PRIMARY KEY (sid, filter_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE page (
  sid INTEGER NOT NULL,
  page_id INTEGER NOT NULL,
  url TEXT NOT NULL,
  PRIMARY KEY (sid, page_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX page_by_url ON page (sid, url);

CREATE TABLE conversation_page (
  sid INTEGER NOT NULL,
  conversation_id TEXT NOT NULL,
  page_id INTEGER NOT NULL,
  PRIMARY KEY (sid, conversation_id, page_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE page_filter_match (
  sid INTEGER NOT NULL,
  filter_id INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  page_id INTEGER NOT NULL,
  PRIMARY KEY (sid, filter_id, generation, page_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE visitor (
  sid INTEGER NOT NULL,
  conversation_id TEXT NOT NULL,
  traffic_type TEXT NOT NULL,
  search_engine TEXT NOT NULL,
  last_visit_at INTEGER,                     -- NULL: never seen, the conversation's date stands for it
  browser TEXT NOT NULL,
  os TEXT NOT NULL,
  city TEXT NOT NULL,
  country TEXT NOT NULL,
  exit_page TEXT NOT NULL,
  PRIMARY KEY (sid, conversation_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tag (
  sid INTEGER NOT NULL,
  conversation_id TEXT NOT NULL,
  type INTEGER NOT NULL,                     -- 0 the visitor's name, 1 an ordinary tag
  tag TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (sid, conversation_id, type, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE label (
  sid INTEGER NOT NULL,
  conversation_id TEXT NOT NULL,
  label TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (sid, conversation_id, label)
) STRICT, WITHOUT ROWID;

CREATE TABLE card (
  sid INTEGER NOT NULL,
  conversation_id TEXT NOT NULL,
  data_id TEXT NOT NULL,
  data TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (sid, conversation_id, data_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversation (
  sid INTEGER NOT NULL,
  conversation_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (sid, conversation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_by_creation ON conversation (sid, created_at, conversation_id);
CREATE INDEX conversation_by_update ON conversation (sid, updated_at, conversation_id);

-- Clustered by conversation, in the order the Chat API gives them.
CREATE TABLE message (
  sid INTEGER NOT NULL,
  conversation_id TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  message_id INTEGER NOT NULL,
  agent_id INTEGER,                          -- 0 the visitor, NULL the system
  sender TEXT,                               -- NULL: the conversation id for the visitor, 'system' for the system
  text TEXT NOT NULL,
  PRIMARY KEY (sid, conversation_id, sent_at, message_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX message_by_id ON message (sid, message_id);

-- A chat: one session inside a conversation. Its facts are in chat_fact.
CREATE TABLE chat (
  sid INTEGER NOT NULL,
  chat_id INTEGER NOT NULL,
  conversation_id TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  routed_agent_id INTEGER,
  rating INTEGER,
  is_given INTEGER NOT NULL,                 -- 1: facts as imported, never computed anew
  PRIMARY KEY (sid, chat_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX chat_by_conversation ON chat (sid, conversation_id, started_at, chat_id);

-- The fact row of a chat: what chatStatistics renders and reports add up. Repeated text is kept once, in dictionary.
CREATE TABLE chat_fact (
  sid INTEGER NOT NULL,
  chat_id INTEGER NOT NULL,
  conversation_id TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  agent_id INTEGER,
  agent_name INTEGER,
  agent_email INTEGER,
  referral INTEGER NOT NULL,
  search_engine INTEGER NOT NULL,
  exit_page INTEGER NOT NULL,
  browser INTEGER NOT NULL,
  os INTEGER NOT NULL,
  city INTEGER NOT NULL,
  country INTEGER NOT NULL,
  labels INTEGER NOT NULL,                   -- of a JSON array of text
  tags INTEGER NOT NULL,                     -- of a JSON array of text
  duration_ms INTEGER,
  rating INTEGER,
  response_time_ms INTEGER,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (sid, chat_id)
) STRICT;
CREATE INDEX chat_fact_by_start ON chat_fact (sid, started_at, chat_id);
CREATE INDEX chat_fact_by_agent ON chat_fact (sid, agent_id, started_at, chat_id);
CREATE INDEX chat_fact_by_conversation ON chat_fact (sid, conversation_id, started_at, chat_id);
CREATE INDEX chat_fact_by_update ON chat_fact (sid, updated_at, chat_id);

-- Texts that fact rows name by number. Number 0 is the empty text and has no row.
CREATE TABLE dictionary (
  sid INTEGER NOT NULL,
  text_id INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (sid, text_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX dictionary_by_text ON dictionary (sid, text);

-- The latest start of a chat, by which an answer up to now is known to be unchanged (its entity tag).
CREATE TABLE statistics_head (
  sid INTEGER PRIMARY KEY,
  latest_started_at INTEGER NOT NULL
) STRICT;
