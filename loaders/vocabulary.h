// loaders/vocabulary.h
#pragma once
// The code lists of the data standard: which words are delivered, and the id that each stands for.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace xinpu::loaders {

/// An entry of a code list. `id` lives as long as the program; `number` is its position in the list, for
/// columns that keep few distinct values.
struct Word {
    std::uint8_t number = 0;
    std::string_view id = {};

    friend bool operator==(const Word& a, const Word& b) noexcept { return a.id == b.id; }
};

/// Each takes a delivered word, trimmed: an id, a Chinese word, or (where there are some) a number.
/// Nothing for a word that is not in the list.
std::optional<Word>
subjectKind(std::string_view word) noexcept;  ///< company, organisation, individual_business
std::optional<Word>
subjectStatus(std::string_view word) noexcept;  ///< active, cancelled, revoked, moved, annulled
std::optional<Word> investorKind(std::string_view word) noexcept;  ///< person, or a subject kind
std::optional<Word> role(std::string_view word) noexcept;          ///< legal_representative, director, …
std::optional<Word>
penaltyKind(std::string_view word) noexcept;  ///< warning … detention, other: lightest first
std::optional<Word> severity(std::string_view word) noexcept;  ///< minor, general, serious; 1 to 4
std::optional<Word> domain(std::string_view word) noexcept;    ///< civil-defence …

/// The ids of a list by number.
std::span<const std::string_view> subjectKindIds() noexcept;
std::span<const std::string_view> subjectStatusIds() noexcept;
std::span<const std::string_view> investorKindIds() noexcept;
std::span<const std::string_view> roleIds() noexcept;
std::span<const std::string_view> penaltyKindIds() noexcept;
std::span<const std::string_view> severityIds() noexcept;
std::span<const std::string_view> domainIds() noexcept;

}  // namespace xinpu::loaders
