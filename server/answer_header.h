// server/answer_header.h
#pragma once
// The header of every answer: status, what guards browsers, the request's id, and who may read it across origins.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "server/exchange.h"

namespace xinpu::server {

struct HeaderOptions {
    unsigned version = 11;  ///< of HTTP: 10 or 11
    bool keep = true;       ///< the connection stays open
    bool chunked = false;   ///< the body's length is not known
    bool secure = false;    ///< over TLS
    std::span<const std::string> cors_origins;
};

/// Everything before the body, with the empty line.
std::string answerHeader(const Exchange& exchange, const HeaderOptions& options);

/// The id that a client sent, if it is 1 to 64 of `A-Z a-z 0-9 . _ -`; else a new one.
std::string requestIdOf(std::string_view sent);

/// A whole answer for a client that does not get as far as a request: 400 or 503, plain text.
std::string plainRefusal(int status, std::string_view sentence);

}  // namespace xinpu::server
