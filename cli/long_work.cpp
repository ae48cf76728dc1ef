// cli/long_work.cpp
// Draws the steps of long work.
#include "cli/long_work.h"

#include "cli/messages.h"

namespace xinpu::cli {

std::function<void(const engine::CheckProgress&)> StepDisplay::callback() {
    return [this](const engine::CheckProgress& at) {
        if (at.step != step_) {
            step_ = at.step;
            progress_.start(step_, context_.text(messages::kItemsUnit), at.all);
        }
        progress_.advance(at.done, at.done, at.all);
    };
}

}  // namespace xinpu::cli
