// credit/identity/id_card.h
#pragma once
// The resident identity number 公民身份号码 of GB 11643. It is checked and turned into something else at
// once: it is never stored, logged or put into a message.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace xinpu::credit {

/// Check character (0-9 or X) for the first 17 digits; nothing if there are fewer.
std::optional<char> idCardCheckCharacter(std::string_view number) noexcept;

/// 18 characters (a lower-case x is accepted), a birth date that existed and is not after `today`, check
/// character.
bool idCardValid(std::string_view number, std::chrono::sys_days today) noexcept;

/// The 18 characters of a number of 15 digits (births before 2000): 19 before the year, check character at
/// the end. Nothing if it is not 15 digits.
std::optional<std::string> idCardFrom15(std::string_view number);

}  // namespace xinpu::credit
