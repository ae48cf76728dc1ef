// credit/identity/personal_data.h
#pragma once
// Keeps personal data out of what is written: names are masked, and free text is scanned for identity
// numbers, mobile numbers and bank cards (个人信息保护法 art. 6, 28, 51).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xinpu::credit {

/// First character and a star for each further one: 张三丰 is 张**. Trimmed; a masked name stays as it is.
std::string maskPerson(std::string_view name);

/// True when maskPerson() would change `name` (apart from blanks around it). Allocation-free.
bool showsName(std::string_view name) noexcept;

enum class PersonalData : std::uint8_t { IdNumber, MobileNumber, BankCard };

/// What stands in the text instead, as 〔证件号码已遮蔽〕.
std::string_view maskOf(PersonalData kind) noexcept;

/// `text` with every identity number, mobile number and bank card replaced by its mask; nothing when there is
/// none, which is found in one pass without allocation.
///
/// Full-width digits count, and single blanks or hyphens between digits do not hide a number.
///  - Identity number: 18 characters with a possible birth date and region, whether or not the check digit
///  fits (a
///    mistyped number is still somebody's), or 15 digits of the form used until 1999. A valid USCC is left
///    alone.
///  - Mobile number: 11 digits from 13 to 19, with or without +86.
///  - Bank card: 16 to 19 digits with a right Luhn digit and an issuer number of 3, 4, 5, 60, 62, or 9558.
std::optional<std::string> maskPersonalData(std::string_view text);

/// True when `text` as a whole is an identity number, as above but with a right check digit for 18
/// characters. For key columns, where a mask would merge persons.
bool looksLikeIdNumber(std::string_view text) noexcept;

}  // namespace xinpu::credit
