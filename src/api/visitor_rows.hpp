#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "visitor/visitor.hpp"

/// The rows that tell of a conversation's visitor, each as the method of that name gives it.
namespace parley::api {

/// Appends the object of grabVisitorInfo. A visitor that was never seen was last seen when the conversation
/// was made.
void append_visitor_row(std::string& out, std::int64_t sid, std::string_view conversation_id,
                        const visitor::Visitor& visitor, base::Timestamp conversation_made_at);

/// Appends a row of grabVisitorTags.
void append_tag_row(std::string& out, std::int64_t sid, std::string_view conversation_id,
                    const visitor::Tag& tag);

/// Appends a row of grabVisitorLabels: without sid, as the vendor has it.
void append_label_row(std::string& out, std::string_view conversation_id, const visitor::Label& label);

/// Appends a row of grabVisitorCards.
void append_card_row(std::string& out, std::int64_t sid, std::string_view conversation_id,
                     const visitor::Card& card);

}  // namespace parley::api
