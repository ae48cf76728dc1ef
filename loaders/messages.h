// loaders/messages.h
#pragma once
// What the loaders say about rows: one catalogue of sentences, in Chinese and English, each with its stable
// code.

#include <cstdint>
#include <string>
#include <string_view>

namespace xinpu::loaders {

enum class Language : std::uint8_t { Zh, En };

/// A sentence. Several may share one code (see codeOf).
enum class MessageId : std::uint8_t {
    Required,
    TooLong,
    BadChar,
    CodeUnknown,
    UsccInvalid,    ///< with the right code
    UsccMalformed,  ///< length or alphabet: no right code can be given
    UsccPlaceholder,
    UsccRequired,
    RegistrationNumberInvalid,
    CodeRequired,
    OrganisationCodeInvalid,
    OrganisationCodeDiffers,
    IdNumberInvalid,
    CategoryInconsistent,
    AmountInvalid,
    AmountUnit,
    DateInvalid,
    DateRange,
    DateTooEarly,
    DateOrder,
    DateTooLong,
    SpanOrder,  ///< an end not after its start
    PersonalData,
    PersonalKey,
    DuplicateKey,
    DuplicateRow,  ///< DUPLICATE_KEY of a subject, person or role: no document number in it
    Late,
    ShareRange,
    ShareSum,
    SelfHolding,
    Overlap,
    SubjectUnknown,
    PersonUnknown,
    SubjectAmbiguous,
    SupplierMismatch,
    HeaderUnknown,
    HeaderMissing,
    HeaderTwice,
    Encoding,
    QuoteInField,
    TextAfterQuote,
    QuoteNotClosed,
    FieldCount,
    RowTooLong,
    kCount,
};

/// What a sentence may name. Unused ones stay empty.
struct MessageValues {
    std::string_view column = {};    ///< header of the column
    std::string_view value = {};     ///< as delivered; personal data in it are masked before they are shown
    std::string_view expected = {};  ///< what would have been right
    std::uint64_t n = 0;             ///< a limit or a number expected
    std::uint64_t found = 0;         ///< a number found
    std::uint64_t line = 0;          ///< physical line
    std::uint64_t at = 0;            ///< character in the line, from 1
};

/// Longest part of a value that a message repeats, in characters.
constexpr std::size_t kMessageValueCharactersMax = 60;

/// Stable code of DOMAIN §2.2, as "USCC_INVALID".
std::string_view codeOf(MessageId id) noexcept;

/// The sentence, filled in.
std::string message(MessageId id, Language language, const MessageValues& values);

/// The sentence as it stands in the catalogue, with {names} in it.
std::string_view sentence(MessageId id, Language language) noexcept;

}  // namespace xinpu::loaders
