// query/semantics/scope.h
#pragma once
// The variables that are visible at a place of a statement.

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "query/syntax/ast.h"

namespace xinpu::query::semantics {

/// What is known of a variable before the statement runs.
struct Variable {
    std::string name{};
    Slot slot = kNoSlot;
    KindSet type = kAnyKind;            ///< 0: only null
    KindSet element_type = kAnyKind;    ///< of a list
    std::vector<std::string> labels{};  ///< labels (or the type) that its pattern demands
    bool constant = false;              ///< of the statement around a subquery: WITH does not hide it
};

/// A later variable hides an earlier one of the same name. Threads: one.
class Scope {
public:
    /// Nullptr if there is none; valid until the next change.
    const Variable* find(const std::string& name) const;
    void declare(Variable variable);
    std::size_t mark() const noexcept { return variables_.size(); }
    /// Forgets what was declared since `mark`.
    void release(std::size_t mark);
    /// What was declared since `mark`, in order.
    std::vector<Variable> since(std::size_t mark) const;
    /// The variables that `*` means, by name.
    std::vector<Variable> listed() const;
    /// Those of the statement around.
    std::vector<Variable> constants() const;
    void makeConstant();
    /// "Defined here: 'n', 'e'." — names most like `name` first; empty if there are none.
    std::string nearest(const std::string& name) const;

private:
    std::vector<Variable> variables_{};
    std::unordered_map<std::string, std::vector<std::size_t>> places_{};  // by name: where, outermost first
};

}  // namespace xinpu::query::semantics
