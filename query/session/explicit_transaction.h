// query/session/explicit_transaction.h
#pragma once
// A transaction of several statements: reads on fresh snapshots until it writes, then on the writer thread.

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "query/session/session.h"

namespace xinpu::query {

class ExplicitTransaction final : public SessionTransaction {
public:
    ExplicitTransaction(QueryEngine& engine, RunOptions options);
    ~ExplicitTransaction() override;

    Summary run(std::string_view statement, const Parameters& parameters, const RunOptions& options,
                ResultSink& sink) override;
    std::uint64_t commit() override;
    void rollback() noexcept override;
    bool wrote() const noexcept override { return visit_ != nullptr; }
    bool open() const noexcept override { return open_; }

private:
    class WriterVisit;
    void demandOpen() const;

    QueryEngine& engine_;
    RunOptions options_;
    bool open_ = true;
    std::uint64_t entry_ = 0;             ///< newest that a read saw
    std::shared_ptr<WriterVisit> visit_;  ///< once it wrote
};

}  // namespace xinpu::query
