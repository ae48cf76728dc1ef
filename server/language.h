// server/language.h
#pragma once
// The whole language as the program offers it: functions and procedures of all rooms in one registry.

#include <memory>

#include "query/functions/registry.h"

namespace xinpu::server {

/// Made anew at each call; meant to be made once a process.
std::shared_ptr<const query::Registry> wholeLanguage();

}  // namespace xinpu::server
