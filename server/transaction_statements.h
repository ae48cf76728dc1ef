// server/transaction_statements.h
#pragma once
// SHOW TRANSACTIONS and TERMINATE TRANSACTIONS: the list of /queries and its DELETE as statements.

#include <optional>
#include <string_view>

#include "server/system_statements.h"

namespace xinpu::server {

class Service;

/// The answer to SHOW TRANSACTION[S] and TERMINATE TRANSACTION[S] 'id', …; nothing for every other text. A
/// statement on its own is a transaction of the same id. One's own, or all of them for those who may.
/// @throws Error(Denied, Forbidden); Error(Syntax) TERMINATE without ids
std::optional<SystemAnswer> answerTransactionStatement(Service& service, const Principal& principal,
                                                       std::string_view statement);

}  // namespace xinpu::server
