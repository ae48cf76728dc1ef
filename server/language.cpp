// server/language.cpp
// Lets each room register what is its own.
#include "server/language.h"

namespace xinpu::server {

std::shared_ptr<const query::Registry> wholeLanguage() {
    auto registry = std::make_shared<query::Registry>();
    query::registerBuiltinFunctions(*registry);
    return registry;
}

}  // namespace xinpu::server
