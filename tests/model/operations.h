// tests/model/operations.h
#pragma once
// One operation, on the engine's transaction and on the naive graph.

#include <stdexcept>

#include "engine/txn/write_txn.h"
#include "naive_graph.h"
#include "sequence.h"
#include "xinpu/error.h"

namespace xinpu::engine::model {

/// Thrown where engine and naive graph disagree.
struct Disagreement : std::runtime_error {
    using std::runtime_error::runtime_error;
};
/// What OpKind::Throw throws.
struct Accident : std::runtime_error {
    Accident() : std::runtime_error("accident") {}
};

/// What a transaction is to end with.
struct Expectation {
    std::optional<ErrorCode> error;
    bool accident = false;
    bool changed = false;
};

/// Sets `expected.error` before it calls what must fail.
void applyOp(const Op& op, NaiveGraph& graph, WriteTxn& txn, Expectation& expected);
/// What a transaction reads while it runs, against the graph.
void compareInside(const NaiveGraph& graph, const WriteTxn& txn);

}  // namespace xinpu::engine::model
