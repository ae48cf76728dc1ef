// query/exec/names.h
#pragma once
// Names of a plan as numbers of the catalogue, and the tests that operators make with them.

#include <span>
#include <string>
#include <vector>

#include "query/exec/context.h"

namespace xinpu::query {

/// Types that an operator follows.
class TypeFilter {
public:
    explicit TypeFilter(const std::vector<std::string>& names) noexcept : names_(&names) {}

    /// Looks the names up, again if the catalogue grew. False: no relationship has one of them.
    bool resolve(const engine::Catalog& catalog);
    /// Empty: every type.
    std::span<const engine::TypeId> ids() const noexcept { return ids_; }
    bool has(engine::TypeId type) const noexcept;

private:
    const std::vector<std::string>* names_;
    std::vector<engine::TypeId> ids_;
    std::size_t known_ = static_cast<std::size_t>(-1);  ///< types of the catalogue at the last look
};

/// Labels that a node must have, all of them. The first few nodes are asked by their records, many by a copy
/// of the label's bitmap that the thread keeps.
class LabelFilter {
public:
    LabelFilter(const std::vector<std::string>& names, ExecContext& context) noexcept
        : names_(&names), context_(&context) {}

    /// To be called before a batch of questions. False: no node has them.
    bool resolve();
    bool passes(engine::NodeId node);
    /// Leaves those in `nodes` that have the labels.
    void keep(std::vector<engine::NodeId>& nodes);
    /// Leaves one label out that is known to hold.
    void leaveOut(engine::LabelId label) { known_to_hold_ = label; }
    std::span<const engine::LabelId> ids() const noexcept { return ids_; }

private:
    const std::vector<std::string>* names_;
    ExecContext* context_;
    std::vector<engine::LabelId> ids_;
    engine::LabelId known_to_hold_{};
    std::size_t known_ = static_cast<std::size_t>(-1);
    bool absent_ = false;
    bool pristine_ = false;
    std::uint64_t asked_ = 0;
};

/// Whether the relationship is none of those in the slots (relationships, or lists of them).
bool differs(std::span<const Slot> slots, Row row, engine::RelId relationship);

}  // namespace xinpu::query
