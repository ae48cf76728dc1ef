// server/error_status.cpp
// The one table of errors on the wire: detail first, then code (docs/http.md shows it).
#include "server/error_status.h"

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
    {details::kPathNotFound, 404, kRequestInvalid},
    {details::kMethodNotAllowed, 405, kRequestInvalid},
    {details::kNotAcceptable, 406, kRequestInvalid},
    {details::kTooLarge, 413, kRequestInvalid},
    {details::kMediaType, 415, kRequestInvalid},
    {details::kHeaderTooLarge, 431, kRequestInvalid},
    {details::kMalformed, 400, kRequestInvalid},
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
        return {{}, 500, "Neo.DatabaseError.General.StorageDamageDetected"};
    case ErrorCode::Io:
    case ErrorCode::Internal:
        break;
    }
    return {{}, 500, "Neo.DatabaseError.General.UnknownError"};
}

Line lineOf(const Error& error) noexcept {
    if (!error.detail().empty()) {
        for (const Line& line : kByDetail) {
            if (line.key == error.detail()) {
                return line;
            }
        }
    }
    return byCode(error.code());
}

}  // namespace

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
