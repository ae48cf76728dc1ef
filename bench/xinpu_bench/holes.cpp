// bench/xinpu_bench/holes.cpp
// Pages are handed out in order, so values written one after another lie side by side.

#include "bench/xinpu_bench/holes.h"

#include <algorithm>
#include <string>

#include "engine/store/environment.h"

namespace xinpu::bench {

using engine::KeyBuilder;
using engine::Table;
using engine::TableWriter;

std::uint64_t makeHoles(const std::filesystem::path& folder, std::uint64_t holes) {
    constexpr std::uint64_t kErasedPerCommit = 500;  // the list of a commit's free pages stays short
    const auto environment = engine::Environment::open(folder, {});
    const std::uint64_t made = holes + holes / 10;  // the commits that free pages fill some holes again
    const auto key = [](std::uint64_t number) { return KeyBuilder().u64(number).text(); };
    environment->relaxDurability(true);
    {
        engine::StoreTxn txn = environment->beginWrite();
        TableWriter table(txn, Table::History);
        const std::string page(environment->pageValueMax(), 'x');
        for (std::uint64_t number = 0; number < 2 * made; ++number) {
            table.put(engine::asBytes(key(number)), engine::asBytes(page));
        }
        txn.commit();
    }
    for (std::uint64_t first = 0; first < made; first += kErasedPerCommit) {
        engine::StoreTxn txn = environment->beginWrite();
        TableWriter table(txn, Table::History);
        for (std::uint64_t hole = first; hole < std::min(first + kErasedPerCommit, made); ++hole) {
            table.erase(engine::asBytes(key(2 * hole)));
        }
        txn.commit();
    }
    environment->relaxDurability(false);
    environment->sync();
    return environment->pageUse().free_runs_single;
}

}  // namespace xinpu::bench
