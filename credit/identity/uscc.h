// credit/identity/uscc.h
#pragma once
// The unified social credit code 统一社会信用代码 of GB 32100-2015: 18 characters, the last one checks the
// others.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xinpu::credit {

constexpr std::size_t kUsccLength = 18;

enum class UsccFault : std::uint8_t {
    None,
    Length,       ///< not 18 characters
    Alphabet,     ///< a character that the code does not use (I, O, S, V, Z, lower case, anything else)
    CheckDigit,   ///< the last character does not fit: usccCheckCharacter() gives the right one
    Placeholder,  ///< a dummy that people type to fill the field, whether or not its check digit fits
};

/// Which label a code belongs under.
enum class SubjectClass : std::uint8_t { Company, IndividualBusiness, Organisation };

/// Trimmed (full-width spaces too), full-width to half-width, upper case. Says nothing about validity.
std::string normaliseUscc(std::string_view text);

/// Checks a code that is normalised already. Allocation-free, about 15 ns; a delivered code that is clean
/// needs no normalising, so loaders call this first.
UsccFault checkUscc(std::string_view code) noexcept;

inline bool usccValid(std::string_view code) noexcept {
    return checkUscc(code) == UsccFault::None;
}

/// The check character for the first 17 characters of `code` (more may follow). Nothing if there are fewer,
/// or one of them is outside the alphabet.
std::optional<char> usccCheckCharacter(std::string_view code) noexcept;

/// 18 equal characters, running digits, or an organisation code of nine zeros.
bool usccPlaceholder(std::string_view code) noexcept;

/// Six digits of the region of registration (positions 3 to 8; it may be a former one). Empty unless `code`
/// is valid and they are digits. Points into `code`.
std::string_view usccRegion(std::string_view code) noexcept;

/// Positions 1 and 2: registering authority and kind, as "91". Empty unless `code` is valid. Points into
/// `code`.
std::string_view usccKind(std::string_view code) noexcept;

/// Chinese name of a kind, as 企业 of "91"; empty for one that the standard does not name.
std::string_view usccKindName(std::string_view kind) noexcept;

/// 91 is a company, 92 an individual business, everything else (93 too) an organisation.
SubjectClass subjectClass(std::string_view kind) noexcept;

/// Positions 9 to 17: the organisation code of GB 11714. Empty unless `code` has 18 characters. Points into
/// `code`.
std::string_view usccOrganisationCode(std::string_view code) noexcept;

}  // namespace xinpu::credit
