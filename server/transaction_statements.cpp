// server/transaction_statements.cpp
// Told by their first words; then a list of texts in quotes.
#include "server/transaction_statements.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "server/negotiation.h"
#include "server/queries.h"
#include "server/service.h"
#include "xinpu/error.h"

namespace xinpu::server {
namespace {

using engine::Value;

constexpr std::size_t kIdsMax = 1'000;

/// Takes blanks, then a word or sign, off the front.
std::string_view take(std::string_view& text) noexcept {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    const std::size_t end =
        text.empty() ? 0
                     : std::max<std::size_t>(1, std::min(text.find_first_of(" \t\r\n,;'\""), text.size()));
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end);
    return word;
}

bool isTransactions(std::string_view word) noexcept {
    return equalIgnoringCase(word, "transaction") || equalIgnoringCase(word, "transactions");
}

bool isEnd(std::string_view rest) noexcept {
    const std::string_view word = take(rest);
    return word.empty() || (word == ";" && take(rest).empty());
}

[[noreturn]] void refuseList() {
    throw Error(ErrorCode::Syntax,
                fmt::format("TERMINATE TRANSACTIONS takes one to {} ids in quotes, with commas between: "
                            "TERMINATE TRANSACTIONS 's17'.",
                            kIdsMax),
                "UnexpectedSyntax");
}

/// 'a', "b" …
std::vector<std::string> idsOf(std::string_view rest) {
    std::vector<std::string> ids;
    do {
        const std::string_view quote = take(rest);
        const std::size_t end = quote == "'" || quote == "\"" ? rest.find(quote) : std::string_view::npos;
        if (end == std::string_view::npos || ids.size() == kIdsMax) {
            refuseList();
        }
        ids.emplace_back(rest.substr(0, end));
        rest.remove_prefix(end + 1);
        if (isEnd(rest)) {
            return ids;
        }
    } while (take(rest) == ",");
    refuseList();
}

Value textOf(std::string_view text) {
    return Value::of(text);
}

Value millisecondsOf(std::chrono::steady_clock::duration span) {
    return Value::of(
        static_cast<std::int64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(span).count()));
}

SystemAnswer show(Service& service, const Principal& principal) {
    service.access().require(principal, Operation::SeeQueries);
    SystemAnswer answer;
    answer.fields = {"database", "transactionId", "currentQueryId", "username",   "currentQuery",
                     "status",   "elapsedMillis", "interface",      "holdsWriter"};
    const std::vector<RunningStatement> statements = seenStatements(service, principal);
    for (const RunningStatement& one : statements) {
        if (one.transaction.empty()) {
            answer.rows.push_back({textOf(one.database), textOf(one.id), textOf(one.id),
                                   textOf(one.principal), textOf(one.statement), textOf(stateOf(one)),
                                   millisecondsOf(one.elapsed), textOf(nameOf(one.way)), Value::null()});
        }
    }
    for (const OpenTransaction& one : seenTransactions(service, principal)) {
        const auto current =
            std::find_if(statements.begin(), statements.end(),
                         [&](const RunningStatement& other) { return other.transaction == one.id; });
        const bool runs = current != statements.end();
        answer.rows.push_back({textOf(one.database), textOf(one.id), textOf(runs ? current->id : ""),
                               textOf(one.principal), textOf(runs ? current->statement : ""),
                               textOf(runs ? stateOf(*current) : "idle"), millisecondsOf(one.age),
                               runs ? textOf(nameOf(current->way)) : Value::null(),
                               Value::of(one.holds_writer)});
    }
    return answer;
}

SystemAnswer terminate(Service& service, const Principal& principal, const std::vector<std::string>& ids) {
    service.access().require(principal, Operation::EndQueries);
    SystemAnswer answer;
    answer.fields = {"transactionId", "username", "message"};
    for (const std::string& id : ids) {
        const std::optional<std::string> whose = endQuery(service, principal, id);
        answer.rows.push_back({textOf(id), whose ? textOf(*whose) : Value::null(),
                               textOf(whose ? "Transaction terminated." : "Transaction not found.")});
    }
    return answer;
}

}  // namespace

std::optional<SystemAnswer> answerTransactionStatement(Service& service, const Principal& principal,
                                                       std::string_view statement) {
    const std::string_view verb = take(statement);
    const bool shows = equalIgnoringCase(verb, "show");
    if ((!shows && !equalIgnoringCase(verb, "terminate")) || !isTransactions(take(statement))) {
        return std::nullopt;
    }
    if (!shows) {
        return terminate(service, principal, idsOf(statement));
    }
    return isEnd(statement) ? std::optional(show(service, principal)) : std::nullopt;
}

}  // namespace xinpu::server
