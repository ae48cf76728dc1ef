// credit/identity/codes.h
#pragma once
// Older identifiers of organisations: organisation code (GB 11714) and registration number 注册号 (GS
// 15-2006).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xinpu::credit {

/// Trimmed, half-width, upper case, without the hyphen before the check character ("D2143569-X" is
/// "D2143569X").
std::string normaliseOrganisationCode(std::string_view text);

/// Check character (0-9 or X) for the first 8 characters; nothing if there are fewer or others than 0-9 and
/// A-Z.
std::optional<char> organisationCodeCheckCharacter(std::string_view code) noexcept;

/// `code` is normalised: 9 characters whose last one checks the others.
bool organisationCodeValid(std::string_view code) noexcept;

enum class RegistrationNumberFault : std::uint8_t {
    None,
    CheckDigit,  ///< 15 digits and the last one does not fit (delivered data hold many: a warning)
    OldForm,     ///< 13 digits, before 2007, without check digit (a warning)
    Malformed,   ///< neither 13 nor 15 digits
};

/// Check digit (ISO 7064 MOD 11,10) for the first 14 digits; nothing if there are fewer.
std::optional<char> registrationNumberCheckDigit(std::string_view number) noexcept;

RegistrationNumberFault checkRegistrationNumber(std::string_view number) noexcept;

}  // namespace xinpu::credit
