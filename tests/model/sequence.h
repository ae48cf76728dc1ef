// tests/model/sequence.h
#pragma once
// What a run does: steps of transactions of operations, all drawn from one seed.

#include <cstdint>
#include <string>
#include <vector>

namespace xinpu::engine::model {

enum class OpKind : std::uint8_t {
    CreateNode,
    CreateNodes,  ///< many at once
    CreateRel,
    CreateHub,  ///< many relationships of one node
    SetNode,
    SetLabels,
    SetRel,
    DeleteRel,
    DeleteNode,
    DetachDelete,
    ThinHub,  ///< deletes most relationships of one node
    Declare,
    Drop,
    Dictionary,
    Throw,
    Count,
};

/// The numbers pick from what there is when the operation runs, so that any operation may be left out.
struct Op {
    OpKind kind = OpKind::CreateNode;
    std::uint32_t a = 0;
    std::uint32_t b = 0;
    std::uint32_t c = 0;
    std::uint32_t d = 0;
};

enum class StepKind : std::uint8_t {
    Write,  ///< one transaction
    Group,  ///< several threads, one transaction each
    Reopen,
    MergeAll,
    Hold,  ///< keeps the snapshot, to be compared later
    Release,
    Count,
};
struct Step {
    StepKind kind = StepKind::Write;
    std::vector<std::vector<Op>> transactions;
};

struct Sequence {
    std::uint64_t seed = 0;
    std::uint64_t merge_at = 0;
    std::size_t merge_chunks = 0;
    bool reopen_always = false;
    bool follow = false;  ///< a second process reads along
    std::vector<Step> steps;
};

Sequence makeSequence(std::uint64_t seed);
std::string describe(const Sequence& sequence);

}  // namespace xinpu::engine::model
