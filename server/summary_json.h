// server/summary_json.h
#pragma once
// The members of an answer that follow its rows: counters, plans, notifications, bookmarks, times.

#include <cstdint>
#include <string_view>

#include "query/session/session.h"
#include "server/json/value_json.h"

namespace xinpu::server {

struct AnswerTail;

/// "UNRECOGNIZED", "DEPRECATION", "PERFORMANCE" or "GENERIC", for the code of a notification.
std::string_view notificationCategory(std::string_view code) noexcept;
/// "r", "w", "rw" or "s".
const char* queryTypeLetters(query::QueryType type) noexcept;

/// Writes the members into the object that is open. `summary` null: no statement was run.
void putTail(JsonWriter& json, const query::Summary* summary, const AnswerTail& tail, ValueForm form,
             std::uint64_t available_ms, std::uint64_t consumed_ms);

/// One operator and those below it, as the Query API has them; typed forms type the arguments only.
void putPlan(JsonWriter& json, const query::PlanDescription& plan, ValueForm form);

}  // namespace xinpu::server
