// bench/xinpu_bench/statements.h
#pragma once
// Q1 to Q5 of ../WORKLOADS.md as prepared statements of the query language; the same canonical lines.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/xinpu_bench/questions.h"
#include "query/session/session.h"

namespace xinpu::bench {

/// Threads: one object a thread; the engine may be shared.
class Statements {
public:
    Statements(query::QueryEngine& engine, const Asked& asked);

    /// The two official statements, with a word for each.
    static std::vector<std::pair<std::string, std::string>> officialOnes();

    std::string ownPenalties(std::string_view uscc);                    ///< Q1
    std::string relatedSet(std::string_view uscc, std::uint32_t hops);  ///< Q2
    std::string relatedViolations(std::string_view uscc);               ///< Q3
    std::string relatedSum(std::string_view uscc);                      ///< Q5, one firm
    std::string owners(std::string_view uscc);                          ///< Q4: walks of up to six stakes
    /// The same by `graph.ownership`, which sums cycles to their end: other figures where stakes are circular.
    std::string ownership(std::string_view uscc);

private:
    using Rows = std::vector<std::vector<engine::Value>>;
    std::string ownersOf(const std::shared_ptr<const query::Prepared>& statement, std::string_view uscc);
    const Rows& ask(const std::shared_ptr<const query::Prepared>& statement, std::string_view uscc);

    query::QueryEngine& engine_;
    query::Parameters parameters_;
    std::shared_ptr<const query::Prepared> own_;
    std::vector<std::shared_ptr<const query::Prepared>> sets_;  ///< by hops
    std::shared_ptr<const query::Prepared> related_;
    std::shared_ptr<const query::Prepared> sum_;
    std::shared_ptr<const query::Prepared> owners_;
    std::shared_ptr<const query::Prepared> ownership_;
    Rows rows_;
};

}  // namespace xinpu::bench
