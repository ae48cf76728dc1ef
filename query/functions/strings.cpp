// query/functions/strings.cpp
// Functions of strings; places and lengths count code points.

#include <fmt/format.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "engine/value/literal.h"
#include "query/functions/builtin.h"
#include "query/functions/utf8.h"

namespace xinpu::query::builtin {
namespace {

constexpr std::size_t kTextBytesMost = std::size_t{1} << 30;

std::size_t lengthOf(const Value& value, std::string_view what) {
    const std::int64_t length = integerOf(value, what);
    if (length < 0) {
        throwArgument(fmt::format("{} cannot be negative, but it is {}.", what, length), "NumberOutOfRange");
    }
    return static_cast<std::size_t>(length);
}

Value left(EvalContext&, Args args) {
    const std::string_view text = stringOf(args[0], "The first argument of left()");
    return Value::of(text.substr(0, byteOf(text, lengthOf(args[1], "The length of left()"))));
}

Value right(EvalContext&, Args args) {
    std::string_view text = stringOf(args[0], "The first argument of right()");
    const std::size_t length = lengthOf(args[1], "The length of right()");
    const std::size_t all = codePoints(text);
    return Value::of(length >= all ? text : text.substr(byteOf(text, all - length)));
}

Value substring(EvalContext&, Args args) {
    std::string_view text = stringOf(args[0], "The first argument of substring()");
    text.remove_prefix(byteOf(text, lengthOf(args[1], "The start of substring()")));
    if (args.size() > 2) {
        text = text.substr(0, byteOf(text, lengthOf(args[2], "The length of substring()")));
    }
    return Value::of(text);
}

Value replace(EvalContext&, Args args) {
    const std::string_view text = stringOf(args[0], "The first argument of replace()");
    const std::string_view search = stringOf(args[1], "The second argument of replace()");
    const std::string_view instead = stringOf(args[2], "The third argument of replace()");
    std::string result;
    const auto append = [&result](std::string_view part) {
        if (result.size() + part.size() > kTextBytesMost) {
            throw Error(ErrorCode::Limit, "A string cannot be longer than 1 GiB.",
                        "MemoryPoolOutOfMemoryError");
        }
        result += part;
    };
    if (search.empty()) {
        // The empty text lies before each character and at the end.
        for (std::string_view rest = text; !rest.empty();) {
            const std::string_view one = firstCodePoint(rest);
            append(instead);
            append(one);
            rest.remove_prefix(one.size());
        }
        append(instead);
        return Value::of(result);
    }
    std::size_t from = 0;
    for (std::size_t at = text.find(search); at != std::string_view::npos; at = text.find(search, from)) {
        append(text.substr(from, at - from));
        append(instead);
        from = at + search.size();
    }
    append(text.substr(from));
    return Value::of(result);
}

std::vector<std::string_view> delimitersOf(const Value& value) {
    if (value.kind() != Kind::List) {
        return {stringOf(value, "The delimiter of split()")};
    }
    std::vector<std::string_view> delimiters;
    for (const Value& one : value.list()) {
        delimiters.push_back(stringOf(one, "A delimiter of split()"));
    }
    return delimiters;
}

Value split(EvalContext&, Args args) {
    std::string_view text = stringOf(args[0], "The first argument of split()");
    const std::vector<std::string_view> delimiters = delimitersOf(args[1]);
    std::vector<Value> parts;
    if (std::find(delimiters.begin(), delimiters.end(), std::string_view()) != delimiters.end()) {
        while (!text.empty()) {
            const std::string_view one = firstCodePoint(text);
            parts.push_back(Value::of(one));
            text.remove_prefix(one.size());
        }
        if (parts.empty()) {
            parts.push_back(Value::of(""));
        }
        return Value::of(std::move(parts));
    }
    std::size_t from = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::string_view rest = text.substr(at);
        const auto hit = std::find_if(delimiters.begin(), delimiters.end(),
                                      [rest](std::string_view one) { return rest.starts_with(one); });
        if (hit == delimiters.end()) {
            ++at;
            continue;
        }
        parts.push_back(Value::of(text.substr(from, at - from)));
        at += hit->size();
        from = at;
    }
    parts.push_back(Value::of(text.substr(from)));
    return Value::of(std::move(parts));
}

bool isAscii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80U; });
}

icu::UnicodeString toIcu(std::string_view text) {
    return icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

Value fromIcu(const icu::UnicodeString& text) {
    std::string utf8;
    text.toUTF8String(utf8);
    return Value::of(utf8);
}

Value toUpper(EvalContext&, Args args) {
    const std::string_view text = stringOf(args[0], "The argument of toUpper()");
    if (isAscii(text)) {
        std::string upper(text);
        for (char& c : upper) {
            c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        }
        return Value::of(upper);
    }
    return fromIcu(toIcu(text).toUpper(icu::Locale::getRoot()));
}

Value toLower(EvalContext&, Args args) {
    const std::string_view text = stringOf(args[0], "The argument of toLower()");
    if (isAscii(text)) {
        std::string lower(text);
        for (char& c : lower) {
            c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
        return Value::of(lower);
    }
    return fromIcu(toIcu(text).toLower(icu::Locale::getRoot()));
}

bool isBlank(std::string_view code_point) noexcept {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(code_point.data());
    UChar32 c = 0;
    std::int32_t at = 0;
    U8_NEXT_OR_FFFD(bytes, at, static_cast<std::int32_t>(code_point.size()), c);
    return u_isUWhiteSpace(c) != 0;
}

/// Takes off what `goes` says, at the ends that are asked.
template <typename Goes>
std::string_view trimmed(std::string_view text, bool start, bool end, Goes&& goes) {
    while (start && !text.empty() && goes(firstCodePoint(text))) {
        text.remove_prefix(firstCodePoint(text).size());
    }
    while (end && !text.empty() && goes(lastCodePoint(text))) {
        text.remove_suffix(lastCodePoint(text).size());
    }
    return text;
}

template <bool start, bool end>
Value trim(EvalContext&, Args args) {
    const std::string_view text = stringOf(args[0], "The text to trim");
    if (args.size() == 1) {
        return Value::of(trimmed(text, start, end, isBlank));
    }
    const std::string_view characters = stringOf(args[1], "The characters to trim");
    return Value::of(trimmed(text, start, end, [characters](std::string_view one) {
        for (std::string_view rest = characters; !rest.empty();) {
            const std::string_view other = firstCodePoint(rest);
            if (one == other) {
                return true;
            }
            rest.remove_prefix(other.size());
        }
        return false;
    }));
}

Value charLength(EvalContext&, Args args) {
    return Value::of(
        static_cast<std::int64_t>(codePoints(stringOf(args[0], "The argument of char_length()"))));
}

const icu::Normalizer2* normalizerOf(std::string_view form) {
    UErrorCode error = U_ZERO_ERROR;
    if (form == "NFC") {
        return icu::Normalizer2::getNFCInstance(error);
    }
    if (form == "NFD") {
        return icu::Normalizer2::getNFDInstance(error);
    }
    if (form == "NFKC") {
        return icu::Normalizer2::getNFKCInstance(error);
    }
    if (form == "NFKD") {
        return icu::Normalizer2::getNFKDInstance(error);
    }
    throwArgument(fmt::format("{} is no normal form. There are NFC, NFD, NFKC and NFKD.",
                              engine::quoted(form.substr(0, 100))));
}

Value normalize(EvalContext&, Args args) {
    const std::string_view text = stringOf(args[0], "The argument of normalize()");
    const std::string_view form = args.size() > 1 ? stringOf(args[1], "The normal form") : "NFC";
    const icu::Normalizer2* normalizer = normalizerOf(form);
    UErrorCode error = U_ZERO_ERROR;
    const icu::UnicodeString normal = normalizer->normalize(toIcu(text), error);
    if (U_FAILURE(error) != 0) {
        throw Error(ErrorCode::Internal, fmt::format("normalize() failed: {}.", u_errorName(error)));
    }
    return fromIcu(normal);
}

struct OfText {
    const char* name;
    const char* signature;
    const char* doc;
    std::size_t args_min;
    std::size_t args_max;
    KindSet result;
    ScalarCall call;
    KindSet second = kString;  ///< what arguments behind the first may be
};
constexpr OfText kFunctions[] = {
    {"left", "left(original :: STRING, length :: INTEGER) :: STRING", "The first characters of a string.", 2,
     2, kString, left, kInteger},
    {"right", "right(original :: STRING, length :: INTEGER) :: STRING", "The last characters of a string.", 2,
     2, kString, right, kInteger},
    {"substring", "substring(original :: STRING, start :: INTEGER, length? :: INTEGER) :: STRING",
     "A part of a string; the first character is 0.", 2, 3, kString, substring, kInteger},
    {"replace", "replace(original :: STRING, search :: STRING, replace :: STRING) :: STRING",
     "The string with each occurrence of a text replaced.", 3, 3, kString, replace},
    {"split", "split(original :: STRING, delimiter :: STRING | LIST<STRING>) :: LIST<STRING>",
     "The parts of a string between delimiters.", 2, 2, kList, split, kString | kList},
    {"toUpper", "toUpper(input :: STRING) :: STRING", "In upper case.", 1, 1, kString, toUpper},
    {"upper", "upper(input :: STRING) :: STRING", "In upper case.", 1, 1, kString, toUpper},
    {"toLower", "toLower(input :: STRING) :: STRING", "In lower case.", 1, 1, kString, toLower},
    {"lower", "lower(input :: STRING) :: STRING", "In lower case.", 1, 1, kString, toLower},
    {"trim", "trim(input :: STRING, characters? :: STRING) :: STRING",
     "Without blanks, or the given characters, at both ends.", 1, 2, kString, trim<true, true>},
    {"btrim", "btrim(input :: STRING, characters? :: STRING) :: STRING",
     "Without blanks, or the given characters, at both ends.", 1, 2, kString, trim<true, true>},
    {"ltrim", "ltrim(input :: STRING, characters? :: STRING) :: STRING",
     "Without blanks, or the given characters, at the start.", 1, 2, kString, trim<true, false>},
    {"rtrim", "rtrim(input :: STRING, characters? :: STRING) :: STRING",
     "Without blanks, or the given characters, at the end.", 1, 2, kString, trim<false, true>},
    {"char_length", "char_length(input :: STRING) :: INTEGER", "The number of characters.", 1, 1, kInteger,
     charLength},
    {"character_length", "character_length(input :: STRING) :: INTEGER", "The number of characters.", 1, 1,
     kInteger, charLength},
    {"normalize", "normalize(input :: STRING, form? :: STRING) :: STRING",
     "In a normal form of Unicode, NFC if none is named.", 1, 2, kString, normalize},
};

}  // namespace

void registerStrings(Registry& registry) {
    for (const OfText& function : kFunctions) {
        registry.add({.name = function.name,
                      .signature = function.signature,
                      .doc = function.doc,
                      .args_min = function.args_min,
                      .args_max = function.args_max,
                      .result = function.result,
                      .accepts = {kString, function.second},
                      .call = function.call});
    }
}

}  // namespace xinpu::query::builtin
