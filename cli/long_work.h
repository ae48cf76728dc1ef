// cli/long_work.h
#pragma once
// What long work of the engine is given: the stop flag, and a callback that draws its steps.

#include <string>

#include "cli/context.h"
#include "engine/check/check.h"

namespace xinpu::cli {

/// Draws each step of a check, backup, restore or compaction as a stage of its own. Outlives the callback
/// that it gives.
class StepDisplay {
public:
    explicit StepDisplay(Context& context) : context_(context), progress_(context.progress()) {}
    StepDisplay(const StepDisplay&) = delete;
    StepDisplay& operator=(const StepDisplay&) = delete;

    std::function<void(const engine::CheckProgress&)> callback();
    /// Takes the line away before results are printed.
    void clear() { progress_.clear(); }

private:
    Context& context_;
    Progress progress_;
    std::string step_;
};

}  // namespace xinpu::cli
