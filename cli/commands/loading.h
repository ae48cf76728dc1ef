// cli/commands/loading.h
#pragma once
// What `load` and `import` share: options, progress in the reader's language, the frame of a run.

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/context.h"
#include "cli/interrupt.h"
#include "cli/messages.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "loaders/load.h"

namespace xinpu::cli {

struct LoadingOptions {
    std::int64_t memory_mib = 512;
    std::string format = "text";

    std::size_t memoryBytes() const { return static_cast<std::size_t>(memory_mib) << 20; }
};

/// --memory and --format. `options` must outlive the parsing.
inline void addLoadingOptions(CLI::App& command, const Context& context, LoadingOptions& options) {
    command.add_option("--memory", options.memory_mib, context.text(messages::kLoadMemory))
        ->type_name("MIB")
        ->check(wholeNumberFrom(context, 64, 1'048'576))
        ->capture_default_str();
    command.add_option("--format", options.format, context.text(messages::kLoadFormat))
        ->type_name("text|json")
        ->check(oneOf(context, {"text", "json"}))
        ->capture_default_str();
}

/// The loaders' word for a phase or data set, as it is shown; names of files and types stay as they are.
inline std::string phaseText(const Context& context, std::string_view phase) {
    struct Phase {
        std::string_view name;
        Text text;
    };
    static constexpr Phase kPhases[] = {
        {"subject", {"subject", "企业"}}, {"person", {"person", "自然人"}}, {"capital", {"capital", "出资"}},
        {"role", {"role", "任职"}},       {"penalty", {"penalty", "处罚"}}, {"indexes", {"indexes", "索引"}},
    };
    for (const Phase& known : kPhases) {
        if (known.name == phase) {
            return context.text(known.text);
        }
    }
    return std::string(phase);
}

/// Runs `work(hooks)` with a progress line and Ctrl-C; gives back what it gives.
template <typename Work>
auto runLoading(Context& context, Work&& work) {
    Progress progress = context.progress();
    progress.start(context.text(messages::kLoadStage), context.text(messages::kRowsUnit), 0);
    loaders::LoadHooks hooks;
    hooks.stop = &InterruptScope::stopRequested();
    std::string phase;
    std::string shown;
    hooks.progress = [&](std::string_view now, std::uint64_t bytes, std::uint64_t bytes_all,
                         std::uint64_t rows) {
        if (now != phase) {
            phase = now;
            shown = phaseText(context, now);
        }
        progress.rename(shown);
        progress.advance(rows, bytes, bytes_all);
    };
    auto outcome = work(hooks);
    progress.clear();
    return outcome;
}

}  // namespace xinpu::cli
