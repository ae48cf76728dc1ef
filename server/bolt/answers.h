// server/bolt/answers.h
#pragma once
// What the server says to requests: success with its metadata, failure with its code, ignored.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "query/session/session.h"
#include "server/bolt/packstream.h"
#include "server/bolt/protocol.h"
#include "server/error_status.h"
#include "xinpu/error.h"

namespace xinpu::server::bolt {

struct Failure {
    std::string code;  ///< "Neo.ClientError.Statement.SyntaxError"
    std::string message;
    std::optional<Position> at;

    /// `statement`: the text that the error is about; empty if it is about the request.
    static Failure of(const Error& error, std::string_view statement);
};

/// What a client does not want to be told of.
struct NotificationFilter {
    bool off = false;
    std::vector<std::string> disabled;  ///< categories, or classifications since 5.6
};

void putSuccess(std::string& out, const MapWriter& metadata);
/// Since 5.7 with a GQL status.
void putFailure(std::string& out, Version version, const Failure& failure);
void putIgnored(std::string& out);

/// The metadata that a statement leaves: type, counters, notifications (statuses since 5.6), plan or profile.
void addSummary(MapWriter& metadata, Version version, const query::Summary& summary,
                const NotificationFilter& filter, bool has_fields, bool has_rows);

}  // namespace xinpu::server::bolt
