// cli/exit_code.h
#pragma once
// The one table from an error's code to the exit code of the process (docs/cli.md).

#include "xinpu/error.h"

namespace xinpu::cli {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;       ///< the work failed
inline constexpr int kExitUsage = 2;        ///< wrong arguments
inline constexpr int kExitBadInput = 3;     ///< bad input data
inline constexpr int kExitUnavailable = 4;  ///< database damaged, incomplete or locked

constexpr int exitCodeOf(ErrorCode code) noexcept {
    switch (code) {
    case ErrorCode::Syntax:
    case ErrorCode::Semantic:
    case ErrorCode::Type:
    case ErrorCode::Argument:
    case ErrorCode::Arithmetic:
    case ErrorCode::Parameter:
    case ErrorCode::Procedure:
    case ErrorCode::NotFound:
    case ErrorCode::Constraint:
    case ErrorCode::Conflict:
    case ErrorCode::Denied:
    case ErrorCode::Limit:
    case ErrorCode::Cancelled:
    case ErrorCode::Io:
    case ErrorCode::Internal:
        return kExitFailed;
    case ErrorCode::Validation:
    case ErrorCode::Usage:
        return kExitUsage;
    case ErrorCode::Data:
        return kExitBadInput;
    case ErrorCode::Corrupt:
    case ErrorCode::Locked:
        return kExitUnavailable;
    }
    return kExitFailed;
}

}  // namespace xinpu::cli
