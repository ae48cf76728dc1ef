// loaders/generator_form.h
#pragma once
// The generator's form of the data sets: its headers, its rows as typed values, and the checks of each row.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "loaders/dates.h"
#include "loaders/messages.h"
#include "loaders/vocabulary.h"

namespace xinpu::loaders {

enum class Dataset : std::uint8_t { Subject, Person, Capital, Role, Penalty };
constexpr std::size_t kDatasets = 5;

/// Name in receipts and of the quarantine file: subject, person, capital, role, penalty.
std::string_view nameOf(Dataset dataset) noexcept;
/// Name of the argument of `xinpu load`: companies, persons, investments, roles, penalties.
std::string_view argumentOf(Dataset dataset) noexcept;
/// Columns of the generator's form, in its order.
std::span<const std::string_view> columnsOf(Dataset dataset) noexcept;
constexpr std::size_t kGeneratorColumnsMax = 9;

/// Views of all rows are valid until the next check() of the same checker, and no longer than the fields.
struct SubjectRow {
    std::string_view uscc;
    std::string_view name;
    Word kind;
    Word status;
    DayNumber founded_on = kNoDate;
    std::string_view region;    ///< empty: not given
    std::string_view industry;  ///< empty: not given
};
struct PersonRow {
    std::string_view pid;
    std::string_view name_masked;
};
struct CapitalRow {
    std::string_view investor;  ///< pid, or USCC: see investor_kind
    Word investor_kind;
    std::string_view uscc;
    Decimal share;  ///< percent, 0 to 100
    std::optional<std::int64_t> amount_fen;
    DayNumber valid_from = kNoDate;  ///< always given
    DayNumber valid_to = kNoDate;    ///< first day after; kNoDate: open
    bool investorIsPerson() const noexcept { return investor_kind.number == 0; }
};
struct RoleRow {
    std::string_view pid;
    std::string_view uscc;
    Word role;
    DayNumber valid_from = kNoDate;  ///< always given
    DayNumber valid_to = kNoDate;
};
struct PenaltyRow {
    std::string_view doc_no;  ///< as delivered
    std::string_view uscc;
    Word domain;
    std::string_view authority_name;
    DayNumber decided_on = kNoDate;
    Word category;
    std::optional<std::int64_t> fine_fen;
    Word severity;
    DayNumber public_until = kNoDate;
};

/// What is wrong or odd about a field.
struct RowIssue {
    MessageId id = MessageId::Required;
    bool warning = false;     ///< the row is accepted all the same
    std::uint8_t column = 0;  ///< index into columnsOf(dataset)
    std::string_view value = {};
    std::string_view expected = {};
    std::uint64_t n = 0;
};

/// What keeps a header from being one of the generator's form.
struct HeaderIssue {
    MessageId id = MessageId::HeaderUnknown;
    std::string value;  ///< the header that is unknown, missing or there twice
};

/// Where the columns of a data set lie in one file. Upper or lower case, any order, blanks around the names.
class GeneratorForm {
public:
    /// Nothing, and `issue`, for another header.
    static std::optional<GeneratorForm> recognise(Dataset dataset, std::span<const std::string_view> header,
                                                  HeaderIssue& issue);
    /// Whether a header is that of the data standard (DOMAIN §2), by its columns' names or field codes.
    static bool isDataStandard(std::span<const std::string_view> header);

    Dataset dataset() const noexcept { return dataset_; }
    /// Position in the file of a column of columnsOf(dataset).
    std::size_t position(std::size_t column) const noexcept { return positions_[column]; }
    /// The column of columnsOf(dataset) at a position of the file.
    std::size_t columnAt(std::size_t position) const noexcept;

private:
    Dataset dataset_ = Dataset::Subject;
    std::array<std::uint8_t, kGeneratorColumnsMax> positions_{};
};

/// Checks rows of one file and turns them into values. All problems of a row are found, not only the first.
///
/// Cost: no allocation for a row without issues that is delivered in its normal form; some 100 ns a row.
/// Threads: one checker a thread.
class RowChecker {
public:
    /// `today` bounds the dates of decisions.
    RowChecker(const GeneratorForm& form, DayNumber today) noexcept : form_(form), today_(today) {}

    /// `fields` are those of one CsvRow of the file. True: the row is accepted, though there may be warnings
    /// in issues(). False: at least one issue is an error, and `row` is not to be used. The row type must be
    /// the form's (asserted).
    bool check(std::span<const std::string_view> fields, SubjectRow& row);
    bool check(std::span<const std::string_view> fields, PersonRow& row);
    bool check(std::span<const std::string_view> fields, CapitalRow& row);
    bool check(std::span<const std::string_view> fields, RoleRow& row);
    bool check(std::span<const std::string_view> fields, PenaltyRow& row);

    /// Of the last row. Views in them live as long as those of the row.
    std::span<const RowIssue> issues() const noexcept { return {issues_.data(), issue_count_}; }

private:
    void begin(std::span<const std::string_view> fields, Dataset dataset) noexcept;
    bool accepted() const noexcept { return !failed_; }
    void issue(RowIssue issue) noexcept;

    std::string_view field(std::size_t column) const noexcept;
    std::string_view required(std::size_t column) noexcept;
    std::string_view text(std::size_t column, std::size_t charactersMax, bool mustBeGiven);
    std::string_view uscc(std::size_t column);
    std::string_view pid(std::size_t column);
    DayNumber date(std::size_t column, bool mustBeGiven) noexcept;
    std::optional<std::int64_t> yuan(std::size_t column) noexcept;
    Word word(std::size_t column, std::optional<Word> (*list)(std::string_view) noexcept) noexcept;

    static constexpr std::size_t kIssuesMax = 2 * kGeneratorColumnsMax;

    GeneratorForm form_;
    DayNumber today_;
    std::span<const std::string_view> fields_;
    std::array<RowIssue, kIssuesMax> issues_;
    std::size_t issue_count_ = 0;
    bool failed_ = false;
    std::array<std::string, kGeneratorColumnsMax> rewritten_;  ///< normalised or masked values, by column
    std::array<std::string, kGeneratorColumnsMax> expected_;   ///< right codes named by issues
};

}  // namespace xinpu::loaders
