// credit/identity/personal_data.cpp
// The scan: runs of digits with their separators are cut out of the text, then judged as a whole.

#include "credit/identity/personal_data.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "credit/identity/half_width.h"
#include "credit/identity/id_card.h"
#include "credit/identity/uscc.h"

namespace xinpu::credit {
namespace {

constexpr std::size_t kIdLength = 18;
constexpr std::size_t kOldIdLength = 15;
constexpr std::size_t kMobileLength = 11;
constexpr std::size_t kCardLengthMin = 16;
constexpr std::size_t kCardLengthMax = 19;
/// A run of this many digits is scanned in pieces; nothing that is looked for is longer with its country
/// code.
constexpr std::size_t kRunMax = 64;

bool digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// First two digits of GB/T 2260, and 81 to 83 and 91 to 93 of residence permits for people from elsewhere.
bool regionPossible(std::string_view digits) noexcept {
    const int region = (digits[0] - '0') * 10 + (digits[1] - '0');
    constexpr std::array<int, 9> kLast = {0, 15, 23, 37, 46, 54, 65, 71, 83};  // by first digit
    if (region >= 91 && region <= 93) {
        return true;
    }
    const auto first = static_cast<std::size_t>(region / 10);
    return first >= 1 && first <= 8 && region % 10 >= (first == 5 ? 0 : 1) && region <= kLast[first];
}

bool birthPossible(std::string_view year, std::string_view monthDay) noexcept {
    const auto two = [](std::string_view digits) {
        return static_cast<unsigned>((digits[0] - '0') * 10 + (digits[1] - '0'));
    };
    if (year.size() == 4 && (year < "1850" || year > "2099")) {
        return false;
    }
    const std::chrono::month_day date{std::chrono::month{two(monthDay)},
                                      std::chrono::day{two(monthDay.substr(2))}};
    return date.ok();
}

/// `run` is 18 characters, digits but for an X or x at the end.
bool idNumber(std::string_view run) noexcept {
    if (!regionPossible(run) || !birthPossible(run.substr(6, 4), run.substr(10, 4))) {
        return false;
    }
    const std::optional<char> check = idCardCheckCharacter(run);
    const char last = run.back() == 'x' ? 'X' : run.back();
    return check == last || !usccValid(run);
}

bool oldIdNumber(std::string_view run) noexcept {
    return regionPossible(run) && birthPossible(run.substr(6, 2), run.substr(8, 4));
}

bool mobileNumber(std::string_view run) noexcept {
    return run[0] == '1' && run[1] >= '3';
}

bool bankCard(std::string_view run) noexcept {
    if (usccValid(run)) {  // one in ten all-digit codes of social organisations (5…) has a right Luhn digit
        return false;
    }
    const bool issuer = run[0] == '3' || run[0] == '4' || run[0] == '5' || run.starts_with("60") ||
                        run.starts_with("62") || run.starts_with("9558");
    int sum = 0;
    bool twice = false;
    for (std::size_t i = run.size(); i-- > 0; twice = !twice) {
        const int value = (run[i] - '0') * (twice ? 2 : 1);
        sum += value > 9 ? value - 9 : value;
    }
    return issuer && sum % 10 == 0;
}

/// A run of digits as it lies in the text: the digits, and where each of them begins and ends.
struct Run {
    std::array<char, kRunMax> digits;
    std::array<std::size_t, kRunMax> begin;
    std::array<std::size_t, kRunMax> end;
    std::size_t count = 0;
    std::size_t next = 0;  ///< where to go on

    std::string_view part(std::size_t from, std::size_t length) const noexcept {
        return {digits.data() + from, length};
    }
};

bool separator(char c) noexcept {
    return c == ' ' || c == '-';
}

/// Reads the run that starts at `at`, which is a digit. An X or x that follows 17 digits belongs to it.
Run readRun(std::string_view text, std::size_t at) noexcept {
    Run run;
    run.next = at;
    while (at < text.size() && run.count < kRunMax) {
        HalfWidth c = halfWidthAt(text.substr(at));
        std::size_t start = at;
        if (separator(c.ascii) && run.count > 0 && at + c.bytes < text.size()) {
            start = at + c.bytes;
            c = halfWidthAt(text.substr(start));
            if (!digit(c.ascii) && !(run.count == kIdLength - 1 && (c.ascii == 'X' || c.ascii == 'x'))) {
                break;
            }
        }
        const bool last = run.count == kIdLength - 1 && (c.ascii == 'X' || c.ascii == 'x');
        if (!digit(c.ascii) && !last) {
            break;
        }
        run.digits[run.count] = c.ascii;
        run.begin[run.count] = start;
        run.end[run.count] = start + c.bytes;
        ++run.count;
        at = start + c.bytes;
        run.next = at;
        if (last) {
            break;
        }
    }
    return run;
}

struct Found {
    std::size_t begin;
    std::size_t end;
    PersonalData kind;
};

std::optional<PersonalData> judge(std::string_view digits) noexcept {
    const bool plain = digit(digits.back());
    if (digits.size() == kIdLength && idNumber(digits)) {
        return PersonalData::IdNumber;
    }
    if (!plain) {
        return std::nullopt;
    }
    if (digits.size() == kOldIdLength && oldIdNumber(digits)) {
        return PersonalData::IdNumber;
    }
    if (digits.size() >= kCardLengthMin && digits.size() <= kCardLengthMax && bankCard(digits)) {
        return PersonalData::BankCard;
    }
    if (digits.size() == kMobileLength && mobileNumber(digits)) {
        return PersonalData::MobileNumber;
    }
    return std::nullopt;
}

/// Judges from the start of each group of digits, groups joined up to the longest thing looked for, longest
/// first: so "0769-22837777 138 0013 8000" gives up its number. Returns where to go on.
std::size_t judgeRun(const Run& run, std::vector<Found>& found) {
    constexpr std::size_t kLongest = kCardLengthMax + 2;
    const bool cut = run.count == kRunMax;  // it may go on behind its end
    std::size_t from = 0;
    while (from < run.count) {
        if (cut && from > 0 && from + kLongest >= run.count) {
            return run.begin[from];  // the next run begins with this group
        }
        std::size_t taken = 0;
        for (std::size_t length = std::min(run.count - from, kLongest); length >= kMobileLength; --length) {
            const std::size_t to = from + length;  // a number ends where a group ends
            if (to < run.count && run.begin[to] == run.end[to - 1]) {
                continue;
            }
            std::string_view digits = run.part(from, length);
            std::optional<PersonalData> kind = judge(digits);
            if (!kind && digits.starts_with("86") && length == kMobileLength + 2) {
                kind = judge(digits.substr(2));
            }
            if (!kind && digits.starts_with("0086") && length == kMobileLength + 4) {
                kind = judge(digits.substr(4));
            }
            if (kind) {
                found.push_back({run.begin[from], run.end[to - 1], *kind});
                taken = length;
                break;
            }
        }
        if (taken > 0) {
            from += taken;
            continue;
        }
        do {  // to the next group
            ++from;
        } while (from < run.count && run.begin[from] == run.end[from - 1]);
    }
    return run.next;
}

/// A digit, half-width or full-width, may begin at this byte.
bool mayBeginDigit(char c) noexcept {
    return digit(c) || c == '\xEF';
}

}  // namespace

std::string_view maskOf(PersonalData kind) noexcept {
    switch (kind) {
    case PersonalData::IdNumber:
        return "〔证件号码已遮蔽〕";
    case PersonalData::MobileNumber:
        return "〔手机号码已遮蔽〕";
    case PersonalData::BankCard:
        break;
    }
    return "〔银行卡号已遮蔽〕";
}

std::optional<std::string> maskPersonalData(std::string_view text) {
    std::vector<Found> found;
    const auto letter = [&](std::size_t i) {
        const char c = text[i];
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    };
    for (std::size_t at = 0; at < text.size();) {
        if (!mayBeginDigit(text[at]) || !digit(halfWidthAt(text.substr(at)).ascii)) {
            ++at;
            continue;
        }
        const Run run = readRun(text, at);
        std::size_t next = run.next;
        if (run.count >= kMobileLength) {
            // Digits inside a longer word of letters and digits (a USCC, a serial number) are no number of
            // their own.
            const bool inWord = (at > 0 && letter(at - 1)) || (run.next < text.size() && letter(run.next));
            if (!inWord || run.count >= kOldIdLength) {
                next = judgeRun(run, found);
            }
        }
        at = std::max(next, at + 1);
        if (run.count == kRunMax && next == run.next) {  // the rest of a group that began before
            while (at < text.size() && digit(halfWidthAt(text.substr(at)).ascii)) {
                at += halfWidthAt(text.substr(at)).bytes;
            }
        }
    }
    if (found.empty()) {
        return std::nullopt;
    }
    std::string masked;
    masked.reserve(text.size() + found.size() * 16);
    std::size_t copied = 0;
    for (const Found& each : found) {
        masked += text.substr(copied, each.begin - copied);
        masked += maskOf(each.kind);
        copied = each.end;
    }
    masked += text.substr(copied);
    return masked;
}

bool looksLikeIdNumber(std::string_view text) noexcept {
    if (text.empty() || !std::all_of(text.begin(), text.end() - 1, digit)) {
        return false;
    }
    if (text.size() == kOldIdLength) {
        return digit(text.back()) && oldIdNumber(text);
    }
    const bool last = digit(text.back()) || text.back() == 'X' || text.back() == 'x';
    return text.size() == kIdLength && last && idNumber(text);
}

bool showsName(std::string_view name) noexcept {
    name = trim(name);
    if (name.empty()) {
        return false;
    }
    return name.find_first_not_of('*', halfWidthAt(name).bytes) != std::string_view::npos;
}

std::string maskPerson(std::string_view name) {
    name = trim(name);
    std::string masked;
    while (!name.empty()) {
        const std::size_t bytes = halfWidthAt(name).bytes;
        if (masked.empty()) {
            masked = name.substr(0, bytes);
        } else {
            masked += '*';
        }
        name.remove_prefix(bytes);
    }
    return masked;
}

}  // namespace xinpu::credit
