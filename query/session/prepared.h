// query/session/prepared.h
#pragma once
// A statement ready to run, and the cache of such statements by their text.

#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "engine/catalog/catalog_store.h"
#include "query/plan/plan.h"
#include "query/session/session.h"

namespace xinpu::query {

/// What of a catalogue and its counts a plan depends on: names (notifications), indexes (access), orders of
/// magnitude (costs). Dictionary strings and shapes do not count: they change with every other commit.
struct PlanBasis {
    std::size_t names = 0;
    std::size_t indexes = 0;
    std::uint32_t last_index = 0;
    int magnitude = 0;
    std::size_t shapes = 0;  ///< of a masked plan, else 0: they tell which indexes hold personal properties
    friend bool operator==(const PlanBasis&, const PlanBasis&) = default;

    static PlanBasis of(const engine::Catalog& catalog, const engine::Counts& counts, bool masked);
};

class Prepared {
public:
    Prepared(std::string statement_text, std::shared_ptr<const Plan> made_plan, PlanBasis plan_basis,
             bool for_masked_runs, std::vector<std::string> named_properties);

    const std::string text;
    const std::shared_ptr<const Plan> plan;
    const PlanBasis basis;
    const bool masked;  ///< planned without the indexes that could tell what is masked
    const std::vector<std::string> properties;  ///< that the text names, ascending
    QueryType type = QueryType::Read;
    bool updates = false;  ///< graph or schema

    const Statement& statement() const noexcept { return *plan->statement; }
    std::span<const std::string> fields() const noexcept { return fields_; }

private:
    std::span<const std::string> fields_;
};

/// Least recently used statements give way. Threads: any.
class StatementCache {
public:
    explicit StatementCache(std::size_t most) : most_(most) {}
    std::shared_ptr<const Prepared> find(std::string_view text, const PlanBasis& basis);
    void put(std::shared_ptr<const Prepared> prepared);

private:
    using Entries = std::list<std::shared_ptr<const Prepared>>;  // the most recently used first
    std::mutex mutex_;
    std::size_t most_;
    Entries entries_;
    std::unordered_map<std::string_view, Entries::iterator> by_text_;  // keys lie in the entries
};

}  // namespace xinpu::query
