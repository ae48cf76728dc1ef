// credit/language/words.h
#pragma once
// The domain's functions in statements: uscc.* and mask.*.

#include "query/functions/registry.h"

namespace xinpu::credit {

/// Adds uscc.valid, uscc.normalise, uscc.region, uscc.kind and mask.person.
void registerCreditWords(query::Registry& registry);

}  // namespace xinpu::credit
