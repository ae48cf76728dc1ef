// server/language.cpp
// Lets each room register what is its own.
#include "server/language.h"

#include "credit/language/words.h"
#include "query/procedures/builtin.h"

namespace xinpu::server {

std::shared_ptr<const query::Registry> wholeLanguage() {
    auto registry = std::make_shared<query::Registry>();
    query::registerBuiltinFunctions(*registry);
    query::registerBuiltinProcedures(*registry);
    credit::registerCreditWords(*registry);
    return registry;
}

}  // namespace xinpu::server
