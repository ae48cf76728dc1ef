// engine/catalog/personal_class.h
#pragma once
// Which properties are of the class personal: built in by the domain, and declared by CREATE PROPERTY CLASS.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/catalog/catalog.h"

namespace xinpu::engine {

/// What is personal in every database, whatever was declared.
struct PersonalRules {
    std::vector<std::string> keys{};    ///< the property of this name, whoever has it
    std::vector<std::string> labels{};  ///< every property of nodes with this label, whatever else they are
    friend bool operator==(const PersonalRules&, const PersonalRules&) = default;
};

/// The class as one catalogue has it. A node is masked if any of its labels says so.
///
/// `mayHold` is asked before records are read, of an index or a plan: it answers yes where some record could be
/// personal, by the shapes that records of the catalogue have. `isPersonal` is asked of one record.
///
/// Threads: immutable. Lifetime: keeps nothing of the catalogue.
class PersonalClass {
public:
    /// @complexity the shapes and their keys
    PersonalClass(const Catalog& catalog, const PersonalRules& rules);

    /// Nothing is personal.
    bool empty() const noexcept { return !any_; }

    bool mayHold(KeyId key) const noexcept;
    bool mayHold(LabelId label, KeyId key) const noexcept;
    bool mayHold(TypeId type, KeyId key) const noexcept { return isPersonal(type, key); }
    /// Whether a look-up through the index could tell what a personal property holds.
    bool mayTell(const IndexDefinition& index) const noexcept;

    bool isPersonal(std::span<const LabelId> labels, KeyId key) const noexcept;
    bool isPersonal(TypeId type, KeyId key) const noexcept;

private:
    bool isWhole(LabelId label) const noexcept;
    bool isEverywhere(KeyId key) const noexcept;

    std::vector<bool> everywhere_;              ///< by key
    std::vector<bool> whole_;                   ///< by label
    std::vector<std::uint64_t> of_label_;       ///< declared (label, key), ascending
    std::vector<std::uint64_t> of_type_;        ///< declared (type, key), ascending
    std::vector<bool> possible_;                ///< by key: some node's may be
    std::vector<std::uint64_t> possible_with_;  ///< (label, key) of nodes whose other label says so, ascending
    bool nodes_unknown_ = false;                ///< records describe themselves: any combination is possible
    bool any_ = false;
};

}  // namespace xinpu::engine
