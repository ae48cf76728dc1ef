// server/request_of.h
#pragma once
// What the server looks at of an HTTP message.

#include <string_view>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "server/exchange.h"

namespace xinpu::server {

/// A view of Beast's own kind of text.
inline std::string_view viewOf(boost::beast::string_view text) noexcept {
    return {text.data(), text.size()};
}

/// Views borrow the message. All but `peer` is filled.
Request requestOf(const boost::beast::http::request<boost::beast::http::string_body>& message);

}  // namespace xinpu::server
