// server/openapi.h
#pragma once
// /openapi.json: the description of this interface that programs read (OpenAPI 3.1).

#include <string_view>

#include "server/exchange.h"

namespace xinpu::server {

class Service;
struct Work;

/// The document as server/openapi.json has it, with the version of this program.
std::string_view openapiDocument() noexcept;

void replyOpenapi(Service& service, Exchange& exchange, Work& work);

}  // namespace xinpu::server
