// query/exec/context.h
#pragma once
// What all operators and expressions of one run share.

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "query/exec/batch.h"
#include "query/exec/result.h"
#include "query/functions/registry.h"
#include "query/plan/plan.h"

namespace xinpu::query {

class Operator;
struct ExecContext;

/// Numbers of names, by the place in the statement that names them. A name that has no number yet is looked
/// up again when the catalogue grew.
class NameCache {
public:
    std::optional<engine::KeyId> key(const void* place, std::string_view name,
                                     const engine::Catalog& catalog) {
        return found<engine::KeyId>(place, name, catalog.keys());
    }
    std::optional<engine::LabelId> label(const void* place, std::string_view name,
                                         const engine::Catalog& catalog) {
        return found<engine::LabelId>(place, name, catalog.labels());
    }
    std::optional<engine::TypeId> type(const void* place, std::string_view name,
                                       const engine::Catalog& catalog) {
        return found<engine::TypeId>(place, name, catalog.types());
    }

private:
    struct Entry {
        const void* place = nullptr;
        const engine::NameTable* table = nullptr;
        std::size_t names = 0;  ///< that the table had
        std::optional<std::uint32_t> number{};
    };
    template <typename Id>
    std::optional<Id> found(const void* place, std::string_view name, const engine::NameTable& table) {
        Entry& entry = entries_[(reinterpret_cast<std::uintptr_t>(place) >> 4U) % entries_.size()];
        if (entry.place != place || entry.table != &table || entry.names != table.size()) [[unlikely]] {
            entry = {place, &table, table.size(), table.find(name)};
        }
        return entry.number ? std::optional(Id{*entry.number}) : std::nullopt;
    }
    std::array<Entry, 64> entries_{};
};

/// A plan below an expression or an operator, made on first use and used again for each row.
struct Subplan {
    Subplan(const PlanNode& plan_root, ExecContext& context);
    ~Subplan();
    const PlanNode& root;
    Batch rows;
    std::unique_ptr<Operator> op;
};

/// What one operator did, its children's part included.
struct OperatorProfile {
    std::uint64_t rows = 0;
    std::uint64_t reads = 0;
    std::uint64_t nanos = 0;
};

/// Threads: one. Lifetime: of a run; borrows plan, view, parameters and budget.
struct ExecContext {
    EvalContext eval;
    const Plan* plan = nullptr;
    std::span<const engine::Value> parameters{};
    std::size_t batch_rows = 1'024;
    bool profiling = false;
    std::optional<std::filesystem::path> csv_folder{};

    Counters counters{};
    std::uint64_t reads = 0;  ///< entities and entries looked at
    NameCache names{};
    std::vector<std::unique_ptr<Subplan>> subplans{};
    std::vector<OperatorProfile> profiles{};
    /// Deleted, but relationships of theirs were still there: looked at again at the end of the statement.
    std::vector<engine::NodeId> doomed{};

    const GraphView& graph() const noexcept { return *eval.graph; }
    Budget& budget() const noexcept { return *eval.budget; }
    std::size_t width() const noexcept { return static_cast<std::size_t>(plan->width); }
    Subplan& subplan(std::int32_t number);
};

/// The slot's value in a row.
inline engine::Value& at(Row row, Slot slot) noexcept {
    return row[static_cast<std::size_t>(slot)];
}

}  // namespace xinpu::query
