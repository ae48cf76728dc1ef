// server/error_status.h
#pragma once
// From an error to the HTTP status, the code that clients know, and the text that they show.

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "xinpu/error.h"

namespace xinpu::server {

/// Details of errors that the server itself raises. Those of statements are openCypher's (query/).
namespace details {
inline constexpr const char* kUnauthorized = "Unauthorized";
inline constexpr const char* kForbidden = "Forbidden";
inline constexpr const char* kRateLimit = "AuthenticationRateLimit";
inline constexpr const char* kPathNotFound = "PathNotFound";
inline constexpr const char* kMethodNotAllowed = "MethodNotAllowed";
inline constexpr const char* kNotAcceptable = "NotAcceptable";
inline constexpr const char* kMediaType = "UnsupportedMediaType";
inline constexpr const char* kTooLarge = "ContentTooLarge";
inline constexpr const char* kHeaderTooLarge = "HeaderTooLarge";
inline constexpr const char* kMalformed = "RequestMalformed";
inline constexpr const char* kTooManyRequests = "TooManyRequests";
inline constexpr const char* kBusy = "NoThreadsAvailable";
inline constexpr const char* kDatabaseNotFound = "DatabaseNotFound";
inline constexpr const char* kDatabaseInUse = "DatabaseInUse";
inline constexpr const char* kInvalidBookmark = "InvalidBookmark";
inline constexpr const char* kBookmarkTimeout = "BookmarkTimeout";
inline constexpr const char* kTransactionNotFound = "TransactionNotFound";
inline constexpr const char* kTransactionBusy = "TransactionAccessedConcurrently";
inline constexpr const char* kAccessMode = "AccessMode";
inline constexpr const char* kWriterBusy = "LockAcquisitionTimeout";
inline constexpr const char* kParseRate = "ParseRateLimit";
inline constexpr const char* kTimedOut = "TransactionTimedOut";
}  // namespace details

/// The code of errors that say that a database is damaged.
inline constexpr std::string_view kStorageDamage = "Neo.DatabaseError.General.StorageDamageDetected";

struct ErrorAnswer {
    int status = 500;
    std::string code;     ///< "Neo.ClientError.Statement.SyntaxError"
    std::string message;  ///< of a statement: with position, caret, detail code and openCypher's class word
    bool retry_later = false;  ///< the answer carries Retry-After
};

/// `statement`: the text that the error is about; empty if it is about the request. Counts the error as told.
ErrorAnswer errorAnswer(const Error& error, std::string_view statement);

/// How often clients were told an error, since the process began.
struct ErrorCount {
    std::string_view code;    ///< static, as ErrorAnswer::code
    std::string_view detail;  ///< static; empty: any that says no more than the code
    std::uint64_t count = 0;
};
/// Those that came up at least once.
std::vector<ErrorCount> errorsTold();

/// What a client is told of an exception that is no Error; it is logged.
Error unexpectedError(const std::exception& unexpected);

/// openCypher's word for a class of errors, or empty for those of ours.
std::string_view classWord(ErrorCode code) noexcept;

}  // namespace xinpu::server
