// loaders/generator_form.cpp
// The five headers, and what is asked of each column (DOMAIN §2).

#include "loaders/generator_form.h"

#include <algorithm>
#include <chrono>

#include "credit/identity/half_width.h"
#include "credit/identity/personal_data.h"
#include "credit/identity/uscc.h"
#include "loaders/utf8.h"
#include "xinpu/assert.h"

namespace xinpu::loaders {
namespace {

constexpr std::size_t kSubjectNameMax = 200;
constexpr std::size_t kPersonNameMax = 50;
constexpr std::size_t kPidMax = 64;
constexpr std::size_t kRegionMax = 12;
constexpr std::size_t kIndustryMax = 16;
constexpr std::size_t kDocNoMax = 128;
constexpr std::size_t kAuthorityNameMax = 255;
/// Fewest digits of what the scan for personal data looks for.
constexpr std::size_t kPersonalDigitsMin = 11;

constexpr std::chrono::sys_days kRepublic{std::chrono::year{1949} / std::chrono::October / 1};
constexpr DayNumber kDecisionFirst{static_cast<DayNumber>(kRepublic.time_since_epoch().count())};
constexpr int kPublicityYearsMax = 3;

constexpr std::string_view kSubjectColumns[] = {"uscc",    "name",   "kind",    "status",
                                                "founded", "region", "industry"};
constexpr std::string_view kPersonColumns[] = {"pid", "name_masked"};
constexpr std::string_view kCapitalColumns[] = {"investor", "investor_kind", "uscc",    "share",
                                                "amount",   "valid_from",    "valid_to"};
constexpr std::string_view kRoleColumns[] = {"pid", "uscc", "role", "valid_from", "valid_to"};
constexpr std::string_view kPenaltyColumns[] = {"doc_no", "uscc",   "domain",   "organ",          "date",
                                                "kind",   "amount", "severity", "publicity_until"};
static_assert(std::size(kPenaltyColumns) == kGeneratorColumnsMax);

struct SubjectColumn {
    enum : std::size_t { kUscc, kName, kKind, kStatus, kFounded, kRegion, kIndustry };
};
struct PersonColumn {
    enum : std::size_t { kPid, kNameMasked };
};
struct CapitalColumn {
    enum : std::size_t { kInvestor, kInvestorKind, kUscc, kShare, kAmount, kValidFrom, kValidTo };
};
struct RoleColumn {
    enum : std::size_t { kPid, kUscc, kRole, kValidFrom, kValidTo };
};
struct PenaltyColumn {
    enum : std::size_t { kDocNo, kUscc, kDomain, kOrgan, kDate, kKind, kAmount, kSeverity, kPublicityUntil };
};

/// Columns of the data standard; two of them in a header tell it from any other.
constexpr std::string_view kStandardColumns[] = {"行政相对人名称",
                                                 "行政相对人类别",
                                                 "行政处罚决定书文号",
                                                 "违法行为类型",
                                                 "违法事实",
                                                 "处罚依据",
                                                 "处罚类别",
                                                 "处罚内容",
                                                 "处罚决定日期",
                                                 "处罚有效期",
                                                 "处罚机关",
                                                 "数据来源单位",
                                                 "统一社会信用代码",
                                                 "企业名称",
                                                 "主体类型",
                                                 "成立日期",
                                                 "登记状态",
                                                 "行政区划",
                                                 "行业代码",
                                                 "企业统一社会信用代码",
                                                 "股东名称",
                                                 "股东类型",
                                                 "持股比例(%)",
                                                 "认缴出资额(万元)",
                                                 "姓名",
                                                 "职务",
                                                 "任职起",
                                                 "任职止",
                                                 "许可类别",
                                                 "行政许可决定文书号"};
constexpr std::string_view kStandardPrefixes[] = {"CF_", "XK_"};
constexpr std::size_t kStandardColumnsLeast = 2;

/// credit::trim behind a look at both ends, which settles nearly every field.
std::string_view trimmed(std::string_view text) noexcept {
    if (text.empty()) {
        return text;
    }
    const auto first = static_cast<unsigned char>(text.front());
    const auto last = static_cast<unsigned char>(text.back());
    return first > ' ' && first != 0xE3U && last > ' ' && last != 0x80U ? text : credit::trim(text);
}

/// Words that people type where they have nothing to say.
bool saysNothing(std::string_view text) noexcept {
    return text.empty() || text == "无" || text == "/" || text == "-" || text == "待补充" ||
           (text.size() == 4 && (text[0] | 0x20) == 'n' && (text[1] | 0x20) == 'u' &&
            (text[2] | 0x20) == 'l' && (text[3] | 0x20) == 'l');
}

struct TextFacts {
    bool control = false;
    bool digits = false;  ///< enough of them to hold personal data
};

TextFacts factsOf(std::string_view text) noexcept {
    unsigned control = 0;
    unsigned digits = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        control |= static_cast<unsigned>(byte < 0x20U) | static_cast<unsigned>(byte == 0x7FU);
        // 0xEF begins full-width digits, and other signs: the scan will tell.
        digits += static_cast<unsigned>(static_cast<unsigned char>(byte - '0') < 10U) |
                  static_cast<unsigned>(byte == 0xEFU);
    }
    return {.control = control != 0, .digits = digits >= kPersonalDigitsMin};
}

DayNumber yearsAfter(DayNumber day, int years) noexcept {
    const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
    std::chrono::year_month_day later{date.year() + std::chrono::years{years}, date.month(), date.day()};
    if (!later.ok()) {
        later = later.year() / later.month() / std::chrono::last;
    }
    return static_cast<DayNumber>(std::chrono::sys_days{later}.time_since_epoch().count());
}

}  // namespace

std::string_view nameOf(Dataset dataset) noexcept {
    constexpr std::array<std::string_view, kDatasets> kNames = {"subject", "person", "capital", "role",
                                                                "penalty"};
    return kNames[static_cast<std::size_t>(dataset)];
}

std::string_view argumentOf(Dataset dataset) noexcept {
    constexpr std::array<std::string_view, kDatasets> kNames = {"companies", "persons", "investments",
                                                                "roles", "penalties"};
    return kNames[static_cast<std::size_t>(dataset)];
}

std::span<const std::string_view> columnsOf(Dataset dataset) noexcept {
    switch (dataset) {
    case Dataset::Subject:
        return kSubjectColumns;
    case Dataset::Person:
        return kPersonColumns;
    case Dataset::Capital:
        return kCapitalColumns;
    case Dataset::Role:
        return kRoleColumns;
    case Dataset::Penalty:
        break;
    }
    return kPenaltyColumns;
}

std::optional<GeneratorForm>
GeneratorForm::recognise(Dataset dataset, std::span<const std::string_view> header, HeaderIssue& issue) {
    constexpr std::uint8_t kUnset = 0xFF;
    GeneratorForm form;
    form.dataset_ = dataset;
    form.positions_.fill(kUnset);
    const std::span<const std::string_view> columns = columnsOf(dataset);
    for (std::size_t i = 0; i < header.size(); ++i) {
        std::string name{credit::trim(header[i])};
        std::transform(name.begin(), name.end(), name.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        const auto found = std::find(columns.begin(), columns.end(), name);
        if (found == columns.end()) {
            issue = {.id = MessageId::HeaderUnknown, .value = std::string(header[i])};
            return std::nullopt;
        }
        std::uint8_t& position = form.positions_[static_cast<std::size_t>(found - columns.begin())];
        if (position != kUnset) {
            issue = {.id = MessageId::HeaderTwice, .value = std::string(header[i])};
            return std::nullopt;
        }
        position = static_cast<std::uint8_t>(i);  // known and not twice, so i < kGeneratorColumnsMax
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (form.positions_[i] == kUnset) {
            issue = {.id = MessageId::HeaderMissing, .value = std::string(columns[i])};
            return std::nullopt;
        }
    }
    return form;
}

bool GeneratorForm::isDataStandard(std::span<const std::string_view> header) {
    const auto known = std::count_if(header.begin(), header.end(), [](std::string_view column) {
        const std::string_view name = credit::trim(column);
        return std::find(std::begin(kStandardColumns), std::end(kStandardColumns), name) !=
                   std::end(kStandardColumns) ||
               std::any_of(std::begin(kStandardPrefixes), std::end(kStandardPrefixes),
                           [name](std::string_view prefix) { return name.starts_with(prefix); });
    });
    return static_cast<std::size_t>(known) >= kStandardColumnsLeast;
}

std::size_t GeneratorForm::columnAt(std::size_t position) const noexcept {
    const std::size_t count = columnsOf(dataset_).size();
    for (std::size_t i = 0; i < count; ++i) {
        if (positions_[i] == position) {
            return i;
        }
    }
    return count - 1;  // a fault behind the last field belongs to the last column
}

void RowChecker::begin(std::span<const std::string_view> fields, Dataset dataset) noexcept {
    XINPU_ASSERT(form_.dataset() == dataset);
    XINPU_ASSERT(fields.size() == columnsOf(dataset).size());  // CsvReader gives no other rows
    fields_ = fields;
    issue_count_ = 0;
    failed_ = false;
}

void RowChecker::issue(RowIssue issue) noexcept {
    failed_ |= !issue.warning;
    if (issue_count_ < kIssuesMax) {
        issues_[issue_count_++] = issue;
    }
}

std::string_view RowChecker::field(std::size_t column) const noexcept {
    return trimmed(fields_[form_.position(column)]);
}

std::string_view RowChecker::required(std::size_t column) noexcept {
    const std::string_view value = field(column);
    if (saysNothing(value)) {
        issue({.id = MessageId::Required, .column = static_cast<std::uint8_t>(column)});
        return {};
    }
    return value;
}

std::string_view RowChecker::text(std::size_t column, std::size_t charactersMax, bool mustBeGiven) {
    const std::string_view value = mustBeGiven ? required(column) : field(column);
    if (value.size() > charactersMax && codePoints(value) > charactersMax) {
        issue({.id = MessageId::TooLong, .column = static_cast<std::uint8_t>(column), .n = charactersMax});
        return value;
    }
    const TextFacts facts = factsOf(value);
    if (facts.control) {
        issue({.id = MessageId::BadChar, .column = static_cast<std::uint8_t>(column)});
    }
    if (facts.digits) {
        if (std::optional<std::string> masked = credit::maskPersonalData(value)) {
            issue({.id = MessageId::PersonalData,
                   .warning = true,
                   .column = static_cast<std::uint8_t>(column)});
            rewritten_[column] = std::move(*masked);
            return rewritten_[column];
        }
    }
    return value;
}

std::string_view RowChecker::uscc(std::size_t column) {
    std::string_view code = required(column);
    if (code.empty()) {
        return {};
    }
    credit::UsccFault fault = credit::checkUscc(code);
    if (fault == credit::UsccFault::None) {
        return code;
    }
    std::string& normal = rewritten_[column];
    normal = credit::normaliseUscc(code);
    fault = credit::checkUscc(normal);
    if (fault != credit::UsccFault::None && credit::looksLikeIdNumber(normal)) {
        // No right code is named: it would show all but the last character of somebody's number.
        issue({.id = MessageId::UsccMalformed, .column = static_cast<std::uint8_t>(column), .value = normal});
        return normal;
    }
    switch (fault) {
    case credit::UsccFault::None:
        break;
    case credit::UsccFault::Placeholder:
        issue({.id = MessageId::UsccPlaceholder, .column = static_cast<std::uint8_t>(column)});
        break;
    case credit::UsccFault::CheckDigit:
        expected_[column] = normal;
        expected_[column].back() = *credit::usccCheckCharacter(normal);
        issue({.id = MessageId::UsccInvalid,
               .column = static_cast<std::uint8_t>(column),
               .value = normal,
               .expected = expected_[column]});
        break;
    case credit::UsccFault::Alphabet:
    case credit::UsccFault::Length:
        // A wrong last character alone still leaves the right one to be named.
        if (const std::optional<char> check = credit::usccCheckCharacter(normal);
            check && normal.size() == credit::kUsccLength) {
            expected_[column] = normal;
            expected_[column].back() = *check;
            issue({.id = MessageId::UsccInvalid,
                   .column = static_cast<std::uint8_t>(column),
                   .value = normal,
                   .expected = expected_[column]});
            break;
        }
        issue({.id = MessageId::UsccMalformed, .column = static_cast<std::uint8_t>(column), .value = normal});
        break;
    }
    return normal;
}

std::string_view RowChecker::pid(std::size_t column) {
    const std::string_view value = required(column);
    if (value.size() > kPidMax && codePoints(value) > kPidMax) {
        issue({.id = MessageId::TooLong, .column = static_cast<std::uint8_t>(column), .n = kPidMax});
    }
    if (factsOf(value).control) {
        issue({.id = MessageId::BadChar, .column = static_cast<std::uint8_t>(column)});
    }
    if (credit::looksLikeIdNumber(value)) {  // masked it would join strangers, kept it would be on disk
        issue({.id = MessageId::PersonalKey, .column = static_cast<std::uint8_t>(column)});
    }
    return value;
}

DayNumber RowChecker::date(std::size_t column, bool mustBeGiven) noexcept {
    const std::string_view value = mustBeGiven ? required(column) : field(column);
    if (value.empty()) {
        return kNoDate;
    }
    const std::optional<DayNumber> day = parseDate(value);
    if (!day) {
        issue({.id = MessageId::DateInvalid, .column = static_cast<std::uint8_t>(column), .value = value});
        return kNoDate;
    }
    return *day;
}

std::optional<std::int64_t> RowChecker::yuan(std::size_t column) noexcept {
    const std::string_view value = field(column);
    if (value.empty()) {
        return std::nullopt;
    }
    const std::optional<Decimal> decimal = parseDecimal(value);
    const std::optional<std::int64_t> fen = decimal ? rescale(*decimal, 2) : std::nullopt;
    if (!fen || *fen < 0) {
        issue({.id = MessageId::AmountInvalid, .column = static_cast<std::uint8_t>(column), .value = value});
    }
    return fen;
}

Word RowChecker::word(std::size_t column, std::optional<Word> (*list)(std::string_view) noexcept) noexcept {
    const std::string_view value = required(column);
    if (value.empty()) {
        return {};
    }
    const std::optional<Word> found = list(value);
    if (!found) {
        issue({.id = MessageId::CodeUnknown, .column = static_cast<std::uint8_t>(column), .value = value});
        return {};
    }
    return *found;
}

bool RowChecker::check(std::span<const std::string_view> fields, SubjectRow& row) {
    begin(fields, Dataset::Subject);
    row.uscc = uscc(SubjectColumn::kUscc);
    row.name = text(SubjectColumn::kName, kSubjectNameMax, true);
    row.kind = word(SubjectColumn::kKind, subjectKind);
    row.status = word(SubjectColumn::kStatus, subjectStatus);
    row.founded_on = date(SubjectColumn::kFounded, true);
    row.region = text(SubjectColumn::kRegion, kRegionMax, false);
    row.industry = text(SubjectColumn::kIndustry, kIndustryMax, false);
    return accepted();
}

bool RowChecker::check(std::span<const std::string_view> fields, PersonRow& row) {
    begin(fields, Dataset::Person);
    row.pid = pid(PersonColumn::kPid);
    row.name_masked = text(PersonColumn::kNameMasked, kPersonNameMax, true);
    if (credit::showsName(row.name_masked)) {
        rewritten_[PersonColumn::kNameMasked] = credit::maskPerson(row.name_masked);
        row.name_masked = rewritten_[PersonColumn::kNameMasked];
        issue({.id = MessageId::PersonalData, .warning = true, .column = PersonColumn::kNameMasked});
    }
    return accepted();
}

bool RowChecker::check(std::span<const std::string_view> fields, CapitalRow& row) {
    begin(fields, Dataset::Capital);
    row.investor_kind = word(CapitalColumn::kInvestorKind, investorKind);
    row.investor = row.investorIsPerson() ? pid(CapitalColumn::kInvestor) : uscc(CapitalColumn::kInvestor);
    row.uscc = uscc(CapitalColumn::kUscc);
    const std::string_view share = required(CapitalColumn::kShare);
    if (!share.empty()) {
        const std::optional<Decimal> percent = parseDecimal(share);
        std::int64_t hundred = 100;
        for (std::uint8_t i = 0; percent && i < percent->scale && hundred < std::int64_t{1} << 59; ++i) {
            hundred *= 10;
        }
        if (!percent || percent->unscaled < 0 || percent->unscaled > hundred) {
            issue({.id = MessageId::ShareRange, .column = CapitalColumn::kShare, .value = share});
        } else {
            row.share = *percent;
        }
    }
    row.amount_fen = yuan(CapitalColumn::kAmount);
    row.valid_from = date(CapitalColumn::kValidFrom, true);
    row.valid_to = date(CapitalColumn::kValidTo, false);
    if (row.valid_from != kNoDate && row.valid_to != kNoDate && row.valid_from >= row.valid_to) {
        issue({.id = MessageId::SpanOrder,
               .column = CapitalColumn::kValidTo,
               .expected = kCapitalColumns[CapitalColumn::kValidFrom]});
    }
    if (row.investor == row.uscc && !row.uscc.empty()) {
        issue({.id = MessageId::SelfHolding, .warning = true, .column = CapitalColumn::kInvestor});
    }
    return accepted();
}

bool RowChecker::check(std::span<const std::string_view> fields, RoleRow& row) {
    begin(fields, Dataset::Role);
    row.pid = pid(RoleColumn::kPid);
    row.uscc = uscc(RoleColumn::kUscc);
    row.role = word(RoleColumn::kRole, role);
    row.valid_from = date(RoleColumn::kValidFrom, true);
    row.valid_to = date(RoleColumn::kValidTo, false);
    if (row.valid_from != kNoDate && row.valid_to != kNoDate && row.valid_from >= row.valid_to) {
        issue({.id = MessageId::SpanOrder,
               .warning = true,
               .column = RoleColumn::kValidTo,
               .expected = kRoleColumns[RoleColumn::kValidFrom]});
    }
    return accepted();
}

bool RowChecker::check(std::span<const std::string_view> fields, PenaltyRow& row) {
    begin(fields, Dataset::Penalty);
    row.doc_no = text(PenaltyColumn::kDocNo, kDocNoMax, true);
    row.uscc = uscc(PenaltyColumn::kUscc);
    row.domain = word(PenaltyColumn::kDomain, domain);
    row.authority_name = text(PenaltyColumn::kOrgan, kAuthorityNameMax, true);
    row.decided_on = date(PenaltyColumn::kDate, true);
    if (row.decided_on != kNoDate && row.decided_on > today_) {
        issue({.id = MessageId::DateRange, .column = PenaltyColumn::kDate});
    }
    if (row.decided_on != kNoDate && row.decided_on < kDecisionFirst) {
        issue({.id = MessageId::DateTooEarly, .column = PenaltyColumn::kDate});
    }
    row.category = word(PenaltyColumn::kKind, penaltyKind);
    row.fine_fen = yuan(PenaltyColumn::kAmount);
    row.severity = word(PenaltyColumn::kSeverity, severity);
    row.public_until = date(PenaltyColumn::kPublicityUntil, false);
    if (row.decided_on != kNoDate && row.public_until != kNoDate) {
        if (row.public_until < row.decided_on) {
            issue({.id = MessageId::DateOrder, .column = PenaltyColumn::kPublicityUntil});
        } else if (row.public_until > yearsAfter(row.decided_on, kPublicityYearsMax)) {
            issue({.id = MessageId::DateTooLong, .warning = true, .column = PenaltyColumn::kPublicityUntil});
        }
    }
    return accepted();
}

}  // namespace xinpu::loaders
