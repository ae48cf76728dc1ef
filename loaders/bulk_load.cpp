// loaders/bulk_load.cpp
// One or two passes over the files: with --strict, or when keys clash, the first pass only looks.

#include "loaders/bulk_load.h"

#include <fmt/format.h>

#include <chrono>

#include "engine/bulk/bulk_graph.h"
#include "engine/journal/payload.h"
#include "engine/txn/database.h"
#include "loaders/bulk_pass.h"

namespace xinpu::loaders {

LoadOutcome bulkLoad(const LoadRequest& request, const LoadHooks& hooks, const std::string& batch,
                     std::int64_t now_us) {
    const auto began = std::chrono::steady_clock::now();
    Clashes clashes;
    const std::filesystem::path quarantine_folder =
        request.quarantine.empty() ? request.data / "quarantine" / batch : request.quarantine;
    LoadOutcome outcome;
    outcome.bulk = true;
    outcome.receipt.batch = batch;
    outcome.receipt.supplier = request.supplier;
    outcome.receipt.delivered_at = request.delivered_at;
    outcome.receipt.received_at = batch.substr(0, batch.find('-'));

    bool look_first = request.strict;
    for (;;) {
        if (look_first) {
            Quarantine quarantine(quarantine_folder);
            const std::size_t known = clashes.size();
            BulkPass pass(request, hooks, batch, clashes, nullptr, &quarantine);
            pass.run();
            if (clashes.size() != known) {
                quarantine.discard();
                continue;  // once more, now that both rows of each clashing key are known
            }
            if (request.strict && pass.quarantined() != 0) {
                outcome.receipt.datasets = pass.receipts();
                quarantine.finish(outcome.receipt, true);
                throw Error(
                    ErrorCode::Data,
                    fmt::format("{} rows would be quarantined; nothing was written. The reasons are in '{}'.",
                                pass.quarantined(), quarantine_folder.string()),
                    "STRICT");
            }
            quarantine.discard();
        }
        Quarantine quarantine(quarantine_folder);
        engine::BulkGraph graph(engine::databaseFolder(request.data, request.database),
                                {.memory_bytes = request.memory_bytes});
        BulkPass pass(request, hooks, batch, clashes, &graph, &quarantine);
        pass.run();
        if (pass.foundNewClashes()) {
            quarantine.discard();
            look_first = true;
            continue;
        }
        if (hooks.progress) {
            hooks.progress("indexes", 0, 0, 0);
        }
        engine::EntryDraft draft;
        draft.time_us = now_us;
        draft.kind = engine::EntryKind::Load;
        draft.principal = "local";
        engine::PayloadWriter payload;
        for (const auto& [name, digest] : pass.files()) {
            payload.file(name, digest);
        }
        outcome.receipt.journal = graph.finish(draft, payload.take());
        outcome.receipt.datasets = pass.receipts();
        outcome.receipt.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        quarantine.finish(outcome.receipt, !request.quarantine.empty());
        if (quarantine.used()) {
            outcome.quarantine = quarantine_folder;
        }
        return outcome;
    }
}

}  // namespace xinpu::loaders
