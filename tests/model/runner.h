// tests/model/runner.h
#pragma once
// Runs a sequence against a database and the naive graph, compares after every step, shrinks what fails.

#include <optional>
#include <string>

#include "follower.h"
#include "sequence.h"

namespace xinpu::engine::model {

/// What went wrong, or nothing. `follower` may be null.
std::optional<std::string> runSequence(const Sequence& sequence, Follower* follower);
/// The same in a process of its own: a crash is a failure, too.
std::optional<std::string> runApart(const Sequence& sequence);
/// Leaves out what the failure does not need.
Sequence shrunk(Sequence sequence);

}  // namespace xinpu::engine::model
