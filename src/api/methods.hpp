#pragma once

#include "api/call.hpp"
#include "base/error.hpp"
#include "base/task.hpp"
#include "http/responder.hpp"

/// The ten methods of the Chat API, one file each (chat-api.md, section 2; the vendor's page,
/// imbox-chat-api).
///
/// Each gets a call whose key and scope are good and answers it. An error is returned only while the
/// responder is untouched; the caller renders it. After the answer has begun, trouble cuts it.
namespace parley::api {

using Method = base::Task<base::Result<>> (*)(const Call& call, http::Responder& responder);

/// `/{fromDate}/{toDate}?pageFilterId=…`: conversations made on these days (UTC), both included.
base::Task<base::Result<>> list_conversations(const Call& call, http::Responder& responder);
/// `/{conversationId}`: the messages of a conversation.
base::Task<base::Result<>> grab_conversation(const Call& call, http::Responder& responder);
/// `/{conversationId}`: where the visitor came from and what it used.
base::Task<base::Result<>> grab_visitor_info(const Call& call, http::Responder& responder);
/// `/{conversationId}`: the visitor's name and tags.
base::Task<base::Result<>> grab_visitor_tags(const Call& call, http::Responder& responder);
/// `/{conversationId}`: the conversation's labels.
base::Task<base::Result<>> grab_visitor_labels(const Call& call, http::Responder& responder);
/// `/{conversationId}`: the cards the site set.
base::Task<base::Result<>> grab_visitor_cards(const Call& call, http::Responder& responder);
/// `/{agentId}`: one agent.
base::Task<base::Result<>> grab_agent(const Call& call, http::Responder& responder);
/// All agents.
base::Task<base::Result<>> grab_agents(const Call& call, http::Responder& responder);
/// `?startTime=…`: one row per chat, as JSON or CSV.
base::Task<base::Result<>> chat_statistics(const Call& call, http::Responder& responder);
/// All page filters.
base::Task<base::Result<>> page_filters(const Call& call, http::Responder& responder);

}  // namespace parley::api
