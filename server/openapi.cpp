// server/openapi.cpp
// The answer with the document; its text comes from openapi.json when the program is built.
#include "server/openapi.h"

#include "server/statement_answer.h"

namespace xinpu::server {

void replyOpenapi(Service&, Exchange& exchange, Work&) {
    exchange.reply.status = 200;
    exchange.reply.content_type = "application/json";
    exchange.reply.body = openapiDocument();
}

}  // namespace xinpu::server
