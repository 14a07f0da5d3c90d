-- The tables of migrations/sqlite, number by number; no store of this kind is older than the first four, so what one of them
-- replaced stands only once. Every table's key begins with sid, the account; every query names one. Times are epoch
-- milliseconds, UTC. Numbers are sent as eight bytes, so every one is a BIGINT. Text compares by bytes (COLLATE "C").
--
-- An entry of an index takes 2,700 bytes, and texts may be longer. Where one is part of a key, its SHA-256 stands in the index
-- for it, in a column whose name ends in _digest. The bytes of a text are what its escaped form stands for once backslashes
-- are doubled: convert_to says the same plainer, but PostgreSQL does not take it for a column made of others.
--
-- A fillfactor stands where rows are written again and again: the next version of one then lies on its page, and no index has
-- to be told.

CREATE TABLE account (
  sid BIGINT PRIMARY KEY,
  name TEXT COLLATE "C" NOT NULL,
  timezone TEXT COLLATE "C" NOT NULL,        -- IANA name
  origins TEXT COLLATE "C" NOT NULL,         -- web origins that CORS lets in, joined by a space
  state BIGINT NOT NULL,                     -- 0 live, 1 being filled by an import, 2 being removed
  created_at BIGINT NOT NULL,
  next_key_id BIGINT NOT NULL,
  next_agent_id BIGINT NOT NULL,
  next_page_filter_id BIGINT NOT NULL,
  next_page_id BIGINT NOT NULL,
  next_text_id BIGINT NOT NULL,
  next_message_id BIGINT NOT NULL,
  next_chat_id BIGINT NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE api_key (
  sid BIGINT NOT NULL,
  key_id BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  scopes TEXT COLLATE "C" NOT NULL,          -- joined by a comma, in byte order
  hash BYTEA NOT NULL,                       -- SHA-256 of the key
  created_at BIGINT NOT NULL,
  expires_at BIGINT,
  revoked_at BIGINT,
  PRIMARY KEY (sid, key_id)
);
CREATE UNIQUE INDEX api_key_by_hash ON api_key (sid, hash);

-- The change log: what every write touched, numbered by commit order within the account.
CREATE TABLE change_head (
  sid BIGINT PRIMARY KEY,
  seq BIGINT NOT NULL,                       -- the last number given
  trimmed_seq BIGINT NOT NULL,               -- numbers up to this one are gone: who asks for them reads anew
  stamp BIGINT NOT NULL                      -- the last updated_at given; never moves back
) WITH (fillfactor = 50);

CREATE TABLE change (
  sid BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  conversation_id TEXT COLLATE "C" NOT NULL, -- '' where the change is not of a conversation
  kind BIGINT NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  action BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (sid, seq)
);
CREATE INDEX change_by_conversation ON change (sid, conversation_id, seq);

CREATE TABLE record_count (
  sid BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  count BIGINT NOT NULL,
  PRIMARY KEY (sid, kind)
) WITH (fillfactor = 50);

CREATE TABLE agent (
  sid BIGINT NOT NULL,
  agent_id BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  email TEXT COLLATE "C" NOT NULL,
  picture TEXT COLLATE "C" NOT NULL,
  last_active_at BIGINT,
  department TEXT COLLATE "C" NOT NULL,
  is_back_office BIGINT NOT NULL,
  groups TEXT COLLATE "C" NOT NULL,          -- names joined by a comma
  is_removed BIGINT NOT NULL,
  email_digest BYTEA NOT NULL GENERATED ALWAYS AS (sha256(decode(replace(email, '\', '\\'), 'escape'))) STORED,
  PRIMARY KEY (sid, agent_id)
);
CREATE INDEX agent_by_email ON agent (sid, email_digest, agent_id);

-- Page filters. A changed definition is matched against every page in slices; until that is whole, the served one answers.
CREATE TABLE page_filter (
  sid BIGINT NOT NULL,
  filter_id BIGINT NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  pattern TEXT COLLATE "C" NOT NULL,
  match_type TEXT COLLATE "C" NOT NULL,
  served_generation BIGINT NOT NULL,         -- matches of this generation answer; 0: none is whole yet
  served_pattern TEXT COLLATE "C" NOT NULL,
  served_match_type TEXT COLLATE "C" NOT NULL,
  building_generation BIGINT NOT NULL,       -- 0: nothing is being built
  built_up_to_page_id BIGINT NOT NULL,
  PRIMARY KEY (sid, filter_id)
);

CREATE TABLE page (
  sid BIGINT NOT NULL,
  page_id BIGINT NOT NULL,
  url TEXT COLLATE "C" NOT NULL,
  url_digest BYTEA NOT NULL GENERATED ALWAYS AS (sha256(decode(replace(url, '\', '\\'), 'escape'))) STORED,
  PRIMARY KEY (sid, page_id)
);
CREATE UNIQUE INDEX page_by_url ON page (sid, url_digest);

CREATE TABLE conversation_page (
  sid BIGINT NOT NULL,
  conversation_id TEXT COLLATE "C" NOT NULL,
  page_id BIGINT NOT NULL,
  PRIMARY KEY (sid, conversation_id, page_id)
);

CREATE TABLE page_filter_match (
  sid BIGINT NOT NULL,
  filter_id BIGINT NOT NULL,
  generation BIGINT NOT NULL,
  page_id BIGINT NOT NULL,
  PRIMARY KEY (sid, filter_id, generation, page_id)
);

CREATE TABLE visitor (
  sid BIGINT NOT NULL,
  conversation_id TEXT COLLATE "C" NOT NULL,
  traffic_type TEXT COLLATE "C" NOT NULL,
  search_engine TEXT COLLATE "C" NOT NULL,
  last_visit_at BIGINT,                      -- NULL: never seen, the conversation's date stands for it
  browser TEXT COLLATE "C" NOT NULL,
  os TEXT COLLATE "C" NOT NULL,
  city TEXT COLLATE "C" NOT NULL,
  country TEXT COLLATE "C" NOT NULL,
  exit_page TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (sid, conversation_id)
);

CREATE TABLE tag (
  sid BIGINT NOT NULL,
  conversation_id TEXT COLLATE "C" NOT NULL,
  type BIGINT NOT NULL,                      -- 0 the visitor's name, 1 an ordinary tag
  tag TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  tag_digest BYTEA NOT NULL GENERATED ALWAYS AS (sha256(decode(replace(tag, '\', '\\'), 'escape'))) STORED,
  PRIMARY KEY (sid, conversation_id, type, tag_digest)
);

CREATE TABLE label (
  sid BIGINT NOT NULL,
  conversation_id TEXT COLLATE "C" NOT NULL,
  label TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  label_digest BYTEA NOT NULL GENERATED ALWAYS AS (sha256(decode(replace(label, '\', '\\'), 'escape'))) STORED,
  PRIMARY KEY (sid, conversation_id, label_digest)
);

CREATE TABLE card (
  sid BIGINT NOT NULL,
  conversation_id TEXT COLLATE "C" NOT NULL,
  data_id TEXT COLLATE "C" NOT NULL,
  data TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  data_id_digest BYTEA NOT NULL GENERATED ALWAYS AS (sha256(decode(replace(data_id, '\', '\\'), 'escape'))) STORED,
  PRIMARY KEY (sid, conversation_id, data_id_digest)
);

CREATE TABLE conversation (
  sid BIGINT NOT NULL,
  conversation_id TEXT COLLATE "C" NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (sid, conversation_id)
);
CREATE INDEX conversation_by_creation ON conversation (sid, created_at, conversation_id);
CREATE INDEX conversation_by_update ON conversation (sid, updated_at, conversation_id);

-- The key gives a conversation in the order of the Chat API; the rows lie as they were written.
CREATE TABLE message (
  sid BIGINT NOT NULL,
  conversation_id TEXT COLLATE "C" NOT NULL,
  sent_at BIGINT NOT NULL,
  message_id BIGINT NOT NULL,
  agent_id BIGINT,                           -- 0 the visitor, NULL the system
  sender TEXT COLLATE "C",                   -- NULL: the conversation id for the visitor, 'system' for the system
  text TEXT COLLATE "C" NOT NULL,
  PRIMARY KEY (sid, conversation_id, sent_at, message_id)
);
CREATE UNIQUE INDEX message_by_id ON message (sid, message_id);

-- A chat: one session inside a conversation. Its facts are in chat_fact (0004).
CREATE TABLE chat (
  sid BIGINT NOT NULL,
  chat_id BIGINT NOT NULL,
  conversation_id TEXT COLLATE "C" NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  routed_agent_id BIGINT,
  rating BIGINT,
  is_given BIGINT NOT NULL,                  -- 1: facts as imported, never computed anew
  PRIMARY KEY (sid, chat_id)
);
CREATE INDEX chat_by_conversation ON chat (sid, conversation_id, started_at, chat_id);

-- Texts that fact rows name by number. Number 0 is the empty text and has no row.
CREATE TABLE dictionary (
  sid BIGINT NOT NULL,
  text_id BIGINT NOT NULL,
  text TEXT COLLATE "C" NOT NULL,
  text_digest BYTEA NOT NULL GENERATED ALWAYS AS (sha256(decode(replace(text, '\', '\\'), 'escape'))) STORED,
  PRIMARY KEY (sid, text_id)
);
CREATE UNIQUE INDEX dictionary_by_text ON dictionary (sid, text_digest);

-- The latest start of a chat, by which an answer up to now is known to be unchanged (its entity tag).
CREATE TABLE statistics_head (
  sid BIGINT PRIMARY KEY,
  latest_started_at BIGINT NOT NULL
) WITH (fillfactor = 50);
