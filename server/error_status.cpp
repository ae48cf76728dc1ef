// server/error_status.cpp
// The one table of errors on the wire: detail first, then code (docs/http.md shows it).
#include "server/error_status.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <new>

#include "query/session/session.h"
#include "server/log.h"

namespace xinpu::server {
namespace {

struct Line {
    std::string_view key;
    int status;
    std::string_view code;
    bool retry_later = false;
};

constexpr std::string_view kRequestInvalid = "Neo.ClientError.Request.Invalid";

/// What a detail says more than its error code does.
constexpr Line kByDetail[] = {
    // of requests
    {details::kUnauthorized, 401, "Neo.ClientError.Security.Unauthorized"},
    {details::kForbidden, 403, "Neo.ClientError.Security.Forbidden"},
    {details::kRateLimit, 429, "Neo.ClientError.Security.AuthenticationRateLimit"},
    {details::kPathNotFound, 404, kRequestInvalid},
    {details::kMethodNotAllowed, 405, kRequestInvalid},
    {details::kNotAcceptable, 406, kRequestInvalid},
    {details::kTooLarge, 413, kRequestInvalid},
    {details::kMediaType, 415, kRequestInvalid},
    {details::kHeaderTooLarge, 431, kRequestInvalid},
    {details::kMalformed, 400, kRequestInvalid},
    {details::kTooManyRequests, 429, "Neo.TransientError.Request.TooManyRequests", true},
    {details::kBusy, 503, "Neo.TransientError.Request.NoThreadsAvailable", true},
    {details::kDatabaseNotFound, 404, "Neo.ClientError.Database.DatabaseNotFound"},
    {details::kDatabaseInUse, 409, kRequestInvalid},
    {details::kInvalidBookmark, 400, "Neo.ClientError.Transaction.InvalidBookmark"},
    {details::kBookmarkTimeout, 503, "Neo.TransientError.Transaction.BookmarkTimeout", true},
    {details::kTransactionNotFound, 404, "Neo.ClientError.Transaction.TransactionNotFound"},
    {details::kTransactionBusy, 400, "Neo.ClientError.Transaction.TransactionAccessedConcurrently"},
    // of statements
    {details::kAccessMode, 400, "Neo.ClientError.Statement.AccessMode"},
    {details::kWriterBusy, 503, "Neo.TransientError.Transaction.LockAcquisitionTimeout", true},
    {details::kParseRate, 429, "Neo.TransientError.Request.ResourceExhaustion", true},
    {details::kTimedOut, 400, "Neo.ClientError.Transaction.TransactionTimedOut"},
    {"MemoryPoolOutOfMemoryError", 400, "Neo.TransientError.General.MemoryPoolOutOfMemoryError"},
    {"RowLimitExceeded", 400, "Neo.ClientError.Statement.RowLimitExceeded"},
    {"FeatureNotSupported", 400, "Neo.ClientError.Statement.FeatureNotSupported"},
    {"ProcedureNotFound", 400, "Neo.ClientError.Procedure.ProcedureNotFound"},
    {"EquivalentSchemaRuleAlreadyExists", 400, "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists"},
    {"ConstraintWithNameAlreadyExists", 400, "Neo.ClientError.Schema.ConstraintWithNameAlreadyExists"},
    {"IndexWithNameAlreadyExists", 400, "Neo.ClientError.Schema.IndexWithNameAlreadyExists"},
};

Line byCode(ErrorCode code) noexcept {
    switch (code) {
    case ErrorCode::Syntax:
        return {{}, 400, "Neo.ClientError.Statement.SyntaxError"};
    case ErrorCode::Semantic:
        return {{}, 400, "Neo.ClientError.Statement.SemanticError"};
    case ErrorCode::Type:
        return {{}, 400, "Neo.ClientError.Statement.TypeError"};
    case ErrorCode::Argument:
    case ErrorCode::Validation:
    case ErrorCode::Data:
        return {{}, 400, "Neo.ClientError.Statement.ArgumentError"};
    case ErrorCode::Arithmetic:
        return {{}, 400, "Neo.ClientError.Statement.ArithmeticError"};
    case ErrorCode::Parameter:
        return {{}, 400, "Neo.ClientError.Statement.ParameterMissing"};
    case ErrorCode::NotFound:
        return {{}, 400, "Neo.ClientError.Statement.EntityNotFound"};
    case ErrorCode::Procedure:
        return {{}, 400, "Neo.ClientError.Procedure.ProcedureCallFailed"};
    case ErrorCode::Constraint:
        return {{}, 400, "Neo.ClientError.Schema.ConstraintValidationFailed"};
    case ErrorCode::Conflict:
        return {{}, 409, kRequestInvalid};
    case ErrorCode::Usage:
        return {{}, 400, kRequestInvalid};
    case ErrorCode::Denied:
        return {{}, 403, "Neo.ClientError.Security.Forbidden"};
    case ErrorCode::Limit:
        return {{}, 400, "Neo.ClientError.Statement.LimitExceeded"};
    case ErrorCode::Cancelled:
        return {{}, 400, "Neo.ClientError.Transaction.Terminated"};
    case ErrorCode::Locked:
        return {{}, 503, "Neo.TransientError.General.DatabaseUnavailable", true};
    case ErrorCode::Corrupt:
        return {{}, 500, kStorageDamage};
    case ErrorCode::Io:
    case ErrorCode::Internal:
        break;
    }
    return {{}, 500, "Neo.DatabaseError.General.UnknownError"};
}

constexpr std::size_t kCodes = static_cast<std::size_t>(ErrorCode::Internal) + 1;

/// Lines of the table, then error codes, in their order.
std::array<std::atomic<std::uint64_t>, std::size(kByDetail) + kCodes>& counts() noexcept {
    static std::array<std::atomic<std::uint64_t>, std::size(kByDetail) + kCodes> instance{};
    return instance;
}

Line lineOf(const Error& error) noexcept {
    if (!error.detail().empty()) {
        for (const Line& line : kByDetail) {
            if (line.key == error.detail()) {
                counts()[static_cast<std::size_t>(&line - kByDetail)].fetch_add(1, std::memory_order_relaxed);
                return line;
            }
        }
    }
    counts()[std::size(kByDetail) + static_cast<std::size_t>(error.code())].fetch_add(1, std::memory_order_relaxed);
    return byCode(error.code());
}

}  // namespace

std::vector<ErrorCount> errorsTold() {
    std::vector<ErrorCount> told;
    for (std::size_t i = 0; i < counts().size(); ++i) {
        const bool by_detail = i < std::size(kByDetail);
        const Line line =
            by_detail ? kByDetail[i] : byCode(static_cast<ErrorCode>(i - std::size(kByDetail)));
        const std::uint64_t count = counts()[i].load(std::memory_order_relaxed);
        if (count == 0) {
            continue;
        }
        // Several error codes may have one code on the wire.
        const auto same = std::find_if(told.begin(), told.end(), [&](const ErrorCount& other) {
            return other.code == line.code && other.detail == line.key;
        });
        if (same != told.end()) {
            same->count += count;
        } else {
            told.push_back({line.code, line.key, count});
        }
    }
    return told;
}

Error unexpectedError(const std::exception& unexpected) {
    logEvent(LogLevel::Error, "unexpected", {{"what", unexpected.what()}});
    return dynamic_cast<const std::bad_alloc*>(&unexpected) != nullptr
               ? Error(ErrorCode::Limit, "No memory is left for the statement.", "MemoryPoolOutOfMemoryError")
               : Error(ErrorCode::Internal, "Something went wrong inside the server.");
}

std::string_view classWord(ErrorCode code) noexcept {
    switch (code) {
    case ErrorCode::Syntax:
        return "SyntaxError";
    case ErrorCode::Semantic:
        return "SemanticError";
    case ErrorCode::Type:
        return "TypeError";
    case ErrorCode::Argument:
        return "ArgumentError";
    case ErrorCode::Arithmetic:
        return "ArithmeticError";
    case ErrorCode::Parameter:
        return "ParameterMissing";
    case ErrorCode::Procedure:
        return "ProcedureError";
    case ErrorCode::NotFound:
        return "EntityNotFound";
    case ErrorCode::Constraint:
        return "ConstraintVerificationFailed";
    default:
        return {};
    }
}

ErrorAnswer errorAnswer(const Error& error, std::string_view statement) {
    const Line line = lineOf(error);
    ErrorAnswer answer{line.status, std::string(line.code), error.message(), line.retry_later};
    if (statement.empty()) {
        return answer;
    }
    answer.message = query::errorText(error, statement);
    const std::string_view word = classWord(error.code());
    if (!word.empty() && answer.message.find(word) == std::string::npos) {
        answer.message.append(" (").append(word).append(")");
    }
    return answer;
}

}  // namespace xinpu::server
