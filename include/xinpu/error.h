// include/xinpu/error.h
#pragma once
// The one error type of xinpu: a code, a sentence for the reader, and where it helps a detail and a position.

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace xinpu {

/// What kind of failure it is. Rooms word the message; the exit code and HTTP status follow from the code alone.
enum class ErrorCode : std::uint8_t {
    Syntax,      ///< openCypher SyntaxError: the text is not a statement
    Semantic,    ///< openCypher SemanticError
    Type,        ///< openCypher TypeError
    Argument,    ///< openCypher ArgumentError
    Arithmetic,  ///< openCypher ArithmeticError
    Parameter,   ///< openCypher ParameterMissing
    Procedure,   ///< openCypher ProcedureError
    NotFound,    ///< what was named does not exist (openCypher EntityNotFound)
    Constraint,  ///< refused by a constraint
    Conflict,    ///< refused by the state of things
    Validation,  ///< a value that fails its rule (check digit, range)
    Data,        ///< bad input file
    Usage,       ///< bad arguments
    Denied,      ///< not allowed
    Limit,       ///< a named budget or limit is spent
    Cancelled,   ///< stopped on request
    Corrupt,     ///< the database is damaged or incomplete
    Locked,      ///< another process writes
    Io,          ///< the operating system refused
    Internal,    ///< our bug
};

/// Line and column from 1, offset from 0, all in code points.
struct Position {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    std::uint32_t offset = 0;
};

/// Thrown where a statement or request cannot go on; returned as a value where the caller goes on with the next
/// row. Copies share one immutable record, so copying never throws. Safe to hand to another thread.
class Error final : public std::exception {
public:
    Error(ErrorCode code, std::string message, std::string detail = {}, std::optional<Position> at = {})
        : record_(std::make_shared<const Record>(Record{code, std::move(message), std::move(detail), at})) {}

    ErrorCode code() const noexcept { return record_->code; }
    /// What happened, to what, what to do; no personal data.
    const std::string& message() const noexcept { return record_->message; }
    /// openCypher detail code or one of our own stable codes (`CALENDAR_UNKNOWN`), or empty.
    const std::string& detail() const noexcept { return record_->detail; }
    std::optional<Position> at() const noexcept { return record_->at; }
    const char* what() const noexcept override { return record_->message.c_str(); }

private:
    struct Record {
        ErrorCode code;
        std::string message;
        std::string detail;
        std::optional<Position> at;
    };
    std::shared_ptr<const Record> record_;
};

}  // namespace xinpu
