// bench/xinpu_bench/questions.h
#pragma once
// Q1, Q2, Q3 and Q5 of ../WORKLOADS.md through the engine; every answer is the canonical line.

#include <memory>
#include <string>
#include <string_view>

#include "credit/portrait/violations.h"
#include "engine/txn/database.h"

namespace xinpu::bench {

/// The span and the set that the questions ask about.
struct Asked {
    credit::RelatedSet set;
    credit::DateSpan window;

    /// Hops 3, share 5, and the main job's window of three years for an application on `date`.
    explicit Asked(engine::Date date);
};

/// Each question takes a snapshot of its own, as a request of a server would.
/// Threads: one object a thread.
class Questions {
public:
    Questions(engine::Database& database, const Asked& asked) : database_(database), asked_(asked) {}

    std::string ownPenalties(std::string_view uscc);                    ///< Q1
    std::string relatedSet(std::string_view uscc, std::uint32_t hops);  ///< Q2
    std::string relatedViolations(std::string_view uscc);               ///< Q3
    std::string relatedSum(std::string_view uscc);                      ///< Q5, one firm
    /// Lets go of the last snapshot, which until then keeps pages of its commit in use.
    void rest();

private:
    engine::NodeId look(std::string_view uscc);

    engine::Database& database_;
    Asked asked_;
    credit::ViolationFinder finder_;
    std::shared_ptr<const engine::Snapshot> snapshot_;
};

}  // namespace xinpu::bench
